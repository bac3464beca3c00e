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
