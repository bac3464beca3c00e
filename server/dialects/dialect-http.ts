/** The HTTP side of a dialect: a server that is none, but for its WebSockets, and that can end all of them. */
import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';

export interface DialectHttp {
  readonly server: Server;
  /** Cuts off whoever is still there: WebSockets are none of the server's own connections any more. */
  cutOff(): void;
  /** Takes no more connections; resolves once there are none. */
  close(): Promise<void>;
}

/** How long peers may take to answer close frames before they are cut off. */
export const CLOSE_GRACE_MS = 3_000;

/** Requests that are no WebSocket's are answered with `status` and `message`. */
export function dialectHttp(status: 404 | 426, message: string): DialectHttp {
  const headers = { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' };
  const server = createServer((_request, response) => {
    response.writeHead(status, status === 426 ? { ...headers, Upgrade: 'websocket' } : headers).end(message);
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return {
    server,
    cutOff: () => sockets.forEach((socket) => socket.destroy()),
    close: async () => {
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}
