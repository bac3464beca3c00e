import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Side } from '#domain/market-data.ts';
import { MatchingBook, type Fill, type RestingOrder } from './matching-book.ts';

function resting(book: MatchingBook, side: Side, price: number, size: number): RestingOrder {
  const { resting: order } = book.limit(side, price, size);
  if (order === undefined) throw new Error('it did not rest');
  return order;
}

const brief = (fills: readonly Fill[]) => fills.map(({ price, size, makerId }) => [price, size, makerId]);

describe('MatchingBook', () => {
  it('matches the best price first, then who came first', () => {
    const book = new MatchingBook();
    const worse = resting(book, 'sell', 102, 5);
    const first = resting(book, 'sell', 101, 5);
    const second = resting(book, 'sell', 101, 5);
    expect(brief(book.take('buy', 102, 12))).toEqual([
      [101, 5, first.id],
      [101, 5, second.id],
      [102, 2, worse.id],
    ]);
    expect(worse.remaining).toBe(3);
  });

  it('lets an order keep its place when part of it was filled', () => {
    const book = new MatchingBook();
    const first = resting(book, 'buy', 100, 5);
    resting(book, 'buy', 100, 5);
    book.take('sell', 100, 2);
    expect(brief(book.take('sell', 100, 1))).toEqual([[100, 1, first.id]]);
  });

  it('fills a crossing limit order at the makers’ prices and rests what is left', () => {
    const book = new MatchingBook();
    const ask = resting(book, 'sell', 101, 4);
    const { fills, resting: rest } = book.limit('buy', 103, 10);
    expect(brief(fills)).toEqual([[101, 4, ask.id]]);
    expect(rest).toMatchObject({ side: 'buy', price: 103, remaining: 6 });
    expect([book.bestBid(), book.bestAsk()]).toEqual([103, undefined]);
  });

  it('never trades a taker beyond its worst price, nor rests it', () => {
    const book = new MatchingBook();
    resting(book, 'buy', 100, 4);
    expect(book.take('sell', 101, 9)).toEqual([]);
    expect(book.sizeAt('sell', 101)).toBe(0);
    expect(book.take('sell', 100, 9)).toHaveLength(1);
    expect(book.bestBid()).toBeUndefined();
  });

  it('cancels an order once, from anywhere in its queue', () => {
    const book = new MatchingBook();
    const orders = [1, 2, 3].map((size) => resting(book, 'sell', 101, size));
    const [, middle] = orders;
    if (middle === undefined) throw new Error('no order');
    expect(book.cancel(middle)).toBe(true);
    expect(book.cancel(middle)).toBe(false);
    expect(middle.remaining).toBe(0);
    expect(book.sizeAt('sell', 101)).toBe(4);
    expect(book.take('buy', 101, 9).map(({ size }) => size)).toEqual([1, 3]);
  });

  it('does not cancel what another book holds', () => {
    const order = resting(new MatchingBook(), 'sell', 101, 1);
    const book = new MatchingBook();
    resting(book, 'sell', 101, 1);
    expect(book.cancel(order)).toBe(false);
    expect(book.sizeAt('sell', 101)).toBe(1);
  });

  it('holds its invariants under any sequence of orders', () => {
    const action = fc.record({
      kind: fc.constantFrom('limit', 'limit', 'take', 'cancel'),
      side: fc.constantFrom<Side>('buy', 'sell'),
      price: fc.integer({ min: 90, max: 110 }),
      size: fc.integer({ min: 1, max: 20 }),
      pick: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 150 }), (actions) => {
        const changed = new Map<string, number>();
        const book: MatchingBook = new MatchingBook((side, price) => changed.set(`${side} ${price}`, price));
        /** Every order that rested, in the order they came; the plainest book there is. */
        const orders: RestingOrder[] = [];
        let told = new Map<string, number>();
        for (const { kind, side, price, size, pick } of actions) {
          const makers = orders.filter((order) => order.remaining > 0 && order.side !== side);
          const before = new Map(makers.map((order) => [order.id, order.remaining]));
          let fills: readonly Fill[] = [];
          let rest = 0;
          if (kind === 'cancel') {
            const order = orders[pick % Math.max(1, orders.length)];
            const there = (order?.remaining ?? 0) > 0;
            if (order) expect(book.cancel(order)).toBe(there);
            orders.splice(0, orders.length, ...orders.filter(({ remaining }) => remaining > 0));
          } else if (kind === 'take') {
            fills = book.take(side, price, size);
          } else {
            const submitted = book.limit(side, price, size);
            ({ fills } = submitted);
            rest = submitted.resting?.remaining ?? 0;
            if (submitted.resting) orders.push(submitted.resting);
          }

          // Never crossed.
          expect(book.bestBid() ?? 0).toBeLessThan(book.bestAsk() ?? Infinity);
          // Every trade has a taker and a maker that was there, at the maker's price, and takes the best by price, then time.
          const sign = side === 'buy' ? 1 : -1;
          const queue = makers.toSorted((a, b) => sign * (a.price - b.price) || a.id - b.id);
          fills.forEach((fill, i) => {
            const maker = queue[i];
            expect([fill.makerId, fill.price, fill.side]).toEqual([maker?.id, maker?.price, side]);
            expect(fill.takerId).not.toBe(fill.makerId);
            expect(sign * fill.price).toBeLessThanOrEqual(sign * price);
            expect(before.get(fill.makerId)).toBe(fill.size + (maker?.remaining ?? 0));
          });
          // Sizes are conserved.
          const filled = fills.reduce((sum, fill) => sum + fill.size, 0);
          if (kind === 'limit') expect(filled + rest).toBe(size);
          else expect(filled).toBeLessThanOrEqual(size);
          if (filled < size && kind !== 'cancel') {
            const best = side === 'buy' ? book.bestAsk() : book.bestBid();
            expect(sign * (best ?? sign * Infinity)).toBeGreaterThan(sign * price);
          }
          // Levels are the sums of their orders, and every change of one was told.
          const levels = new Map<string, number>();
          for (const order of orders) {
            if (order.remaining === 0) continue;
            const key = `${order.side} ${order.price}`;
            levels.set(key, (levels.get(key) ?? 0) + order.remaining);
          }
          const shown = (['buy', 'sell'] as const).flatMap((each) =>
            book.levels(each).map(([at, total]): [string, number] => [`${each} ${at}`, total]),
          );
          expect(new Map(shown)).toEqual(levels);
          for (const key of new Set([...told.keys(), ...levels.keys()])) {
            if (told.get(key) !== levels.get(key)) expect(changed.has(key)).toBe(true);
          }
          told = levels;
          changed.clear();
        }
      }),
      { numRuns: 150 },
    );
  });
});
