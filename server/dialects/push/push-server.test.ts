import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { FillView } from '#protocol/shapes.ts';
import { nodeSockets } from '#server/venues/node-socket.ts';
import { createPushSession } from '#venues/push/session.ts';
import type { SessionStatus, VenueEvent } from '#venues/venue.ts';
import { DASHBOARD_PORT, DialectBench, fillOf, listenAnywhere } from '../testing/dialect-bench.ts';
import { PushFeed, type PushInstrument } from './push-feed.ts';
import { PushServer } from './push-server.ts';

const BTC: PushInstrument = { venue: 'sim', symbol: 'BTC-USDC', base: 'BTC', quote: 'USDC' };
const GRIDS: Readonly<Record<string, PushInstrument>> = {
  g1: BTC,
  g2: { venue: 'sim', symbol: 'ETH-USDC', base: 'ETH', quote: 'USDC' },
  g3: { venue: 'sim', symbol: 'BTC-EUR', base: 'BTC', quote: 'EUR' },
};

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

interface Frame {
  readonly type: string;
  readonly data: Record<string, unknown>;
  readonly timestamp: string;
}

class Peer {
  readonly frames: Frame[] = [];
  readonly ws: WebSocket;
  readonly closed: Promise<{ code: number; reason: string }>;
  #waiting: (() => void)[] = [];

  constructor(port: number, path = '/ws', headers: Record<string, string> = {}) {
    this.ws = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    this.ws.on('message', (data) => {
      const text = String(data);
      this.frames.push(text === 'pong' ? { type: 'text pong', data: {}, timestamp: '' } : (JSON.parse(text) as Frame));
      this.#waiting.splice(0).forEach((look) => look());
    });
    this.ws.on('error', () => {});
    this.closed = new Promise((resolve) => {
      this.ws.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
      this.ws.on('unexpected-response', (request, { statusCode = 0 }) => {
        request.destroy();
        resolve({ code: statusCode, reason: '' });
      });
    });
    cleanUp.push(() => this.ws.terminate());
  }

  /** The first frame that fits, past or to come. */
  async next(type: string, fits: (data: Record<string, unknown>) => boolean = () => true): Promise<Frame> {
    for (;;) {
      const found = this.frames.find((frame) => frame.type === type && fits(frame.data ?? {}));
      if (found) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** The server has taken everything sent so far, and we have what it said before. */
  async sync(): Promise<void> {
    const count = this.frames.filter(({ type }) => type === 'text pong').length;
    this.ws.send('ping');
    while (this.frames.filter(({ type }) => type === 'text pong').length === count) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}

async function serve({ anonymous = false, fills = [] as readonly FillView[], allow = [] as readonly string[] } = {}) {
  const bench = new DialectBench(allow);
  const feed = new PushFeed({
    bus: bench.bus,
    timers: bench.timers,
    instrument: BTC,
    health: () => bench.health,
    gridOf: async (id) => GRIDS[id],
    fills: async (before = Infinity) => fills.filter(({ ts }) => ts < before).slice(0, 2),
    onFault: (error) => {
      throw error;
    },
  });
  bench.price('100.5');
  const server = new PushServer({ feed, admission: bench.admission, timers: bench.timers, anonymous });
  await server.start();
  const port = await listenAnywhere(server.http);
  cleanUp.push(() => server.close());
  return { ...bench, bench, server, port };
}

describe('the push server', () => {
  it('P1, P2, P4a: greets, then tells the price, the book and the bot’s state', async () => {
    const { port, bench } = await serve();
    bench.set('market.sim.BTC-USDC.book', { ts: 1_000, seq: 1, bids: [['100', '2']], asks: [['101', '0.00000001']] });
    const peer = new Peer(port, '/ws?token=ann:viewer');
    await peer.next('system_status');
    expect(peer.frames).toMatchObject([
      { type: 'connection_established', data: { client_id: expect.any(String), server_time: expect.any(String) } },
      {
        type: 'price_update',
        data: { symbol: 'BTC/USDC', price: 100.5, change_24h: 0.005 },
        timestamp: '2026-01-02T12:00:00.000Z',
      },
      { type: 'orderbook_update', data: { bids: [[100, 2]], asks: [[101, 1e-8]] } },
      { type: 'system_status', data: { mode: 'manual', points_today: 0, volume_today: 0 } },
    ]);
  });

  it('P2: prices are told when they changed, at most four times a second', async () => {
    const { port, bench } = await serve();
    const peer = new Peer(port, '/ws?token=ann:viewer');
    await peer.next('system_status');
    for (const last of ['101', '102', '103']) bench.price(last);
    bench.timers.advance(250);
    bench.timers.advance(2_000);
    await peer.sync();
    const prices = peer.frames.filter(({ type }) => type === 'price_update').map(({ data }) => data['price']);
    expect(prices).toEqual([100.5, 103]);
  });

  it('P2: own trades of this market, with what they cost; those of others are not told', async () => {
    const { port, bench } = await serve();
    const peer = new Peer(port, '/ws?token=ann:viewer');
    await peer.next('system_status');
    bench.trade(fillOf({ grid_id: 'g2' }));
    bench.trade(fillOf({ side: 'sell', price: 2, fee: 0.5, fee_currency: 'BTC', trade_id: '2' }));
    bench.trade(fillOf());
    await peer.next('trade_executed', ({ side }) => side === 'buy');
    expect(peer.frames.filter(({ type }) => type === 'trade_executed').map(({ data }) => data)).toEqual([
      { side: 'sell', price: 2, quantity: 1000, cost: 1 },
      { side: 'buy', price: 0.005432, quantity: 1000, cost: 0.0054 },
    ]);
  });

  it('P9: mode, points and volume of today, those of before the start included', async () => {
    const noon = Date.UTC(2026, 0, 2, 12);
    const fills = [
      fillOf({ trade_id: '5', ts: noon - 1, price: 10, amount: 1, cycle: true }),
      fillOf({ trade_id: '4', ts: noon - 2, price: 10, amount: 1 }),
      fillOf({ trade_id: '3', ts: noon - 2, price: 10, amount: 1, grid_id: 'g3' }),
      fillOf({ trade_id: '2', ts: noon - 3, price: 10, amount: 1 }),
      fillOf({ trade_id: '1', ts: noon - 86_400_000, price: 10, amount: 1, cycle: true }),
    ];
    const { port, bench } = await serve({ fills });
    const peer = new Peer(port, '/ws?token=ann:viewer');
    expect((await peer.next('system_status')).data).toEqual({ mode: 'manual', points_today: 1, volume_today: 30 });
    bench.health = { status: 'healthy', running_grids: 1 };
    bench.trade(fillOf({ trade_id: '6', ts: noon, price: 5, amount: 1, cycle: true }));
    await peer.next('trade_executed');
    bench.timers.advance(1_000);
    const data = { mode: 'auto', points_today: 2, volume_today: 35 };
    await peer.next('system_status', ({ mode }) => mode === 'auto');
    expect(peer.frames.at(-1)?.data).toEqual(data);
    bench.health = { status: 'healthy', running_grids: 1, kill_switch: true };
    bench.timers.advance(1_000);
    expect((await peer.next('system_status', ({ mode }) => mode === 'paused')).data).toEqual({
      ...data,
      mode: 'paused',
    });
  });

  it('P4: pings every 30 s; a pong as text or as an object keeps a client, silence for 60 s ends it', async () => {
    const { port, bench } = await serve({ anonymous: true });
    const peers = [1, 2, 3].map(() => new Peer(port));
    for (const peer of peers) await peer.next('system_status');
    const [text, object, silent] = peers as [Peer, Peer, Peer];
    for (let i = 0; i < 4; i += 1) {
      if (i === 2) expect(await silent.closed).toEqual({ code: 4408, reason: 'no pong for 60 s' });
      bench.timers.advance(30_000);
      text.ws.send('pong');
      object.ws.send('{"type":"pong","timestamp":"2026-01-02T12:00:00Z"}');
      for (const peer of [text, object]) await peer.sync();
      if (i < 1) {
        silent.ws.send('{"type":"hello"}');
        await silent.sync();
      }
    }
    expect(text.frames.filter(({ type }) => type === 'ping')[0]).toEqual({
      type: 'ping',
      timestamp: '2026-01-02T12:00:30.000Z',
    });
    expect(object.frames.filter(({ type }) => type === 'ping')).toHaveLength(4);
    expect(silent.frames.filter(({ type }) => type === 'ping')).toHaveLength(1);
  });

  it('P5: a token is required, in the address or the header; a wrong one is refused so that browsers hear it', async () => {
    const { port } = await serve();
    const refused = { code: 4401, reason: 'the token is missing or not valid' };
    expect(await new Peer(port).closed).toEqual(refused);
    expect(await new Peer(port, '/ws?token=expired').closed).toEqual(refused);
    await new Peer(port, '/ws', { Authorization: 'Bearer ann:viewer' }).next('connection_established');
  });

  it('P9: with --push-anonymous anybody is served', async () => {
    const { port } = await serve({ anonymous: true });
    await new Peer(port).next('price_update');
    await new Peer(port, '/ws?token=whatever').next('price_update');
  });

  it('Z3: other sites and foreign names are kept out; the dashboard of this engine is not', async () => {
    const { port } = await serve({ anonymous: true, allow: ['https://desk.example'] });
    const from = (headers: Record<string, string>) => new Peer(port, '/ws', headers);
    expect((await from({ Origin: 'https://evil.example' }).closed).code).toBe(403);
    expect((await from({ Host: 'rebound.example' }).closed).code).toBe(403);
    expect((await from({ Origin: `http://127.0.0.1:${DASHBOARD_PORT + 1}` }).closed).code).toBe(403);
    await from({ Origin: `http://127.0.0.1:${DASHBOARD_PORT}` }).next('connection_established');
    await from({ Origin: 'https://desk.example' }).next('connection_established');
    expect((await new Peer(port, '/other').closed).code).toBe(404);
  });

  it('Z8: a token that runs out and a session that is ended end the connection', async () => {
    const { port, bench, server } = await serve();
    const ann = new Peer(port, '/ws?token=ann:viewer');
    const bob = new Peer(port, '/ws?token=bob:viewer');
    for (const peer of [ann, bob]) await peer.next('system_status');
    server.endSession('session-ann');
    expect(await ann.closed).toEqual({ code: 4401, reason: 'the session has ended' });
    bench.timers.advance(50_000);
    expect(await bob.closed).toEqual({ code: 4401, reason: 'the token has expired' });
    const carl = new Peer(port, '/ws?token=carl:viewer');
    await carl.next('system_status');
    bench.verifier.ended.add('session-carl');
    bench.timers.advance(30_000);
    expect(await carl.closed).toEqual({ code: 4401, reason: 'the session has ended' });
  });

  it('P6: who does not read is cut off once too much waits for him, and delays nobody', async () => {
    const { port, bench, server } = await serve({ anonymous: true });
    const stuck = new Peer(port);
    const other = new Peer(port);
    for (const peer of [stuck, other]) await peer.next('system_status');
    stuck.ws.pause();
    let n = 0;
    // The kernels buffer some megabytes before anything waits here.
    while (server.clients === 2 && n < 200_000) {
      for (let i = 0; i < 1_000; i += 1) bench.trade(fillOf({ trade_id: `${(n += 1)}`, amount: n }));
      await other.next('trade_executed', ({ quantity }) => quantity === n);
      other.frames.length = 0;
      // A closed client counts until its close frame could not be delivered.
      bench.timers.advance(3_000);
      for (const peer of [stuck, other]) peer.ws.send('pong');
      await other.sync();
    }
    expect(server.clients).toBe(1);
  });

  it('P6: one that goes away ends nothing', async () => {
    const { port, bench, server } = await serve({ anonymous: true });
    const gone = new Peer(port);
    const stays = new Peer(port);
    for (const peer of [gone, stays]) await peer.next('system_status');
    gone.ws.terminate();
    await gone.closed;
    bench.price('7');
    bench.timers.advance(250);
    await stays.next('price_update', ({ price }) => price === 7);
    await stays.sync();
    expect(server.clients).toBe(1);
  });
});

describe('the end of the engine', () => {
  const deaf = async (peer: Peer) => {
    // At once: the first frames may have come with the handshake.
    peer.ws.once('open', () => peer.ws.pause());
    await new Promise((resolve) => peer.ws.once('open', resolve));
  };

  it('waits a moment for those who are in, and for nobody else', async () => {
    const [first, second] = [await serve(), await serve()];
    await deaf(new Peer(first.port, '/ws?token='));
    await first.server.close();
    await deaf(new Peer(second.port, '/ws?token=ann:viewer'));
    while (second.server.clients === 0) await new Promise((resolve) => setImmediate(resolve));
    const closed = second.server.close();
    second.bench.timers.advance(3_000);
    await closed;
    expect([second.server.clients, second.server.http.listening]).toEqual([0, false]);
  });

  it('lets nobody in whose token is looked at meanwhile', async () => {
    const { server, port, bench } = await serve();
    await deaf(new Peer(port, '/ws?token=ann:viewer'));
    while (server.clients === 0) await new Promise((resolve) => setImmediate(resolve));
    let admit = () => {};
    const asked = new Promise<void>((resolve) => {
      bench.verifier.verify = async (token) => {
        resolve();
        await new Promise<void>((go) => (admit = go));
        return { user: token, role: 'viewer', sessionId: 's', expiresAt: null };
      };
    });
    const late = new Peer(port, '/ws?token=bob');
    await asked;
    const closed = server.close();
    admit();
    expect((await late.closed).code).toBe(503);
    bench.timers.advance(3_000);
    await closed;
    expect(server.clients).toBe(0);
  });
});

describe('our own session against it', () => {
  it('P1–P9: reads what it tells; its end is a refusal, not a loop', async () => {
    const { port, bench, server } = await serve();
    bench.set('market.sim.BTC-USDC.book', { ts: 1_000, seq: 1, bids: [['100', '2']], asks: [['101', '0.5']] });
    const events: VenueEvent[] = [];
    const statuses: SessionStatus[] = [];
    const waiting = new Set<() => void>();
    const heard = () => waiting.forEach((look) => look());
    const when = (is: () => boolean) =>
      new Promise<void>((resolve) => {
        const look = () => is() && resolve();
        waiting.add(look);
        look();
      });
    const session = createPushSession(
      { url: `ws://127.0.0.1:${port}/ws`, venue: 'lab.push', instruments: [], token: 'ann:viewer' },
      {
        timers: bench.timers,
        random: () => 0.5,
        openSocket: nodeSockets(),
        emit: (batch) => {
          events.push(...batch);
          heard();
        },
        onStatus: (status) => {
          statuses.push(status);
          heard();
        },
      },
    );
    cleanUp.push(() => session.close());
    session.start();
    await when(() => events.some(({ type }) => type === 'service'));
    bench.trade(fillOf());
    await when(() => events.some(({ type }) => type === 'account'));
    expect(events.map(({ type }) => type)).toEqual([
      'instruments',
      'ticker',
      'instruments',
      'book',
      'book_state',
      'service',
      'account',
    ]);
    expect(events.find(({ type }) => type === 'ticker')).toMatchObject({
      ticker: { instrument: 'BTC-USDC', last: '100.5', change24h: '0.005' },
    });
    server.endSession('session-ann');
    await when(() => statuses.at(-1)?.phase === 'refused');
    expect(statuses.map(({ phase }) => phase)).toEqual(['connecting', 'live', 'refused']);
  });
});
