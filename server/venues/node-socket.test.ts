import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import type { VenueSocket } from '#venues/venue.ts';
import { createEgress } from './proxy.ts';
import { nodeSockets, type NodeSocketOptions } from './node-socket.ts';
import { startConnectProxy, startSocksProxy } from './testing/proxies.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** A WebSocket server that echoes, and says what came with the handshake. */
async function echo(): Promise<{ port: number; server: Server; handshakes: Record<string, unknown>[] }> {
  const handshakes: Record<string, unknown>[] = [];
  const server = createServer((_request, response) => response.writeHead(403).end());
  const sockets = new WebSocketServer({ server, path: '/ws', perMessageDeflate: true });
  sockets.on('connection', (ws, { headers }) => {
    handshakes.push({ ...headers });
    ws.on('message', (data, isBinary) => ws.send(data, { binary: isBinary }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  undo.push(() => {
    for (const ws of sockets.clients) ws.terminate();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, server, handshakes };
}

interface Log {
  readonly socket: VenueSocket;
  readonly opened: Promise<void>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  next(): Promise<unknown>;
}

function connect(url: string, options?: NodeSocketOptions): Log {
  const socket = nodeSockets(options)(url);
  const got: unknown[] = [];
  let wake = () => {};
  socket.onmessage = ({ data }) => {
    got.push(data);
    wake();
  };
  const opened = new Promise<void>((resolve) => (socket.onopen = resolve));
  const closed = new Promise<{ code: number; reason: string }>((resolve) => (socket.onclose = resolve));
  return {
    socket,
    opened,
    closed,
    async next() {
      while (got.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return got.shift();
    },
  };
}

describe('a socket of the engine', () => {
  test('O1: talks text, offers permessage-deflate, and names no Origin', async () => {
    const { port, handshakes } = await echo();
    const { socket, opened, next, closed } = connect(`ws://127.0.0.1:${port}/ws`);
    await opened;
    socket.send('ping');
    expect(await next()).toBe('ping');
    expect(handshakes[0]?.['sec-websocket-extensions']).toMatch(/permessage-deflate/);
    expect(handshakes[0]).not.toHaveProperty('origin');
    socket.close(1000, 'done');
    expect((await closed).code).toBe(1000);
  });

  test('says what answered instead of a WebSocket', async () => {
    const { port } = await echo();
    const { closed } = connect(`ws://127.0.0.1:${port}/elsewhere`);
    expect(await closed).toEqual({ code: 1006, reason: 'HTTP 400 instead of a WebSocket' });
  });

  test('says that nothing listens', async () => {
    const { port, server } = await echo();
    await new Promise((resolve) => server.close(resolve));
    const { closed } = connect(`ws://127.0.0.1:${port}/ws`);
    expect(await closed).toEqual({ code: 1006, reason: 'nothing listens there' });
  });

  test('gives up on a peer that takes the connection and says nothing', async () => {
    const mute = createTcpServer();
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    undo.push(() => mute.close());
    const { port } = mute.address() as AddressInfo;
    const { closed } = connect(`ws://127.0.0.1:${port}/ws`, { handshakeTimeoutMs: 50 });
    expect((await closed).reason).toBe('no answer in time');
  });

  test('ends at a frame over the limit', async () => {
    const { port } = await echo();
    const { socket, opened, closed } = connect(`ws://127.0.0.1:${port}/ws`, { maxFrameBytes: 100 });
    await opened;
    socket.send('x'.repeat(101));
    expect(await closed).toEqual({ code: 1006, reason: 'a frame is too long' });
  });

  test('a binary frame comes as something else than text; a reason too long for a close frame is cut', async () => {
    const { port } = await echo();
    const { socket, opened, next, closed } = connect(`ws://127.0.0.1:${port}/ws`);
    await opened;
    socket.send('text');
    expect(typeof (await next())).toBe('string');
    socket.close(3000, '长'.repeat(100));
    expect((await closed).code).toBe(3000);
  });

  test('closing one that is still connecting ends it', async () => {
    const { port } = await echo();
    const { socket, closed } = connect(`ws://127.0.0.1:${port}/ws`);
    socket.close();
    expect((await closed).code).toBe(1006);
  });
});

describe('O1: through a proxy', () => {
  test.each([
    ['HTTP', startConnectProxy],
    ['SOCKS5', startSocksProxy],
  ])('%s: the tunnel is asked for by name', async (_kind, start) => {
    const { port } = await echo();
    const proxy = await start();
    undo.push(proxy.stop);
    const { socket, opened, next } = connect(`ws://venue.test:${port}/ws`, { egress: createEgress(proxy.url) });
    await opened;
    socket.send('through');
    expect(await next()).toBe('through');
    expect(proxy.asked).toEqual([`venue.test:${port}`]);
    socket.close();
  });

  test('with its credentials, which no error shows', async () => {
    const { port } = await echo();
    const proxy = await startConnectProxy('anna:geheim');
    undo.push(proxy.stop);
    const right = connect(`ws://127.0.0.1:${port}/ws`, { egress: createEgress(proxy.url) });
    await right.opened;
    right.socket.close();
    const egress = createEgress(proxy.url.replace('geheim', 'falsch'));
    const { reason } = await connect(`ws://127.0.0.1:${port}/ws`, { egress }).closed;
    expect(reason).toMatch(/^HTTP 407 instead of a WebSocket through the proxy http:\/\/127\.0\.0\.1:\d+$/);
    expect(reason).not.toMatch(/anna|falsch/);
  });

  test('an unreachable target is the proxy’s to tell', async () => {
    const { port, server } = await echo();
    await new Promise((resolve) => server.close(resolve));
    const proxy = await startSocksProxy();
    undo.push(proxy.stop);
    const { reason } = await connect(`ws://127.0.0.1:${port}/ws`, { egress: createEgress(proxy.url) }).closed;
    expect(reason).toMatch(/^the proxy does not connect to it through the proxy socks5:\/\/127\.0\.0\.1:\d+$/);
  });

  test('a proxy that is not there is named', async () => {
    const proxy = await startConnectProxy();
    await proxy.stop();
    const { reason } = await connect('ws://127.0.0.1:1/ws', { egress: createEgress(proxy.url) }).closed;
    expect(reason).toBe(`nothing listens there through the proxy ${proxy.url}`);
  });
});
