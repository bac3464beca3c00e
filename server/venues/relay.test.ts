import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import {
  connect as tcpConnect,
  createServer as createTcpServer,
  type AddressInfo,
  type Server as TcpServer,
} from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { ProtocolError } from '#protocol/errors.ts';
import { MESSAGES_PER_S, SUBPROTOCOL } from '#protocol/limits.ts';
import { RELAY_TICKET_MS, RelayClose } from '#protocol/relay.ts';
import { Origins } from '#server/gateway/origins.ts';
import { ManualTimers } from '#server/host/testing/manual-timers.ts';
import { openDatabase } from '#server/storage/database.ts';
import { Sources, type StoredSource } from '#server/storage/sources.ts';
import { createEgress } from './proxy.ts';
import { Relay, type RelayOptions } from './relay.ts';
import { startSocksProxy } from './testing/proxies.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const ANNA = { user: 'anna', sessionId: 's1' };

async function listening(server: TcpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

interface Upstream {
  readonly port: number;
  readonly requests: { readonly url: string; readonly headers: IncomingHttpHeaders }[];
  readonly texts: string[];
  readonly closed: { readonly code: number }[];
  /** Resolves once somebody has left. */
  left(): Promise<void>;
  /** The newest socket, once there is one. */
  socket(): Promise<WebSocket>;
  server: Server;
}

/** A venue that notes who came how, and echoes. */
async function upstream(): Promise<Upstream> {
  const server = createServer((_request, response) => response.writeHead(403).end());
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: (offered) => [...offered][0] ?? false });
  const [requests, texts, closed]: [Upstream['requests'], string[], Upstream['closed']] = [[], [], []];
  let last: WebSocket | undefined;
  let wake = () => {};
  server.on('upgrade', (request, socket, head) => {
    if (request.url?.startsWith('/forbidden')) {
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (ws) => {
      requests.push({ url: request.url ?? '', headers: request.headers });
      ws.on('message', (data, isBinary) => {
        texts.push(String(data));
        ws.send(data, { binary: isBinary });
      });
      ws.on('close', (code) => {
        closed.push({ code });
        wake();
      });
      last = ws;
      wake();
    });
  });
  const port = await listening(server);
  undo.push(() => {
    last?.terminate();
    server.closeAllConnections();
    server.close();
  });
  return {
    port,
    requests,
    texts,
    closed,
    server,
    async left() {
      while (closed.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    },
    async socket() {
      while (!last) await new Promise<void>((resolve) => (wake = resolve));
      return last;
    },
  };
}

async function setUp(options: Partial<RelayOptions> = {}) {
  const timers = new ManualTimers();
  const db = openDatabase(':memory:');
  undo.push(() => db.close());
  const sources = new Sources(db);
  const ended = new Set<string>();
  const relay = new Relay({
    sources,
    verifier: { isOpen: (id) => !ended.has(id) },
    origins: new Origins({ host: '127.0.0.1', publicUrl: undefined, allowOrigins: [] }),
    timers,
    ...options,
  });
  const server = createServer();
  server.on('upgrade', relay.upgrade);
  const port = await listening(server);
  undo.push(() => {
    relay.close();
    server.closeAllConnections();
    server.close();
  });
  const save = (source: Partial<StoredSource>) => {
    const whole: StoredSource = {
      id: 'lab',
      kind: 'push',
      name: 'Lab',
      url: 'ws://127.0.0.1:1/ws',
      via: 'engine',
      enabled: true,
      instruments: [],
      auth: 'none',
      ...source,
    };
    sources.save(whole);
    sources.announce(whole.id);
  };
  return { timers, sources, ended, relay, port, save, url: (path: string) => `ws://127.0.0.1:${port}${path}` };
}

class Browser {
  readonly ws: WebSocket;
  readonly ended: Promise<{ code: number; reason: string } | { status: number }>;
  readonly #got: string[] = [];
  #wake = () => {};

  constructor(url: string, protocols: string[] = [], origin?: string) {
    this.ws = new WebSocket(url, protocols, origin === undefined ? {} : { origin });
    this.ws.on('message', (data) => {
      this.#got.push(String(data));
      this.#wake();
    });
    this.ended = new Promise((resolve) => {
      this.ws.on('unexpected-response', (_request, { statusCode = 0 }) => {
        resolve({ status: statusCode });
        this.ws.terminate();
      });
      this.ws.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
    });
    this.ws.on('error', () => {});
    undo.push(() => this.ws.terminate());
  }

  async opened(): Promise<this> {
    if (this.ws.readyState === WebSocket.CONNECTING) await new Promise((resolve) => this.ws.once('open', resolve));
    return this;
  }

  async next(): Promise<string> {
    for (;;) {
      const text = this.#got.shift();
      if (text !== undefined) return text;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

const codeOf = (call: () => unknown) => {
  try {
    call();
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
  return undefined;
};

describe('the way through', () => {
  test('frames pass both ways, also early ones; the source learns nothing of the browser', async () => {
    const venue = await upstream();
    const { relay, save, url, port } = await setUp();
    save({ kind: 'okx', url: `ws://127.0.0.1:${venue.port}` });
    const { path, expires_in_ms } = relay.ticket('lab', '/ws/v5/business', ANNA);
    expect(path).toMatch(/^\/relay\/[\w-]{22}$/);
    expect(expires_in_ms).toBe(RELAY_TICKET_MS);
    const browser = await new Browser(url(path), [], `http://127.0.0.1:${port}`).opened();
    browser.ws.send('{"op":"subscribe"}');
    expect(await browser.next()).toBe('{"op":"subscribe"}');
    expect(venue.requests[0]?.url).toBe('/ws/v5/business');
    expect(venue.requests[0]?.headers).not.toHaveProperty('origin');
    expect(venue.requests[0]?.headers).not.toHaveProperty('cookie');
    expect(relay.open).toBe(1);
    browser.ws.close(1000);
    await browser.ended;
    await venue.left();
    expect(relay.open).toBe(0);
  });

  test.each([
    ['okx', '', '/ws/v5/public', undefined],
    ['okx', '/', '/ws/v5/public', '/ws/v5/public'],
    ['okx', '/edge', '/edge/ws/v5/business', '/edge/ws/v5/business'],
    ['polymarket', '', '/ws/market', undefined],
    ['push', '/ws', '/ws', '/ws'],
    ['trading-socketio', '', '/socket.io/?EIO=4&transport=websocket', '/socket.io/'],
  ] as const)('%s at %j leads to %s', async (kind, end, wanted, asked) => {
    const venue = await upstream();
    const { relay, save, url } = await setUp();
    const scheme = kind === 'trading-socketio' ? 'http' : 'ws';
    save({ kind, url: `${scheme}://127.0.0.1:${venue.port}${end}` });
    const browser = await new Browser(url(`${relay.ticket('lab', asked, ANNA).path}/?x=1`)).opened();
    browser.ws.send('1');
    await browser.next();
    expect(venue.requests[0]?.url).toBe(wanted);
  });

  test('P5: a token in the address goes along to push servers and engines, to venues it does not', async () => {
    const venue = await upstream();
    const { relay, save, url } = await setUp();
    for (const [kind, end] of [
      ['push', '/ws'],
      ['engine', '/ws'],
      ['okx', ''],
    ] as const) {
      save({ kind, url: `ws://127.0.0.1:${venue.port}${end}` });
      const browser = await new Browser(url(`${relay.ticket('lab', undefined, ANNA).path}?token=t&evil=1`)).opened();
      browser.ws.send('1');
      await browser.next();
    }
    expect(venue.requests.map((request) => request.url)).toEqual(['/ws?token=t', '/ws?token=t', '/ws/v5/public']);
  });

  test('Z1: an engine is offered the sub-protocol the browser offers', async () => {
    const venue = await upstream();
    const { relay, save, url } = await setUp();
    save({ kind: 'engine', url: `ws://127.0.0.1:${venue.port}/ws` });
    const browser = await new Browser(url(relay.ticket('lab', undefined, ANNA).path), [SUBPROTOCOL]).opened();
    expect(browser.ws.protocol).toBe(SUBPROTOCOL);
    expect((await venue.socket()).protocol).toBe(SUBPROTOCOL);
  });

  test('other sources are offered none, whatever the browser offers', async () => {
    const venue = await upstream();
    const { relay, save, url } = await setUp();
    save({ url: `ws://127.0.0.1:${venue.port}/ws` });
    const browser = await new Browser(url(relay.ticket('lab', undefined, ANNA).path), [SUBPROTOCOL]).opened();
    browser.ws.send('there');
    expect(await browser.next()).toBe('there');
    expect((await venue.socket()).protocol).toBe('');
  });

  test('O1: venues are reached through the proxy, own machines are not', async () => {
    const venue = await upstream();
    const proxy = await startSocksProxy();
    undo.push(proxy.stop);
    const { relay, save, url } = await setUp({ egress: createEgress(proxy.url) });
    for (const kind of ['okx', 'push'] as const) {
      save({ kind, url: `ws://127.0.0.1:${venue.port}` });
      const browser = await new Browser(url(relay.ticket('lab', undefined, ANNA).path)).opened();
      browser.ws.send('1');
      await browser.next();
    }
    expect(proxy.asked).toEqual([`127.0.0.1:${venue.port}`]);
  });
});

describe('tickets', () => {
  test('a ticket is good once', async () => {
    const venue = await upstream();
    const { relay, save, url } = await setUp();
    save({ url: `ws://127.0.0.1:${venue.port}/ws` });
    const { path } = relay.ticket('lab', undefined, ANNA);
    await new Browser(url(path)).opened();
    expect(await new Browser(url(path)).ended).toEqual({ status: 403 });
  });

  test('a ticket expires, and none is guessed', async () => {
    const { relay, save, url, timers } = await setUp();
    save({});
    const { path } = relay.ticket('lab', undefined, ANNA);
    timers.advance(RELAY_TICKET_MS);
    expect(await new Browser(url(path)).ended).toEqual({ status: 403 });
    expect(await new Browser(url('/relay/')).ended).toEqual({ status: 403 });
    expect(await new Browser(url(`/relay/${'A'.repeat(22)}`)).ended).toEqual({ status: 403 });
  });

  test('a ticket of a session that has ended is none', async () => {
    const { relay, save, url, ended } = await setUp();
    save({});
    const first = relay.ticket('lab', undefined, ANNA);
    relay.endSession(ANNA.sessionId);
    expect(await new Browser(url(first.path)).ended).toEqual({ status: 403 });
    // Nobody told of the end of this one.
    const second = relay.ticket('lab', undefined, ANNA);
    ended.add(ANNA.sessionId);
    expect(await new Browser(url(second.path)).ended).toEqual({ status: 403 });
  });

  test('another site’s page cannot use one, nor a rebound name', async () => {
    const { relay, save, port } = await setUp();
    save({});
    const { path } = relay.ticket('lab', undefined, ANNA);
    expect(await new Browser(`ws://127.0.0.1:${port}${path}`, [], 'https://evil.example').ended).toEqual({
      status: 403,
    });
    const raw = tcpConnect(port, '127.0.0.1');
    const lines = [`GET ${path} HTTP/1.1`, 'Host: evil.example', 'Connection: Upgrade', 'Upgrade: websocket'];
    raw.write(
      `${lines.join('\r\n')}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
    );
    const answer = await new Promise((resolve) => raw.once('data', (data) => resolve(String(data).slice(0, 12))));
    expect(answer).toBe('HTTP/1.1 403');
  });

  test('only so many wait unused, and so many are open, a user', async () => {
    const venue = await upstream();
    const { relay, save, url, timers } = await setUp({ limits: { ticketsPerUser: 2, relaysPerUser: 1 } });
    save({ url: `ws://127.0.0.1:${venue.port}/ws` });
    const first = relay.ticket('lab', undefined, ANNA);
    const second = relay.ticket('lab', undefined, ANNA);
    expect(codeOf(() => relay.ticket('lab', undefined, ANNA))).toBe('RATE_LIMITED');
    expect(codeOf(() => relay.ticket('lab', undefined, { user: 'bob', sessionId: 's2' }))).toBeUndefined();
    await new Browser(url(first.path)).opened();
    expect(await new Browser(url(second.path)).ended).toEqual({ status: 503 });
    timers.advance(RELAY_TICKET_MS);
    expect(codeOf(() => relay.ticket('lab', undefined, ANNA))).toBeUndefined();
  });
});

describe('never to anything but saved sources', () => {
  test.each([
    'http://169.254.169.254/latest/meta-data',
    '//evil.example/ws',
    '/ws/v5/private',
    '/ws/v5/public/../private',
    '/ws/v5/%70ublic',
    '/ws/v5/public?x=1',
    '/ws/v5/public#x',
    '@evil.example/ws/v5/public',
    '',
  ])('%j is no path of a venue', async (path) => {
    const { relay, save } = await setUp();
    save({ kind: 'okx', url: 'wss://ws.okx.com:8443' });
    expect(codeOf(() => relay.ticket('lab', path, ANNA))).toBe('VALIDATION_ERROR');
  });

  test('one that was not saved, or is reached directly, has no ticket', async () => {
    const { relay, save } = await setUp();
    expect(codeOf(() => relay.ticket('lab', undefined, ANNA))).toBe('NOT_FOUND');
    save({ via: 'direct' });
    expect(codeOf(() => relay.ticket('lab', undefined, ANNA))).toBe('VALIDATION_ERROR');
  });

  test('a source that is changed or removed takes its tickets and open ways along; a new name does not', async () => {
    const venue = await upstream();
    const { relay, sources, save, url } = await setUp();
    const address = `ws://127.0.0.1:${venue.port}/ws`;
    save({ url: address });
    const browser = await new Browser(url(relay.ticket('lab', undefined, ANNA).path)).opened();
    const unused = relay.ticket('lab', undefined, ANNA);
    save({ url: address, name: 'Renamed' });
    browser.ws.send('still here');
    expect(await browser.next()).toBe('still here');
    sources.remove('lab');
    sources.announce('lab');
    expect(await browser.ended).toMatchObject({ code: RelayClose.sourceChanged });
    expect(await new Browser(url(unused.path)).ended).toEqual({ status: 403 });
  });

  test.each([{ kind: 'engine' }, { via: 'direct' }] as const)('so does one that becomes %j', async (change) => {
    const venue = await upstream();
    const { relay, save, url } = await setUp();
    const address = `ws://127.0.0.1:${venue.port}/ws`;
    save({ url: address });
    const browser = await new Browser(url(relay.ticket('lab', undefined, ANNA).path)).opened();
    save({ url: address, ...change });
    expect(await browser.ended).toMatchObject({ code: RelayClose.sourceChanged });
  });

  test('no redirect is followed', async () => {
    const venue = await upstream();
    const server = createServer();
    server.on('upgrade', (_request, socket) =>
      socket.end(`HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:${venue.port}/ws\r\nContent-Length: 0\r\n\r\n`),
    );
    const port = await listening(server);
    undo.push(() => server.close());
    const { relay, save, url } = await setUp();
    save({ url: `ws://127.0.0.1:${port}/ws` });
    const { ended } = new Browser(url(relay.ticket('lab', undefined, ANNA).path));
    expect(await ended).toEqual({ code: RelayClose.refused, reason: 'HTTP 302 instead of a WebSocket' });
    expect(venue.requests).toEqual([]);
  });
});

describe('endings', () => {
  test('what the source says is passed on: its close code and reason', async () => {
    const venue = await upstream();
    const { relay, save, url } = await setUp();
    save({ url: `ws://127.0.0.1:${venue.port}/ws` });
    const browser = await new Browser(url(relay.ticket('lab', undefined, ANNA).path)).opened();
    (await venue.socket()).close(4004, 'no data for 30 s');
    expect(await browser.ended).toEqual({ code: 4004, reason: 'no data for 30 s' });
  });

  test('a refusal, a dead address, a mute one and a broken line are told apart', async () => {
    const venue = await upstream();
    const mute = createTcpServer();
    const mutePort = await listening(mute);
    undo.push(() => mute.close());
    const { relay, save, url, timers } = await setUp();
    const open = (address: string) => {
      save({ url: address });
      return new Browser(url(relay.ticket('lab', undefined, ANNA).path));
    };
    expect(await open(`ws://127.0.0.1:${venue.port}/forbidden`).ended).toEqual({
      code: RelayClose.refused,
      reason: 'HTTP 403 instead of a WebSocket',
    });
    expect(await open('ws://127.0.0.1:1/ws').ended).toEqual({
      code: RelayClose.unreachable,
      reason: 'nothing listens there',
    });
    const waiting = await open(`ws://127.0.0.1:${mutePort}/ws`).opened();
    timers.advance(10_000);
    expect(await waiting.ended).toEqual({ code: RelayClose.unreachable, reason: 'no answer in time' });
    const cut = await open(`ws://127.0.0.1:${venue.port}/ws`).opened();
    (await venue.socket()).terminate();
    expect(await cut.ended).toMatchObject({ code: RelayClose.lost });
  });

  test('the end of the session is the end, whoever ended it', async () => {
    const venue = await upstream();
    const { relay, save, url, ended, timers } = await setUp();
    save({ url: `ws://127.0.0.1:${venue.port}/ws` });
    const first = await new Browser(url(relay.ticket('lab', undefined, ANNA).path)).opened();
    relay.endSession(ANNA.sessionId);
    expect(await first.ended).toMatchObject({ code: RelayClose.sessionEnded });
    const second = await new Browser(url(relay.ticket('lab', undefined, ANNA).path)).opened();
    second.ws.send('there');
    await second.next();
    // As `griddesk user remove` in another process does.
    ended.add(ANNA.sessionId);
    timers.advance(20_000);
    expect(await second.ended).toMatchObject({ code: RelayClose.sessionEnded });
  });

  test('binary frames, and frames over the limit, end it', async () => {
    const venue = await upstream();
    const { relay, save, url } = await setUp({ limits: { maxFrameBytes: 1_000 } });
    save({ url: `ws://127.0.0.1:${venue.port}/ws` });
    const open = () => new Browser(url(relay.ticket('lab', undefined, ANNA).path)).opened();
    const binary = await open();
    binary.ws.send(Buffer.from([1, 2, 3]));
    expect(await binary.ended).toMatchObject({ code: 1003 });
    const long = await open();
    long.ws.send('x'.repeat(64 * 1024 + 1));
    expect(await long.ended).toMatchObject({ code: 1009 });
    const flooded = await open();
    flooded.ws.send('x'.repeat(1_001));
    expect(await flooded.ended).toEqual({ code: RelayClose.lost, reason: 'a frame is too long' });
  });

  test('a browser that does not read costs no more than the bound', async () => {
    const venue = await upstream();
    const { relay, save, url } = await setUp({ limits: { towardsClientBytes: 256 * 1024 } });
    save({ url: `ws://127.0.0.1:${venue.port}/ws` });
    const browser = await new Browser(url(relay.ticket('lab', undefined, ANNA).path)).opened();
    browser.ws.pause();
    const source = await venue.socket();
    const frame = 'x'.repeat(64 * 1024);
    const ended = new Promise((resolve) => source.once('close', resolve));
    let sent = 0;
    while (relay.open > 0 && sent < 2_000) {
      source.send(frame);
      sent += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    await ended;
    expect(relay.open).toBe(0);
    browser.ws.resume();
    expect(await browser.ended).toMatchObject({ code: RelayClose.slow });
  });

  test('what waits for a source that is not there yet is bounded, too', async () => {
    const mute = createTcpServer();
    const port = await listening(mute);
    undo.push(() => mute.close());
    const { relay, save, url } = await setUp({ limits: { towardsSourceBytes: 10_000 } });
    save({ url: `ws://127.0.0.1:${port}/ws` });
    const browser = await new Browser(url(relay.ticket('lab', undefined, ANNA).path)).opened();
    for (let i = 0; i < 11; i++) browser.ws.send('x'.repeat(1_000));
    expect(await browser.ended).toMatchObject({ code: RelayClose.slow });
  });

  test('frames without a text are bounded, too, and so is their number in a second', async () => {
    const mute = createTcpServer();
    const port = await listening(mute);
    undo.push(() => mute.close());
    const venue = await upstream();
    const { relay, save, url, timers } = await setUp({ limits: { towardsSourceBytes: 10_000 } });
    save({ url: `ws://127.0.0.1:${port}/ws` });
    const early = await new Browser(url(relay.ticket('lab', undefined, ANNA).path)).opened();
    for (let i = 0; i < 50; i++) early.ws.send('');
    expect(await early.ended).toEqual({ code: RelayClose.slow, reason: 'the source is not there yet' });
    save({ url: `ws://127.0.0.1:${venue.port}/ws` });
    const eager = await new Browser(url(relay.ticket('lab', undefined, ANNA).path)).opened();
    await venue.socket();
    const say = async (count: number) => {
      for (let i = 0; i < count; i++) eager.ws.send('x');
      for (let i = 0; i < count; i++) await eager.next();
    };
    await say(MESSAGES_PER_S);
    timers.advance(1_000);
    await say(MESSAGES_PER_S);
    eager.ws.send('one more');
    expect(await eager.ended).toEqual({ code: RelayClose.slow, reason: 'too many frames to the source' });
    expect(venue.texts).toHaveLength(2 * MESSAGES_PER_S);
  });

  test('many browsers of a user that do not read cost no more together than their bound', async () => {
    const venue = await upstream();
    const { relay, save, url } = await setUp({
      limits: { towardsUserBytes: 512 * 1024, crowdedBytes: 16 * 1024, towardsClientBytes: 1e9 },
    });
    save({ url: `ws://127.0.0.1:${venue.port}/ws` });
    const sources: WebSocket[] = [];
    for (let i = 0; i < 4; i++) {
      const browser = await new Browser(url(relay.ticket('lab', undefined, ANNA).path)).opened();
      browser.ws.send('there');
      await browser.next();
      browser.ws.pause();
      sources.push(await venue.socket());
    }
    const others = await new Browser(
      url(relay.ticket('lab', undefined, { user: 'bob', sessionId: 's2' }).path),
    ).opened();
    const frame = 'x'.repeat(64 * 1024);
    let sent = 0;
    // What the sockets of both ends take does not wait: some megabytes each.
    while (relay.open === 5 && sent < 300) {
      for (const source of sources) source.send(frame);
      sent += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(relay.open).toBeLessThan(5);
    others.ws.send('still here');
    expect(await others.next()).toBe('still here');
  });

  test('who does not answer the close frame is cut off, and counts until then', async () => {
    const venue = await upstream();
    const { relay, save, url, timers } = await setUp({ limits: { relaysPerUser: 1 } });
    save({ url: `ws://127.0.0.1:${venue.port}/ws` });
    const open = () => new Browser(url(relay.ticket('lab', undefined, ANNA).path));
    const deaf = await open().opened();
    deaf.ws.pause();
    relay.endSession(ANNA.sessionId);
    expect(relay.open).toBe(0);
    expect(await open().ended).toEqual({ status: 503 });
    timers.advance(3_000);
    for (;;) {
      const next = open();
      await Promise.race([next.opened(), next.ended]);
      if (next.ws.readyState === WebSocket.OPEN) break;
    }
  });

  test('a browser that is gone without a word is noticed', async () => {
    const venue = await upstream();
    const { relay, save, url, timers } = await setUp();
    save({ url: `ws://127.0.0.1:${venue.port}/ws` });
    const browser = await new Browser(url(relay.ticket('lab', undefined, ANNA).path)).opened();
    const source = await venue.socket();
    const ended = new Promise((resolve) => source.once('close', resolve));
    // The way is whole: what ends it is not that the source took too long.
    browser.ws.send('there');
    await browser.next();
    browser.ws.pause();
    timers.advance(20_000);
    expect(relay.open).toBe(1);
    timers.advance(20_000);
    await ended;
    expect(relay.open).toBe(0);
  });
});
