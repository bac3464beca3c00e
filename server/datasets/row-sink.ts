/** Rows of any candle file on their way into columns: checked one by one, refused with their numbers (G13). */
import { CandleColumnsBuilder, PriceDigitsError } from '#domain/candle-columns-builder.ts';
import { MAX_PRICE_DIGITS, type CandleColumns } from '#domain/candle-columns.ts';
import { formatDecimal, parseDecimal, trimDecimal } from '#domain/decimal.ts';
import { POWERS_OF_TEN } from '#domain/order-book-units.ts';
import { CandleFileError, MAX_PROBLEMS, type CandleFileUnit, type CandleProblem } from './candle-file-error.ts';
import type { CellScanner } from './cell-scanner.ts';

export interface RowFormat {
  readonly unit: CandleFileUnit;
  /** How many a row has; the first six are what counts. */
  readonly columns: number;
  /** As messages call it. */
  readonly time: string;
  /** Times may be µs: Binance's are since 2025. */
  readonly mayBeMicroseconds: boolean;
}

const NAMES = ['open', 'high', 'low', 'close', 'volume'] as const;
/** 1970 up to the end of 2100. */
const LAST_TS = 4_133_980_800_000;
/** As ms this is far beyond any date. */
const LEAST_MICROSECONDS = 1e14;

export class RowSink {
  readonly #source: string;
  readonly #format: RowFormat;
  readonly #builder = new CandleColumnsBuilder();
  readonly #problems: CandleProblem[] = [];
  #lastTs = -1;

  /** `source`: what errors call the file. */
  constructor(source: string, format: RowFormat) {
    this.#source = source;
    this.#format = format;
  }

  get rows(): number {
    return this.#builder.length;
  }

  /** A row the scanner could read. Throws `CandleFileError` once there are enough problems. */
  take(line: number, { units, scales, count }: CellScanner): void {
    if (count !== this.#format.columns) return this.#wrongCount(line, count);
    if (scales[0] !== 0) return this.problem(line, `${this.#format.time} is not a whole number`);
    const scale = Math.max(scales[1] ?? 0, scales[2] ?? 0, scales[3] ?? 0, scales[4] ?? 0);
    if (scale > this.#builder.decimals && !this.#refine(line, scale)) return;
    const decimals = this.#builder.decimals;
    this.#row(
      line,
      units[0] ?? 0,
      (units[1] ?? 0) * (POWERS_OF_TEN[decimals - (scales[1] ?? 0)] ?? 1),
      (units[2] ?? 0) * (POWERS_OF_TEN[decimals - (scales[2] ?? 0)] ?? 1),
      (units[3] ?? 0) * (POWERS_OF_TEN[decimals - (scales[3] ?? 0)] ?? 1),
      (units[4] ?? 0) * (POWERS_OF_TEN[decimals - (scales[4] ?? 0)] ?? 1),
      (units[5] ?? 0) / (POWERS_OF_TEN[scales[5] ?? 0] ?? 1),
    );
  }

  /** A row as text: exponents are read here, and everything else is told. */
  takeText(line: number, cells: readonly string[]): void {
    if (cells.length !== this.#format.columns) return this.#wrongCount(line, cells.length);
    const before = this.#problems.length;
    const [time = '', ...values] = cells.slice(0, 6).map((cell) => cell.trim());
    const ts = /^\d+$/.test(time) ? Number(time) : Number.NaN;
    if (!Number.isSafeInteger(ts)) this.problem(line, `${this.#format.time} is not a whole number: ${quote(time)}`);
    const parsed = values.map((text, i) => this.#number(line, text, NAMES[i] ?? ''));
    if (this.#problems.length > before) return;
    const prices = parsed.slice(0, 4);
    const scale = Math.max(...prices.map((price) => price.scale));
    if (scale > this.#builder.decimals && !this.#refine(line, scale)) return;
    const [open = 0, high = 0, low = 0, close = 0] = prices.map(({ units, scale: own }) =>
      Number(units * 10n ** BigInt(this.#builder.decimals - own)),
    );
    this.#row(line, ts, open, high, low, close, Number(values[4]));
  }

  problem(line: number, message: string): void {
    this.#problems.push({ line, message });
    if (this.#problems.length >= MAX_PROBLEMS) this.#throw();
  }

  /** There is no use in reading on. */
  fail(line: number, message: string): never {
    this.#problems.push({ line, message });
    this.#throw();
  }

  /** All rows, in pieces. Throws `CandleFileError` naming the first bad ones. */
  finish(): readonly CandleColumns[] {
    if (this.#problems.length > 0) this.#throw();
    return this.#builder.takePieces();
  }

  #row(line: number, time: number, open: number, high: number, low: number, close: number, volume: number): void {
    const before = this.#problems.length;
    const ts = this.#time(line, time);
    const least = Math.min(open, high, low, close);
    if (!(least > 0)) {
      const index = [open, high, low, close].findIndex((price) => !(price > 0));
      this.problem(line, `${NAMES[index] ?? 'open'} must be more than 0`);
    }
    // An open or close outside its own high and low is no reason to refuse (G13): recorded data has them.
    else if (high < low) {
      const power = POWERS_OF_TEN[this.#builder.decimals] ?? 1;
      this.problem(line, `high ${high / power} is below low ${low / power}`);
    }
    if (this.#problems.length > before) return;
    try {
      this.#builder.push(ts, open, high, low, close, volume);
    } catch (error) {
      this.#digits(line, error);
    }
  }

  #time(line: number, time: number): number {
    const { time: name, mayBeMicroseconds } = this.#format;
    const ts = mayBeMicroseconds && time >= LEAST_MICROSECONDS ? time / 1000 : time;
    if (ts === this.#lastTs) this.problem(line, `duplicate of the row before: ${name} ${time}`);
    else if (ts > LAST_TS) this.problem(line, `${name} is not between 1970 and 2100: ${time}`);
    else if (!Number.isInteger(ts)) this.problem(line, `${name} is not a whole number of milliseconds: ${time}`);
    else if (ts < this.#lastTs) this.problem(line, `out of order: ${name} ${time} after ${this.#lastTs}`);
    else this.#lastTs = ts;
    return ts;
  }

  #number(line: number, text: string, name: string): { readonly units: bigint; readonly scale: number } {
    const value = parseDecimal(text);
    if (value === undefined) this.problem(line, `${name} is not a number: ${quote(text)}`);
    else if (name === 'volume' ? value.units < 0n : value.units <= 0n) {
      this.problem(line, `${name} must be ${name === 'volume' ? '0 or more' : 'more than 0'}: ${quote(text)}`);
    } else {
      const trimmed = trimDecimal(value);
      const digits = formatDecimal(trimmed).replace('.', '').replace(/^0+/, '').length;
      if (name !== 'volume' && (digits > MAX_PRICE_DIGITS || trimmed.scale > MAX_PRICE_DIGITS)) {
        this.problem(line, `${name} has more than ${MAX_PRICE_DIGITS} significant digits: ${quote(text)}`);
      }
      return trimmed;
    }
    return { units: 0n, scale: 0 };
  }

  #refine(line: number, scale: number): boolean {
    try {
      this.#builder.refine(scale);
      return true;
    } catch (error) {
      this.#digits(line, error);
      return false;
    }
  }

  #digits(line: number, error: unknown): void {
    if (!(error instanceof PriceDigitsError)) throw error;
    this.problem(line, error.message);
  }

  #wrongCount(line: number, count: number): void {
    this.problem(line, `${count} columns instead of ${this.#format.columns}`);
  }

  #throw(): never {
    throw new CandleFileError(this.#source, this.#problems, undefined, this.#format.unit);
  }
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
