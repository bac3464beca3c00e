import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INTERVAL_MS, INTERVALS } from '#domain/market-data.ts';
import { BarHistory } from './aggregate.ts';
import { printBar, type Bar } from './bars.ts';

const units = { priceDecimals: 1, sizeDecimals: 2 };
const MINUTE = 60_000;

/** Rising times with gaps, each a bar of one minute. */
const bars = fc
  .array(
    fc.record({
      skip: fc.integer({ min: 1, max: 400 }),
      prices: fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 4, maxLength: 4 }),
      volume: fc.nat({ max: 100 }),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((steps) => {
    let ts = 0;
    return steps.map(({ skip, prices, volume }): Bar => {
      ts += skip * MINUTE;
      const [open = 1, , , close = 1] = prices;
      return { ts, open, high: Math.max(...prices), low: Math.min(...prices), close, volume };
    });
  });

function resample(parts: readonly Bar[], ms: number): Bar[] {
  const groups = new Map<number, Bar[]>();
  for (const part of parts) {
    const ts = part.ts - (part.ts % ms);
    groups.set(ts, [...(groups.get(ts) ?? []), part]);
  }
  return [...groups].map(([ts, group]) => ({
    ts,
    open: group[0]?.open ?? 0,
    high: Math.max(...group.map(({ high }) => high)),
    low: Math.min(...group.map(({ low }) => low)),
    close: group.at(-1)?.close ?? 0,
    volume: group.reduce((sum, { volume }) => sum + volume, 0),
  }));
}

describe('BarHistory', () => {
  it('resamples to every interval as grouping by time does, gaps kept as gaps', () => {
    fc.assert(
      fc.property(bars, (parts) => {
        const history = new BarHistory(units, MINUTE);
        for (const part of parts) history.add(part);
        for (const interval of INTERVALS) {
          const series = history.series(interval);
          const all = Array.from({ length: series?.length ?? 0 }, (_, i) => series?.at(i));
          expect(all).toEqual(resample(parts, INTERVAL_MS[interval]));
        }
      }),
    );
  });

  it('reports each closed bar once, and the forming ones only when they changed', () => {
    fc.assert(
      fc.property(bars, (parts) => {
        const history = new BarHistory(units, MINUTE);
        const closed: string[] = [];
        for (const part of parts) {
          history.add(part);
          history.closeUntil(part.ts + MINUTE);
          for (const { interval, candle } of history.takeClosed()) closed.push(`${interval} ${candle.ts}`);
          history.takeForming();
          expect(history.takeForming()).toEqual([]);
        }
        const end = (parts.at(-1)?.ts ?? 0) + MINUTE;
        const over = INTERVALS.flatMap((interval) =>
          resample(parts, INTERVAL_MS[interval])
            .filter(({ ts }, i, all) => i < all.length - 1 || ts + INTERVAL_MS[interval] <= end)
            .map(({ ts }) => `${interval} ${ts}`),
        );
        expect(closed.toSorted()).toEqual(over.toSorted());
      }),
    );
  });

  it('answers ranges, the newest without a start, the forming bar last and open', () => {
    const history = new BarHistory(units, MINUTE);
    for (let i = 0; i < 10; i++) history.add(printBar(i * MINUTE, 100 + i, 1));
    const times = (range: { from?: number; to?: number; limit: number }) =>
      history.candles('1m', range).map(({ ts }) => ts / MINUTE);
    expect(times({ limit: 3 })).toEqual([7, 8, 9]);
    expect(times({ from: 2 * MINUTE, limit: 3 })).toEqual([2, 3, 4]);
    expect(times({ from: 2 * MINUTE, to: 3 * MINUTE, limit: 9 })).toEqual([2, 3]);
    expect(times({ to: 3 * MINUTE, limit: 2 })).toEqual([2, 3]);
    expect(times({ from: 20 * MINUTE, limit: 2 })).toEqual([]);
    expect(history.candles('1m', { limit: 2 }).map(({ closed }) => closed)).toEqual([true, false]);
    expect(history.candles('5m', { limit: 9 })[0]).toEqual({
      ts: 0,
      open: '10.0',
      high: '10.4',
      low: '10.0',
      close: '10.4',
      volume: '0.05',
      closed: true,
    });
    history.closeUntil(10 * MINUTE);
    expect(history.candles('1m', { limit: 1 })[0]?.closed).toBe(true);
  });

  it('forgets old bars without reporting the others again', () => {
    const history = new BarHistory(units, MINUTE);
    for (let i = 0; i < 10; i++) history.add(printBar(i * MINUTE, 100, 1));
    history.settle();
    history.dropBefore(5 * MINUTE);
    expect(history.candles('1m', { limit: 99 })).toHaveLength(5);
    history.add(printBar(10 * MINUTE, 100, 1));
    expect(history.takeClosed().map(({ interval, candle }) => [interval, candle.ts / MINUTE])).toEqual([
      ['1m', 9],
      ['5m', 5],
    ]);
  });
});
