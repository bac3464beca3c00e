/** What both paths of a grid record while they run: fills and equity by columns, and a call home now and then. */
import type { CandleColumns } from '#domain/candle-columns.ts';
import { RunCancelled, type FillColumns, type RunHooks } from './trace.ts';

const FIRST_CAPACITY = 256;
/** Past all rows, and a small whole number like them. */
const NO_ROW = 2 ** 30;

/** Fills in columns that grow by doubling. */
export class FillRecorder {
  length = 0;
  #capacity = 0;
  #bar = new Int32Array(0);
  #side = new Int8Array(0);
  #level = new Int32Array(0);
  #price = new Float64Array(0);
  #lots = new Float64Array(0);
  #fee = new Float64Array(0);
  #realized = new Float64Array(0);

  add(bar: number, side: 1 | -1, level: number, price: number, lots: number, fee: number, realized: number): void {
    const at = this.length;
    if (at === this.#capacity) this.#grow();
    this.#bar[at] = bar;
    this.#side[at] = side;
    this.#level[at] = level;
    this.#price[at] = price;
    this.#lots[at] = lots;
    this.#fee[at] = fee;
    this.#realized[at] = realized;
    this.length = at + 1;
  }

  columns(): FillColumns {
    const { length } = this;
    return {
      length,
      bar: this.#bar.slice(0, length),
      side: this.#side.slice(0, length),
      level: this.#level.slice(0, length),
      price: this.#price.slice(0, length),
      lots: this.#lots.slice(0, length),
      fee: this.#fee.slice(0, length),
      realized: this.#realized.slice(0, length),
    };
  }

  #grow(): void {
    const capacity = Math.max(FIRST_CAPACITY, this.#capacity * 2);
    const grown = <T extends Int32Array | Int8Array | Float64Array>(into: T, from: T): T => {
      into.set(from);
      return into;
    };
    this.#bar = grown(new Int32Array(capacity), this.#bar);
    this.#side = grown(new Int8Array(capacity), this.#side);
    this.#level = grown(new Int32Array(capacity), this.#level);
    this.#price = grown(new Float64Array(capacity), this.#price);
    this.#lots = grown(new Float64Array(capacity), this.#lots);
    this.#fee = grown(new Float64Array(capacity), this.#fee);
    this.#realized = grown(new Float64Array(capacity), this.#realized);
    this.#capacity = capacity;
  }
}

/** The equity at the rows asked for, and always at the last row used. */
export class SampleRecorder {
  /** The next row to record; past all rows where there is none. */
  next: number;
  #at = 0;
  readonly #rows: Int32Array;
  readonly #equity: Float64Array;

  constructor(rows: Int32Array) {
    this.#rows = rows;
    this.#equity = new Float64Array(rows.length);
    this.next = rows[0] ?? NO_ROW;
  }

  /** Only for row `next`. */
  record(equity: number): void {
    this.#equity[this.#at] = equity;
    this.#at += 1;
    this.next = this.#rows[this.#at] ?? NO_ROW;
  }

  finish(lastRow: number, equity: number): { readonly samples: Int32Array; readonly equity: Float64Array } {
    const count = this.#at;
    const missing = lastRow >= 0 && (count === 0 || this.#rows[count - 1] !== lastRow);
    if (!missing) return { samples: this.#rows.slice(0, count), equity: this.#equity.slice(0, count) };
    const samples = new Int32Array(count + 1);
    samples.set(this.#rows.subarray(0, count));
    samples[count] = lastRow;
    const values = new Float64Array(count + 1);
    values.set(this.#equity.subarray(0, count));
    values[count] = equity;
    return { samples, equity: values };
  }
}

/** Tells progress and asks whether to go on, every so much work: well within a millisecond. */
export class Pacer {
  readonly #hooks: RunHooks;
  readonly #columns: CandleColumns;

  constructor(hooks: RunHooks, columns: CandleColumns) {
    this.#hooks = hooks;
    this.#columns = columns;
  }

  /** After `rows` rows. Throws `RunCancelled` where the hooks say so. */
  tell(rows: number, trades: number, equity: number): void {
    const { onProgress, isCancelled } = this.#hooks;
    if (isCancelled?.() === true) throw new RunCancelled('the run was cancelled');
    const { ts, length } = this.#columns;
    onProgress?.({ done: rows / length, ts: ts[rows - 1] ?? 0, trades, equity });
  }

  /** The end, however early a limit brought it. */
  finish(rows: number, trades: number, equity: number): void {
    this.#hooks.onProgress?.({ done: 1, ts: this.#columns.ts[rows - 1] ?? 0, trades, equity });
  }
}
