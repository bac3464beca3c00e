import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BookChange, BookSnapshot } from './market-data.ts';
import { OrderBook } from './order-book.ts';
import { decimalsOf, formatUnits, parseUnits } from './order-book-units.ts';

const precision = { tickSize: '0.1', lotSize: '0.001' };

function snapshot(bids: BookSnapshot['bids'], asks: BookSnapshot['asks'], seq = 1): BookSnapshot {
  return { ts: seq * 1000, seq, bids, asks };
}

function liveBook(bids: BookSnapshot['bids'], asks: BookSnapshot['asks']): OrderBook {
  const book = new OrderBook(precision);
  book.applySnapshot(snapshot(bids, asks));
  return book;
}

/** The plainest book there is: prices as text in a map, sorted when read. */
class ReferenceBook {
  readonly bid = new Map<string, string>();
  readonly ask = new Map<string, string>();

  apply(changes: readonly BookChange[]): void {
    for (const [side, price, size] of changes) {
      if (Number(size) === 0) this[side].delete(price);
      else this[side].set(price, size);
    }
  }

  levels(side: 'bid' | 'ask'): [string, string][] {
    const direction = side === 'bid' ? -1 : 1;
    return [...this[side]].sort(([a], [b]) => direction * (Number(a) - Number(b)));
  }
}

const price = fc.integer({ min: 1, max: 600 }).map((units) => formatUnits(units, 1));
const size = fc.oneof(
  fc.constant('0.000'),
  fc.integer({ min: 1, max: 5_000 }).map((units) => formatUnits(units, 3)),
);
const change: fc.Arbitrary<BookChange> = fc.tuple(fc.constantFrom('bid', 'ask'), price, size);
const batches = fc.array(fc.array(change, { maxLength: 40 }), { maxLength: 30 });

describe('OrderBook', () => {
  it('equals a reference map after every update', () => {
    fc.assert(
      fc.property(batches, (updates) => {
        const book = liveBook([], []);
        const reference = new ReferenceBook();
        updates.forEach((changes, i) => {
          expect(book.applyUpdate({ ts: i, changes, seq: i + 2, prev: i + 1 })).toBe('applied');
          reference.apply(changes);
          expect(book.snapshot().bids).toEqual(reference.levels('bid'));
          expect(book.snapshot().asks).toEqual(reference.levels('ask'));
        });
      }),
      { numRuns: 60 },
    );
  });

  it('groups bids down and asks up, loses no size and cumulates exactly', () => {
    fc.assert(
      fc.property(
        batches,
        fc.integer({ min: 2, max: 25 }),
        fc.integer({ min: 1, max: 30 }),
        (updates, ticks, count) => {
          const book = liveBook([], []);
          updates.forEach((changes, i) => book.applyUpdate({ ts: i, changes, seq: i + 2, prev: i + 1 }));
          for (const side of ['bid', 'ask'] as const) {
            const expected = new Map<number, number>();
            for (const [text, amount] of side === 'bid' ? book.snapshot().bids : book.snapshot().asks) {
              const units = Math.round(Number(text) * 10);
              const group = side === 'bid' ? units - (units % ticks) : units + ((ticks - (units % ticks)) % ticks);
              expected.set(group, (expected.get(group) ?? 0) + Math.round(Number(amount) * 1000));
            }
            const rows = book.depth(side, count, ticks);
            expect(rows.map((row) => [row.price, row.size])).toEqual([...expected].slice(0, count));
            let total = 0;
            for (const row of rows) expect(row.total).toBe((total += row.size));
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('is empty until a snapshot comes', () => {
    const book = new OrderBook(precision);
    expect(book.state).toBe('empty');
    expect(book.applyUpdate({ ts: 1, changes: [['bid', '1.0', '1']], seq: 2, prev: 1 })).toBe('waiting');
    expect(book.bestBid()).toBeUndefined();
    expect(book.spread()).toBeUndefined();
    expect(book.mid()).toBeUndefined();
    expect(book.imbalance(5)).toBe(0);
  });

  it('notices a gap, keeps the last levels to be seen and comes back with a snapshot', () => {
    const book = liveBook([['10.0', '1']], [['10.2', '3']]);
    expect(book.applyUpdate({ ts: 2, changes: [['bid', '10.1', '1']], seq: 4, prev: 3 })).toBe('gap');
    expect(book.state).toBe('resync');
    expect(book.bestBid()).toBe(100);
    expect(book.applyUpdate({ ts: 3, changes: [], seq: 2, prev: 1 })).toBe('waiting');
    expect(book.applySnapshot(snapshot([['9.9', '1']], [], 1))).toBe('applied');
    expect(book.state).toBe('live');
    expect(book.bestBid()).toBe(99);
    expect(book.bestAsk()).toBeUndefined();
  });

  it('ignores an update that the snapshot already holds', () => {
    const book = liveBook([['10.0', '1']], []);
    const version = book.version;
    expect(book.applyUpdate({ ts: 0, changes: [['bid', '10.0', '0']], seq: 1, prev: 0 })).toBe('stale');
    expect(book.version).toBe(version);
    expect(book.applyUpdate({ ts: 2, changes: [['bid', '10.0', '2']], seq: 2, prev: 1 })).toBe('applied');
    expect(book.version).toBeGreaterThan(version);
  });

  it.each(['', 'abc', '-1', '1e3', '1.2.3', ' 1', 'NaN', '9007199254740993', '0.00000000000000000000001'])(
    'asks for a resync on the malformed price %j',
    (text) => {
      const book = liveBook([['10.0', '1']], []);
      expect(book.applyUpdate({ ts: 2, changes: [['bid', text, '1']], seq: 2, prev: 1 })).toBe('invalid');
      expect(book.state).toBe('resync');
      expect(book.applySnapshot(snapshot([['10.0', '1']], [], 9))).toBe('applied');
    },
  );

  it('takes prices and sizes finer than the instrument says, exactly', () => {
    const book = liveBook([['10.0', '1.5']], [['10.5', '2']]);
    book.applyUpdate({ ts: 2, changes: [['bid', '10.025', '0.00000001']], seq: 2, prev: 1 });
    expect([book.priceDecimals, book.sizeDecimals]).toEqual([3, 8]);
    expect(book.snapshot().bids).toEqual([
      ['10.025', '0.00000001'],
      ['10.000', '1.50000000'],
    ]);
    expect(book.spread()).toBe(475);
    // Groups stay multiples of the tick.
    expect(book.depth('bid', 5, 2)).toEqual([{ price: 10_000, size: 150_000_001, total: 150_000_001 }]);
  });

  it('computes spread, mid and imbalance', () => {
    const book = liveBook(
      [
        ['10.0', '3'],
        ['9.9', '1'],
      ],
      [
        ['10.1', '1'],
        ['10.2', '9'],
      ],
    );
    expect(book.spread()).toBe(1);
    expect(book.mid()).toBe(100.5);
    expect(book.imbalance(1)).toBe(0.5);
    expect(book.imbalance(2)).toBe((4 - 10) / 14);
    expect(book.priceUnits('10.1')).toBe(101);
    expect(book.bids.sizeAt(99)).toBe(1000);
    expect(book.bids.sizeAt(98)).toBe(0);
  });

  it('lets a lost connection mark it', () => {
    const book = liveBook([['10.0', '3']], []);
    book.lose();
    expect(book.state).toBe('resync');
    expect(book.bids.length).toBe(1);
  });

  it('becomes another book by its view, finer units too, and goes on from there', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('bid' as const, 'ask' as const), price, size)), (changes) => {
        const book = liveBook([['7.25', '1.0001']], [['9', '2']]);
        book.applyUpdate({ ts: 2_000, seq: 2, prev: 1, changes });
        const copy = liveBook([['1', '1']], []);
        const before = copy.version;
        copy.load(structuredClone(book.view()));
        expect(copy.snapshot()).toEqual(book.snapshot());
        expect(copy.version).toBeGreaterThan(before);
        expect(copy.applyUpdate({ ts: 3_000, seq: 3, prev: 2, changes: [['bid', '3.3', '1']] })).toBe('applied');
      }),
    );
  });
});

describe('units', () => {
  it('round-trip between text and units', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 0, max: 15 }), (units, decimals) => {
        expect(parseUnits(formatUnits(units, decimals), decimals)).toBe(units);
      }),
    );
  });

  it('counts the decimals a text needs', () => {
    expect(['95000', '0.50', '0.001', '1.', '2.000'].map(decimalsOf)).toEqual([0, 1, 3, 0, 0]);
  });
});
