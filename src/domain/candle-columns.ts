/** Candles by columns: what backtests run over, what data sets store and what workers hand each other. */

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
