import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OrderBook } from '#domain/order-book.ts';
import { BookScanner } from './book-scan.ts';

const number = fc.oneof(
  fc.constantFrom('0', '0.00000000', '8476.98', '0.000000012', '123456789012345', '0.5', '007', '1.'),
  fc.tuple(fc.nat(99_999), fc.nat(9_999)).map(([whole, fraction]) => `${whole}.${fraction}`),
);
const row = fc.tuple(number, number, fc.constant('0'), fc.nat(50).map(String));
const update = fc.record({ asks: fc.array(row, { maxLength: 12 }), bids: fc.array(row, { maxLength: 12 }) });

type Rows = readonly (readonly string[])[];

function frameOf({ asks, bids }: { readonly asks: Rows; readonly bids: Rows }): string {
  const data = [{ asks, bids, ts: '1597026383085', checksum: 0, seqId: 12, prevSeqId: 11 }];
  return JSON.stringify({ arg: { channel: 'books', instId: 'BTC-USDT' }, action: 'update', data });
}

interface Parsed {
  readonly data: readonly [{ readonly asks: Rows; readonly bids: Rows }];
}

/** The same changes by way of their texts, and as they were read. */
function books(frame: string, scanner: BookScanner) {
  const precision = { tickSize: '0.1', lotSize: '0.00000001' };
  const [slow, fast] = [new OrderBook(precision), new OrderBook(precision)];
  for (const book of [slow, fast]) book.applySnapshot({ ts: 0, seq: 1, bids: [['1', '1']], asks: [['2', '1']] });
  const scanned = scanner.scan(frame);
  const [{ asks, bids }] = (JSON.parse(frame) as Parsed).data;
  const change = (side: 'bid' | 'ask', rows: Rows) =>
    rows.map(([price = '', size = '']) => [side, price, size] as const);
  const changes = [...change('bid', bids), ...change('ask', asks)];
  const at = { ts: 1, seq: 2, prev: 1 };
  // In the order of the frame: units grow finer as decimals come up.
  const result = slow.applyUpdate({ ...at, changes: [...change('ask', asks), ...change('bid', bids)] });
  return { scanned, slow, fast, changes, result, at };
}

describe('BookScanner', () => {
  it('O11: gives the book the same levels as their texts do', () => {
    const scanner = new BookScanner();
    fc.assert(
      fc.property(update, (rows) => {
        const { scanned, slow, fast, changes, result, at } = books(frameOf(rows), scanner);
        expect(scanned?.instId).toBe('BTC-USDT');
        expect(scanned && fast.applyLevels(scanned.book.levels, at)).toBe(result);
        expect(scanned?.book).toMatchObject({ ts: '1597026383085', checksum: 0, seqId: 12, prevSeqId: 11 });
        expect(scanned?.book.update(at)).toEqual({ ...at, changes });
        expect(fast.view()).toEqual(slow.view());
      }),
    );
  });

  it('takes nothing that JSON would not, and nothing otherwise than JSON', () => {
    const scanner = new BookScanner();
    let taken = 0;
    fc.assert(
      fc.property(
        update,
        fc.nat(),
        fc.constantFrom('', '"', ',', '[', ']', '}', '-', '.', '7', 'e', '\\', ' '),
        (rows, where, mark) => {
          const frame = frameOf(rows);
          const at = where % frame.length;
          const damaged = frame.slice(0, at) + mark + frame.slice(at + 1);
          if (!scanner.scan(damaged)) return;
          taken += 1;
          const { scanned, slow, fast, result, at: seq } = books(damaged, scanner);
          expect(scanned && fast.applyLevels(scanned.book.levels, seq)).toBe(result);
          if (result === 'applied') expect(fast.view()).toEqual(slow.view());
        },
      ),
      { numRuns: 2_000 },
    );
    expect(taken).toBeGreaterThan(50);
  });

  it.each([
    ['a snapshot', frameOf({ asks: [], bids: [] }).replace('"update"', '"snapshot"')],
    ['another channel', frameOf({ asks: [], bids: [] }).replace('"books"', '"books5"')],
    ['blanks', frameOf({ asks: [], bids: [] }).replace('"action":', '"action": ')],
    ['an exponent', frameOf({ asks: [['1e3', '1', '0', '1']], bids: [] })],
    ['a sign', frameOf({ asks: [['-1', '1', '0', '1']], bids: [] })],
    ['no number', frameOf({ asks: [['', '1', '0', '1']], bids: [] })],
    ['more digits than a double holds', frameOf({ asks: [['1234567890.12345678', '1', '0', '1']], bids: [] })],
    ['two updates in one', frameOf({ asks: [], bids: [] }).replace('}]}', '},{"asks":[]}]}')],
    ['rows told twice', frameOf({ asks: [], bids: [] }).replace('"ts"', '"asks":[],"ts"')],
    ['half a frame', frameOf({ asks: [['1', '1', '0', '1']], bids: [] }).slice(0, 80)],
  ])('leaves %s to JSON.parse', (_, frame) => {
    expect(new BookScanner().scan(frame)).toBeUndefined();
  });
});
