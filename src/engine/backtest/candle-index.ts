/** Extremes of candles by block of rows: where nothing in a block can matter, none of its rows is looked at. */
import type { CandleColumns } from '#domain/candle-columns.ts';

/** Rows a block. */
export const BLOCK = 64;

/** One entry a block, in the columns' price units; the last block may be shorter. */
export interface CandleIndex {
  /** Of all four prices: a recorded open or close may lie outside its own high and low (G13 lets it). */
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly lowClose: Float64Array;
  readonly highClose: Float64Array;
}

const known = new WeakMap<CandleColumns, CandleIndex>();

/** The index of `columns`, made once for all runs over the same object. */
export function candleIndex(columns: CandleColumns): CandleIndex {
  const found = known.get(columns);
  if (found) return found;
  const made = makeIndex(columns);
  known.set(columns, made);
  return made;
}

function makeIndex({ length, open, high, low, close }: CandleColumns): CandleIndex {
  const blocks = Math.ceil(length / BLOCK);
  const index = {
    low: new Float64Array(blocks),
    high: new Float64Array(blocks),
    lowClose: new Float64Array(blocks),
    highClose: new Float64Array(blocks),
  };
  for (let block = 0; block < blocks; block += 1) {
    let [least, most, leastClose, mostClose] = [Infinity, 0, Infinity, 0];
    const end = Math.min(length, (block + 1) * BLOCK);
    for (let row = block * BLOCK; row < end; row += 1) {
      const first = open[row] ?? 0;
      const last = close[row] ?? 0;
      least = Math.min(least, low[row] ?? 0, first);
      most = Math.max(most, high[row] ?? 0, first);
      leastClose = Math.min(leastClose, last);
      mostClose = Math.max(mostClose, last);
    }
    index.low[block] = Math.min(least, leastClose);
    index.high[block] = Math.max(most, mostClose);
    index.lowClose[block] = leastClose;
    index.highClose[block] = mostClose;
  }
  return index;
}

const finer = new WeakMap<CandleColumns, Map<number, CandleColumns>>();

/** The same candles counted in `decimals`, at least their own: where an instrument's tick is finer than its data. */
export function columnsAt(columns: CandleColumns, decimals: number): CandleColumns {
  if (decimals === columns.priceDecimals) return columns;
  const made = finer.get(columns) ?? new Map<number, CandleColumns>();
  finer.set(columns, made);
  const found = made.get(decimals);
  if (found) return found;
  const factor = 10 ** (decimals - columns.priceDecimals);
  const scaled = (prices: Int32Array | Float64Array) => Float64Array.from(prices, (price) => price * factor);
  const { open, high, low, close } = columns;
  const result: CandleColumns = {
    ...columns,
    priceDecimals: decimals,
    open: scaled(open),
    high: scaled(high),
    low: scaled(low),
    close: scaled(close),
  };
  made.set(decimals, result);
  return result;
}
