/** Extremes of candles by block of rows: where nothing in a block can matter, none of its rows is looked at. */
import type { CandleColumns, PriceColumn } from '#domain/candle-columns.ts';
import { BacktestError } from './case.ts';

/** Rows a block of either kind; a coarse one is whole fine ones. */
export const FINE = 8;
export const COARSE = 64;

/** One entry a block, in the columns' price units; the last block may be shorter. */
export interface BlockExtremes {
  /** Of all four prices: a recorded open or close may lie outside its own high and low (G13 lets it). */
  readonly low: PriceColumn;
  readonly high: PriceColumn;
  readonly lowClose: PriceColumn;
  readonly highClose: PriceColumn;
}

export interface CandleIndex {
  readonly fine: BlockExtremes;
  readonly coarse: BlockExtremes;
}

const known = new WeakMap<CandleColumns, CandleIndex>();

/** The index of `columns`, made once for all runs over the same object. */
export function candleIndex(columns: CandleColumns): CandleIndex {
  const found = known.get(columns);
  if (found) return found;
  const { open, high, low, close } = columns;
  const areInts =
    open instanceof Int32Array &&
    high instanceof Int32Array &&
    low instanceof Int32Array &&
    close instanceof Int32Array;
  const fine = areInts ? extremesOfInts(open, high, low, close) : extremesOfRows(columns);
  const made = { fine, coarse: extremesOfBlocks(fine, COARSE / FINE) };
  known.set(columns, made);
  return made;
}

/** As narrow as the prices themselves. */
function newExtremes(blocks: number, like: PriceColumn): BlockExtremes {
  const column = () => (like instanceof Int32Array ? new Int32Array(blocks) : new Float64Array(blocks));
  return { low: column(), high: column(), lowClose: column(), highClose: column() };
}

/**
 * As `extremesOfRows`, without branches, which noisy prices make a processor guess wrong at: `d & (d >> 31)` is the
 * difference where it is negative, else 0. Prices are positive, so no difference leaves 32 bits.
 */
function extremesOfInts(open: Int32Array, high: Int32Array, low: Int32Array, close: Int32Array): BlockExtremes {
  const { length } = close;
  const blocks = Math.ceil(length / FINE);
  const extremes = newExtremes(blocks, close);
  for (let block = 0; block < blocks; block += 1) {
    const from = block * FINE;
    const end = Math.min(length, from + FINE);
    let least = low[from] ?? 0;
    let most = high[from] ?? 0;
    let leastClose = close[from] ?? 0;
    let mostClose = leastClose;
    for (let row = from; row < end; row += 1) {
      const first = open[row] ?? 0;
      const last = close[row] ?? 0;
      let d = (low[row] ?? 0) - least;
      least += d & (d >> 31);
      d = first - least;
      least += d & (d >> 31);
      d = most - (high[row] ?? 0);
      most -= d & (d >> 31);
      d = most - first;
      most -= d & (d >> 31);
      d = last - leastClose;
      leastClose += d & (d >> 31);
      d = mostClose - last;
      mostClose -= d & (d >> 31);
    }
    extremes.low[block] = Math.min(least, leastClose);
    extremes.high[block] = Math.max(most, mostClose);
    extremes.lowClose[block] = leastClose;
    extremes.highClose[block] = mostClose;
  }
  return extremes;
}

function extremesOfRows({ length, open, high, low, close }: CandleColumns): BlockExtremes {
  const blocks = Math.ceil(length / FINE);
  const extremes = newExtremes(blocks, close);
  for (let block = 0; block < blocks; block += 1) {
    const end = Math.min(length, (block + 1) * FINE);
    let least = low[block * FINE] ?? 0;
    let most = high[block * FINE] ?? 0;
    let leastClose = close[block * FINE] ?? 0;
    let mostClose = leastClose;
    for (let row = block * FINE; row < end; row += 1) {
      const first = open[row] ?? 0;
      const top = high[row] ?? 0;
      const bottom = low[row] ?? 0;
      const last = close[row] ?? 0;
      if (bottom < least) least = bottom;
      if (first < least) least = first;
      if (top > most) most = top;
      if (first > most) most = first;
      if (last < leastClose) leastClose = last;
      if (last > mostClose) mostClose = last;
    }
    extremes.low[block] = Math.min(least, leastClose);
    extremes.high[block] = Math.max(most, mostClose);
    extremes.lowClose[block] = leastClose;
    extremes.highClose[block] = mostClose;
  }
  return extremes;
}

function extremesOfBlocks(fine: BlockExtremes, each: number): BlockExtremes {
  const blocks = Math.ceil(fine.low.length / each);
  const extremes = newExtremes(blocks, fine.low);
  for (let block = 0; block < blocks; block += 1) {
    const end = Math.min(fine.low.length, (block + 1) * each);
    let [least, most, leastClose, mostClose] = [Infinity, 0, Infinity, 0];
    for (let part = block * each; part < end; part += 1) {
      least = Math.min(least, fine.low[part] ?? 0);
      most = Math.max(most, fine.high[part] ?? 0);
      leastClose = Math.min(leastClose, fine.lowClose[part] ?? 0);
      mostClose = Math.max(mostClose, fine.highClose[part] ?? 0);
    }
    extremes.low[block] = least;
    extremes.high[block] = most;
    extremes.lowClose[block] = leastClose;
    extremes.highClose[block] = mostClose;
  }
  return extremes;
}

/** Throws a `BacktestError` for `field` where prices counted in `decimals` would not be whole doubles any more. */
export function checkCountable(columns: CandleColumns, decimals: number, field: string): void {
  if (decimals === columns.priceDecimals) return;
  const factor = 10 ** (decimals - columns.priceDecimals);
  let highest = 0;
  for (const price of candleIndex(columns).coarse.high) highest = Math.max(highest, price);
  if (highest * factor <= Number.MAX_SAFE_INTEGER) return;
  const price = highest / 10 ** columns.priceDecimals;
  const message = `is too fine for prices up to ${price}: together they have too many digits`;
  throw BacktestError.of([{ path: field, message, code: 'tick_too_fine' }]);
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
