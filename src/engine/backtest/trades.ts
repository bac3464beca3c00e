/** Fills and round trips of a run by columns, in plain figures: what lists show a page of, and figures are made from. */
import type { CandleColumns } from '#domain/candle-columns.ts';
import type { RunTrace } from './trace.ts';

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
    ts: Float64Array.from(bar, (row) => columns.ts[row] ?? 0),
    side,
    level,
    price: fills.price.map((price) => price / 10 ** columns.priceDecimals),
    amount: fills.lots.map((lots) => (lots * lot.units) / 10 ** lot.scale),
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
  let entry: (Entry & { side: number }) | undefined;
  for (let index = 0; index < fills.length; index += 1) {
    const fill = {
      bar: fills.bar[index] ?? 0,
      price: fills.price[index] ?? 0,
      lots: fills.lots[index] ?? 0,
      fee: fills.fee[index] ?? 0,
    };
    if (entry === undefined) entry = { ...fill, side: fills.side[index] ?? 0 };
    else {
      trips.add(entry.side, -1, entry, fill, fills.realized[index] ?? 0);
      entry = undefined;
    }
  }
}

function gridTrips({ fills, grid }: RunTrace, trips: TripColumns): void {
  const held = new Map<number, Entry>();
  const cells = (grid?.lines.length ?? 1) - 1;
  for (let index = 0; index < fills.length; index += 1) {
    const level = fills.level[index] ?? -1;
    const fill: Entry = {
      bar: fills.bar[index] ?? 0,
      price: fills.price[index] ?? 0,
      lots: fills.lots[index] ?? 0,
      fee: fills.fee[index] ?? 0,
    };
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
    const plain = (prices: Float64Array) => prices.slice(0, length).map((price) => price / 10 ** priceDecimals);
    const timeOf = (bars: Int32Array) => Float64Array.from(bars.subarray(0, length), (bar) => ts[bar] ?? 0);
    const entryPrice = plain(this.#entryPrice);
    const amount = this.#lots.slice(0, length).map((lots) => (lots * lot.units) / 10 ** lot.scale);
    const pnl = this.#pnl.slice(0, length);
    return {
      length,
      side: this.#side.slice(0, length),
      level: this.#level.slice(0, length),
      entryTs: timeOf(this.#entryBar),
      exitTs: timeOf(this.#exitBar),
      entryPrice,
      exitPrice: plain(this.#exitPrice),
      amount,
      pnl,
      gain: pnl.map((profit, index) => profit / ((entryPrice[index] ?? 0) * (amount[index] ?? 0))),
      fees: this.#fees.slice(0, length),
      bars: this.#exitBar.slice(0, length).map((bar, index) => bar - (this.#entryBar[index] ?? 0)),
    };
  }
}
