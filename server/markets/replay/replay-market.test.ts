import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isCandle, isTicker, isTrade } from '#protocol/market-guards.ts';
import { VirtualTimers } from '#testing/virtual-timers.ts';
import { CandleFileError } from '#server/datasets/candle-file-error.ts';
import type { MarketUpdate } from '../market.ts';
import { createReplayMarket, type ReplayMarketOptions } from './create-replay-market.ts';
import { currenciesOf, symbolOf } from './recording.ts';

const START = Date.UTC(2026, 0, 15);
const FIVE = 300_000;
const recordings = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'replay-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

type Row = readonly [ts: number, open: number, high: number, low: number, close: number, volume: number];

function file(name: string, rows: readonly Row[]): string {
  const path = join(folder, name);
  writeFileSync(path, gzipSync(['ts_ms,open,high,low,close,volume', ...rows.map((row) => row.join(','))].join('\n')));
  return path;
}

/** Bars that climb by 1 each, with a dip to their low first. */
const climbing = (count: number, ms = FIVE, from = START): Row[] =>
  Array.from({ length: count }, (_, i) => [from + i * ms, 100 + i, 102.5 + i, 99 + i, 101 + i, 40]);

async function open(files: readonly string[], options: Partial<ReplayMarketOptions> = {}) {
  const timers = new VirtualTimers();
  const market = await createReplayMarket({ files, speed: 300, timers, ...options });
  const updates: MarketUpdate[] = [];
  const start = () => market.start((update) => updates.push(update));
  const bars = () => updates.flatMap((update) => (update.type === 'bar' ? [update.candle.ts] : []));
  return { timers, market, updates, start, bars };
}

/** Resolves once the replay says that it is over. */
async function playToEnd(market: Awaited<ReturnType<typeof createReplayMarket>>): Promise<MarketUpdate[]> {
  const updates: MarketUpdate[] = [];
  await new Promise<void>((resolve) => {
    void market.start((update) => {
      updates.push(update);
      if (update.type === 'status' && update.state === 'disconnected') resolve();
    });
  });
  await market.stop();
  return updates;
}

describe('a replay', () => {
  it('plays a bar each interval / speed and says when it is over', async () => {
    const path = file('okx_BTC-USDT_5m_test.csv.gz', climbing(10));
    const { timers, updates, start, bars, market } = await open([path]);
    // A fifth of the rows is history.
    expect((await market.candles('BTC-USDT', '5m', { limit: 99 })).map(({ ts }) => ts)).toEqual([START, START + FIVE]);
    await start();
    expect(updates[0]).toEqual({ type: 'status', state: 'connected' });
    expect(bars()).toEqual([START + 2 * FIVE]);
    await timers.advance(999);
    expect(bars()).toHaveLength(1);
    await timers.advance(1);
    expect(bars()).toHaveLength(2);
    await timers.advance(6_000);
    expect(bars()).toEqual(Array.from({ length: 8 }, (_, i) => START + (i + 2) * FIVE));
    await timers.advance(1_000);
    expect(updates.at(-1)).toEqual({ type: 'status', state: 'disconnected', reason: 'replay finished' });
    expect(timers.size).toBe(0);
  });

  it('G11: prints the four points of a bar in the order of its path, with its volume', async () => {
    const rows: Row[] = [
      [START, 100, 100, 100, 100, 1],
      [START + FIVE, 100, 101, 95, 98, 10],
      [START + 2 * FIVE, 98, 104, 97, 103, 10.03],
      [START + 3 * FIVE, 103, 103, 103, 103, 0],
    ];
    const { market } = await open([file('x_A-USD_5m_.csv.gz', rows)], { speed: 'max', from: { row: 1 } });
    const updates = await playToEnd(market);
    const trades = updates.flatMap((update) => (update.type === 'trade' ? [update.trade] : []));
    expect(trades.map(({ price, side }) => [Number(price), side])).toEqual([
      // The high is nearer to the open.
      [100, 'buy'],
      [101, 'buy'],
      [95, 'sell'],
      [98, 'buy'],
      // The low is; and the bar of no volume has no trades.
      [98, 'buy'],
      [97, 'sell'],
      [104, 'buy'],
      [103, 'sell'],
    ]);
    const volumes = trades.map(({ size }) => Math.round(Number(size) * 100));
    expect(volumes.slice(0, 4).reduce((sum, size) => sum + size)).toBe(1_000);
    expect(volumes.slice(4).reduce((sum, size) => sum + size)).toBe(1_003);
    for (const [i, { ts }] of trades.entries()) expect(ts).toBeGreaterThanOrEqual(trades[i - 1]?.ts ?? 0);
    expect(updates.filter(({ type }) => type === 'bar')).toHaveLength(3);
  });

  it('knows nothing of the bars it has not played', async () => {
    const path = file('okx_BTC-USDT_5m_test.csv.gz', climbing(100));
    const { timers, market, start, bars } = await open([path], { from: { row: 30 } });
    await start();
    for (let step = 0; step < 60; step++) {
      const head = bars().at(-1) ?? 0;
      for (const interval of ['5m', '15m', '1h', '1d'] as const) {
        const candles = await market.candles('BTC-USDT', interval, { from: 0, to: START * 2, limit: 5_000 });
        expect(candles.at(-1)?.ts).toBeLessThanOrEqual(head);
        // Every bar climbs, so a high above that of the head's bar would be of a later one.
        const played = (head - START) / FIVE;
        expect(Number(candles.at(-1)?.high)).toBe(102.5 + played);
        expect(Number(candles.at(-1)?.close)).toBe(101 + played);
      }
      expect(Number(market.ticker('BTC-USDT')?.last)).toBe(101 + (head - START) / FIVE);
      await timers.advance(1_000);
    }
    await market.stop();
  });

  it('does not let what comes later change what was seen', async () => {
    const rows = climbing(60);
    const changed = rows.map((row, i): Row => (i < 40 ? row : [row[0], 500, 900, 1, 600, 7]));
    const seen: unknown[][] = [];
    for (const [name, content] of [['a_A-USD_5m_.csv.gz', rows] as const, ['b_A-USD_5m_.csv.gz', changed] as const]) {
      const { timers, market, updates, start } = await open([file(name, content)], { from: { row: 20 } });
      await start();
      await timers.advance(19_000);
      seen.push([...updates, await market.candles('A-USD', '1h', { limit: 99 })]);
      await market.stop();
    }
    expect(seen[1]).toEqual(seen[0]);
  });

  it('resamples to the longer intervals and keeps gaps as gaps', async () => {
    const rows = climbing(40).filter((_, i) => i < 10 || i >= 25);
    const { market } = await open([file('x_A-USD_5m_.csv.gz', rows)], { speed: 'max', from: { row: 0 } });
    const updates = await playToEnd(market);
    const hours = updates.flatMap((update) =>
      update.type === 'candle' && update.interval === '1h' && update.candle.closed ? [update.candle] : [],
    );
    expect(hours.map(({ ts }) => (ts - START) / FIVE)).toEqual([0, 24]);
    expect(hours[0]).toMatchObject({ open: '100.0', high: '111.5', low: '99.0', close: '110.0', volume: '400' });
    expect(await market.candles('A-USD', '1m', { limit: 5 })).toEqual([]);
    expect(await market.candles('A-USD', '5m', { limit: 99 })).toHaveLength(25);
    for (const update of updates) {
      if (update.type === 'trade') expect(isTrade(update.trade)).toBe(true);
      if (update.type === 'ticker') expect(isTicker(update.ticker)).toBe(true);
      if (update.type === 'candle') expect(isCandle(update.candle)).toBe(true);
    }
  });

  it('plays several files on one time line', async () => {
    const files = [
      file('x_A-USD_5m_.csv.gz', climbing(50)),
      file('x_B-USD_1h_.csv.gz', climbing(10, 3_600_000, START - 5 * 3_600_000)),
    ];
    const { market, updates, start, timers } = await open(files);
    await start();
    await timers.advance(60_000);
    await market.stop();
    const bars = updates.flatMap((update) =>
      update.type === 'bar' ? [[update.candle.ts, update.symbol] as const] : [],
    );
    expect(bars.map(([ts]) => ts)).toEqual(bars.map(([ts]) => ts).toSorted((a, b) => a - b));
    expect(bars[0]?.[0]).toBe(START + 10 * FIVE);
    expect(bars.filter(([, symbol]) => symbol === 'B-USD')).toHaveLength(4);
    expect(market.instruments().map(({ instrument }) => instrument.symbol)).toEqual(['A-USD', 'B-USD']);
  });

  it('takes its tick from the data and the other rules from defaults or the caller', async () => {
    const files = [file('x_A-USD_5m_.csv.gz', climbing(5))];
    const [plain] = (await open(files)).market.instruments();
    expect(plain).toEqual({
      priceDecimals: 1,
      instrument: {
        venue: 'replay',
        symbol: 'A-USD',
        base: 'A',
        quote: 'USD',
        tickSize: '0.1',
        lotSize: '0.00001',
        minSize: '0.00001',
        minNotional: '0',
        makerFee: '0.0008',
        takerFee: '0.001',
        feeCurrency: 'quote',
      },
    });
    const coarse = await open(files, { rules: { 'A-USD': { tickSize: '1', makerFee: '0' } } });
    expect(coarse.market.instruments()[0]).toMatchObject({
      priceDecimals: 1,
      instrument: { tickSize: '1', makerFee: '0', takerFee: '0.001' },
    });
    const fine = await open(files, { rules: { 'A-USD': { tickSize: '0.001' } } });
    expect(fine.market.instruments()[0]).toMatchObject({ priceDecimals: 3, instrument: { tickSize: '0.001' } });
  });

  it('stops at once, also at full speed', async () => {
    for (const speed of ['max', 300] as const) {
      const { market, updates, start, timers } = await open([file('x_A-USD_5m_.csv.gz', climbing(5_000))], { speed });
      await start();
      await market.stop();
      const heard = updates.length;
      await timers.advance(10_000);
      expect(updates).toHaveLength(heard);
      expect(market.book('A-USD')).toBeUndefined();
    }
  });

  it('refuses files that make no market', async () => {
    await expect(open([file('x_A-USD_5m_.csv.gz', climbing(1))])).rejects.toThrow(CandleFileError);
    await expect(open([file('x_A-USD_7m_.csv.gz', climbing(9, 420_000))])).rejects.toThrow('bars of 7 minutes');
    const good = file('x_A-USD_5m_.csv.gz', climbing(50));
    const twice = open([good, good]);
    await expect(twice).rejects.toThrow(CandleFileError);
    await expect(twice).rejects.toThrow('there is another file of A-USD');
  });

  it.skipIf(!existsSync(recordings))('plays recorded months (skipped where there are none)', async () => {
    const path = join(recordings, 'okx-swap_BTC-USDT-SWAP_5m_20220501-20221231.csv.gz');
    const { market } = await open([path], { speed: 'max', from: { row: 68_000 } });
    const updates = await playToEnd(market);
    expect(updates.filter(({ type }) => type === 'bar')).toHaveLength(70_499 - 68_000);
    expect(market.instruments()[0]?.instrument).toMatchObject({
      symbol: 'BTC-USDT-SWAP',
      quote: 'USDT',
      tickSize: '0.1',
    });
  });
});

it('names instruments after files', () => {
  expect(symbolOf('/x/okx-swap_BTC-USDT-SWAP_5m_20220501-20221231.csv.gz')).toBe('BTC-USDT-SWAP');
  expect(symbolOf('binance-spot_BTCUSDT_1h_2017.csv.gz')).toBe('BTCUSDT');
  expect(symbolOf('nasdaq_GOOG_1d.csv')).toBe('GOOG');
  expect(symbolOf('my prices.csv')).toBe('my-prices');
});

it('guesses the currencies of a symbol', () => {
  expect(currenciesOf('BTC-USDT-SWAP')).toEqual({ base: 'BTC', quote: 'USDT' });
  expect(currenciesOf('BTCUSDT')).toEqual({ base: 'BTC', quote: 'USDT' });
  expect(currenciesOf('BTC-PERP')).toEqual({ base: 'BTC', quote: 'USD' });
  expect(currenciesOf('GOOG')).toEqual({ base: 'GOOG', quote: 'USD' });
});
