/** Bars as numbers: prices in units of `10^-priceDecimals`, volume of `10^-sizeDecimals`, kept in typed columns. */
import type { Candle } from '#domain/market-data.ts';
import { formatUnits } from '#domain/order-book-units.ts';

export interface Bar {
  /** Open time, ms. */
  readonly ts: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** The decimals that bars of one instrument are counted in. */
export interface BarUnits {
  readonly priceDecimals: number;
  readonly sizeDecimals: number;
}

const COLUMNS = 6;
const INITIAL_BARS = 1024;

/** Bars by rising time. Months of minutes are kept of several instruments: 48 bytes a bar, no objects. */
export class BarSeries {
  #cells = new Float64Array(INITIAL_BARS * COLUMNS);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  at(index: number): Bar | undefined {
    return index < 0 || index >= this.#length ? undefined : this.#merged(index, index + 1);
  }

  /** The bars from one index to before another as one bar, e.g. the last day; `undefined` where there are none. */
  merged(from: number, to = this.#length): Bar | undefined {
    const [start, end] = [Math.max(0, from), Math.min(to, this.#length)];
    return start < end ? this.#merged(start, end) : undefined;
  }

  last(): Bar | undefined {
    return this.at(this.#length - 1);
  }

  push(bar: Bar): void {
    if ((this.#length + 1) * COLUMNS > this.#cells.length) {
      const cells = new Float64Array(this.#cells.length * 2);
      cells.set(this.#cells);
      this.#cells = cells;
    }
    this.#length += 1;
    this.#write(bar);
  }

  /** The last bar takes `part` in: a print or a shorter bar within its time. */
  extend(part: Bar): void {
    const at = (this.#length - 1) * COLUMNS;
    const cells = this.#cells;
    cells[at + 2] = Math.max(cells[at + 2] ?? 0, part.high);
    cells[at + 3] = Math.min(cells[at + 3] ?? 0, part.low);
    cells[at + 4] = part.close;
    cells[at + 5] = (cells[at + 5] ?? 0) + part.volume;
  }

  /** Index of the first bar that opens at `ts` or later. */
  indexAt(ts: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#cells[middle * COLUMNS] ?? 0) < ts) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Forgets the bars before `ts`; says how many. */
  dropBefore(ts: number): number {
    const from = this.indexAt(ts);
    this.#cells.copyWithin(0, from * COLUMNS, this.#length * COLUMNS);
    this.#length -= from;
    return from;
  }

  #merged(from: number, to: number): Bar {
    const cells = this.#cells;
    const first = from * COLUMNS;
    let high = 0;
    let low = Number.POSITIVE_INFINITY;
    let volume = 0;
    for (let at = first; at < to * COLUMNS; at += COLUMNS) {
      high = Math.max(high, cells[at + 2] ?? 0);
      low = Math.min(low, cells[at + 3] ?? 0);
      volume += cells[at + 5] ?? 0;
    }
    const close = cells[to * COLUMNS - 2] ?? 0;
    return { ts: cells[first] ?? 0, open: cells[first + 1] ?? 0, high, low, close, volume };
  }

  #write({ ts, open, high, low, close, volume }: Bar): void {
    const at = (this.#length - 1) * COLUMNS;
    this.#cells[at] = ts;
    this.#cells[at + 1] = open;
    this.#cells[at + 2] = high;
    this.#cells[at + 3] = low;
    this.#cells[at + 4] = close;
    this.#cells[at + 5] = volume;
  }
}

/** A print as the bar it would make alone. */
export function printBar(ts: number, price: number, size: number): Bar {
  return { ts, open: price, high: price, low: price, close: price, volume: size };
}

export function toCandle(bar: Bar, { priceDecimals, sizeDecimals }: BarUnits, closed: boolean): Candle {
  return {
    ts: bar.ts,
    open: formatUnits(bar.open, priceDecimals),
    high: formatUnits(bar.high, priceDecimals),
    low: formatUnits(bar.low, priceDecimals),
    close: formatUnits(bar.close, priceDecimals),
    volume: formatUnits(bar.volume, sizeDecimals),
    closed,
  };
}
