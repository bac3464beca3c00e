/** A `WebSocket` whose real address is only known after it was built: a relay's ticket is good for one socket. */
import type { WebSocketConstructor } from '#client/options.ts';
import { closeEvent, PlainSocket } from './plain-socket.ts';

const ABNORMAL_CLOSURE = 1006;

/** `relay` gives the address to go to instead; where it rejects, the socket closes as if nobody were there. */
export function relayedSocket(
  Native: WebSocketConstructor,
  relay: (url: string) => Promise<string>,
): WebSocketConstructor {
  return class RelayedSocket extends PlainSocket implements WebSocket {
    readonly url: string;
    #socket: WebSocket | undefined;
    #isClosed = false;

    constructor(url: string, protocols?: string | string[]) {
      super();
      this.url = url;
      relay(url).then(
        (address) => this.#attach(new Native(address, protocols)),
        (error: unknown) => this.#fail(error instanceof Error ? error.message : String(error)),
      );
    }

    get readyState(): WebSocket['readyState'] {
      if (this.#socket) return this.#socket.readyState;
      return this.#isClosed ? this.CLOSED : this.CONNECTING;
    }

    get protocol(): string {
      return this.#socket?.protocol ?? '';
    }

    get bufferedAmount(): number {
      return this.#socket?.bufferedAmount ?? 0;
    }

    send(data: Parameters<WebSocket['send']>[0]): void {
      this.#socket?.send(data);
    }

    close(code?: number, reason?: string): void {
      if (this.#socket) return this.#socket.close(code, reason);
      return this.#fail('');
    }

    #attach(socket: WebSocket): void {
      if (this.#isClosed) return socket.close();
      this.#socket = socket;
      socket.addEventListener('open', () => this.#tell(new Event('open')));
      socket.addEventListener('error', () => this.#tell(new Event('error')));
      socket.addEventListener('message', ({ data }: MessageEvent<unknown>) =>
        this.#tell(new MessageEvent('message', { data })),
      );
      socket.addEventListener('close', ({ code, reason }) =>
        this.#tell(closeEvent(code, reason, code !== ABNORMAL_CLOSURE)),
      );
    }

    #fail(reason: string): void {
      if (this.#isClosed) return;
      this.#isClosed = true;
      queueMicrotask(() => {
        this.#tell(new Event('error'));
        this.#tell(closeEvent(ABNORMAL_CLOSURE, reason, false));
      });
    }

    #tell(event: Event): void {
      this.dispatchEvent(event);
    }
  };
}
