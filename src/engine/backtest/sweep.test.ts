import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BacktestError } from './case.ts';
import {
  bestCell,
  combinations,
  MAX_CELLS,
  requestOfCell,
  sweepAxes,
  sweepMetric,
  type CellFigures,
  type SweepRange,
} from './sweep.ts';
import { islandVerdict, neighboursOf } from './sweep-island.ts';
import { outOfSampleRow, stitched, walkWindows } from './sweep-windows.ts';

const issuesOf = (ranges: readonly SweepRange[]) => {
  try {
    sweepAxes(ranges);
  } catch (error) {
    if (error instanceof BacktestError) return error.issues.map(({ path, message }) => `${path} ${message}`);
  }
  return [];
};
const cellsOf = (values: readonly (number | null)[]): CellFigures[] =>
  values.map((value) => ({ metrics: value === null ? null : { total_return: value, max_drawdown: value } }));
const range = (count: number) => ({ param: 'p', from: 1, to: count, step: 1 });

describe('ranges (G22)', () => {
  test('steps are exact decimals, both ends inclusive', () => {
    const [axis] = sweepAxes([{ param: 'deviations', from: 0.1, to: 0.5, step: 0.1 }]);
    expect(axis?.values).toEqual([0.1, 0.2, 0.3, 0.4, 0.5]);
    expect(sweepAxes([{ param: 'a', from: -1, to: 1.4, step: 0.5 }])[0]?.values).toEqual([-1, -0.5, 0, 0.5, 1]);
    expect(sweepAxes([{ param: 'a', from: 1e-8, to: 3e-8, step: 1e-8 }])[0]?.values).toEqual([1e-8, 2e-8, 3e-8]);
  });

  test('every range has the values that its exact decimals have', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -500, max: 500 }),
        fc.nat(300),
        fc.integer({ min: 1, max: 50 }),
        (from, more, step) => {
          const [axis] = sweepAxes([{ param: 'x', from: from / 100, to: (from + more) / 100, step: step / 100 }]);
          const wanted = Array.from({ length: Math.floor(more / step) + 1 }, (_, i) => (from + i * step) / 100);
          expect(axis?.values).toEqual(wanted);
        },
      ),
    );
  });

  test('the cartesian product, the last parameter fastest', () => {
    const axes = sweepAxes([
      { param: 'fast', values: [5, 10] },
      { param: 'spacing', values: ['arithmetic', 'geometric'] },
      { param: 'allow_short', values: ['false', 'true'] },
    ]);
    const cells = combinations(axes);
    expect(cells).toHaveLength(8);
    expect(cells[1]).toEqual({ fast: 5, spacing: 'arithmetic', allow_short: true });
    expect(cells[6]).toEqual({ fast: 10, spacing: 'geometric', allow_short: false });
  });

  test('a combination takes the place of parameters, in both forms', () => {
    expect(requestOfCell({ strategy: 'grid', params: { a: 1, b: 2 } }, { b: 3 })).toEqual({
      strategy: 'grid',
      params: { a: 1, b: 3 },
    });
    expect(requestOfCell({ strategy: 'grid', a: 1 }, { a: 2 })).toEqual({ strategy: 'grid', a: 2 });
  });

  test.each<[string, SweepRange[], string]>([
    ['no ranges', [], 'ranges names no parameter'],
    ['no step', [{ param: 'a', from: 1, to: 2 }], 'ranges.0.step is required, or values'],
    ['a step of nothing', [{ param: 'a', from: 1, to: 2, step: 0 }], 'ranges.0.step must be positive'],
    ['backwards', [{ param: 'a', from: 2, to: 1, step: 1 }], 'ranges.0.to must not be below from'],
    ['not a number', [{ param: 'a', from: NaN, to: 1, step: 1 }], 'ranges.0.from must be a number'],
    ['no values', [{ param: 'a', values: [] }], 'ranges.0.values is empty'],
    ['a value twice', [{ param: 'a', values: [1, 1] }], 'ranges.0.values has a value twice'],
    ['both', [{ param: 'a', values: [1], from: 1 }], 'ranges.0.values cannot be given together with from, to and step'],
    ['the same twice', [range(2), range(3)], 'ranges.1.param is there already'],
    [
      'too many at once',
      [{ param: 'a', from: 0, to: 1, step: 1e-9 }],
      'ranges.0.step makes 1000000001 values; at most 10000: use 0.000100001 or more',
    ],
    ['too many together', [range(101), { ...range(100), param: 'q' }], 'ranges make 10100 combinations; at most 10000'],
  ])('%s is refused by field', (_, ranges, message) => {
    expect(issuesOf(ranges)).toContain(message);
  });

  test('exactly as many as may be are taken', () => {
    expect(combinations(sweepAxes([range(100), { ...range(100), param: 'q' }]))).toHaveLength(MAX_CELLS);
  });
});

describe('the best cell', () => {
  test('is the highest or the lowest as the metric has it; the first of equals; none without figures', () => {
    expect(bestCell(cellsOf([1, 3, null, 3, 2]), sweepMetric())).toBe(1);
    expect(bestCell(cellsOf([1, 0.5, null]), sweepMetric('max_drawdown'))).toBe(1);
    expect(bestCell(cellsOf([null, null]), sweepMetric())).toBeNull();
    expect(bestCell([undefined, { metrics: { sqn: 1 } }], sweepMetric())).toBeNull();
  });

  test('a metric must be known and have a better', () => {
    expect(() => sweepMetric('profit')).toThrow(/^metric is not known; there are total_return, /);
    expect(() => sweepMetric('exposure')).toThrow('metric has no better or worse');
  });
});

describe('islands', () => {
  const axes = sweepAxes([
    { param: 'a', from: 1, to: 5, step: 1 },
    { param: 'b', from: 1, to: 5, step: 1 },
  ]);
  /** 5 × 5 of 0.1, and what is planted. */
  const field = (planted: Readonly<Record<number, number>>) =>
    cellsOf(Array.from({ length: 25 }, (_, index) => planted[index] ?? 0.1));
  const verdict = (cells: readonly CellFigures[], metric = sweepMetric()) =>
    islandVerdict(axes, cells, bestCell(cells, metric) ?? -1, metric);

  test('neighbours are at most one step away in each number, corners and edges included', () => {
    expect(neighboursOf(axes, 12).sort((a, b) => a - b)).toEqual([6, 7, 8, 11, 13, 16, 17, 18]);
    expect(neighboursOf(axes, 0).sort((a, b) => a - b)).toEqual([1, 5, 6]);
    const mixed = sweepAxes([
      { param: 'kind', values: ['x', 'y'] },
      { param: 'n', values: [30, 10, 20] },
    ]);
    // Of y: 10 has 20 beside it, not 30; never x.
    expect(neighboursOf(mixed, 4)).toEqual([5]);
  });

  test('a peak alone in the plain is one', () => {
    expect(verdict(field({ 12: 0.9 }))).toEqual({
      is_island: true,
      best: 0.9,
      neighbours: 0.1,
      median: 0.1,
      message:
        'The best cell stands alone, likely fitted to chance: total_return 0.9; median of the 8 cells around it 0.1, of all 0.1.',
    });
  });

  test('a plateau, and a hill that falls off slowly, are none', () => {
    const near = [6, 7, 8, 11, 13, 16, 17, 18];
    expect(verdict(field({ 12: 0.9, ...Object.fromEntries(near.map((cell) => [cell, 0.8])) })).is_island).toBe(false);
    const hill = cellsOf(
      Array.from(
        { length: 25 },
        (_, index) => 1 - 0.1 * (Math.abs((index % 5) - 2) + Math.abs(Math.floor(index / 5) - 2)),
      ),
    );
    expect(verdict(hill).is_island).toBe(false);
    // One cell that lost all widens the spread, but hides no island.
    expect(verdict(field({ 12: 0.9, 3: -1 })).is_island).toBe(true);
  });

  test('exactly half of the advantage kept is enough', () => {
    const near = [6, 7, 8, 11, 13, 16, 17, 18];
    const around = (value: number) => field({ 12: 1.1, ...Object.fromEntries(near.map((cell) => [cell, value])) });
    expect(verdict(around(0.61)).is_island).toBe(false);
    expect(verdict(around(0.59)).is_island).toBe(true);
  });

  test('where less is better, the pit is the peak', () => {
    expect(verdict(field({ 12: 0.01 }), sweepMetric('max_drawdown'))).toMatchObject({ is_island: true, best: 0.01 });
  });

  test('cells that could not run do not count; with none around nothing is claimed', () => {
    const one = sweepAxes([range(3)]);
    const cells = cellsOf([1, null, 0.2]);
    expect(islandVerdict(one, cells, 0, sweepMetric())).toMatchObject({
      is_island: false,
      neighbours: null,
      median: 0.6,
    });
    expect(islandVerdict(one, cellsOf([0.5, 0.5, 0.5]), 0, sweepMetric()).message).toContain('hardly matter');
  });
});

describe('windows', () => {
  test('the last share is kept', () => {
    expect(outOfSampleRow(1000, 0.3)).toBe(700);
    expect(outOfSampleRow(2, 0.01)).toBe(1);
    expect(outOfSampleRow(2, 0.8)).toBe(1);
  });

  test('windows cover every row once, each with both parts', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 24 }),
        fc.integer({ min: 48, max: 5000 }),
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        (windows, length, in_sample) => {
          const found = walkWindows(length, { windows, in_sample });
          expect(found).toHaveLength(windows);
          expect(found[0]?.from).toBe(0);
          expect(found.at(-1)?.to).toBe(length);
          for (const [index, { from, split, to }] of found.entries()) {
            if (index > 0) expect(from).toBe(found[index - 1]?.to);
            expect(from < split && split < to).toBe(true);
          }
        },
      ),
    );
    expect(walkWindows(3, { windows: 2, in_sample: 0.5 })).toEqual([]);
  });

  test('stitched: returns compound, trades add up, the deepest fall counts', () => {
    const window = (from: number, inside: number, outside: number | null) => ({
      from,
      split: from + 10,
      to: from + 15,
      in_sample: { total_return: inside },
      out_of_sample:
        outside === null
          ? null
          : {
              total_return: outside,
              buy_hold_return: 0,
              max_drawdown: outside / 2,
              total_trades: 4,
              winning_trades: 3,
            },
    });
    // 1.1 · 1.2 − 1 = 0.32 over 10 rows; in sample 1.21 · 1.1 − 1 over 20 rows.
    const total = stitched([window(0, 0.21, 0.1), window(15, 0.1, 0.2), window(30, 0.5, null)]);
    expect(total?.total_return).toBeCloseTo(0.32, 12);
    expect(total).toMatchObject({
      buy_hold_return: 0,
      max_drawdown: 0.1,
      total_trades: 8,
      winning_trades: 6,
      win_rate: 0.75,
    });
    expect(total?.walk_forward_efficiency).toBeCloseTo((1.32 ** 0.1 - 1) / (1.331 ** 0.05 - 1), 12);
    expect(stitched([window(0, 0.1, null)])).toBeNull();
  });
});
