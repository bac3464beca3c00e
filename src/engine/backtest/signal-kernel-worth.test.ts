import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { quoteNumber } from './grid-core-money.ts';
import { PairWorth } from './signal-kernel-worth.ts';

const decimals = fc.integer({ min: 0, max: 15 });
/** Amounts of any size, of many digits and of few. */
const amount = (most: bigint) =>
  fc.tuple(fc.bigInt({ min: -most, max: most }), fc.integer({ min: 0, max: 30 })).map(([units, zeros]) => {
    const coarse = 10n ** BigInt(zeros);
    return (units / coarse) * coarse;
  });
const marks = fc.oneof(fc.integer({ min: 1, max: 20_000_000 }), fc.integer({ min: 1, max: 10 ** 15 - 1 }));

test('is the nearest double of the exact decimal, whatever is held or owed (G2)', () => {
  fc.assert(
    fc.property(decimals, amount(10n ** 46n), amount(10n ** 30n), marks, (scale, quote, base, mark) => {
      const worth = new PairWorth(scale);
      worth.set(quote, base);
      expect(worth.at(mark)).toBe(quoteNumber(worth.exact(mark)));
    }),
    { numRuns: 5000 },
  );
});

test('also where quote and base nearly cancel each other, and exactly between two doubles', () => {
  fc.assert(
    fc.property(decimals, amount(10n ** 26n), marks, fc.bigInt({ min: -9n, max: 9n }), (scale, base, mark, more) => {
      const worth = new PairWorth(scale);
      worth.set(0n, base);
      worth.set(-worth.exact(mark) + more, base);
      expect(worth.at(mark)).toBe(quoteNumber(more));
    }),
    { numRuns: 2000 },
  );
  // 2^53 + 1 is the middle of two; a little more is not.
  const worth = new PairWorth(0);
  const middle = BigInt(2 ** 53) + 1n;
  for (const [more, nearest] of [
    [0n, 2 ** 53],
    [1n, 2 ** 53 + 2],
    [-1n, 2 ** 53],
  ] as const) {
    worth.set((middle - 7n) * 10n ** 36n + more, 10n ** 18n);
    expect(worth.at(7)).toBe(nearest);
  }
});
