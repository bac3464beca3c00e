import { describe, expect, test } from 'vitest';
import type { CandleColumns } from '#domain/candle-columns.ts';
import { seededRandom } from '#domain/random.ts';
import { parseSignalCase } from './signal-case.ts';
import { runSignalCore } from './signal-core.ts';
import { runSignalKernel } from './signal-kernel.ts';
import { RunCancelled } from './trace.ts';

/** Rows of one price each, in tenths, a minute apart. */
function flat(closes: readonly number[]): CandleColumns {
  const prices = Int32Array.from(closes);
  return {
    length: closes.length,
    priceDecimals: 1,
    ts: Float64Array.from(closes, (_, i) => i * 60_000),
    open: prices,
    high: prices,
    low: prices,
    close: prices,
    volume: new Float64Array(closes.length),
  };
}

const every = ({ length }: CandleColumns) => Int32Array.from({ length }, (_, row) => row);
const caseOf = (params: object, more: object = {}) =>
  parseSignalCase(
    {
      strategy: 'dual_ma',
      params: { fast_period: 1, slow_period: 2, ...params },
      config: { initial_capital: 1000, commission: 0.001, slippage: 0 },
      instrument: { lot_size: 0.001 },
      ...more,
    },
    1,
  );
const run = (params: object, closes: readonly number[], more: object = {}) => {
  const columns = flat(closes);
  const trace = runSignalCore(caseOf(params, more), columns, { samples: every(columns) });
  const { bar, side, price, lots, length } = trace.fills;
  const fills = Array.from({ length }, (_, i) => [bar[i], side[i], price[i], lots[i]]);
  return { trace, fills };
};

/** Down, up, down: a cross up at row 3, a cross down at row 5. */
const CLOSES = [1010, 1000, 990, 1010, 1020, 1000, 995, 990];

describe('a signal strategy through the core', () => {
  test('G19: decided at a close, filled at the next open; with execution close, at the same', () => {
    expect(run({}, CLOSES).fills).toEqual([
      [4, 1, 1020, 9794],
      [6, -1, 995, 9794],
    ]);
    expect(run({ execution: 'close' }, CLOSES).fills.map(([bar]) => bar)).toEqual([3, 5]);
  });

  test('G19: a change of sides closes whole and opens anew from the equity after it, each one fill', () => {
    const { fills, trace } = run({ allow_short: true, close_at: 'none' }, CLOSES);
    expect(fills).toEqual([
      [4, 1, 1020, 9794],
      [6, -1, 995, 9794],
      [6, -1, 995, 9774],
    ]);
    expect(trace.exact).toMatchObject({ position: '-9.774' });
    expect(trace.barsInPosition).toBe(4);
  });

  test('G19: at the end a position is closed at the last close, at the last open, or left', () => {
    const rising = [1010, 1000, 990, 1010, 1020, 1030];
    const ends = (close_at: string) => run({ close_at }, rising).fills.map(([bar, side]) => [bar, side]);
    expect(ends('last_close')).toEqual([
      [4, 1],
      [5, -1],
    ]);
    expect(ends('last_open')).toEqual(ends('last_close'));
    expect(ends('none')).toEqual([[4, 1]]);
    // What would open with the last row is not opened.
    expect(run({ close_at: 'last_open' }, rising.slice(0, 5)).fills).toEqual([]);
  });

  test('a short whose equity is used up is closed there and ends the run', () => {
    const { trace, fills } = run({ allow_short: true }, [1000, 1010, 1000, 1000, 2100, 2200]);
    expect(trace).toMatchObject({ state: 'error', reason: 'the equity is used up', bars: 5 });
    expect(fills.map(([bar, side]) => [bar, side])).toEqual([
      [3, -1],
      [4, 1],
    ]);
  });

  test('G21: progress never falls and ends with 1; a cancelled run says so', () => {
    const columns = flat(Array.from({ length: 3000 }, (_, i) => 1000 + (i % 7)));
    const told: number[] = [];
    const hooks = { onProgress: ({ done }: { done: number }) => told.push(done) };
    runSignalCore(caseOf({}), columns, { samples: new Int32Array(0), hooks });
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told.at(-1)).toBe(1);
    const cancelled = { samples: new Int32Array(0), hooks: { isCancelled: () => true } };
    expect(() => runSignalCore(caseOf({}), columns, cancelled)).toThrow(RunCancelled);
  });

  test.each([1, 2, 3, 4, 5, 6])('is the kernel’s run to the digit (seed %i)', (seed) => {
    const random = seededRandom(seed);
    let price = 1000;
    const columns = flat(
      Array.from({ length: 600 }, () => (price = Math.max(50, price + Math.round((random() - 0.5) * 60)))),
    );
    for (const close_at of ['last_close', 'last_open', 'none']) {
      for (const execution of ['open', 'close']) {
        const params = { close_at, execution, allow_short: seed % 2 === 0, whole_units: seed % 3 === 0 };
        const fees = {
          fee_currency: seed === 5 ? 'received' : 'quote',
          lot_size: 0.01,
          tick_size: seed === 3 ? 0.05 : 0.1,
        };
        const config = { initial_capital: 5000, commission: 0.00075, slippage: 0.0003 };
        const of = caseOf(params, { config, instrument: fees });
        const options = { samples: every(columns) };
        expect(runSignalCore(of, columns, options)).toEqual(runSignalKernel(of, columns, options));
      }
    }
  });
});
