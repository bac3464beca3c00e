/** Candle rows one after the other into columns, with as many decimals as the finest price needs. */
import {
  joinColumns,
  MAX_NARROW_UNITS,
  MAX_PRICE_DIGITS,
  MAX_PRICE_UNITS,
  type CandleColumns,
  type PriceColumn,
} from './candle-columns.ts';
import { decimalsOf, parseUnits, POWERS_OF_TEN } from './order-book-units.ts';

const CHUNK_ROWS = 32_768;

/** Rows that will not change any more but for their decimals. */
interface Sealed {
  readonly ts: Float64Array;
  readonly volume: Float64Array;
  /** Open, high, low, close. */
  readonly prices: readonly PriceColumn[];
  readonly decimals: number;
}

/** A price that the columns cannot hold exactly. */
export class PriceDigitsError extends RangeError {
  override readonly name = 'PriceDigitsError';
}

/**
 * Exact: prices come as integers of `decimals` decimals and only powers of ten are multiplied to them. Whether rows are in
 * order and their prices make sense is for who reads them. In pieces, so that millions of rows are never there twice.
 */
export class CandleColumnsBuilder {
  readonly #sealed: Sealed[] = [];
  readonly #ts = new Float64Array(CHUNK_ROWS);
  readonly #volume = new Float64Array(CHUNK_ROWS);
  readonly #open = new Float64Array(CHUNK_ROWS);
  readonly #high = new Float64Array(CHUNK_ROWS);
  readonly #low = new Float64Array(CHUNK_ROWS);
  readonly #close = new Float64Array(CHUNK_ROWS);
  #filled = 0;
  #decimals = 0;
  /** The largest price, in units of the decimals so far. */
  #largest = 0;

  get length(): number {
    return this.#sealed.length * CHUNK_ROWS + this.#filled;
  }

  /** Prices are pushed in units of `10^-decimals`. */
  get decimals(): number {
    return this.#decimals;
  }

  /** From here on prices have `decimals`, no fewer than before. Throws a `PriceDigitsError` where an earlier one has no room. */
  refine(decimals: number): void {
    const power = POWERS_OF_TEN[decimals - this.#decimals];
    if (power === undefined || decimals > MAX_PRICE_DIGITS) {
      throw new PriceDigitsError(`a price has more than ${MAX_PRICE_DIGITS} decimals`);
    }
    const largest = this.#largest * power;
    if (largest > MAX_PRICE_UNITS) {
      const before = this.#largest / (POWERS_OF_TEN[this.#decimals] ?? 1);
      throw new PriceDigitsError(
        `a price has ${decimals} decimals, and one before it is ${before}: together more than ${MAX_PRICE_DIGITS} significant digits`,
      );
    }
    for (const column of [this.#open, this.#high, this.#low, this.#close]) {
      for (let row = 0; row < this.#filled; row += 1) column[row] = (column[row] ?? 0) * power;
    }
    this.#largest = largest;
    this.#decimals = decimals;
  }

  /** Throws a `PriceDigitsError` for a price of more than 15 digits; then the row is not taken. */
  push(ts: number, open: number, high: number, low: number, close: number, volume: number): void {
    const largest = Math.max(open, high, low, close);
    if (largest > MAX_PRICE_UNITS) {
      throw new PriceDigitsError(
        `a price has more than ${MAX_PRICE_DIGITS} significant digits at the ${this.#decimals} decimals of the data`,
      );
    }
    if (largest > this.#largest) this.#largest = largest;
    if (this.#filled === CHUNK_ROWS) this.#seal();
    const row = this.#filled;
    this.#ts[row] = ts;
    this.#open[row] = open;
    this.#high[row] = high;
    this.#low[row] = low;
    this.#close[row] = close;
    this.#volume[row] = volume;
    this.#filled = row + 1;
  }

  /** Prices as plain decimals. Throws a `PriceDigitsError` as `push` does, and for what is no plain decimal. */
  pushText(
    ts: number,
    prices: readonly [open: string, high: string, low: string, close: string],
    volume: number,
  ): void {
    const finest = Math.max(...prices.map(decimalsOf));
    if (finest > this.#decimals) this.refine(finest);
    const [open, high, low, close] = prices.map((text) => {
      const units = parseUnits(text, this.#decimals);
      if (units === undefined) throw new PriceDigitsError(`${text} is no price of up to ${MAX_PRICE_DIGITS} digits`);
      return units;
    });
    this.push(ts, open ?? 0, high ?? 0, low ?? 0, close ?? 0, volume);
  }

  /** All rows in one piece of memory of `allocate`. The builder is empty afterwards. */
  finish(allocate?: (bytes: number) => ArrayBufferLike): CandleColumns {
    return joinColumns(this.takePieces(), allocate);
  }

  /**
   * All rows as columns one after the other, equal in decimals and width: for who needs them once and not as a whole, in half
   * the memory. The builder is empty afterwards.
   */
  takePieces(): CandleColumns[] {
    this.#seal();
    const priceDecimals = this.#decimals;
    const wide = this.#largest > MAX_NARROW_UNITS;
    const pieces = this.#sealed.splice(0).map(({ ts, volume, prices, decimals }): CandleColumns => {
      const [open, high, low, close] = prices.map((column) => rescaled(column, priceDecimals - decimals, wide));
      const none = new Int32Array();
      const columns = { open: open ?? none, high: high ?? none, low: low ?? none, close: close ?? none };
      return { length: ts.length, priceDecimals, ts, volume, ...columns };
    });
    this.#decimals = 0;
    this.#largest = 0;
    return pieces;
  }

  #seal(): void {
    const end = this.#filled;
    if (end === 0) return;
    const prices = [this.#open, this.#high, this.#low, this.#close].map((column) => column.subarray(0, end));
    const isNarrow = this.#largest <= MAX_NARROW_UNITS;
    this.#sealed.push({
      ts: this.#ts.slice(0, end),
      volume: this.#volume.slice(0, end),
      prices: prices.map((column) => (isNarrow ? Int32Array.from(column) : column.slice())),
      decimals: this.#decimals,
    });
    this.#filled = 0;
  }
}

/** The column itself where nothing is to be done. */
function rescaled(column: PriceColumn, decimals: number, wide: boolean): PriceColumn {
  if (decimals === 0 && column instanceof Float64Array === wide) return column;
  const power = POWERS_OF_TEN[decimals] ?? 1;
  const target = wide ? new Float64Array(column.length) : new Int32Array(column.length);
  for (let row = 0; row < column.length; row += 1) target[row] = (column[row] ?? 0) * power;
  return target;
}
