import { describe, expect, it } from 'vitest';
import type { Timers } from '#domain/clock.ts';
import { INTERVAL_MS, INTERVALS, type Candle, type Trade } from '#domain/market-data.ts';
import { OrderBook } from '#domain/order-book.ts';
import { isBookUpdate, isCandle, isTicker, isTrade } from '#protocol/market-guards.ts';
import { VirtualTimers } from '#testing/virtual-timers.ts';
import { createCandleStore, type CandleStore } from '../../storage/candles.ts';
import { openDatabase } from '../../storage/database.ts';
import type { MarketUpdate } from '../market.ts';
import { createSimMarket, type SimMarketOptions } from './create-sim-market.ts';
import { LISTINGS } from './listing.ts';

const START = Date.UTC(2026, 0, 15, 12, 0, 30);
const MINUTE = 60_000;
const HOUR = 3_600_000;
const BTC = 'BTC-USDC';
const bitcoin = LISTINGS.filter(({ instrument }) => instrument.symbol === BTC);

/** Time in which the process can also be suspended: the clock goes on while no timer runs. */
class SuspendableTimers implements Timers {
  readonly #running: VirtualTimers;
  #suspended = 0;

  constructor(at: number) {
    this.#running = new VirtualTimers(at);
  }

  now(): number {
    return this.#running.now() + this.#suspended;
  }

  after(ms: number, run: () => void): () => void {
    return this.#running.after(ms, run);
  }

  advance(ms: number): Promise<void> {
    return this.#running.advance(ms);
  }

  suspend(ms: number): void {
    this.#suspended += ms;
  }
}

interface Running {
  readonly timers: SuspendableTimers;
  readonly updates: MarketUpdate[];
  readonly market: ReturnType<typeof createSimMarket>;
}

async function run(options: Omit<Partial<SimMarketOptions>, 'timers'> = {}, at = START): Promise<Running> {
  const timers = new SuspendableTimers(at);
  const updates: MarketUpdate[] = [];
  const market = createSimMarket({ listings: bitcoin, historyDays: 0.25, seed: 5, ...options, timers });
  await market.start((update) => updates.push(update));
  return { timers, updates, market };
}

const tradesOf = (updates: readonly MarketUpdate[]): Trade[] =>
  updates.flatMap((update) => (update.type === 'trade' ? [update.trade] : []));

/** The closed bars that prints make, by the plainest code. */
function barsOf(trades: readonly Trade[], ms: number): Candle[] {
  const bars = new Map<number, Trade[]>();
  for (const trade of trades) {
    const ts = trade.ts - (trade.ts % ms);
    bars.set(ts, [...(bars.get(ts) ?? []), trade]);
  }
  return [...bars].map(([ts, prints]) => {
    const byPrice = prints.map(({ price }) => price).toSorted((a, b) => Number(a) - Number(b));
    const volume = prints.reduce((sum, { size }) => sum + Math.round(Number(size) * 1e5), 0);
    return {
      ts,
      open: prints[0]?.price ?? '',
      high: byPrice.at(-1) ?? '',
      low: byPrice[0] ?? '',
      close: prints.at(-1)?.price ?? '',
      volume: (volume / 1e5).toFixed(5),
      closed: true,
    };
  });
}

describe('the simulated market', () => {
  it('lists instruments with rules a grid can trade by, one with its fee in what is received', () => {
    const listed = createSimMarket({ timers: new VirtualTimers() }).instruments();
    expect(listed.map(({ instrument }) => instrument.symbol)).toEqual(
      expect.arrayContaining(['BTC-USDC', 'ETH-USDC', 'SOL-USDC', 'DOGE-USDC']),
    );
    expect(listed.filter(({ instrument }) => instrument.feeCurrency === 'received')).toHaveLength(1);
    for (const { instrument, priceDecimals } of listed) {
      expect(Number(instrument.tickSize)).toBeCloseTo(10 ** -priceDecimals, 12);
    }
  });

  it('begins with a history that the live flow goes on from without a jump', async () => {
    const { market, updates, timers } = await run();
    const history = await market.candles(BTC, '1m', { limit: 5_000 });
    expect(history).toHaveLength(6 * 60 + 1);
    for (const [i, { ts }] of history.entries()) expect(ts).toBe((history[0]?.ts ?? 0) + i * MINUTE);
    expect(history.at(-1)).toMatchObject({ closed: false, ts: START - (START % MINUTE) });
    await timers.advance(20_000);
    const [first] = tradesOf(updates);
    const before = Number(market.trades(BTC, 500).at(-1)?.price);
    expect(Math.abs(Number(first?.price) / before - 1)).toBeLessThan(0.005);
    expect(Math.abs(Number(first?.price) / Number(history.at(-1)?.close) - 1)).toBeLessThan(0.005);
    await market.stop();
  });

  it('sends what the protocol’s guards take, at its rates', async () => {
    const { market, updates, timers } = await run();
    await timers.advance(60_000);
    await market.stop();
    const count = (type: MarketUpdate['type']) => updates.filter((update) => update.type === type).length;
    for (const update of updates) {
      if (update.type === 'trade') expect(isTrade(update.trade)).toBe(true);
      if (update.type === 'ticker') expect(isTicker(update.ticker)).toBe(true);
      if (update.type === 'book') expect(isBookUpdate(update.update)).toBe(true);
      if (update.type === 'candle') expect(isCandle(update.candle)).toBe(true);
    }
    expect(updates[0]).toEqual({ type: 'status', state: 'connected' });
    expect(count('trade')).toBeGreaterThan(60);
    expect(count('ticker')).toBeLessThanOrEqual(601);
    expect(count('book')).toBeLessThanOrEqual(601);
    expect(count('book')).toBeGreaterThan(300);
    const live = updates.filter((update) => update.type === 'candle' && update.interval === '1m');
    expect(live.length).toBeLessThanOrEqual(4 * 60 + 1);
    expect(live.length).toBeGreaterThan(60);
    const closed = updates.filter((update) => update.type === 'candle' && update.candle.closed);
    expect(closed).toHaveLength(1);
  });

  it('keeps a book stream that leads from any snapshot to every later one', async () => {
    const { market, updates, timers } = await run();
    const receivers: OrderBook[] = [];
    let heard = updates.length;
    for (let second = 0; second < 60; second++) {
      const snapshot = market.book(BTC);
      if (snapshot === undefined) throw new Error('no book');
      for (const book of receivers) expect(book.snapshot()).toEqual(snapshot);
      const [tickSize, lotSize] = ['0.1', '0.00001'];
      const receiver = new OrderBook({ tickSize, lotSize });
      receiver.applySnapshot(snapshot);
      receivers.push(receiver);
      await timers.advance(1_000);
      for (const update of updates.slice(heard)) {
        if (update.type !== 'book') continue;
        for (const book of receivers) expect(book.applyUpdate(update.update)).toBe('applied');
      }
      heard = updates.length;
    }
    await market.stop();
    for (const book of receivers) {
      expect(book.spread()).toBeGreaterThan(0);
      expect(book.bids.length).toBeGreaterThan(10);
      expect(book.asks.length).toBeGreaterThan(10);
    }
  });

  it('makes its bars of every interval from its prints', async () => {
    const { market, updates, timers } = await run();
    await timers.advance(12 * MINUTE);
    const trades = tradesOf(updates);
    const whole = (ms: number) => ({ from: START - (START % ms) + ms, to: timers.now() - ms });
    for (const interval of ['1m', '5m'] as const) {
      const ms = INTERVAL_MS[interval];
      const { from, to } = whole(ms);
      const bars = (await market.candles(BTC, interval, { from, to, limit: 99 })).filter(({ closed }) => closed);
      expect(bars.length).toBeGreaterThan(0);
      expect(bars).toEqual(barsOf(trades, ms).filter(({ ts }) => ts >= from && ts <= to));
      const sent = updates.flatMap((update) =>
        update.type === 'candle' && update.interval === interval && update.candle.closed ? [update.candle] : [],
      );
      expect(sent.filter(({ ts }) => ts >= from && ts <= to)).toEqual(bars);
    }
    const minutes = await market.candles(BTC, '1m', { limit: 5_000 });
    for (const interval of INTERVALS) {
      const newest = (await market.candles(BTC, interval, { limit: 1 }))[0];
      const inside = minutes.filter(({ ts }) => ts >= (newest?.ts ?? 0));
      expect(newest?.close).toBe(minutes.at(-1)?.close);
      expect(Number(newest?.high)).toBe(Math.max(...inside.map(({ high }) => Number(high))));
    }
    await market.stop();
  });

  it('trades the same for the same seed and times, however its wake-ups fall', async () => {
    const smooth = await run();
    await smooth.timers.advance(90_000);
    const rough = await run();
    for (const busy of [70, 2_930, 12_000, 25_000]) {
      rough.timers.suspend(busy);
      await rough.timers.advance(10_000);
    }
    await rough.timers.advance(START + 90_000 - rough.timers.now());
    const other = await run({ seed: 6 });
    await other.timers.advance(90_000);
    expect(tradesOf(rough.updates)).toEqual(tradesOf(smooth.updates));
    expect(tradesOf(other.updates)).not.toEqual(tradesOf(smooth.updates));
    expect(rough.market.book(BTC)?.bids).toEqual(smooth.market.book(BTC)?.bids);
    for (const { market } of [smooth, rough, other]) await market.stop();
  });

  it('remembers its history over a restart and makes up for the time between', async () => {
    const store = createCandleStore(openDatabase(':memory:'));
    const first = await run({ store });
    await first.timers.advance(170_000);
    const before = await first.market.candles(BTC, '1m', { limit: 5_000 });
    await first.market.stop();
    const stoppedAt = first.timers.now();

    const second = await run({ store }, stoppedAt + 3 * HOUR);
    const after = await second.market.candles(BTC, '1m', { limit: 5_000 });
    expect(after.slice(0, before.length).map((bar) => ({ ...bar, closed: false }))).toEqual(
      before.map((bar) => ({ ...bar, closed: false })),
    );
    for (const [i, { ts }] of after.entries()) expect(ts).toBe((after[0]?.ts ?? 0) + i * MINUTE);
    expect(after.length).toBe(before.length + 3 * 60);
    const [last, next] = [before.at(-1), after[before.length]];
    expect(Math.abs(Number(next?.open) / Number(last?.close) - 1)).toBeLessThan(0.0005);
    await second.market.stop();

    // A restart within the minute goes on with its bar.
    const third = await run({ store }, second.timers.now() + 5_000);
    await third.timers.advance(5_000);
    const resumed = await third.market.candles(BTC, '1m', { limit: 1 });
    expect(resumed[0]).toMatchObject({ ts: after.at(-1)?.ts, open: after.at(-1)?.open });
    await third.market.stop();
  });

  it('loses at most seconds of its history when it is killed', async () => {
    const store = createCandleStore(openDatabase(':memory:'));
    const killed = await run({ store });
    await killed.timers.advance(20_000);
    const trades = tradesOf(killed.updates);
    const [bar] = store.read('sim', BTC, START - (START % MINUTE), 1);
    expect(trades.filter(({ ts }) => ts > START + 14_000).map(({ price }) => price)).toContain(bar?.close);
    await killed.market.stop();
  });

  it('tells of a gap when it was suspended, and fills the minutes up', async () => {
    const { market, updates, timers } = await run();
    await timers.advance(10_000);
    const heard = updates.length;
    timers.suspend(HOUR);
    await timers.advance(5_000);
    await market.candles(BTC, '1m', { limit: 1 });
    await timers.advance(5_000);
    const news = updates.slice(heard);
    expect(news[0]).toEqual({ type: 'gap', symbol: BTC });
    expect(tradesOf(news).every(({ ts }) => ts > START + HOUR)).toBe(true);
    expect(tradesOf(news).length).toBeGreaterThan(0);
    const bars = await market.candles(BTC, '1m', { limit: 90 });
    for (const [i, { ts }] of bars.entries()) expect(ts).toBe((bars[0]?.ts ?? 0) + i * MINUTE);
    // The book goes on in the same stream.
    const seqs = updates.flatMap((update) => (update.type === 'book' ? [update.update] : []));
    for (const [i, update] of seqs.entries()) if (i > 0) expect(update.prev).toBe(seqs[i - 1]?.seq);
    await market.stop();
  });

  it('trades on when its candles cannot be stored, and says so once', async () => {
    const broken: CandleStore = {
      read: () => [],
      write: () => {
        throw new Error('database or disk is full');
      },
      prune: () => {},
    };
    const warnings: string[] = [];
    const { market, updates, timers } = await run({ store: broken, warn: (message) => warnings.push(message) });
    await timers.advance(20_000);
    expect(tradesOf(updates).length).toBeGreaterThan(0);
    expect(warnings).toEqual(['cannot store the candles of sim: database or disk is full']);
    await market.stop();
  });

  it('forgets bars older than its retention, in memory and on disk', async () => {
    const store = createCandleStore(openDatabase(':memory:'));
    const options = { store, historyDays: 0.25, retentionDays: 0.5 };
    const first = await run(options);
    await first.market.stop();
    const second = await run(options, START + 11 * HOUR);
    const oldest = store.read('sim', BTC, 0, 1)[0]?.ts ?? 0;
    expect(oldest).toBeGreaterThanOrEqual(START - HOUR - MINUTE);
    expect((await second.market.candles(BTC, '1m', { limit: 9_999 }))[0]?.ts).toBe(oldest);
    await second.market.stop();
  });

  it('says nothing more once stopped, and knows no other symbol', async () => {
    const { market, updates, timers } = await run();
    await market.stop();
    const heard = updates.length;
    await timers.advance(10_000);
    expect(updates).toHaveLength(heard);
    expect(await market.candles('NO-PE', '1m', { limit: 5 })).toEqual([]);
    expect(market.ticker('NO-PE')).toBeUndefined();
    expect(market.book('NO-PE')).toBeUndefined();
    expect(market.trades('NO-PE', 5)).toEqual([]);
  });

  it('brings every listed instrument to life', async () => {
    const { market, timers } = await run({ listings: LISTINGS, historyDays: 0.05 });
    await Promise.all(
      market.instruments().map(({ instrument }) => market.candles(instrument.symbol, '1m', { limit: 1 })),
    );
    await timers.advance(10_000);
    for (const { instrument } of market.instruments()) {
      const ticker = market.ticker(instrument.symbol);
      expect(Number(ticker?.bid)).toBeLessThan(Number(ticker?.ask));
      expect(Number(ticker?.low24h)).toBeLessThanOrEqual(Number(ticker?.last));
      expect(Number(ticker?.high24h)).toBeGreaterThanOrEqual(Number(ticker?.last));
      expect(market.trades(instrument.symbol, 9).length).toBeGreaterThan(0);
    }
    await market.stop();
  });
});
