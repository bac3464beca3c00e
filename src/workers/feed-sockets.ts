/** A venue's sockets on the platform's own, directly or, one ticket each, through our engine. */
import type { OpenSocket, VenueSocket } from '#venues/venue.ts';

const ABNORMAL_CLOSURE = 1006;

export interface SocketPorts {
  readonly WebSocket: new (url: string) => WebSocket;
  /** Where a socket for this address is to be opened instead. */
  readonly relay?: (url: string) => Promise<string>;
}

export function createOpenSocket({ WebSocket, relay }: SocketPorts): OpenSocket {
  return (url) => {
    const socket = new FeedSocket();
    if (!relay) {
      socket.attach(new WebSocket(url));
      return socket;
    }
    relay(url).then(
      (address) => socket.attach(new WebSocket(address)),
      (error: unknown) => socket.fail(error instanceof Error ? error.message : String(error)),
    );
    return socket;
  };
}

/** May be closed before its address is known. */
class FeedSocket implements VenueSocket {
  onopen: VenueSocket['onopen'] = null;
  onmessage: VenueSocket['onmessage'] = null;
  onclose: VenueSocket['onclose'] = null;
  onerror: VenueSocket['onerror'] = null;
  #socket: WebSocket | undefined;
  #isClosed = false;

  attach(socket: WebSocket): void {
    if (this.#isClosed) return socket.close();
    this.#socket = socket;
    socket.addEventListener('open', () => this.onopen?.());
    socket.addEventListener('message', ({ data }: { readonly data: unknown }) => this.onmessage?.({ data }));
    socket.addEventListener('close', ({ code, reason }) => this.onclose?.({ code, reason }));
    socket.addEventListener('error', (event) => this.onerror?.(event));
  }

  fail(reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.onclose?.({ code: ABNORMAL_CLOSURE, reason });
  }

  send(text: string): void {
    this.#socket?.send(text);
  }

  close(code?: number, reason?: string): void {
    this.#isClosed = true;
    this.#socket?.close(code, reason);
  }
}
