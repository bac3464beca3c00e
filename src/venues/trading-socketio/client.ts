/** The official `socket.io-client` behind the little of it that the session needs. */
import { Fetch, io, WebSocket as WebSocketTransport } from 'socket.io-client';
import type { OpenSocket, VenueSocket } from '../venue.ts';

export interface ClientHandlers {
  readonly connected: () => void;
  /** `byServer`: it will not try again by itself. */
  readonly disconnected: (reason: string, byServer: boolean) => void;
  /** `refused`: by the server, in words; else the way there failed and is tried again (T2, T8). */
  readonly failed: (reason: string, refused: boolean) => void;
  readonly retrying: () => void;
  /** Every packet as its text; `connect` packets, which hold the token, only come in. */
  readonly packet: (dir: 'in' | 'out', frame: string) => void;
}

export interface ClientOptions {
  /** `http://host:5000`, with a path where the server is not at the root of its host. */
  readonly url: string;
  readonly token: string | undefined;
  readonly openSocket: OpenSocket;
  /** Whether to fall back on long polling, past `openSocket`. */
  readonly polling: boolean;
  /** Delays between tries: from, doubling, to. Exact, so that they can be shown. */
  readonly retryFromMs: number;
  readonly retryToMs: number;
}

export interface AccountClient {
  connect(): void;
  /** Also ends the tries. */
  disconnect(): void;
  emit(event: string, payload: object): void;
}

export type OpenClient = (options: ClientOptions, on: ClientHandlers) => AccountClient;

const CONNECT_TIMEOUT_MS = 10_000;
const CONNECT = '0';

export const openSocketIo: OpenClient = (options, on) => {
  const { origin, path } = addressOf(options.url);
  const socket = io(origin, {
    path,
    auth: options.token === undefined ? {} : { token: options.token },
    // T1.
    transportImplementations: [over(options.openSocket), ...(options.polling ? [Fetch] : [])],
    tryAllTransports: true,
    autoConnect: false,
    forceNew: true,
    timeout: CONNECT_TIMEOUT_MS,
    reconnectionDelay: options.retryFromMs,
    reconnectionDelayMax: options.retryToMs,
    // Its jitter would make the delays untellable; it is in `retryFromMs` and `retryToMs`.
    randomizationFactor: 0,
  });
  const manager = socket.io;
  manager.on('open', () => {
    const { engine } = manager;
    engine.on('packet', ({ type, data }) => on.packet('in', frameOf(type, data)));
    engine.on('packetCreate', ({ type, data }) => {
      const isConnect = type === 'message' && typeof data === 'string' && data.startsWith(CONNECT);
      if (!isConnect) on.packet('out', frameOf(type, data));
    });
  });
  manager.on('reconnect_attempt', on.retrying);
  socket.on('connect', on.connected);
  socket.on('disconnect', (reason) => on.disconnected(reason, reason === 'io server disconnect'));
  socket.on('connect_error', ({ message }) => on.failed(message, !socket.active));
  return {
    connect: () => void socket.connect(),
    disconnect: () => void socket.disconnect(),
    emit: (event, payload) => void socket.emit(event, payload),
  };
};

/** The WebSocket transport on our own way of opening sockets, which may lead through the engine. */
function over(openSocket: OpenSocket): typeof WebSocketTransport {
  return class extends WebSocketTransport {
    override createSocket(address: string) {
      try {
        return openSocket(address);
      } catch (error) {
        return failing(error);
      }
    }
  };
}

/** The transport hears of what fails only after it has been built. */
function failing(error: unknown): VenueSocket {
  const socket: VenueSocket = {
    onopen: null,
    onmessage: null,
    onclose: null,
    onerror: null,
    send: () => undefined,
    close: () => undefined,
  };
  void Promise.resolve().then(() => socket.onerror?.(error));
  return socket;
}

const PACKETS: readonly string[] = ['open', 'close', 'ping', 'pong', 'message', 'upgrade', 'noop'];

function frameOf(type: string, data: unknown): string {
  return `${PACKETS.indexOf(type)}${typeof data === 'string' ? data : ''}`;
}

/** The path of the address is where Socket.IO is to be found, not a namespace. */
function addressOf(url: string): { readonly origin: string; readonly path: string } {
  const [, origin = url, path = ''] = /^(https?:\/\/[^/?#]+)([^?#]*)/.exec(url) ?? [];
  const base = path.replace(/\/+$/, '');
  return { origin, path: base.endsWith('/socket.io') ? base : `${base}/socket.io` };
}
