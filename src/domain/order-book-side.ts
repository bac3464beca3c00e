/**
 * One side of a book. Around the best price, where nearly all changes are, a ladder of consecutive prices; the few
 * levels worse than its window in a sorted list. Ranks are looked up when they are read, and only as many as are:
 * feeds write thousands of times between two frames that read.
 */
import { PriceLadder } from './price-ladder.ts';
import { SortedLevels } from './sorted-levels.ts';

const LEAST_SLOTS = 1024;
/** 128 KiB a side. Books that reach farther than so many steps have their tail in the list. */
const MOST_SLOTS = 16_384;
/** More levels than this in the list, and the window grows. */
const MANY = 32;

/** A side's levels in units, lowest price first. */
export interface SideLevels {
  readonly prices: Float64Array<ArrayBuffer>;
  readonly sizes: Float64Array<ArrayBuffer>;
}

export class BookSide {
  readonly side: 'bid' | 'ask';
  #ladder = new PriceLadder(LEAST_SLOTS);
  /** Only levels worse than the window; none while the window is empty. */
  readonly #far = new SortedLevels();
  /** The best levels as far as they were read since the last change, best first. */
  #prices = new Float64Array(64);
  #sizes = new Float64Array(64);
  #known = 0;

  constructor(side: 'bid' | 'ask') {
    this.side = side;
  }

  get length(): number {
    return this.#ladder.count + this.#far.length;
  }

  /** Price of the `rank`-th best level, 0 the best; `undefined` beyond the last. */
  price(rank: number): number | undefined {
    if (rank >= this.length) return undefined;
    if (rank === 0) return this.#best();
    if (rank >= this.#known) this.#read(rank + 1);
    return this.#prices[rank];
  }

  /** Size of the `rank`-th best level; 0 beyond the last. */
  size(rank: number): number {
    if (rank >= this.length) return 0;
    if (rank >= this.#known) this.#read(rank + 1);
    return this.#sizes[rank] ?? 0;
  }

  sizeAt(price: number): number {
    return this.#ladder.holds(price) ? this.#ladder.sizeAt(price) : this.#far.sizeAt(price);
  }

  /** Sets the size at a price; 0 removes the level. */
  set(price: number, size: number): void {
    this.#known = 0;
    const ladder = this.#ladder;
    if (ladder.holds(price)) {
      ladder.set(price, size);
      if (ladder.count === 0) this.#refill();
    } else if (size === 0) {
      this.#far.set(price, 0);
    } else if (ladder.count > 0 && price < ladder.base === (this.side === 'bid')) {
      this.#far.set(price, size);
      if (this.#far.length > MANY && ladder.slots < MOST_SLOTS) this.#recentre(this.#best());
    } else {
      this.#recentre(price);
      this.#ladder.set(price, size);
    }
  }

  clear(): void {
    this.#ladder.clear();
    this.#far.clear();
    this.#known = 0;
  }

  /** Multiplies every price and size: a finer unit came up. `false`: some are no longer exact. */
  rescale(priceFactor: number, sizeFactor: number): boolean {
    const { prices, sizes } = this.levels();
    let exact = true;
    this.clear();
    for (let i = 0; i < prices.length; i++) {
      const price = (prices[i] ?? 0) * priceFactor;
      const size = (sizes[i] ?? 0) * sizeFactor;
      exact &&= Number.isSafeInteger(price) && Number.isSafeInteger(size);
      this.set(price, size);
    }
    return exact;
  }

  /** A copy of all levels. */
  levels(): SideLevels {
    const prices = new Float64Array(this.length);
    const sizes = new Float64Array(this.length);
    const [low, high] = this.side === 'bid' ? [this.#far, this.#ladder] : [this.#ladder, this.#far];
    high.copyTo(prices, sizes, low.copyTo(prices, sizes, 0));
    return { prices, sizes };
  }

  /** Becomes what `levels` gave. */
  load({ prices, sizes }: SideLevels): void {
    this.clear();
    const last = prices.length - 1;
    // Best first: the window centres on the first level.
    for (let i = 0; i <= last; i++) {
      const at = this.side === 'bid' ? last - i : i;
      this.set(prices[at] ?? 0, sizes[at] ?? 0);
    }
  }

  #best(): number {
    return this.side === 'bid' ? this.#ladder.highest() : this.#ladder.lowest();
  }

  #read(count: number): void {
    this.#reserve(count);
    const ladder = this.#ladder;
    for (let rank = this.#known; rank < count; rank++) {
      if (rank < ladder.count) {
        const before = this.#prices[rank - 1] ?? 0;
        const price = rank === 0 ? this.#best() : this.side === 'bid' ? ladder.lower(before) : ladder.higher(before);
        this.#prices[rank] = price;
        this.#sizes[rank] = ladder.sizeAt(price);
      } else {
        const nth = rank - ladder.count;
        const index = this.side === 'bid' ? this.#far.length - 1 - nth : nth;
        this.#prices[rank] = this.#far.price(index) ?? 0;
        this.#sizes[rank] = this.#far.size(index);
      }
    }
    this.#known = count;
  }

  #reserve(count: number): void {
    if (count <= this.#prices.length) return;
    const enlarged = (from: Float64Array<ArrayBuffer>) => {
      const to = new Float64Array(count * 2);
      to.set(from);
      return to;
    };
    this.#prices = enlarged(this.#prices);
    this.#sizes = enlarged(this.#sizes);
  }

  /** The window has run empty: it moves to the best level of the list. */
  #refill(): void {
    const best = this.#far.price(this.side === 'bid' ? this.#far.length - 1 : 0);
    if (best !== undefined) this.#recentre(best);
  }

  /** Puts the window around `best`, with a quarter of it on the better side, and sorts every level in or out. */
  #recentre(best: number): void {
    const { prices, sizes } = this.levels();
    const worst = prices[this.side === 'bid' ? 0 : prices.length - 1] ?? best;
    const slots = slotsFor(Math.abs(best - worst));
    if (slots > this.#ladder.slots) this.#ladder = new PriceLadder(slots);
    const below = this.#ladder.slots * (this.side === 'bid' ? 0.75 : 0.25);
    this.#ladder.clear(best - below);
    this.#far.clear();
    for (let i = 0; i < prices.length; i++) {
      const price = prices[i] ?? 0;
      (this.#ladder.holds(price) ? this.#ladder : this.#far).set(price, sizes[i] ?? 0);
    }
  }
}

/** Twice the span, as a power of two. */
function slotsFor(span: number): number {
  let slots = LEAST_SLOTS;
  while (slots < MOST_SLOTS && slots < span * 2) slots *= 2;
  return slots;
}
