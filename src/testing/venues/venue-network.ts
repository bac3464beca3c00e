/** The client's end of a network in memory, as venue sessions use one; and a client without any manners of its own. */
import type { OpenSocket, VenueSocket } from '#venues/venue.ts';
import type { SocketPair } from '../socket-pair.ts';

/** `url` → a socket of that network. */
export function openSocketOver(network: SocketPair): OpenSocket {
  return (url) => {
    const socket = new network.WebSocket(url);
    const end: VenueSocket = {
      onopen: null,
      onmessage: null,
      onclose: null,
      onerror: null,
      send: (text) => socket.send(text),
      close: (code, reason) => socket.close(code, reason),
    };
    socket.addEventListener('open', () => end.onopen?.());
    socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => end.onmessage?.({ data }));
    socket.addEventListener('close', ({ code, reason }) => end.onclose?.({ code, reason }));
    socket.addEventListener('error', (event) => end.onerror?.(event));
    return end;
  };
}

/** Sends what it is told to, keeps what it gets. */
export class RawClient {
  readonly frames: string[] = [];
  readonly #socket: VenueSocket;
  /** Code it was closed with. */
  closed: number | undefined;
  isOpen = false;

  constructor(open: OpenSocket, url: string) {
    this.#socket = open(url);
    this.#socket.onopen = () => (this.isOpen = true);
    this.#socket.onmessage = ({ data }) => this.frames.push(String(data));
    this.#socket.onclose = ({ code }) => {
      this.isOpen = false;
      this.closed = code;
    };
  }

  send(frame: object | string): void {
    this.#socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  close(): void {
    this.#socket.close();
  }

  /** Takes the frames that have come, parsed; texts that are no JSON stay texts. */
  take(): unknown[] {
    return this.frames.splice(0).map((frame) => {
      try {
        const value: unknown = JSON.parse(frame);
        return value;
      } catch {
        return frame;
      }
    });
  }
}
