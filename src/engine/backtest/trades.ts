/** Fills and round trips of a run by columns, in plain figures: what lists show a page of, and figures are made from. */
import type { CandleColumns } from '#domain/candle-columns.ts';
import type { FillColumns, RunTrace } from './trace.ts';

/** In the order of their closing. Prices in quote, amounts in base; times are the open times of the bars. */
export interface TradeColumns {
  readonly length: number;
  /** 1: long, -1: short. */
  readonly side: Int8Array;
  /** The cell; -1: none. */
  readonly level: Int32Array;
  readonly entryTs: Float64Array;
  readonly exitTs: Float64Array;
  /** Several entries at once (a grid's close): their mean. */
  readonly entryPrice: Float64Array;
  readonly exitPrice: Float64Array;
  readonly amount: Float64Array;
  /** Quote, after the fees of both ends. */
  readonly pnl: Float64Array;
  /** `pnl / (entry price · amount)`. */
  readonly gain: Float64Array;
  readonly fees: Float64Array;
  readonly bars: Int32Array;
}

/** As `FillColumns` of the trace, in plain figures. */
export interface PlainFills {
  readonly length: number;
  readonly ts: Float64Array;
  readonly side: Int8Array;
  readonly level: Int32Array;
  readonly price: Float64Array;
  readonly amount: Float64Array;
  readonly fee: Float64Array;
  readonly realized: Float64Array;
}

/** Base a lot, as whole units of `10^-scale`: so that amounts are the nearest doubles. */
export interface LotSize {
  readonly units: number;
  readonly scale: number;
}

export function plainFills({ fills }: RunTrace, columns: CandleColumns, lot: LotSize): PlainFills {
  const { length, bar, side, level, fee, realized } = fills;
  return {
    length,
    ts: timesOf(bar, length, columns.ts),
    side,
    level,
    price: fractions(fills.price, length, 1, 10 ** columns.priceDecimals),
    amount: fractions(fills.lots, length, lot.units, 10 ** lot.scale),
    fee,
    realized,
  };
}

/** A bought, not yet sold amount. */
interface Entry {
  bar: number;
  price: number;
  lots: number;
  fee: number;
}

/** Every sale of a grid against its cell's buy or the initial purchase; a strategy's positions. */
export function roundTrips(trace: RunTrace, columns: CandleColumns, lot: LotSize): TradeColumns {
  const trips = new TripColumns(trace.fills.length);
  if (trace.grid) gridTrips(trace, trips);
  else positionTrips(trace, trips);
  return trips.columns(columns, lot);
}

function positionTrips({ fills }: RunTrace, trips: TripColumns): void {
  // Each fill opens or closes, in turn.
  const [entry, exit] = [newEntry(), newEntry()];
  for (let index = 1; index < fills.length; index += 2) {
    readFill(fills, index - 1, entry);
    readFill(fills, index, exit);
    trips.add(fills.side[index - 1] ?? 0, -1, entry, exit, fills.realized[index] ?? 0);
  }
}

function newEntry(): Entry {
  return { bar: 0, price: 0, lots: 0, fee: 0 };
}

function readFill(fills: FillColumns, index: number, into: Entry): Entry {
  into.bar = fills.bar[index] ?? 0;
  into.price = fills.price[index] ?? 0;
  into.lots = fills.lots[index] ?? 0;
  into.fee = fills.fee[index] ?? 0;
  return into;
}

function gridTrips({ fills, grid }: RunTrace, trips: TripColumns): void {
  const held = new Map<number, Entry>();
  const cells = (grid?.lines.length ?? 1) - 1;
  for (let index = 0; index < fills.length; index += 1) {
    const level = fills.level[index] ?? -1;
    const fill = readFill(fills, index, newEntry());
    if ((fills.side[index] ?? 0) > 0) {
      if (level >= 0) held.set(level, fill);
      else shareOut(fill, grid?.initialSells ?? 0, cells, held);
      continue;
    }
    const entry = level >= 0 ? held.get(level) : together([...held.values()]);
    trips.add(1, level, entry ?? fill, fill, fills.realized[index] ?? 0);
    if (level >= 0) held.delete(level);
    else held.clear();
  }
}

/** G5: the initial purchase is for the cells at and above the price, the uppermost. */
function shareOut(fill: Entry, holding: number, cells: number, held: Map<number, Entry>): void {
  for (let cell = cells - holding; cell < cells; cell += 1) {
    held.set(cell, { ...fill, lots: fill.lots / holding, fee: fill.fee / holding });
  }
}

/** What a close sells at once: from its first buy on, at the mean price. */
function together(entries: readonly Entry[]): Entry | undefined {
  if (entries.length === 0) return undefined;
  let [bar, lots, fee, value] = [Infinity, 0, 0, 0];
  for (const entry of entries) {
    bar = Math.min(bar, entry.bar);
    lots += entry.lots;
    fee += entry.fee;
    value += entry.price * entry.lots;
  }
  return { bar, price: value / lots, lots, fee };
}

class TripColumns {
  #length = 0;
  readonly #side: Int8Array;
  readonly #level: Int32Array;
  readonly #entryBar: Int32Array;
  readonly #exitBar: Int32Array;
  readonly #entryPrice: Float64Array;
  readonly #exitPrice: Float64Array;
  readonly #lots: Float64Array;
  readonly #pnl: Float64Array;
  readonly #fees: Float64Array;

  constructor(capacity: number) {
    this.#side = new Int8Array(capacity);
    this.#level = new Int32Array(capacity);
    this.#entryBar = new Int32Array(capacity);
    this.#exitBar = new Int32Array(capacity);
    this.#entryPrice = new Float64Array(capacity);
    this.#exitPrice = new Float64Array(capacity);
    this.#lots = new Float64Array(capacity);
    this.#pnl = new Float64Array(capacity);
    this.#fees = new Float64Array(capacity);
  }

  add(side: number, level: number, entry: Entry, exit: Entry, pnl: number): void {
    const at = this.#length;
    this.#length += 1;
    this.#side[at] = side;
    this.#level[at] = level;
    this.#entryBar[at] = entry.bar;
    this.#exitBar[at] = exit.bar;
    this.#entryPrice[at] = entry.price;
    this.#exitPrice[at] = exit.price;
    this.#lots[at] = exit.lots;
    this.#pnl[at] = pnl;
    this.#fees[at] = entry.fee + exit.fee;
  }

  columns({ ts, priceDecimals }: CandleColumns, lot: LotSize): TradeColumns {
    const length = this.#length;
    const plain = (prices: Float64Array) => fractions(prices, length, 1, 10 ** priceDecimals);
    const entryPrice = plain(this.#entryPrice);
    const amount = fractions(this.#lots, length, lot.units, 10 ** lot.scale);
    const pnl = this.#pnl.slice(0, length);
    const gain = new Float64Array(length);
    const bars = new Int32Array(length);
    for (let index = 0; index < length; index += 1) {
      gain[index] = (pnl[index] ?? 0) / ((entryPrice[index] ?? 0) * (amount[index] ?? 0));
      bars[index] = (this.#exitBar[index] ?? 0) - (this.#entryBar[index] ?? 0);
    }
    return {
      length,
      side: this.#side.slice(0, length),
      level: this.#level.slice(0, length),
      entryTs: timesOf(this.#entryBar, length, ts),
      exitTs: timesOf(this.#exitBar, length, ts),
      entryPrice,
      exitPrice: plain(this.#exitPrice),
      amount,
      pnl,
      gain,
      fees: this.#fees.slice(0, length),
      bars,
    };
  }
}

/** Loops: typed arrays' own `map` and `from` take several times as long, in every cell of a sweep. */
function timesOf(bars: Int32Array, length: number, ts: Float64Array): Float64Array {
  const times = new Float64Array(length);
  for (let index = 0; index < length; index += 1) times[index] = ts[bars[index] ?? 0] ?? 0;
  return times;
}

function fractions(values: Float64Array, length: number, times: number, divisor: number): Float64Array {
  const plain = new Float64Array(length);
  for (let index = 0; index < length; index += 1) plain[index] = ((values[index] ?? 0) * times) / divisor;
  return plain;
}
