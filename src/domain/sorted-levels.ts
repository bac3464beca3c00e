/** Prices in ascending order with their sizes, in typed arrays. */

const INITIAL_CAPACITY = 64;

export class SortedLevels {
  #prices = new Float64Array(INITIAL_CAPACITY);
  #sizes = new Float64Array(INITIAL_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** `undefined` beyond the last. */
  price(index: number): number | undefined {
    return index < this.#length ? this.#prices[index] : undefined;
  }

  /** 0 beyond the last. */
  size(index: number): number {
    return index < this.#length ? (this.#sizes[index] ?? 0) : 0;
  }

  sizeAt(price: number): number {
    const at = this.#search(price);
    return this.price(at) === price ? this.size(at) : 0;
  }

  /** Sets the size at a price; 0 removes the level. */
  set(price: number, size: number): void {
    const at = this.#search(price);
    const found = at < this.#length && this.#prices[at] === price;
    if (size === 0) {
      if (!found) return;
      this.#prices.copyWithin(at, at + 1, this.#length);
      this.#sizes.copyWithin(at, at + 1, this.#length);
      this.#length -= 1;
      return;
    }
    if (!found) {
      if (this.#length === this.#prices.length) this.#enlarge();
      this.#prices.copyWithin(at + 1, at, this.#length);
      this.#sizes.copyWithin(at + 1, at, this.#length);
      this.#prices[at] = price;
      this.#length += 1;
    }
    this.#sizes[at] = size;
  }

  clear(): void {
    this.#length = 0;
  }

  /** Writes all levels from index `at` on; gives the index after the last. */
  copyTo(prices: Float64Array, sizes: Float64Array, at: number): number {
    for (let i = 0; i < this.#length; i++) {
      prices[at + i] = this.#prices[i] ?? 0;
      sizes[at + i] = this.#sizes[i] ?? 0;
    }
    return at + this.#length;
  }

  #enlarge(): void {
    const prices = new Float64Array(this.#prices.length * 2);
    const sizes = new Float64Array(prices.length);
    prices.set(this.#prices);
    sizes.set(this.#sizes);
    this.#prices = prices;
    this.#sizes = sizes;
  }

  /** First index whose price is not below `price`. */
  #search(price: number): number {
    const prices = this.#prices;
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((prices[middle] ?? 0) < price) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
