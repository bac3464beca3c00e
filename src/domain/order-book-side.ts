/** One side of a book: integer prices sorted in typed arrays, the best at the end, where nearly all changes are. */

const INITIAL_CAPACITY = 256;

export class BookSide {
  readonly side: 'bid' | 'ask';
  /** Worst first. Asks are stored negated, so that both sides ascend towards their best. */
  #keys = new Float64Array(INITIAL_CAPACITY);
  #sizes = new Float64Array(INITIAL_CAPACITY);
  #length = 0;

  constructor(side: 'bid' | 'ask') {
    this.side = side;
  }

  get length(): number {
    return this.#length;
  }

  /** Price of the `rank`-th best level, 0 the best; `undefined` beyond the last. */
  price(rank: number): number | undefined {
    if (rank >= this.#length) return undefined;
    const key = this.#keys[this.#length - 1 - rank];
    return key === undefined ? undefined : this.#key(key);
  }

  /** Size of the `rank`-th best level; 0 beyond the last. */
  size(rank: number): number {
    return rank >= this.#length ? 0 : (this.#sizes[this.#length - 1 - rank] ?? 0);
  }

  sizeAt(price: number): number {
    const key = this.#key(price);
    const at = this.#search(key);
    return at < this.#length && this.#keys[at] === key ? (this.#sizes[at] ?? 0) : 0;
  }

  /** Sets the size at a price; 0 removes the level. */
  set(price: number, size: number): void {
    const key = this.#key(price);
    const at = this.#search(key);
    const found = at < this.#length && this.#keys[at] === key;
    if (size === 0) {
      if (!found) return;
      this.#keys.copyWithin(at, at + 1, this.#length);
      this.#sizes.copyWithin(at, at + 1, this.#length);
      this.#length -= 1;
      return;
    }
    if (!found) {
      if (this.#length === this.#keys.length) this.#enlarge();
      this.#keys.copyWithin(at + 1, at, this.#length);
      this.#sizes.copyWithin(at + 1, at, this.#length);
      this.#keys[at] = key;
      this.#length += 1;
    }
    this.#sizes[at] = size;
  }

  clear(): void {
    this.#length = 0;
  }

  /** Multiplies every price and size: a finer unit came up. `false`: some are no longer exact. */
  rescale(priceFactor: number, sizeFactor: number): boolean {
    let exact = true;
    for (let i = 0; i < this.#length; i++) {
      const key = (this.#keys[i] ?? 0) * priceFactor;
      const size = (this.#sizes[i] ?? 0) * sizeFactor;
      exact &&= Number.isSafeInteger(key) && Number.isSafeInteger(size);
      this.#keys[i] = key;
      this.#sizes[i] = size;
    }
    return exact;
  }

  /** Its own inverse. */
  #key(price: number): number {
    return this.side === 'bid' ? price : -price;
  }

  /** First index whose key is not below `key`. */
  #search(key: number): number {
    const keys = this.#keys;
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((keys[middle] ?? 0) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #enlarge(): void {
    const keys = new Float64Array(this.#keys.length * 2);
    const sizes = new Float64Array(keys.length);
    keys.set(this.#keys);
    sizes.set(this.#sizes);
    this.#keys = keys;
    this.#sizes = sizes;
  }
}
