import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ColumnsDecoder,
  ColumnsFormatError,
  decodeColumns,
  encodeColumns,
  encodedBytes,
  encodeParts,
  HEADER_BYTES,
} from './candle-columns-binary.ts';
import { CandleColumnsBuilder, PriceDigitsError } from './candle-columns-builder.ts';
import {
  gapsOf,
  isWide,
  joinColumns,
  rowAt,
  sliceColumns,
  spacingOf,
  timeframeOf,
  type CandleColumns,
} from './candle-columns.ts';
import { plainUnits } from './order-book-units.ts';
import { resample } from './resample.ts';

type Row = readonly [ts: number, open: string, high: string, low: string, close: string, volume: number];

function build(rows: readonly Row[]): CandleColumns {
  const builder = new CandleColumnsBuilder();
  for (const [ts, open, high, low, close, volume] of rows) builder.pushText(ts, [open, high, low, close], volume);
  return builder.finish();
}

function rowsOf(columns: CandleColumns): Row[] {
  const price = (column: ArrayLike<number>, row: number) => plainUnits(column[row] ?? NaN, columns.priceDecimals);
  return Array.from({ length: columns.length }, (_, row): Row => {
    const { ts, open, high, low, close, volume } = columns;
    const prices = [price(open, row), price(high, row), price(low, row), price(close, row)] as const;
    return [ts[row] ?? NaN, ...prices, volume[row] ?? NaN];
  });
}

const price = fc
  .tuple(fc.integer({ min: 1, max: 99_999_999 }), fc.integer({ min: 0, max: 6 }))
  .map(([units, decimals]) => plainUnits(units, decimals));
const rows = fc
  .array(
    fc.tuple(fc.integer({ min: 1, max: 5_000_000 }), price, price, price, price, fc.double({ min: 0, noNaN: true })),
    {
      minLength: 1,
      maxLength: 60,
    },
  )
  .map((all) => {
    let ts = 1_500_000_000_000;
    return all.map(([step, open, a, b, close, volume]): Row => {
      ts += step;
      const [low, high] = Number(a) <= Number(b) ? [a, b] : [b, a];
      return [ts, open, high, low, close, volume];
    });
  });

describe('columns', () => {
  it('give the rows back exactly, as they are, encoded and in pieces of any size', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 200 }), (given, piece) => {
        const columns = build(given);
        expect(rowsOf(columns)).toEqual(given);
        const bytes = encodeColumns(columns);
        expect(bytes).toHaveLength(encodedBytes(columns));
        const decoder = new ColumnsDecoder((size) => new SharedArrayBuffer(size));
        for (let at = 0; at < bytes.length; at += piece) decoder.push(bytes.subarray(at, at + piece));
        const decoded = decoder.end();
        expect(rowsOf(decoded)).toEqual(given);
        expect(encodeColumns(decoded)).toEqual(bytes);
      }),
    );
  });

  it('are narrow where every price fits, and have the decimals the finest price needs', () => {
    const narrow = build([[1, '21474836.47', '21474836.47', '1.50', '2', 0]]);
    expect([isWide(narrow), narrow.priceDecimals, narrow.close[0]]).toEqual([false, 2, 200]);
    const wide = build([[1, '21474836.48', '21474836.48', '1.5', '2', 0]]);
    expect([isWide(wide), wide.open[0]]).toEqual([true, 2_147_483_648]);
  });

  it('take finer prices after many coarse ones', () => {
    const builder = new CandleColumnsBuilder();
    for (let row = 0; row < 70_000; row += 1) builder.pushText(row, ['5', '6', '4', '5'], row);
    builder.pushText(70_000, ['5.00001', '6', '4', '5'], 1);
    const columns = builder.finish();
    expect(columns).toMatchObject({ length: 70_001, priceDecimals: 5 });
    expect([columns.open[0], columns.open[40_000], columns.open[70_000]]).toEqual([500_000, 500_000, 500_001]);
    expect(columns.volume[69_999]).toBe(69_999);
    expect(builder.length).toBe(0);
  });

  it('are the same in pieces', () => {
    const fill = (builder: CandleColumnsBuilder) => {
      for (let row = 0; row < 70_000; row += 1)
        builder.pushText(row * 7, [row < 40_000 ? '5' : '5.01', '6', '4', '5'], row);
      return builder;
    };
    const whole = fill(new CandleColumnsBuilder()).finish();
    const pieces = fill(new CandleColumnsBuilder()).takePieces();
    expect(pieces.length).toBeGreaterThan(1);
    expect(joinColumns(pieces)).toEqual(whole);
    const bytes = new Uint8Array(encodedBytes(whole));
    let at = 0;
    for (const part of encodeParts(...pieces)) {
      bytes.set(part, at);
      at += part.length;
    }
    expect(Buffer.compare(bytes, encodeColumns(whole))).toBe(0);
  });

  it('refuse prices that no double holds exactly', () => {
    const builder = new CandleColumnsBuilder();
    expect(() => builder.pushText(1, ['1234567890.123456', '2', '1', '1'], 0)).toThrow(PriceDigitsError);
    const other = new CandleColumnsBuilder();
    other.pushText(1, ['99999999999', '99999999999', '1', '1'], 0);
    expect(() => other.pushText(2, ['1.00001', '2', '1', '1'], 0)).toThrow(/together more than 15 significant digits/);
  });

  it('refuse bytes that are not theirs', () => {
    const bytes = encodeColumns(build([[1, '1', '1', '1', '1', 0]]));
    expect(() => decodeColumns(bytes.subarray(0, -1))).toThrow('cut off');
    expect(() => decodeColumns(bytes.subarray(0, HEADER_BYTES - 1))).toThrow('cut off');
    expect(() => decodeColumns(Uint8Array.of(...bytes, 0))).toThrow('more bytes');
    expect(() => decodeColumns(bytes.map((byte, at) => (at === 0 ? 0 : byte)))).toThrow(ColumnsFormatError);
    expect(() => decodeColumns(bytes.map((byte, at) => (at === 5 ? 3 : byte)))).toThrow('damaged');
    expect(() => decodeColumns(bytes.map((byte, at) => (at === 11 ? 255 : byte)))).toThrow('damaged');
  });

  it('are cut over the same memory, and found by time', () => {
    const columns = build([1, 2, 3, 4].map((ts): Row => [ts * 10, '1', '1', '1', '1', ts]));
    const cut = sliceColumns(columns, 1, 3);
    expect([...cut.ts]).toEqual([20, 30]);
    expect(cut.ts.buffer).toBe(columns.ts.buffer);
    expect(sliceColumns(columns, 3, 99).length).toBe(1);
    expect([0, 10, 11, 40, 41].map((ts) => rowAt(columns, ts))).toEqual([0, 0, 1, 3, 4]);
    // A cut encodes as if it were all there is.
    expect(rowsOf(decodeColumns(encodeColumns(cut)))).toEqual(rowsOf(cut));
  });

  it('G13: count the bars that are not there', () => {
    const columns = build([0, 60, 120, 300, 360, 600].map((s): Row => [s * 1000, '1', '1', '1', '1', 0]));
    expect(gapsOf(columns, 60_000)).toEqual({
      count: 2,
      bars: 5,
      first: [
        { from: 180_000, to: 240_000, bars: 2 },
        { from: 420_000, to: 540_000, bars: 3 },
      ],
    });
    expect(gapsOf(columns, 60_000, 1).first).toHaveLength(1);
    expect([spacingOf(columns), timeframeOf(columns)]).toEqual([60_000, '1m']);
    expect(timeframeOf(sliceColumns(columns, 0, 1))).toBeUndefined();
  });
});

describe('resample', () => {
  /** As one would write it without caring for time. */
  function plainly(given: readonly Row[], ms: number): Row[] {
    const bars = new Map<number, Row[]>();
    for (const row of given) {
      const ts = row[0] - (row[0] % ms);
      bars.set(ts, [...(bars.get(ts) ?? []), row]);
    }
    return [...bars].map(([ts, of]): Row => {
      const by = (column: 2 | 3) => of.toSorted((a, b) => Number(a[column]) - Number(b[column]));
      const volume = of.reduce((sum, row) => sum + row[5], 0);
      return [ts, of[0]?.[1] ?? '', by(2).at(-1)?.[2] ?? '', by(3)[0]?.[3] ?? '', of.at(-1)?.[4] ?? '', volume];
    });
  }

  it('G11, G13: is what a plain way of writing it gives; every row counts once', () => {
    fc.assert(
      fc.property(rows, fc.constantFrom(60_000, 300_000, 3_600_000, 86_400_000), (given, ms) => {
        expect(rowsOf(resample(build(given), ms))).toEqual(plainly(given, ms));
      }),
    );
  });

  it('keeps bars of the same length as they are, and a first and last bar of fewer rows', () => {
    const columns = build([4, 5, 6, 11].map((m): Row => [m * 60_000, '1', `${m}`, '1', '1', 1]));
    expect(rowsOf(resample(columns, 60_000))).toEqual(rowsOf(columns));
    expect(rowsOf(resample(columns, 300_000)).map(([ts, , high, , , volume]) => [ts / 60_000, high, volume])).toEqual([
      [0, '4', 1],
      [5, '6', 2],
      [10, '11', 1],
    ]);
  });
});
