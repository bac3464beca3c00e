import { expect, test } from 'vitest';
import { joinColumns } from '#domain/candle-columns.ts';
import type { Candle } from '#domain/market-data.ts';
import { ManualTimers } from '#server/host/testing/manual-timers.ts';
import type { CandleRange } from '#server/markets/market.ts';
import { fetchHistory } from './history-fetch.ts';

const MINUTE = 60_000;

function candle(ts: number, closed = true): Candle {
  return { ts, open: '10', high: '12', low: '9', close: '11', volume: '1', closed };
}

test('of what a venue gives only whole bars within the range are kept, once', async () => {
  const timers = new ManualTimers(8_000 * MINUTE + 1);
  const asked: CandleRange[] = [];
  const told: number[] = [];
  const pieces = await fetchHistory({
    symbol: 'BTC-USDT',
    interval: '1m',
    from: 1_000 * MINUTE - 1,
    to: 1e15,
    timers,
    signal: new AbortController().signal,
    onProgress: (progress) => told.push(progress),
    // As some venues do it: a bar more at both ends, and the one that is still forming.
    fetch: async (_symbol, _interval, range) => {
      asked.push(range);
      const [from = 0, to = 0] = [range.from, range.to];
      const bars = [];
      for (let ts = from - MINUTE; ts <= to + MINUTE; ts += MINUTE) bars.push(candle(ts, ts !== 2_000 * MINUTE));
      return bars;
    },
  });
  const { ts, length } = joinColumns(pieces);
  expect(asked.map(({ from = 0, to = 0 }) => [from / MINUTE, to / MINUTE])).toEqual([
    [1_000, 3_999],
    [4_000, 6_999],
    [7_000, 7_999],
  ]);
  expect([length, ts[0], ts[length - 1]]).toEqual([6_999, 1_000 * MINUTE, 7_999 * MINUTE]);
  expect(ts.includes(2_000 * MINUTE)).toBe(false);
  expect(told).toEqual([3 / 7, 6 / 7, 1]);
});
