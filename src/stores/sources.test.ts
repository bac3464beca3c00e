import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '#domain/random.ts';
import type { SourceConfig, SourceInstrument } from '#domain/source.ts';
import { createSocketPair, type SocketPair } from '#testing/socket-pair.ts';
import { OKX_LISTINGS } from '#testing/venues/okx-instruments.ts';
import { OkxServer } from '#testing/venues/okx-server.ts';
import { PushServer } from '#testing/venues/push-server.ts';
import { VirtualTimers } from '#testing/virtual-timers.ts';
import { createSourceMarket } from './source-market.ts';
import { createSourcesWorld, sourceConfig, type SourcesWorld } from './sources-world.ts';

const BTC: SourceInstrument = {
  symbol: OKX_LISTINGS[0]?.instId ?? '',
  base: 'BTC',
  quote: 'USDT',
  tickSize: '0.1',
  lotSize: '0.00000001',
  minSize: '0.00001',
  minNotional: '0',
  makerFee: '0.0008',
  takerFee: '0.001',
  feeCurrency: 'received',
};
const OKX = sourceConfig({ id: 'okx', kind: 'okx', url: 'wss://okx.test:8443', instruments: [BTC] });
const PUSH = sourceConfig({ id: 'push', kind: 'push', url: 'ws://push.test:8000/ws' });

// Venues' code is loaded with the first of their kind, which takes time that is not virtual.
beforeAll(() =>
  Promise.all([
    import('#venues/okx/session.ts'),
    import('#venues/okx/decoder.ts'),
    import('#venues/push/session.ts'),
    import('./replay-desk.ts'),
  ]),
);

let timers: VirtualTimers;
let network: SocketPair;
let world: SourcesWorld;
let undo: () => void;

beforeEach(() => {
  timers = new VirtualTimers();
  network = createSocketPair(seededRandom(3), timers);
  undo = timers.install();
  world = createSourcesWorld({ timers, WebSocket: network.WebSocket });
});
afterEach(() => {
  world.store.close();
  undo();
});

async function list(...sources: SourceConfig[]): Promise<void> {
  await world.client.answer('source.list', { sources: structuredClone(sources) as never });
}

async function pass(ms: number): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
  await timers.advance(ms);
  world.frames.flush();
}

async function live(id: string): Promise<void> {
  for (let i = 0; i < 200 && phaseOf(id) !== 'live'; i++) await pass(50);
  expect(phaseOf(id)).toBe('live');
}

function viewOf(id: string) {
  world.frames.flush();
  const view = world.store.getState().sources.find(({ config }) => config.id === id);
  if (!view) throw new Error(`no source ${id}`);
  return view;
}
const phaseOf = (id: string) => viewOf(id).state.phase;

describe('a venue source', () => {
  let okx: OkxServer;
  beforeEach(() => {
    okx = new OkxServer({ timers, depth: 50, rate: 20 });
    network.onConnection = (socket) => okx.accept(socket);
    okx.start();
  });
  afterEach(() => okx.stop());

  it('is watched as a whole: tickers of its instruments, under its own venue', async () => {
    await list(OKX);
    await live('okx');
    await pass(1_000);
    expect([...world.tickers.keys()]).toEqual([`okx.okx:${BTC.symbol}`]);
    expect(okx.violations).toEqual([]);
  });

  it('keeps on the page the book the venue has, and says that it is verified', async () => {
    await list(OKX);
    await live('okx');
    const feed = createSourceMarket(world.store.hub).book({ ...BTC, venue: 'okx.okx' });
    const stop = feed.subscribe(() => undefined);
    await pass(5_000);
    okx.pause();
    await pass(1_000);
    const { book, status } = feed.getState();
    expect(status).toBe('verified');
    const truth = okx.book(BTC.symbol);
    expect(book.snapshot().bids.map(([price]) => Number(price))).toEqual(truth.bids.map(([price]) => Number(price)));
    expect(book.snapshot().asks.map(([, size]) => Number(size))).toEqual(truth.asks.map(([, size]) => Number(size)));
    stop();
  });

  it('asks for a book while somebody looks, and a while longer', async () => {
    await list(OKX);
    await live('okx');
    const market = createSourceMarket(world.store.hub);
    const feed = market.book({ ...BTC, venue: 'okx.okx' });
    const books = () => okx.subscribed.filter((key) => key.includes('books')).length;
    const first = feed.subscribe(() => undefined);
    const second = feed.subscribe(() => undefined);
    await pass(500);
    expect(books()).toBe(1);
    first();
    second();
    await pass(2_000);
    expect(books()).toBe(1);
    await pass(6_000);
    expect(books()).toBe(0);
  });

  it('shows a cut book as stale and comes back by itself, complete', async () => {
    await list(OKX);
    await live('okx');
    const feed = createSourceMarket(world.store.hub).book({ ...BTC, venue: 'okx.okx' });
    feed.subscribe(() => undefined);
    await pass(1_000);
    for (const connection of network.connections) connection.cut();
    await pass(100);
    expect(phaseOf('okx')).toBe('waiting');
    expect(feed.getState().status).toBe('stale');
    expect(feed.getState().book.bids.length).toBeGreaterThan(0);
    await pass(40_000);
    expect(phaseOf('okx')).toBe('live');
    expect(feed.getState().status).toBe('verified');
  });

  it('tells what it counts, a reading a second', async () => {
    await list(OKX);
    await live('okx');
    await pass(5_000);
    const { connections, history } = viewOf('okx');
    expect(connections.length).toBeGreaterThan(0);
    expect(history.messagesPerSecond.length).toBeGreaterThan(2);
    expect(history.messagesPerSecond.at(-1)).toBeGreaterThan(1);
  });

  it('is offline where its policy forbids it, and Reconnect begins a new worker with a new policy', async () => {
    await list(OKX);
    await live('okx');
    const feed = createSourceMarket(world.store.hub).book({ ...BTC, venue: 'okx.okx' });
    feed.subscribe(() => undefined);
    await pass(1_000);
    expect(feed.getState().status).toBe('verified');
    world.workers[0]?.say({ type: 'blocked' });
    expect(viewOf('okx').state).toMatchObject({ phase: 'offline', reason: expect.stringContaining('policy') });
    expect(world.workers[0]?.isTerminated).toBe(true);
    // Nobody is left to say so: what is on screen is last known all the same.
    expect(feed.getState().status).toBe('stale');
    world.store.reconnect('okx');
    await live('okx');
    expect(world.workers).toHaveLength(2);
  });

  it('goes on recording in the worker that follows', async () => {
    await list(OKX);
    await live('okx');
    world.store.record('okx', true);
    world.workers[0]?.say({ type: 'blocked' });
    world.store.reconnect('okx');
    await live('okx');
    await pass(2_000);
    expect(viewOf('okx').recording?.frames).toBeGreaterThan(0);
  });

  it('is left alone by a list that says the same, and by one that does not come', async () => {
    await list(OKX);
    await live('okx');
    world.client.setLive(false);
    world.client.setLive(true);
    await list(OKX);
    expect(world.workers).toHaveLength(1);
    world.client.setLive(false);
    world.client.setLive(true);
    await world.client.answer('source.list', new Error('not now'));
    expect(world.store.getState()).toMatchObject({ status: 'ready', error: { message: 'not now' } });
    expect(phaseOf('okx')).toBe('live');
  });

  it('O12: records from whole books on, even when switched on amid their updates', async () => {
    await list(OKX);
    await live('okx');
    const market = createSourceMarket(world.store.hub);
    const feed = market.book({ ...BTC, venue: 'okx.okx' });
    feed.subscribe(() => undefined);
    await pass(2_000);
    expect(feed.getState().status).toBe('verified');
    world.store.record('okx', true);
    await pass(3_000);
    okx.pause();
    await pass(1_000);
    expect(feed.getState().status).toBe('verified');
    const truth = okx.book(BTC.symbol);
    const text = await (await world.store.takeRecording('okx')).text();

    await world.store.openReplay('okx.jsonl', text);
    const replayed = market.book({ ...BTC, venue: 'replay.okx' });
    replayed.subscribe(() => undefined);
    await pass(200);
    world.store.seekReplay(Number.MAX_SAFE_INTEGER);
    await pass(200);
    expect(replayed.getState().status).toBe('verified');
    const { bids } = replayed.getState().book.snapshot();
    expect(bids.map(([price]) => Number(price))).toEqual(truth.bids.map(([price]) => Number(price)));
    expect(okx.violations).toEqual([]);
  });

  it('is replaced when its settings change, and feeds that are open follow', async () => {
    await list(OKX);
    await live('okx');
    const feed = createSourceMarket(world.store.hub).trades({ ...BTC, venue: 'okx.okx' });
    feed.subscribe(() => undefined);
    const saved = world.store.save({ ...OKX, name: 'Another name' });
    const { source } = await world.client.answer('source.save', {
      source: structuredClone({ ...OKX, name: 'Another name' }) as never,
    });
    await saved;
    expect(source.name).toBe('Another name');
    expect(world.workers[0]?.isTerminated).toBe(true);
    await live('okx');
    await pass(3_000);
    expect(feed.getState().trades.length).toBeGreaterThan(0);
  });

  it('goes through the engine by a ticket of its own for every socket', async () => {
    await list({ ...OKX, via: 'engine' });
    await pass(0);
    expect(network.connections).toHaveLength(0);
    const asked = await world.client.answer('source.relay', { path: '/relay/abc', expires_in_ms: 30_000 });
    expect(asked).toEqual({ id: 'okx', path: '/ws/v5/public' });
    await pass(10);
    expect(network.connections.map(({ url }) => url)).toEqual(['ws://desk.test/relay/abc']);
    network.connections[0]?.cut();
    await pass(40_000);
    expect(world.client.asked('source.relay')).toBeGreaterThan(0);
  });

  it('fetches bars of before over our engine with its token, and goes on with live ones', async () => {
    okx.pause();
    world.answer = (url) => {
      const { pathname, searchParams } = new URL(url);
      const { status, body } = okx.rest(pathname.replace('/api/v2/venues/okx', ''), searchParams, {});
      return Response.json(body, { status });
    };
    await list(OKX);
    await live('okx');
    const feed = createSourceMarket(world.store.hub).candles({ ...BTC, venue: 'okx.okx' }, '1m');
    feed.subscribe(() => undefined);
    await pass(100);
    const { status, bars } = feed.getState();
    expect(status).toBe('ready');
    expect(bars.length).toBeGreaterThan(100);
    expect(world.asked[0]?.init?.headers).toEqual({ authorization: 'Bearer engine-token' });
    const newest = bars.at(-1)?.ts ?? 0;
    okx.start();
    await pass(130_000);
    expect(feed.getState().bars.at(-1)?.ts).toBeGreaterThan(newest);
  });
});

describe('a push server as a source', () => {
  it('P5: forgets a token once the source leads elsewhere: it was typed for the old address', async () => {
    const server = new PushServer({ timers, symbol: 'KOGE/USDT', rate: 10, token: 'very-secret' });
    network.onConnection = (socket) => server.accept(socket);
    server.start();
    const config: SourceConfig = { ...PUSH, auth: 'token' };
    const change = async (to: SourceConfig) => {
      const saved = world.store.save(to);
      await world.client.answer('source.save', { source: structuredClone(to) as never });
      await saved;
      await pass(10);
    };
    await list(config);
    await pass(10);
    await world.store.authenticate('push', { token: 'very-secret' });
    await live('push');
    await change({ ...config, name: 'Renamed' });
    await live('push');
    await change({ ...config, url: 'ws://elsewhere.test:8000/ws' });
    await pass(1_000);
    expect(viewOf('push').state).toEqual({ phase: 'needs_token', reason: null });
    expect(network.connections.filter(({ url }) => url.includes('elsewhere'))).toEqual([]);
    server.stop();
  });

  it('P5: needs a token that nobody gave: Reconnect does not try without, a server that wants one is offline without', async () => {
    const server = new PushServer({ timers, token: 'very-secret' });
    network.onConnection = (socket) => server.accept(socket);
    await list({ ...PUSH, auth: 'token' }, { ...PUSH, id: 'open' });
    world.store.reconnect('push');
    for (let i = 0; i < 20 && phaseOf('open') !== 'offline'; i++) await pass(50);
    expect(viewOf('push').state).toEqual({ phase: 'needs_token', reason: null });
    expect(viewOf('open').state).toMatchObject({ phase: 'offline' });
    expect(network.connections).toHaveLength(1);
  });

  it('P2, P5: lists what it tells of, with bars built from its prices; the token stays out of every recording', async () => {
    const server = new PushServer({ timers, symbol: 'KOGE/USDT', rate: 10, token: 'very-secret' });
    network.onConnection = (socket) => server.accept(socket);
    server.start();
    await list({ ...PUSH, auth: 'token' });
    await pass(10);
    expect(viewOf('push').state).toEqual({ phase: 'needs_token', reason: null });
    await world.store.authenticate('push', { token: 'very-secret' });
    await live('push');
    world.store.record('push', true);
    await pass(2_000);
    const listed = world.store.hub.get('push')?.listings() ?? [];
    expect(listed.map(({ venue, symbol }) => [venue, symbol])).toEqual([['push.push', 'KOGE-USDT']]);
    const feed = createSourceMarket(world.store.hub).candles({ venue: 'push.push', symbol: 'KOGE-USDT' }, '1m');
    feed.subscribe(() => undefined);
    await pass(70_000);
    expect(feed.getState().bars.length).toBeGreaterThanOrEqual(2);
    expect(feed.getState().bars[0]?.closed).toBe(true);
    const text = await (await world.store.takeRecording('push')).text();
    expect(text).toContain('price_update');
    expect(text).not.toContain('very-secret');
    expect(JSON.stringify(world.store.getState())).not.toContain('very-secret');
    expect(JSON.stringify(world.workers.map(({ told }) => told))).not.toContain('very-secret');
    server.stop();
  });
});
