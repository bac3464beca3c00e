/**
 * Book levels read straight from a frame's text, without a string for each: what a feed of thousands of frames a second
 * fills and `OrderBook.applyLevels` takes. A number is its digits as an integer and how many of them are decimals.
 */
const INITIAL_CAPACITY = 64;

export class LevelBuffer {
  count = 0;
  /** 1 for bids. */
  isBid = new Uint8Array(INITIAL_CAPACITY);
  prices = new Float64Array(INITIAL_CAPACITY);
  priceDecimals = new Uint8Array(INITIAL_CAPACITY);
  sizes = new Float64Array(INITIAL_CAPACITY);
  sizeDecimals = new Uint8Array(INITIAL_CAPACITY);

  clear(): void {
    this.count = 0;
  }

  push(isBid: boolean, price: number, priceDecimals: number, size: number, sizeDecimals: number): void {
    const at = this.count++;
    if (at === this.prices.length) this.#enlarge();
    this.isBid[at] = isBid ? 1 : 0;
    this.prices[at] = price;
    this.priceDecimals[at] = priceDecimals;
    this.sizes[at] = size;
    this.sizeDecimals[at] = sizeDecimals;
  }

  #enlarge(): void {
    const bytes = (from: Uint8Array<ArrayBuffer>) => {
      const to = new Uint8Array(from.length * 2);
      to.set(from);
      return to;
    };
    const numbers = (from: Float64Array<ArrayBuffer>) => {
      const to = new Float64Array(from.length * 2);
      to.set(from);
      return to;
    };
    this.isBid = bytes(this.isBid);
    this.prices = numbers(this.prices);
    this.priceDecimals = bytes(this.priceDecimals);
    this.sizes = numbers(this.sizes);
    this.sizeDecimals = bytes(this.sizeDecimals);
  }
}
