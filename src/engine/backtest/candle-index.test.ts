import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CandleColumns } from '#domain/candle-columns.ts';
import { candleIndex, COARSE, columnsAt, FINE } from './candle-index.ts';

const price = fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.constantFrom(1, 2 ** 31 - 1));
const columns: fc.Arbitrary<CandleColumns> = fc
  .tuple(
    fc.array(fc.tuple(price, price, price, price), { minLength: 1, maxLength: 3 * COARSE }),
    fc.constantFrom(Int32Array, Float64Array),
  )
  .map(([given, Column]) => {
    const rows = given.map(([open, a, b, close]) => [open, Math.max(a, b), Math.min(a, b), close]);
    const column = (index: number) => new Column(rows.map((row) => row[index] ?? 0));
    const [open, high, low, close] = [column(0), column(1), column(2), column(3)];
    const length = rows.length;
    const ts = Float64Array.from(rows, (_, row) => row);
    return { length, priceDecimals: 1, ts, open, high, low, close, volume: new Float64Array(length) };
  });

describe('candle index', () => {
  test('G13: the extremes of a block are those of all its prices, wherever open and close lie', () => {
    fc.assert(
      fc.property(columns, (given) => {
        const index = candleIndex(given);
        for (const [blocks, size] of [
          [index.fine, FINE],
          [index.coarse, COARSE],
        ] as const) {
          expect(blocks.low.length).toBe(Math.ceil(given.length / size));
          for (const block of blocks.low.keys()) {
            const part = (column: ArrayLike<number>) => Array.from(column).slice(block * size, (block + 1) * size);
            const closes = part(given.close);
            const all = [...part(given.open), ...part(given.high), ...part(given.low), ...closes];
            const { low, high, lowClose, highClose } = blocks;
            expect([low[block], high[block], lowClose[block], highClose[block]]).toEqual([
              Math.min(...all),
              Math.max(...all),
              Math.min(...closes),
              Math.max(...closes),
            ]);
          }
        }
      }),
    );
  });

  test('is made once for the same columns, as are columns of more decimals', () => {
    const [given] = fc.sample(columns, 1);
    if (!given) throw new RangeError('no columns');
    expect(candleIndex(given)).toBe(candleIndex(given));
    expect(columnsAt(given, 1)).toBe(given);
    const finer = columnsAt(given, 3);
    expect(columnsAt(given, 3)).toBe(finer);
    expect(finer.priceDecimals).toBe(3);
    expect(Array.from(finer.close)).toEqual(Array.from(given.close, (close) => close * 100));
  });
});
