import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { Candle, Interval } from '#domain/market-data.ts';
import { diskError, failingDisk } from '#server/host/testing/failing-disk.ts';
import { ManualTimers } from '#server/host/testing/manual-timers.ts';
import { createCandleStore } from '#server/storage/candles.ts';
import { openDatabase } from '#server/storage/database.ts';
import { VenueRestError } from '#server/venues/rest-client.ts';
import { CandleHistory } from './candle-history.ts';
import { missingRanges } from './missing-ranges.ts';

const MINUTE = 60_000;
const LENGTHS: Readonly<Record<string, number>> = { '1m': MINUTE, '1H': 60 * MINUTE };

let db: DatabaseSyncInstance;
let disk: ReturnType<typeof failingDisk>;
beforeEach(() => {
  db = openDatabase(':memory:');
  disk = failingDisk(db);
});
afterEach(() => db.close());

/** OKX's two paths over a listing that began at `listedAt`, as the documentation words them. */
function venue(timers: ManualTimers, listedAt = 0) {
  const asked: { readonly path: string; readonly bar: string; readonly limit: number }[] = [];
  let failing = false;
  let behindMs = 0;
  const holes = new Set<number>();
  const get = async (address: string) => {
    const url = new URL(address, 'http://okx');
    const bar = url.searchParams.get('bar') ?? '';
    const limit = Number(url.searchParams.get('limit'));
    asked.push({ path: url.pathname, bar, limit });
    if (failing) throw new VenueRestError('unreachable', 'OKX does not answer at okx: nothing listens there');
    const ms = LENGTHS[bar] ?? 0;
    const now = timers.now();
    const before = Number(url.searchParams.get('after') ?? now + 1);
    const isHistory = url.pathname.endsWith('history-candles');
    const rows: string[][] = [];
    for (let ts = Math.floor((before - 1) / ms) * ms; ts >= listedAt && rows.length < limit; ts -= ms) {
      const closed = ts + ms <= now - behindMs;
      if (ts > now || (isHistory && !closed) || holes.has(ts)) continue;
      if (!isHistory && ts < now - 1_440 * ms) break;
      rows.push([String(ts), '1', '2', '0.5', '1.5', '10', '15', '15', closed ? '1' : '0']);
    }
    const json = { code: '0', msg: '', data: rows };
    return { status: 200, text: JSON.stringify(json), json };
  };
  return {
    asked,
    get,
    holes,
    /** Its clock is slower than ours. */
    lag: (ms: number) => {
      behindMs = ms;
    },
    fail: (fails: boolean) => {
      failing = fails;
    },
  };
}

function setUp(listedAt?: number) {
  const timers = new ManualTimers(1_700_000_000_000);
  const okx = venue(timers, listedAt);
  const warnings: string[] = [];
  const store = (interval: Interval) => createCandleStore(disk.db, interval);
  let forming: Candle | undefined;
  const history = () =>
    new CandleHistory({
      venue: 'okx',
      rest: okx,
      store,
      timers,
      forming: () => forming,
      warn: (message) => warnings.push(message),
    });
  const now = timers.now();
  return {
    timers,
    okx,
    store,
    history,
    warnings,
    /** Open time of the bar that is forming. */
    open: now - (now % MINUTE),
    form: (candle: Candle) => {
      forming = candle;
    },
  };
}

const bar = (ts: number, closed = true): Candle => ({
  ts,
  open: '1',
  high: '2',
  low: '0.5',
  close: '1.5',
  volume: '10',
  closed,
});

describe('O15: candles of a venue', () => {
  test('the newest come in pages of 300, are kept closed only, and are not asked for twice', async () => {
    const { okx, history, open, store } = setUp();
    const candles = await history().candles('BTC-USDT', '1m', { limit: 1_001 });
    expect(candles.map(({ ts }) => ts)).toEqual(Array.from({ length: 1_000 }, (_, i) => open - (1_000 - i) * MINUTE));
    expect(okx.asked.map(({ limit }) => limit)).toEqual([300, 300, 300, 100]);
    expect(store('1m').read('okx', 'BTC-USDT', 0, 2_000)).toHaveLength(1_000);
    await history().candles('BTC-USDT', '1m', { limit: 1_001 });
    expect(okx.asked).toHaveLength(4);
  });

  test('the forming bar comes last, from the feed', async () => {
    const { history, open, form } = setUp();
    form(bar(open, false));
    const candles = await history().candles('BTC-USDT', '1m', { limit: 3 });
    expect(candles.map(({ ts, closed }) => [ts, closed])).toEqual([
      [open - 2 * MINUTE, true],
      [open - MINUTE, true],
      [open, false],
    ]);
  });

  test('old bars are of the history, with a range as asked', async () => {
    const { okx, history, open } = setUp();
    const from = open - 10_000 * MINUTE;
    const candles = await history().candles('BTC-USDT', '1m', { from: from + 1, to: from + 4 * MINUTE, limit: 100 });
    expect(candles.map(({ ts }) => (ts - from) / MINUTE)).toEqual([1, 2, 3, 4]);
    expect(okx.asked.map(({ path }) => path)).toEqual(['/api/v5/market/history-candles']);
  });

  test('from a time on, the oldest are given, up to the limit', async () => {
    const { history, open } = setUp();
    const from = open - 50 * MINUTE;
    const candles = await history().candles('BTC-USDT', '1m', { from, limit: 10 });
    expect(candles.map(({ ts }) => (ts - from) / MINUTE)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('only holes are fetched; bars of each interval for themselves', async () => {
    const { okx, history, open, store } = setUp();
    const kept = [1, 2, 3, 6, 7].map((i) => bar(open - i * MINUTE));
    store('1m').write('okx', 'BTC-USDT', kept);
    const candles = await history().candles('BTC-USDT', '1m', { limit: 9 });
    expect(candles).toHaveLength(8);
    expect(okx.asked.map(({ limit }) => limit)).toEqual([1, 2]);
    await history().candles('BTC-USDT', '1h', { limit: 3 });
    expect(okx.asked.at(-1)?.bar).toBe('1H');
  });

  test('a bar that only our clock calls closed is not kept', async () => {
    const { okx, history, open, store } = setUp();
    okx.lag(MINUTE);
    const candles = await history().candles('BTC-USDT', '1m', { limit: 5 });
    expect(candles.at(-1)?.ts).toBe(open - 2 * MINUTE);
    expect(store('1m').read('okx', 'BTC-USDT', open - MINUTE, 9)).toEqual([]);
    okx.lag(0);
    expect((await history().candles('BTC-USDT', '1m', { limit: 5 })).at(-1)?.ts).toBe(open - MINUTE);
  });

  test('what the feed closed is kept', async () => {
    const { okx, history, open, timers } = setUp();
    const line = history();
    for (const i of [3, 2, 1]) line.remember('BTC-USDT', '1m', bar(open - i * MINUTE));
    timers.advance(5_000);
    expect(await line.candles('BTC-USDT', '1m', { limit: 4 })).toHaveLength(3);
    expect(okx.asked).toEqual([]);
  });

  test('bars the venue does not have are not asked for again; a young one may still come', async () => {
    const { okx, history, open } = setUp(1_700_000_000_000 - 30 * MINUTE);
    okx.holes.add(open - 10 * MINUTE).add(open - MINUTE);
    const line = history();
    const first = await line.candles('BTC-USDT', '1m', { limit: 60 });
    const requests = okx.asked.length;
    okx.holes.clear();
    const second = await line.candles('BTC-USDT', '1m', { limit: 60 });
    expect(okx.asked.slice(requests).map(({ limit }) => limit)).toEqual([1]);
    expect(second.length).toBe(first.length + 1);
  });

  test('equal questions at once are one', async () => {
    const { okx, history } = setUp();
    const line = history();
    const answers = await Promise.all([1, 2, 3].map(() => line.candles('BTC-USDT', '1m', { limit: 100 })));
    expect(answers.map(({ length }) => length)).toEqual([99, 99, 99]);
    expect(okx.asked).toHaveLength(1);
  });
});

describe('a venue out of reach', () => {
  test('what is known is given, and said to be all', async () => {
    const { okx, history, open, store, warnings } = setUp();
    store('1m').write('okx', 'BTC-USDT', [bar(open - 2 * MINUTE)]);
    okx.fail(true);
    expect(await history().candles('BTC-USDT', '1m', { limit: 10 })).toHaveLength(1);
    expect(warnings).toEqual(['OKX does not answer at okx: nothing listens there']);
  });

  test('G18: rather none than half, where all are wanted', async () => {
    const { okx, history, open, store } = setUp();
    store('1m').write('okx', 'BTC-USDT', [bar(open - 2 * MINUTE)]);
    okx.fail(true);
    const range = { from: open - 5 * MINUTE, limit: 10, complete: true };
    await expect(history().candles('BTC-USDT', '1m', range)).rejects.toMatchObject({ code: 'VENUE_UNAVAILABLE' });
    await expect(history().candles('ETH-USDT', '1m', { limit: 2 })).rejects.toMatchObject({
      code: 'VENUE_UNAVAILABLE',
    });
    okx.fail(false);
    expect(await history().candles('BTC-USDT', '1m', range)).toHaveLength(5);
  });

  test('a disk that fails costs a warning', async () => {
    const { okx, history, warnings } = setUp();
    disk.refuse = (sql) => {
      if (sql === 'COMMIT') throw diskError('database or disk is full');
    };
    const line = history();
    expect(await line.candles('BTC-USDT', '1m', { limit: 3 })).toHaveLength(2);
    expect(okx.asked).toHaveLength(1);
    expect(warnings[0]).toMatch(/^cannot keep the candles of BTC-USDT/);
  });
});

test('missing ranges are the runs of what is not there', () => {
  const has = (ts: number) => [0, 30, 40].includes(ts);
  expect(missingRanges(0, 60, 10, has)).toEqual([
    { from: 10, to: 20 },
    { from: 50, to: 60 },
  ]);
  expect(missingRanges(0, 0, 10, has)).toEqual([]);
  expect(missingRanges(20, 10, 10, has)).toEqual([]);
});
