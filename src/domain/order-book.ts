/**
 * An order book as a receiver keeps it: snapshots and updates in, exact levels out. Prices and sizes are integer units
 * of `10^-priceDecimals` and `10^-sizeDecimals`; `formatUnits` gives their text back.
 */
import type { LevelBuffer } from './level-buffer.ts';
import type { BookLevel, BookSnapshot, BookUpdate } from './market-data.ts';
import { BookSide, type SideLevels } from './order-book-side.ts';
import {
  decimalsOf,
  formatUnits,
  MAX_DECIMALS,
  neededDecimals,
  parseUnits,
  POWERS_OF_TEN,
  rescaled,
} from './order-book-units.ts';

/** `empty`: no snapshot yet. `resync`: something was missed or malformed; the levels are the last known ones. */
export type BookState = 'empty' | 'live' | 'resync';

/**
 * `stale`: older than the book, ignored. `gap`: updates were missed. `invalid`: malformed, or beyond what a double
 * counts exactly. After `gap` and `invalid`, and while `waiting`, only a snapshot helps.
 */
export type ApplyResult = 'applied' | 'stale' | 'gap' | 'invalid' | 'waiting';

export interface DepthRow {
  readonly price: number;
  readonly size: number;
  /** Size of this row and every better one. */
  readonly total: number;
}

/** The instrument's steps set the least number of decimals; data with more makes the units finer. */
export interface BookPrecision {
  readonly tickSize: string;
  readonly lotSize: string;
}

/** A book's levels as blocks of numbers, to be handed from thread to thread. */
export interface BookView {
  readonly ts: number;
  readonly seq: number;
  readonly priceDecimals: number;
  readonly sizeDecimals: number;
  readonly bids: SideLevels;
  readonly asks: SideLevels;
}

export class OrderBook {
  readonly bids = new BookSide('bid');
  readonly asks = new BookSide('ask');
  readonly #tickSize: string;
  readonly #lotSize: string;
  #priceDecimals: number;
  #sizeDecimals: number;
  #state: BookState = 'empty';
  #version = 0;
  #seq = 0;
  #ts = 0;

  constructor({ tickSize, lotSize }: BookPrecision) {
    this.#tickSize = tickSize;
    this.#lotSize = lotSize;
    this.#priceDecimals = decimalsOf(tickSize);
    this.#sizeDecimals = decimalsOf(lotSize);
  }

  get state(): BookState {
    return this.#state;
  }

  /** Grows with every change of levels or state: equal versions, equal books. */
  get version(): number {
    return this.#version;
  }

  get seq(): number {
    return this.#seq;
  }

  /** Time of the last snapshot or update applied. */
  get ts(): number {
    return this.#ts;
  }

  get priceDecimals(): number {
    return this.#priceDecimals;
  }

  get sizeDecimals(): number {
    return this.#sizeDecimals;
  }

  /** A snapshot always counts, whatever its `seq`: a venue that starts again counts from anew. */
  applySnapshot(snapshot: BookSnapshot): ApplyResult {
    this.#version += 1;
    this.bids.clear();
    this.asks.clear();
    this.#priceDecimals = decimalsOf(this.#tickSize);
    this.#sizeDecimals = decimalsOf(this.#lotSize);
    const valid = this.#setAll(this.bids, snapshot.bids) && this.#setAll(this.asks, snapshot.asks);
    this.#state = valid ? 'live' : 'resync';
    this.#seq = snapshot.seq;
    this.#ts = snapshot.ts;
    return valid ? 'applied' : 'invalid';
  }

  applyUpdate(update: BookUpdate): ApplyResult {
    return this.#apply(update, () => {
      for (const [side, price, size] of update.changes) {
        if (!this.#set(side === 'bid' ? this.bids : this.asks, price, size)) return false;
      }
      return true;
    });
  }

  /** An update whose changes were read into `levels`. */
  applyLevels(levels: LevelBuffer, at: Pick<BookUpdate, 'seq' | 'prev' | 'ts'>): ApplyResult {
    return this.#apply(at, () => {
      for (let i = 0; i < levels.count; i++) if (!this.#setRead(levels, i)) return false;
      return true;
    });
  }

  #apply({ seq, prev, ts }: Pick<BookUpdate, 'seq' | 'prev' | 'ts'>, change: () => boolean): ApplyResult {
    if (this.#state !== 'live') return 'waiting';
    if (seq <= this.#seq) return 'stale';
    if (prev !== this.#seq) {
      this.lose();
      return 'gap';
    }
    this.#version += 1;
    if (!change()) {
      this.#state = 'resync';
      return 'invalid';
    }
    this.#seq = seq;
    this.#ts = ts;
    return 'applied';
  }

  /** Says that updates were missed (a connection lost): the levels stay to be seen, a snapshot has to come. */
  lose(): void {
    if (this.#state !== 'live') return;
    this.#state = 'resync';
    this.#version += 1;
  }

  bestBid(): number | undefined {
    return this.bids.price(0);
  }

  bestAsk(): number | undefined {
    return this.asks.price(0);
  }

  /** Best ask − best bid, in price units; negative where a feed's book is crossed. */
  spread(): number | undefined {
    const bid = this.bestBid();
    const ask = this.bestAsk();
    return bid === undefined || ask === undefined ? undefined : ask - bid;
  }

  /** In price units, possibly a half. */
  mid(): number | undefined {
    const bid = this.bestBid();
    const ask = this.bestAsk();
    return bid === undefined || ask === undefined ? undefined : (bid + ask) / 2;
  }

  /** `(bids − asks) / (bids + asks)` by the sizes of the best `levels` of each side: −1 … 1, 0 for an empty book. */
  imbalance(levels: number): number {
    let bids = 0;
    let asks = 0;
    for (let rank = 0; rank < levels; rank++) {
      bids += this.bids.size(rank);
      asks += this.asks.size(rank);
    }
    return bids + asks === 0 ? 0 : (bids - asks) / (bids + asks);
  }

  /**
   * The best rows of a side, best first, with cumulative sizes. `ticks` groups prices to multiples of that many ticks:
   * bids down, asks up, so that a row never promises a better price than its orders have.
   */
  depth(side: 'bid' | 'ask', count: number, ticks = 1): DepthRow[] {
    const levels = side === 'bid' ? this.bids : this.asks;
    const step = this.#tickUnits() * ticks;
    const rows: DepthRow[] = [];
    let total = 0;
    let size = 0;
    let row: number | undefined;
    for (let rank = 0; rank < levels.length && rows.length < count; rank++) {
      const price = levels.price(rank) ?? 0;
      // Ungrouped, a price between two ticks keeps its own row.
      const group = ticks === 1 ? price : (side === 'bid' ? Math.floor(price / step) : Math.ceil(price / step)) * step;
      if (row !== undefined && group !== row) {
        rows.push({ price: row, size, total });
        size = 0;
      }
      row = group;
      size += levels.size(rank);
      total += levels.size(rank);
    }
    // The last row is whole only where the levels ended.
    if (row !== undefined && rows.length < count) rows.push({ price: row, size, total });
    return rows;
  }

  /** Price text in this book's units, to compare with rows; `undefined` where no level can be there. */
  priceUnits(price: string): number | undefined {
    return parseUnits(price, this.#priceDecimals);
  }

  /** A copy of all levels; `load` takes it. */
  view(): BookView {
    return {
      ts: this.#ts,
      seq: this.#seq,
      priceDecimals: this.#priceDecimals,
      sizeDecimals: this.#sizeDecimals,
      bids: this.bids.levels(),
      asks: this.asks.levels(),
    };
  }

  /** Becomes the book the view is of; live from then on. */
  load({ ts, seq, priceDecimals, sizeDecimals, bids, asks }: BookView): void {
    this.#version += 1;
    this.#state = 'live';
    this.#seq = seq;
    this.#ts = ts;
    this.#priceDecimals = priceDecimals;
    this.#sizeDecimals = sizeDecimals;
    this.bids.load(bids);
    this.asks.load(asks);
  }

  snapshot(): BookSnapshot {
    return { ts: this.#ts, seq: this.#seq, bids: this.#levels(this.bids), asks: this.#levels(this.asks) };
  }

  #levels(side: BookSide): BookLevel[] {
    return Array.from({ length: side.length }, (_, rank) => [
      formatUnits(side.price(rank) ?? 0, this.#priceDecimals),
      formatUnits(side.size(rank), this.#sizeDecimals),
    ]);
  }

  #setAll(side: BookSide, levels: readonly BookLevel[]): boolean {
    for (const [price, size] of levels) if (!this.#set(side, price, size)) return false;
    return true;
  }

  #set(side: BookSide, price: string, size: string): boolean {
    let priceUnits = parseUnits(price, this.#priceDecimals);
    let sizeUnits = parseUnits(size, this.#sizeDecimals);
    if (priceUnits === undefined || sizeUnits === undefined) {
      if (!this.#refine(decimalsOf(price), decimalsOf(size))) return false;
      priceUnits = parseUnits(price, this.#priceDecimals);
      sizeUnits = parseUnits(size, this.#sizeDecimals);
      if (priceUnits === undefined || sizeUnits === undefined) return false;
    }
    side.set(priceUnits, sizeUnits);
    return true;
  }

  #setRead(levels: LevelBuffer, i: number): boolean {
    const [priceDigits, priceDecimals] = [levels.prices[i] ?? 0, levels.priceDecimals[i] ?? 0];
    const [sizeDigits, sizeDecimals] = [levels.sizes[i] ?? 0, levels.sizeDecimals[i] ?? 0];
    let price = rescaled(priceDigits, priceDecimals, this.#priceDecimals);
    let size = rescaled(sizeDigits, sizeDecimals, this.#sizeDecimals);
    if (price === undefined || size === undefined) {
      if (!this.#refine(neededDecimals(priceDigits, priceDecimals), neededDecimals(sizeDigits, sizeDecimals)))
        return false;
      price = rescaled(priceDigits, priceDecimals, this.#priceDecimals);
      size = rescaled(sizeDigits, sizeDecimals, this.#sizeDecimals);
      if (price === undefined || size === undefined) return false;
    }
    (levels.isBid[i] === 1 ? this.bids : this.asks).set(price, size);
    return true;
  }

  /** Makes the units as fine as asked; refuses what no market has and no double counts. */
  #refine(priceDecimals: number, sizeDecimals: number): boolean {
    if (priceDecimals > MAX_DECIMALS || sizeDecimals > MAX_DECIMALS) return false;
    const prices = Math.max(this.#priceDecimals, priceDecimals);
    const sizes = Math.max(this.#sizeDecimals, sizeDecimals);
    const priceFactor = POWERS_OF_TEN[prices - this.#priceDecimals] ?? 1;
    const sizeFactor = POWERS_OF_TEN[sizes - this.#sizeDecimals] ?? 1;
    this.#priceDecimals = prices;
    this.#sizeDecimals = sizes;
    return this.bids.rescale(priceFactor, sizeFactor) && this.asks.rescale(priceFactor, sizeFactor);
  }

  #tickUnits(): number {
    return parseUnits(this.#tickSize, this.#priceDecimals) ?? 1;
  }
}
