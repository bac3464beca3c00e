/** Recorded prices as candles of a minute, with the equity at each close: a session in the shape of a backtest's data. */
import { bytesPerRow, columnsOver, MAX_NARROW_UNITS, type CandleColumns } from '#domain/candle-columns.ts';

const MINUTE_MS = 60_000;

/** What is known of the session at a row's close. */
export interface RowFigures {
  readonly equity: number;
  readonly inPosition: boolean;
  readonly inRange: boolean;
}

/** A minute without a price is a row at the last one: nothing is missing, nothing happened. */
export class SessionRows {
  readonly #priceDecimals: number;
  readonly #figures: (close: number) => RowFigures;
  readonly #ts: number[] = [];
  readonly #open: number[] = [];
  readonly #high: number[] = [];
  readonly #low: number[] = [];
  readonly #close: number[] = [];
  readonly #equity: number[] = [];
  barsInPosition = 0;
  barsInRange = 0;

  /** From the minute of `ts` on, at `price`. `figures` is asked at each close. */
  constructor(ts: number, price: number, priceDecimals: number, figures: (close: number) => RowFigures) {
    this.#priceDecimals = priceDecimals;
    this.#figures = figures;
    this.#add(Math.floor(ts / MINUTE_MS) * MINUTE_MS, price);
  }

  get row(): number {
    return this.#ts.length - 1;
  }

  get price(): number {
    return this.#close[this.row] ?? 0;
  }

  /** Closes the rows before that of `ts`; a time of before the last row belongs to it. */
  advance(ts: number): void {
    const minute = Math.floor(ts / MINUTE_MS) * MINUTE_MS;
    let last = this.#ts[this.row] ?? minute;
    while (last < minute) {
      this.#closeRow();
      last += MINUTE_MS;
      this.#add(last, this.price);
    }
  }

  /** A price within the last row. */
  take(price: number): void {
    const { row } = this;
    this.#high[row] = Math.max(this.#high[row] ?? price, price);
    this.#low[row] = Math.min(this.#low[row] ?? price, price);
    this.#close[row] = price;
  }

  finish(): { readonly columns: CandleColumns; readonly equity: Float64Array } {
    this.#closeRow();
    const { length } = this.#ts;
    const wide = this.#high.some((price) => price > MAX_NARROW_UNITS);
    const shape = { length, priceDecimals: this.#priceDecimals, wide };
    const columns = columnsOver(new ArrayBuffer(bytesPerRow(wide) * length), 0, shape);
    columns.ts.set(this.#ts);
    columns.open.set(this.#open);
    columns.high.set(this.#high);
    columns.low.set(this.#low);
    columns.close.set(this.#close);
    return { columns, equity: Float64Array.from(this.#equity) };
  }

  #closeRow(): void {
    const { equity, inPosition, inRange } = this.#figures(this.price);
    this.#equity.push(equity);
    if (inPosition) this.barsInPosition += 1;
    if (inRange) this.barsInRange += 1;
  }

  #add(ts: number, price: number): void {
    this.#ts.push(ts);
    this.#open.push(price);
    this.#high.push(price);
    this.#low.push(price);
    this.#close.push(price);
  }
}
