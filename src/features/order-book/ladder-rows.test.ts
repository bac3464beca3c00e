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

  it('is empty without a book', () => {
    const view = ladderView(new OrderBook({ tickSize: '1', lotSize: '1' }), 10, 1, []);
    expect(view).toEqual({ asks: [], bids: [], spread: null, bidShare: 0.5 });
  });
});
