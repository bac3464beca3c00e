/**
 * One side of a book. Around the best price, where nearly all changes are, a ladder of consecutive prices; the few
 * levels worse than its window in a sorted list. Ranks are read from a sorted copy, made when first asked for after a
 * change: feeds write thousands of times between two frames that read.
 */
import { PriceLadder } from './price-ladder.ts';
import { SortedLevels } from './sorted-levels.ts';

const LEAST_SLOTS = 1024;
/** 128 KiB a side. Books that reach farther than so many steps have their tail in the list. */
const MOST_SLOTS = 16_384;
/** More levels than this in the list, and the window grows. */
const MANY = 32;

export class BookSide {
  readonly side: 'bid' | 'ask';
  #ladder = new PriceLadder(LEAST_SLOTS);
  /** Only levels worse than the window. */
  readonly #far = new SortedLevels();
  /** All levels by price, valid unless `#changed`. */
  readonly #sorted = new SortedLevels();
  #changed = false;

  constructor(side: 'bid' | 'ask') {
    this.side = side;
  }

  get length(): number {
    return this.#ladder.count + this.#far.length;
  }

  /** Price of the `rank`-th best level, 0 the best; `undefined` beyond the last. */
  price(rank: number): number | undefined {
    if (rank >= this.length) return undefined;
    if (rank === 0) return this.side === 'bid' ? this.#ladder.highest() : this.#ladder.lowest();
    return this.#levels().price(this.#index(rank));
  }

  /** Size of the `rank`-th best level; 0 beyond the last. */
  size(rank: number): number {
    return rank >= this.length ? 0 : this.#levels().size(this.#index(rank));
  }

  sizeAt(price: number): number {
    return this.#ladder.holds(price) ? this.#ladder.sizeAt(price) : this.#far.sizeAt(price);
  }

  /** Sets the size at a price; 0 removes the level. */
  set(price: number, size: number): void {
    this.#changed = true;
    const ladder = this.#ladder;
    if (ladder.holds(price)) {
      ladder.set(price, size);
      if (ladder.count === 0 && this.#far.length > 0) this.#recentre();
      return;
    }
    if (size === 0) {
      this.#far.set(price, 0);
      return;
    }
    const isFar = ladder.count > 0 && price < ladder.base === (this.side === 'bid');
    this.#far.set(price, size);
    if (!isFar || (this.#far.length > MANY && ladder.slots < MOST_SLOTS)) this.#recentre();
  }

  clear(): void {
    this.#ladder.reset(this.#ladder.base);
    this.#far.clear();
    this.#changed = true;
  }

  /** Multiplies every price and size: a finer unit came up. `false`: some are no longer exact. */
  rescale(priceFactor: number, sizeFactor: number): boolean {
    const prices = new Float64Array(this.length);
    const sizes = new Float64Array(this.length);
    this.copyTo(prices, sizes);
    let exact = true;
    this.clear();
    for (let i = prices.length - 1; i >= 0; i--) {
      const price = (prices[i] ?? 0) * priceFactor;
      const size = (sizes[i] ?? 0) * sizeFactor;
      exact &&= Number.isSafeInteger(price) && Number.isSafeInteger(size);
      this.set(price, size);
    }
    return exact;
  }

  /** Writes all levels, lowest price first. */
  copyTo(prices: Float64Array, sizes: Float64Array): void {
    this.#levels().copyTo(prices, sizes, 0);
  }

  #index(rank: number): number {
    return this.side === 'bid' ? this.length - 1 - rank : rank;
  }

  #levels(): SortedLevels {
    if (this.#changed) {
      this.#sorted.fill(this.length, (prices, sizes) => {
        if (this.side === 'bid') return this.#ladder.copyTo(prices, sizes, this.#far.copyTo(prices, sizes, 0));
        return this.#far.copyTo(prices, sizes, this.#ladder.copyTo(prices, sizes, 0));
      });
      this.#changed = false;
    }
    return this.#sorted;
  }

  /** Puts the window where the best price is, with room on its better side, and sorts every level in or out. */
  #recentre(): void {
    const all = new SortedLevels();
    const { length } = this;
    all.fill(length, (prices, sizes) => this.#ladder.copyTo(prices, sizes, 0));
    for (let i = 0; i < this.#far.length; i++) all.set(this.#far.price(i) ?? 0, this.#far.size(i));
    const lowest = all.price(0) ?? 0;
    const highest = all.price(length - 1) ?? 0;
    if (highest - lowest > this.#ladder.slots / 2 && this.#ladder.slots < MOST_SLOTS) {
      this.#ladder = new PriceLadder(slotsFor(highest - lowest));
    }
    const { slots } = this.#ladder;
    this.#ladder.reset(this.side === 'bid' ? highest - (slots * 3) / 4 : lowest - slots / 4);
    this.#far.clear();
    for (let i = 0; i < length; i++) {
      const price = all.price(i) ?? 0;
      (this.#ladder.holds(price) ? this.#ladder : this.#far).set(price, all.size(i));
    }
  }
}

/** Twice the span, as a power of two. */
function slotsFor(span: number): number {
  let slots = LEAST_SLOTS;
  while (slots < MOST_SLOTS && slots < span * 2) slots *= 2;
  return slots;
}
