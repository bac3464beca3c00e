import { describe, expect, it } from 'vitest';
import { OrderBook } from '#domain/order-book.ts';
import { ladderView } from './ladder-rows.ts';

function book() {
  const made = new OrderBook({ tickSize: '0.1', lotSize: '0.01' });
  made.applySnapshot({
    ts: 0,
    seq: 1,
    bids: [
      ['99.9', '1'],
      ['99.5', '2'],
      ['98.7', '3'],
    ],
    asks: [
      ['100.1', '4'],
      ['100.6', '2'],
    ],
  });
  return made;
}

describe('ladderView', () => {
  it('gives text, cumulative sizes, shares of the deeper side, spread and imbalance', () => {
    const view = ladderView(book(), 10, 1, []);
    expect(view.bids.map(({ price, size, total, share }) => [price, size, total, share])).toEqual([
      ['99.9', '1.00', '1.00', 1 / 6],
      ['99.5', '2.00', '3.00', 0.5],
      ['98.7', '3.00', '6.00', 1],
    ]);
    expect(view.asks[0]).toMatchObject({ price: '100.1', share: 4 / 6 });
    expect(view.spread).toBe('0.2');
    expect(view.bidShare).toBe(0.5);
  });

  it('marks the row an own order falls in, grouped too, and on its own side only', () => {
    const marked = (ticks: number, side: 'buy' | 'sell', price: number) => {
      const view = ladderView(book(), 10, ticks, [{ side, price }]);
      return [...view.bids, ...view.asks].filter((row) => row.own).map((row) => row.price);
    };
    expect(marked(1, 'buy', 99.5)).toEqual(['99.5']);
    expect(marked(10, 'buy', 99.5)).toEqual(['99.0']);
    expect(marked(10, 'sell', 100.6)).toEqual(['101.0']);
    expect(marked(1, 'sell', 99.5)).toEqual(['100.1']);
    expect(marked(1, 'buy', 50)).toEqual([]);
  });

  const filled = (bids: readonly (readonly [string, string])[], asks: readonly (readonly [string, string])[]) => {
    const made = new OrderBook({ tickSize: '0.1', lotSize: '0.01' });
    made.applySnapshot({ ts: 0, seq: 1, bids, asks });
    return ladderView(made, 10, 1, []);
  };

  it('says by how much a crossed book overlaps, and keeps both sides as they are', () => {
    const view = filled([['100.3', '1']], [['100.1', '2']]);
    expect(view).toMatchObject({ spread: '0.2', crossed: true });
    expect([view.bids[0]?.price, view.asks[0]?.price]).toEqual(['100.3', '100.1']);
    expect(filled([['100.1', '1']], [['100.1', '2']])).toMatchObject({ spread: '0.0', crossed: true });
    expect(filled([['100.0', '1']], [['100.1', '2']])).toMatchObject({ spread: '0.1', crossed: false });
  });

  it('has no spread where one side is empty', () => {
    expect(filled([['100.3', '1']], [])).toMatchObject({ spread: null, crossed: false, bidShare: 1, asks: [] });
    expect(filled([], [['100.3', '1']])).toMatchObject({ spread: null, crossed: false, bidShare: 0, bids: [] });
  });

  it('P3: writes tiny prices digit by digit', () => {
    const made = new OrderBook({ tickSize: '0.000000001', lotSize: '1' });
    made.applySnapshot({ ts: 0, seq: 1, bids: [['0.000000012', '123456789']], asks: [['0.000000013', '5']] });
    const view = ladderView(made, 10, 1, []);
    expect(view.bids[0]).toMatchObject({ price: '0.000000012', size: '123456789' });
    expect(view.spread).toBe('0.000000001');
  });

  it('is empty without a book', () => {
    const view = ladderView(new OrderBook({ tickSize: '1', lotSize: '1' }), 10, 1, []);
    expect(view).toEqual({ asks: [], bids: [], spread: null, crossed: false, bidShare: 0.5 });
  });
});
