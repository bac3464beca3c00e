/** Serves a test venue over real HTTP and WebSockets on loopback. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Timers } from '#domain/clock.ts';
import type { ServerSocket } from '../socket-pair.ts';
import type { RestHandler } from './venue-socket.ts';

/** The system's time. */
export const nodeTimers: Timers = {
  now: () => Date.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
};

export interface NodeVenueServerOptions {
  /** 0: a free one. */
  readonly port?: number;
  /** O1: permessage-deflate where the client offers it. */
  readonly deflate?: boolean;
  /** Status to refuse a handshake with; `undefined`: welcome. */
  readonly refuse?: (request: IncomingMessage) => number | undefined;
}

export interface ServedVenue {
  accept(socket: ServerSocket & { readonly headers: IncomingMessage['headers'] }): void;
  rest?: RestHandler;
}

export interface NodeVenueServer {
  /** `ws://127.0.0.1:port` */
  readonly url: string;
  /** `http://127.0.0.1:port` */
  readonly httpUrl: string;
  readonly port: number;
  /** Handshakes, as they came. */
  readonly handshakes: readonly IncomingMessage[];
  /** Ends every connection without a goodbye, and the listener. */
  stop(): Promise<void>;
}

const CLOSED = 1006;

export async function startNodeVenueServer(
  venue: ServedVenue,
  { port = 0, deflate = false, refuse }: NodeVenueServerOptions = {},
): Promise<NodeVenueServer> {
  const handshakes: IncomingMessage[] = [];
  const http = createServer((request, response) => answer(venue.rest, request, response));
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: deflate });
  http.on('upgrade', (request, socket, head) => {
    handshakes.push(request);
    const status = refuse?.(request);
    if (status !== undefined) {
      socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => venue.accept(serverEnd(client, request)));
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, '127.0.0.1', resolve);
  });
  const actual = (http.address() as AddressInfo).port;
  return {
    url: `ws://127.0.0.1:${actual}`,
    httpUrl: `http://127.0.0.1:${actual}`,
    port: actual,
    handshakes,
    async stop() {
      for (const client of sockets.clients) client.terminate();
      http.closeAllConnections();
      await new Promise<void>((resolve) => http.close(() => resolve()));
    },
  };
}

function serverEnd(client: WebSocket, request: IncomingMessage) {
  const end: ServerSocket & { readonly headers: IncomingMessage['headers'] } = {
    url: `ws://${request.headers.host ?? '127.0.0.1'}${request.url ?? '/'}`,
    protocols: client.protocol === '' ? [] : [client.protocol],
    headers: request.headers,
    get isOpen() {
      return client.readyState === client.OPEN;
    },
    onText: () => undefined,
    onClose: () => undefined,
    send: (text) => client.send(text),
    sendBinary: (data) => client.send(data),
    close: (code, reason) => client.close(code === CLOSED ? undefined : code, reason),
    cut: () => client.terminate(),
  };
  client.on('message', (data, isBinary) => {
    if (!isBinary) end.onText(data.toString());
  });
  client.on('close', (code) => end.onClose(code));
  // What follows a broken socket is its close.
  client.on('error', () => undefined);
  return end;
}

function answer(rest: RestHandler | undefined, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://venue.test');
  const { status, body } = rest?.(pathname, searchParams, request.headers) ?? {
    status: 404,
    body: { error: 'not found' },
  };
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
