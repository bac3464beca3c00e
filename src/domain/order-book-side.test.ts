import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BookSide } from './order-book-side.ts';

/** What each span of prices makes of the window: all inside, some far, nearly all far. */
const SPANS = { 'within the window': 900, 'beyond the first window': 20_000, 'beyond any window': 5_000_000_000 };

type Change = readonly [price: number, size: number];

function changesOver(span: number): fc.Arbitrary<Change[]> {
  const size = fc.oneof(
    { weight: 1, arbitrary: fc.constant(0) },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 9 }) },
  );
  // Prices come back, so that removals find something.
  const near = fc.integer({ min: span - Math.min(span - 1, 40), max: span });
  const price = fc.oneof(fc.integer({ min: 1, max: span }), near, fc.constantFrom(1, Math.ceil(span / 2), span));
  return fc.array(fc.tuple(price, size), { maxLength: 200 });
}

function expectEqual(side: BookSide, reference: ReadonlyMap<number, number>): void {
  const direction = side.side === 'bid' ? -1 : 1;
  const expected = [...reference].sort(([a], [b]) => direction * (a - b));
  expect(side.length).toBe(expected.length);
  expect(Array.from({ length: side.length }, (_, rank) => [side.price(rank), side.size(rank)])).toEqual(expected);
  expect(side.price(side.length)).toBeUndefined();
  expect(side.size(side.length)).toBe(0);
}

describe.each(['bid', 'ask'] as const)('BookSide %s', (name) => {
  it.each(Object.entries(SPANS))('equals a sorted map after every change, prices %s', (_, span) => {
    fc.assert(
      fc.property(changesOver(span), fc.array(fc.boolean(), { minLength: 200, maxLength: 200 }), (changes, read) => {
        const side = new BookSide(name);
        const reference = new Map<number, number>();
        changes.forEach(([price, size], i) => {
          side.set(price, size);
          if (size === 0) reference.delete(price);
          else reference.set(price, size);
          expect(side.sizeAt(price)).toBe(size);
          const prices = [...reference.keys()];
          const best = name === 'bid' ? Math.max(...prices) : Math.min(...prices);
          expect(side.price(0)).toBe(prices.length === 0 ? undefined : best);
          // Unread changes pile up in between, as between two frames.
          if (read[i]) expectEqual(side, reference);
        });
        expectEqual(side, reference);
      }),
      { numRuns: 150 },
    );
  });

  it.each([1, -1])('follows a market that drifts through many windows (direction %i)', (direction) => {
    const side = new BookSide(name);
    const reference = new Map<number, number>();
    const set = (price: number, size: number) => {
      side.set(price, size);
      if (size === 0) reference.delete(price);
      else reference.set(price, size);
    };
    for (let step = 0; step < 6_000; step++) {
      const best = 1_000_000 + direction * step * 7;
      const away = name === 'bid' ? -1 : 1;
      for (let rank = 0; rank < 5; rank++) set(best + away * rank * 3, 1 + ((step + rank) % 7));
      for (const price of reference.keys()) if (Math.abs(price - best) > 120) set(price, 0);
      if (step % 500 === 0) expectEqual(side, reference);
    }
    expectEqual(side, reference);
  });

  it('keeps every level when a finer unit comes up, and says when one is no longer exact', () => {
    fc.assert(
      fc.property(changesOver(20_000), fc.constantFrom(1, 10, 1000), (changes, factor) => {
        const side = new BookSide(name);
        const reference = new Map<number, number>();
        for (const [price, size] of changes) {
          side.set(price, size);
          if (size === 0) reference.delete(price);
          else reference.set(price, size);
        }
        expect(side.rescale(factor, 10)).toBe(true);
        expectEqual(side, new Map([...reference].map(([price, size]) => [price * factor, size * 10])));
      }),
    );
    const side = new BookSide(name);
    side.set(Number.MAX_SAFE_INTEGER, 1);
    expect(side.rescale(10, 1)).toBe(false);
  });

  it('is empty after clearing, and the same as new', () => {
    const side = new BookSide(name);
    for (const price of [5, 50_000, 7, 1_000_000_000]) side.set(price, 1);
    side.clear();
    expectEqual(side, new Map());
    side.set(9, 2);
    expectEqual(side, new Map([[9, 2]]));
  });
});
