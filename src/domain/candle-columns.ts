/** Candles by columns: what backtests run over, what data sets store and what workers hand each other. */
import { INTERVAL_MS, INTERVALS, type Interval } from './market-data.ts';

/** Integers of `10^-priceDecimals`; the narrow kind wherever every price fits it. */
export type PriceColumn = Int32Array | Float64Array;

/** Rows in strictly increasing time; all columns have `length` entries. Prices are positive, `high ≥ low`. */
export interface CandleColumns {
  readonly length: number;
  readonly priceDecimals: number;
  /** Open times, ms. */
  readonly ts: Float64Array;
  readonly open: PriceColumn;
  readonly high: PriceColumn;
  readonly low: PriceColumn;
  readonly close: PriceColumn;
  /** For display and for indicators; never money. */
  readonly volume: Float64Array;
}

const COLUMN_NAMES = ['ts', 'open', 'high', 'low', 'close', 'volume'] as const;

/** What a price may have at most: then sums and products of a few still are exact in doubles. */
export const MAX_PRICE_DIGITS = 15;
export const MAX_PRICE_UNITS = 10 ** MAX_PRICE_DIGITS - 1;
/** A larger price makes the columns wide. */
export const MAX_NARROW_UNITS = 2 ** 31 - 1;

/** Bytes a row takes in memory and, before it is compressed, on its way. */
export function bytesPerRow(wide: boolean): number {
  return wide ? 48 : 32;
}

export function isWide(columns: CandleColumns): boolean {
  return columns.open instanceof Float64Array;
}

/**
 * Empty columns of so many rows in one piece of memory from `start` on (a multiple of 8): first the times, then the volumes,
 * open, high, low, close. Shared between threads where `memory` is a `SharedArrayBuffer`.
 */
export function columnsOver(
  memory: ArrayBufferLike,
  start: number,
  { length, priceDecimals, wide }: { readonly length: number; readonly priceDecimals: number; readonly wide: boolean },
): CandleColumns {
  const prices = (index: number): PriceColumn =>
    wide
      ? new Float64Array(memory, start + (16 + index * 8) * length, length)
      : new Int32Array(memory, start + (16 + index * 4) * length, length);
  return {
    length,
    priceDecimals,
    ts: new Float64Array(memory, start, length),
    volume: new Float64Array(memory, start + 8 * length, length),
    open: prices(0),
    high: prices(1),
    low: prices(2),
    close: prices(3),
  };
}

/** Columns one after the other, equal in decimals and width, as one; in one piece of memory of `allocate`. */
export function joinColumns(
  pieces: readonly CandleColumns[],
  allocate: (bytes: number) => ArrayBufferLike = (bytes) => new ArrayBuffer(bytes),
): CandleColumns {
  const [first] = pieces;
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const wide = first !== undefined && isWide(first);
  const shape = { length, priceDecimals: first?.priceDecimals ?? 0, wide };
  const columns = columnsOver(allocate(bytesPerRow(wide) * length), 0, shape);
  let at = 0;
  for (const piece of pieces) {
    for (const name of COLUMN_NAMES) columns[name].set(piece[name], at);
    at += piece.length;
  }
  return columns;
}

/** Rows `from` (inclusive) to `to` (exclusive) over the same memory. */
export function sliceColumns(columns: CandleColumns, from: number, to: number): CandleColumns {
  const start = Math.max(0, Math.min(from, columns.length));
  const end = Math.max(start, Math.min(to, columns.length));
  return {
    length: end - start,
    priceDecimals: columns.priceDecimals,
    ts: columns.ts.subarray(start, end),
    open: columns.open.subarray(start, end),
    high: columns.high.subarray(start, end),
    low: columns.low.subarray(start, end),
    close: columns.close.subarray(start, end),
    volume: columns.volume.subarray(start, end),
  };
}

/** The first row that opens at `ts` or later; `length` where there is none. */
export function rowAt({ ts: times, length }: CandleColumns, ts: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) < ts) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** All that gaps are seen by. */
export type CandleTimes = Pick<CandleColumns, 'ts' | 'length'>;

export interface CandleGap {
  /** Open times of the first and of the last bar that is not there. */
  readonly from: number;
  readonly to: number;
  readonly bars: number;
}

export interface CandleGaps {
  readonly count: number;
  /** Bars that are not there, in all of them. */
  readonly bars: number;
  /** The first of them. */
  readonly first: readonly CandleGap[];
}

/** G13: bars that are not there between the first row and the last. */
export function gapsOf({ ts, length }: CandleTimes, intervalMs: number, most = 20): CandleGaps {
  const first: CandleGap[] = [];
  let count = 0;
  let bars = 0;
  for (let row = 1; row < length; row += 1) {
    const before = ts[row - 1] ?? 0;
    const distance = (ts[row] ?? 0) - before;
    if (distance === intervalMs) continue;
    // A row may be off its place by some seconds without a bar being missed.
    const missing = Math.round(distance / intervalMs) - 1;
    if (missing <= 0) continue;
    count += 1;
    bars += missing;
    if (first.length < most)
      first.push({ from: before + intervalMs, to: before + missing * intervalMs, bars: missing });
  }
  return { count, bars, first };
}

/** The least time from a row to the next, ms; `undefined` for fewer than two rows. */
export function spacingOf({ ts, length }: CandleTimes): number | undefined {
  let least = Number.POSITIVE_INFINITY;
  for (let row = 1; row < length; row += 1) least = Math.min(least, (ts[row] ?? 0) - (ts[row - 1] ?? 0));
  return length < 2 ? undefined : least;
}

/** The interval whose bars these are; `undefined` where their distance is none of ours, or cannot be known. */
export function timeframeOf(columns: CandleTimes): Interval | undefined {
  const spacing = spacingOf(columns);
  return INTERVALS.find((interval) => INTERVAL_MS[interval] === spacing);
}
