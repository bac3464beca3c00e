import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gridLines, largestCount, linesDiffer, type Range } from './lines.ts';

const range = (lower: number, upper: number, count: number, spacing: Range['spacing']): Range => ({
  lower,
  upper,
  count,
  spacing,
});

/** G3 by definition: the largest tick whose N-th power, less 1e-9 of a tick, is not above `L^(N−i)·U^i`. */
function isLine({ lower, upper, count }: Range, index: number, tick: number): boolean {
  const n = BigInt(count);
  const value = BigInt(lower) ** (n - BigInt(index)) * BigInt(upper) ** BigInt(index) * 10n ** (9n * n);
  const reached = (t: bigint) => (t * 10n ** 9n - 1n) ** n <= value;
  return reached(BigInt(tick)) && !reached(BigInt(tick) + 1n);
}

describe('lines', () => {
  test('G3: arithmetic lines are rounded down to the tick', () => {
    expect(gridLines(range(100, 110, 3, 'arithmetic'))).toEqual([100, 103, 106, 110]);
  });

  test('G3: a geometric line that is a tick is that tick, where powers of doubles fall short', () => {
    expect(gridLines(range(1000, 8000, 3, 'geometric'))).toEqual([1000, 2000, 4000, 8000]);
    expect(gridLines(range(1000, 1_000_000, 3, 'geometric'))).toEqual([1000, 10_000, 100_000, 1_000_000]);
    expect(gridLines(range(10_000, 14_641, 4, 'geometric'))).toEqual([10_000, 11_000, 12_100, 13_310, 14_641]);
  });

  test('G3: geometric lines are exact for any range', () => {
    const ticks = fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 2 ** 46 }));
    fc.assert(
      fc.property(ticks, ticks, fc.integer({ min: 2, max: 40 }), (a, b, count) => {
        const one = range(Math.min(a, b), Math.max(a, b) + 1, count, 'geometric');
        const lines = gridLines(one);
        expect(lines.every((line, index) => isLine(one, index, line))).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  test('G3: arithmetic lines are exact where the product leaves the safe integers', () => {
    const wide = range(1, 2 ** 52, 1000, 'arithmetic');
    const expected = 1n + (999n * (2n ** 52n - 1n)) / 1000n;
    expect(BigInt(gridLines(wide)[999] ?? 0)).toBe(expected);
  });

  test('G3: the largest number of different lines', () => {
    expect(linesDiffer(range(100, 110, 10, 'arithmetic'))).toBe(true);
    expect(linesDiffer(range(100, 110, 11, 'arithmetic'))).toBe(false);
    expect(linesDiffer(range(10, 1000, 100, 'geometric'))).toBe(false);
    const most = largestCount(range(10, 1000, 100, 'geometric'), linesDiffer);
    const lines = gridLines(range(10, 1000, most, 'geometric'));
    expect(new Set(lines).size).toBe(most + 1);
    expect(linesDiffer(range(10, 1000, most + 1, 'geometric'))).toBe(false);
  });
});
