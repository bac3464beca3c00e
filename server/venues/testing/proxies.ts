/** Real proxies on loopback: HTTP CONNECT and SOCKS5, that note what they are asked for. */
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface TestProxy {
  readonly url: string;
  /** `host:port` of every tunnel asked for. */
  readonly asked: readonly string[];
  stop(): Promise<void>;
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function tunnel(client: Socket, host: string, port: number, ready: () => void, failed: () => void): void {
  // Names resolve here only, so that a test sees whether the proxy was left to do it.
  const upstream = connect(port, host === 'venue.test' ? '127.0.0.1' : host);
  upstream.on('connect', () => {
    ready();
    upstream.pipe(client).pipe(upstream);
  });
  upstream.on('error', () => failed());
  client.on('error', () => upstream.destroy());
  client.on('close', () => upstream.destroy());
  upstream.on('close', () => client.destroy());
}

function stopping(server: Server, sockets: Set<Socket>): () => Promise<void> {
  return async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
}

/** `credentials`: `user:password` it insists on. */
export async function startConnectProxy(credentials?: string): Promise<TestProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createHttpServer((_request, response) => response.writeHead(405).end());
  server.on('connection', (socket) => sockets.add(socket));
  server.on('connect', (request, client: Socket) => {
    const wanted = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`;
    if (wanted !== undefined && request.headers['proxy-authorization'] !== wanted) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const { hostname, port } = new URL(`tcp://${request.url ?? ''}`);
    asked.push(`${hostname}:${port}`);
    tunnel(
      client,
      hostname,
      Number(port),
      () => client.write('HTTP/1.1 200 Connection Established\r\n\r\n'),
      () => client.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n'),
    );
  });
  const port = await listening(server);
  const auth = credentials === undefined ? '' : `${credentials}@`;
  return { url: `http://${auth}127.0.0.1:${port}`, asked, stop: stopping(server, sockets) };
}

/** SOCKS5 without authentication (RFC 1928), CONNECT only. */
export async function startSocksProxy(): Promise<TestProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    sockets.add(client);
    client.on('error', () => client.destroy());
    let greeted = false;
    let received = Buffer.alloc(0);
    const onData = (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (!greeted) {
        if (received.length < 2 || received.length < 2 + (received[1] ?? 0)) return;
        received = received.subarray(2 + (received[1] ?? 0));
        greeted = true;
        client.write(Buffer.from([5, 0]));
      }
      const target = readTarget(received);
      if (target === undefined) return;
      client.off('data', onData);
      asked.push(`${target.host}:${target.port}`);
      const answer = (code: number) => client.write(Buffer.from([5, code, 0, 1, 0, 0, 0, 0, 0, 0]));
      tunnel(
        client,
        target.host,
        target.port,
        () => answer(0),
        () => {
          answer(5);
          client.end();
        },
      );
    };
    client.on('data', onData);
  });
  const port = await listening(server);
  return { url: `socks5://127.0.0.1:${port}`, asked, stop: stopping(server, sockets) };
}

function readTarget(bytes: Buffer): { readonly host: string; readonly port: number } | undefined {
  const type = bytes[3];
  if (type === 1 && bytes.length >= 10) return { host: bytes.subarray(4, 8).join('.'), port: bytes.readUInt16BE(8) };
  const length = bytes[4] ?? 0;
  if (type !== 3 || bytes.length < 7 + length) return undefined;
  return { host: bytes.subarray(5, 5 + length).toString('latin1'), port: bytes.readUInt16BE(5 + length) };
}
