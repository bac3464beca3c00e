import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Candle } from '#domain/market-data.ts';
import { fittingInterval, intervalsFrom, ranOver, runLines } from './chart-marks.ts';
import { joined, WINDOW } from '#queries/use-candle-window.ts';

const bar = (ts: number): Candle => ({ ts, open: '1', high: '1', low: '1', close: '1', volume: '0', closed: true });
const bars = (from: number, to: number) => Array.from({ length: Math.max(0, to - from) }, (_, i) => bar(from + i));
const texts = { price: String, stopLoss: 'SL', takeProfit: 'TP' };

describe('a run’s chart', () => {
  it('never holds more than its window, each bar once, in order', () => {
    const part = fc.tuple(fc.integer({ min: 0, max: 6000 }), fc.integer({ min: 0, max: 3000 }));
    fc.assert(
      fc.property(part, fc.integer({ min: 0, max: 3000 }), fc.boolean(), ([from, length], more, front) => {
        const held = bars(from, from + length).slice(0, WINDOW);
        const came = front ? bars(from - more, from + 3) : bars(from + length - 3, from + length + more);
        const times = joined(held, came, front ? 'front' : 'back').map(({ ts }) => ts);
        expect(times.length).toBeLessThanOrEqual(WINDOW);
        expect(times.every((ts, i) => i === 0 || ts === (times[i - 1] ?? 0) + 1)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('lets go of the end one scrolls away from', () => {
    expect(joined(bars(0, WINDOW), bars(-10, 0), 'front').at(-1)?.ts).toBe(WINDOW - 11);
    expect(joined(bars(0, WINDOW), bars(WINDOW, WINDOW + 10), 'back')[0]?.ts).toBe(10);
  });

  it('begins with the finest interval that shows all of it', () => {
    const day = 86_400_000;
    expect(intervalsFrom('15m')).toEqual(['15m', '1h', '4h', '1d']);
    expect(fittingInterval(intervalsFrom('1m'), 0, 3 * day, 5000)).toBe('1m');
    expect(fittingInterval(intervalsFrom('1m'), 0, 30 * day, 5000)).toBe('15m');
    expect(fittingInterval(intervalsFrom('1m'), 0, 90_000 * day, 5000)).toBe('1d');
  });

  it('has the grid’s lines and limits, each once', () => {
    const lines = [90, 95].map((buy_price, level) => ({
      level,
      buy_price,
      sell_price: buy_price + 5,
      buys: 0,
      sells: 0,
      profit: 0,
    }));
    const params = { lower_price: 90, upper_price: '100', stop_loss: 80 };
    const shown = runLines({ strategy: 'grid', params, data: {} }, lines, texts);
    expect(shown.map(({ label, edge }) => [label, edge])).toEqual([
      ['SL 80', true],
      ['90', true],
      ['95', false],
      ['100', true],
    ]);
    expect(runLines({ strategy: 'macd', params, data: {} }, undefined, texts)).toEqual([]);
  });

  it('G12: is of the time that was traded, which a stop may have cut short', () => {
    const dataset = { id: 'd', name: 'd', symbol: 'A-B', timeframe: '1h', hash: '', rows: 9, from: 1, to: 900 };
    const curve = (ts: number[]) => ({ result: { equity: { ts } } }) as unknown as Parameters<typeof ranOver>[0];
    expect(ranOver({ ...curve([10, 20, 30]), dataset })).toEqual({ from: 10, to: 30 });
    expect(ranOver({ ...curve([]), dataset })).toEqual({ from: 1, to: 900 });
    expect(ranOver({ result: null, dataset })).toEqual({ from: 1, to: 900 });
  });
});
