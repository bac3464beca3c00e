import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { instrumentKey } from '#engine/events.ts';
import type { ExchangeEvent, FillView } from '#protocol/shapes.ts';
import { InProcessBus, type BusEvent } from '#server/bus.ts';
import { ConfigError } from '#server/config/load-config.ts';
import { createHost, type Host } from '#server/host/create-host.ts';
import { ManualTimers } from '#server/host/testing/manual-timers.ts';
import { createCandleStore } from '#server/storage/candles.ts';
import { openDatabase } from '#server/storage/database.ts';
import { Listings } from '#server/storage/listings.ts';
import { nodeSockets } from '#server/venues/node-socket.ts';
import { STRAIGHT } from '#server/venues/proxy.ts';
import { VenueRestError } from '#server/venues/rest-client.ts';
import { createVenueApis } from '#server/venues/venue-apis.ts';
import { startNodeVenueServer, type NodeVenueServer, type ServedVenue } from '#testing/venues/node-venue-server.ts';
import { OkxServer } from '#testing/venues/okx-server.ts';
import type { OkxListing } from '#testing/venues/okx-instruments.ts';
import type { Market } from '../market.ts';
import { createOkxMarket } from './create-okx-market.ts';

const MINUTE = 60_000;
/** Ticks so coarse that prices cross a grid's cells soon. */
const COARSE: OkxListing = {
  instId: 'BTC-USDT',
  instType: 'SPOT',
  tickSz: '200',
  lotSz: '0.00001',
  minSz: '0.00001',
  price: '95000',
  size: '0.2',
};

let folder: string;
let timers: ManualTimers;
let okx: OkxServer;
let net: NodeVenueServer | undefined;
let db: DatabaseSyncInstance;
const hosts = new Set<Host>();
let hasCandles: boolean;
let isListed: boolean;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'griddesk-okx-'));
  db = openDatabase(join(folder, 'griddesk.db'));
  timers = new ManualTimers();
  okx = new OkxServer({ timers, listings: [COARSE], depth: 20, rate: 20 });
  hasCandles = true;
  isListed = true;
  const venue: ServedVenue = {
    accept: (socket) => okx.accept(socket),
    rest: (path, ...asked) =>
      !isListed && path.endsWith('/instruments')
        ? { status: 200, body: { code: '0', msg: '', data: [] } }
        : hasCandles || !path.includes('candles')
          ? okx.rest(path, ...asked)
          : { status: 500, body: {} },
  };
  net = await startNodeVenueServer(venue, { deflate: true });
});
afterEach(async () => {
  for (const host of hosts) await host.stop();
  hosts.clear();
  okx.stop();
  await net?.stop();
  db.close();
  rmSync(folder, { recursive: true });
});

function market(warnings: string[] = [], symbols = ['BTC-USDT']): Promise<Market> {
  const address = net ?? { url: 'ws://127.0.0.1:1', httpUrl: 'http://127.0.0.1:1' };
  const urls = {
    okx_rest_url: address.httpUrl,
    polymarket_gamma_url: address.httpUrl,
    polymarket_clob_url: address.httpUrl,
  };
  const listings = new Listings(db);
  return createOkxMarket({
    symbols,
    url: address.url,
    rest: createVenueApis(urls, { timers, random: () => 0.5, egress: STRAIGHT }).okx,
    openSocket: nodeSockets(),
    timers,
    random: () => 0.5,
    store: (interval) => createCandleStore(db, interval),
    known: (symbol) => listings.get(instrumentKey({ venue: 'okx', symbol })),
    warn: (message) => warnings.push(message),
  });
}

interface Desk {
  readonly host: Host;
  readonly market: Market;
  readonly bus: InProcessBus;
  readonly events: BusEvent[];
  readonly fills: FillView[];
}

async function desk(warnings: string[] = []): Promise<Desk> {
  const bus = new InProcessBus();
  const events: BusEvent[] = [];
  const fills: FillView[] = [];
  bus.onEvent((event) => {
    events.push(event);
    if (/^grid\..*\.trade$/.test(event.channel)) fills.push(event.data as FillView);
  });
  const okxMarket = await market(warnings);
  const host = await createHost({ db, markets: [okxMarket], bus, timers });
  hosts.add(host);
  await host.start();
  return { host, market: okxMarket, bus, events, fills };
}

async function stop({ host }: Desk): Promise<void> {
  hosts.delete(host);
  await host.stop();
}

/** Time passes, a little and then a look at the sockets, until it is so. */
async function until(isSo: () => boolean, stepMs = 0): Promise<void> {
  while (!isSo()) {
    if (stepMs > 0) timers.advance(stepMs);
    for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
  }
}

const exchange = ({ bus }: Desk) => bus.current('system.exchange')?.data as ExchangeEvent | undefined;
const isConnected = (it: Desk) => exchange(it)?.state === 'connected';
const call = { user: 'anna', id: 'r1', digest: 'd1', role: 'trader', sessionId: 's' } as const;

async function startGrid({ host }: Desk): Promise<string> {
  const { grid_id } = await host.handlers['grid.start'](
    { pair: 'BTC-USDT', lower_price: 91_000, upper_price: 99_000, grid_count: 20, investment: 10_000 },
    call,
  );
  return grid_id;
}

describe('--market okx', () => {
  test('lists, shows and keeps what the venue says', async () => {
    const it = await desk();
    await until(() => isConnected(it));
    okx.start();
    await until(() => it.market.trades('BTC-USDT', 10).length > 3 && it.market.book('BTC-USDT') !== undefined, 50);
    okx.pause();
    const { instruments } = await it.host.handlers['market.instruments']({}, call);
    expect(instruments).toEqual([
      expect.objectContaining({
        venue: 'okx',
        symbol: 'BTC-USDT',
        tickSize: '200',
        feeCurrency: 'received',
        simulated: false,
        has_book: true,
      }),
    ]);
    const isLevel = ([price, size]: readonly [string, string]) => [Number(price), Number(size)];
    const truth = () => okx.book('BTC-USDT');
    const same = () =>
      JSON.stringify(it.market.book('BTC-USDT')?.bids.map(isLevel)) === JSON.stringify(truth().bids.map(isLevel));
    await until(same);
    expect(it.market.ticker('BTC-USDT')?.venue).toBe('okx');
    const channels = new Set(it.events.map(({ channel }) => channel));
    for (const each of ['ticker', 'book', 'trade', 'candle_1m', 'candle_1d']) {
      expect(channels).toContain(`market.okx.BTC-USDT.${each}`);
    }
    expect(okx.violations).toEqual([]);
  });

  test('what is published is a book that a receiver can follow', async () => {
    const it = await desk();
    await until(() => isConnected(it));
    okx.start();
    const book: BusEvent[] = [];
    it.bus.onEvent((event) => {
      if (event.channel === 'market.okx.BTC-USDT.book') book.push(event);
    });
    await until(() => book.length > 20, 50);
    okx.gap('BTC-USDT');
    await until(() => book.some(({ event }) => event === 'snapshot'), 50);
    const from = book.findIndex(({ event }) => event === 'snapshot');
    await until(() => book.length > from + 5, 50);
    let seq = -1;
    for (const { event, data } of book.slice(from)) {
      const { seq: next, prev } = data as { seq: number; prev?: number };
      if (event === 'update') expect(prev).toBe(seq);
      seq = next;
    }
    timers.advance(5_000);
    expect(exchange(it)).toMatchObject({ resyncs: expect.any(Number) });
  });

  test('G10: a paper grid fills on its prints, at its own prices', async () => {
    const it = await desk();
    await until(() => isConnected(it));
    okx.start();
    await until(() => it.market.trades('BTC-USDT', 1).length > 0, 50);
    const id = await startGrid(it);
    await until(() => it.fills.some(({ liquidity }) => liquidity === 'maker'), 200);
    okx.pause();
    const prints = new Set(it.events.filter(({ channel }) => channel === 'market.okx.BTC-USDT.trade'));
    expect(prints.size).toBeGreaterThan(0);
    for (const fill of it.fills) {
      if (fill.liquidity === 'taker') continue;
      const reached = [...prints].some(({ data }) => {
        const { price, ts } = data as { price: string; ts: number };
        return ts === fill.ts && (fill.side === 'buy' ? Number(price) <= fill.price : Number(price) >= fill.price);
      });
      expect(reached).toBe(true);
    }
    const grid = await it.host.handlers['grid.get']({ id }, call);
    expect(grid.state).toBe('running');
  });

  test('O7, G10: a cut is a gap, told, and mended', async () => {
    const it = await desk();
    await until(() => isConnected(it));
    okx.start();
    await until(() => it.market.book('BTC-USDT') !== undefined, 50);
    okx.cutAll();
    await until(() => !isConnected(it));
    expect(exchange(it)).toMatchObject({ state: 'disconnected', reason: expect.any(String) });
    await until(() => it.market.book('BTC-USDT') === undefined);
    expect(it.host.health().components).toMatchObject({ 'market.okx': 'down' });
    await until(() => isConnected(it), 500);
    await until(() => it.market.book('BTC-USDT') !== undefined, 50);
    timers.advance(5_000);
    await until(() => (exchange(it)?.reconnects ?? 0) > 0, 100);
    const figures = exchange(it);
    expect(figures?.messages).toBeGreaterThan(10);
    expect(figures?.last_message_at).toBeGreaterThan(timers.now() - 20_000);
    expect(figures).toMatchObject({ latency_ms: expect.any(Number), messages_per_s: expect.any(Number), dropped: 0 });
    expect(okx.violations).toEqual([]);
  });

  test('G18: after a restart whole bars of the time away are caught up from REST', async () => {
    const first = await desk();
    await until(() => isConnected(first));
    okx.start();
    await until(() => first.market.trades('BTC-USDT', 1).length > 0, 50);
    const id = await startGrid(first);
    await until(() => first.fills.length > 1, 200);
    await stop(first);
    await until(() => okx.connections.length === 0);
    const away = timers.now();
    timers.advance(30 * MINUTE);
    const back = timers.now();
    const second = await desk();
    await until(() => isConnected(second));
    const caughtUp = second.events.find(({ data }) => /caught up \d+ bars of okx/.test(JSON.stringify(data)));
    // Bars that open after the last price and are closed.
    const bars = Math.floor(back / MINUTE) - Math.floor(away / MINUTE) - 1;
    expect(JSON.stringify(caughtUp?.data)).toContain(`caught up ${bars} bars`);
    const grid = await second.host.handlers['grid.get']({ id }, call);
    expect(grid.state).toBe('running');
    await until(() => second.fills.length > 0);
    const earlier = second.fills.filter(({ ts }) => ts !== undefined && ts > away && ts < back);
    expect(earlier.length).toBeGreaterThan(0);
    const all = await second.host.handlers['grid.fills']({ id, limit: 2000 }, call);
    expect(new Set(all.fills.map(({ trade_id }) => trade_id)).size).toBe(all.fills.length);
    expect(all.fills.length).toBeGreaterThanOrEqual(first.fills.length + earlier.length);
  });
});

test('G18: bars that are not to be had whole are not traded on in part', async () => {
  const first = await desk();
  await until(() => isConnected(first));
  okx.start();
  await until(() => first.market.trades('BTC-USDT', 1).length > 0, 50);
  const id = await startGrid(first);
  await until(() => first.fills.length > 0, 50);
  await stop(first);
  await until(() => okx.connections.length === 0);
  okx.pause();
  timers.advance(10 * MINUTE);
  // The one bar that is known would fill the lower half of the grid.
  const ts = timers.now() - (timers.now() % MINUTE) - 5 * MINUTE;
  const low = { ts, open: '95000', high: '95000', low: '91000', close: '91000', volume: '1' };
  createCandleStore(db).write('okx', 'BTC-USDT', [low]);
  hasCandles = false;
  let second: Desk | undefined;
  void desk().then((started) => (second = started));
  await until(() => second !== undefined, 100);
  const told = second?.events.map(({ data }) => JSON.stringify(data)).join('\n');
  expect(told).toContain('okx has no bars of BTC-USDT of the time away');
  expect(second?.fills).toEqual([]);
  expect((await second?.host.handlers['grid.get']({ id }, call))?.state).toBe('running');
});

describe('OKX out of reach at the start', () => {
  test('an engine that does not know the instruments says where it looked', async () => {
    await net?.stop();
    net = undefined;
    const error = await market().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(VenueRestError);
    expect(String(error)).toContain('OKX does not answer at 127.0.0.1:1: nothing listens there');
  });

  test('one that does serves them, and asks again', async () => {
    await stop(await desk());
    const { port } = net ?? { port: 0 };
    await net?.stop();
    const warnings: string[] = [];
    const it = await desk(warnings);
    expect(warnings[0]).toContain('its instruments are taken as they were last');
    expect(it.market.instruments()).toHaveLength(1);
    const asked = () => okx.received.filter(({ path }) => path.endsWith('/instruments')).length;
    const before = asked();
    net = await startNodeVenueServer(okx, { port });
    await until(() => isConnected(it) && asked() > before, 500);
  });

  test('a pair that OKX has suspended meanwhile keeps nobody from starting', async () => {
    await stop(await desk());
    isListed = false;
    const warnings: string[] = [];
    const it = await desk(warnings);
    expect(warnings).toEqual(['OKX trades no BTC-USDT now; it is taken as it was last']);
    expect(it.market.instruments().map(({ instrument }) => instrument.tickSize)).toEqual(['200']);
  });

  test('a pair OKX does not list is a mistake of the configuration', async () => {
    const error = await market([], ['BTC-USDT', 'FOO-BAR']).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toContain('--instruments: OKX trades no FOO-BAR now');
  });
});
