/** A `WebSocket` whose real address is only known after it was built: a relay's ticket is good for one socket. */
import type { WebSocketConstructor } from '#client/options.ts';

const ABNORMAL_CLOSURE = 1006;

/** `relay` gives the address to go to instead; where it rejects, the socket closes as if nobody were there. */
export function relayedSocket(
  Native: WebSocketConstructor,
  relay: (url: string) => Promise<string>,
): WebSocketConstructor {
  return class RelayedSocket extends EventTarget implements WebSocket {
    readonly CONNECTING = 0;
    readonly OPEN = 1;
    readonly CLOSING = 2;
    readonly CLOSED = 3;
    readonly url: string;
    readonly extensions = '';
    binaryType: BinaryType = 'blob';
    onopen: WebSocket['onopen'] = null;
    onmessage: WebSocket['onmessage'] = null;
    onclose: WebSocket['onclose'] = null;
    onerror: WebSocket['onerror'] = null;
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
      socket.addEventListener('close', ({ code, reason }) => this.#tell(closing(code, reason)));
    }

    #fail(reason: string): void {
      if (this.#isClosed) return;
      this.#isClosed = true;
      queueMicrotask(() => {
        this.#tell(new Event('error'));
        this.#tell(closing(ABNORMAL_CLOSURE, reason));
      });
    }

    #tell(event: Event): void {
      this.dispatchEvent(event);
    }
  };
}

function closing(code: number, reason: string): Event {
  // Node 20 has no `CloseEvent`.
  return Object.assign(new Event('close'), { code, reason, wasClean: code !== ABNORMAL_CLOSURE });
}
