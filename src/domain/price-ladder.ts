/**
 * A window of consecutive integer prices with the size at each: setting one is an array write and a bit, whatever the
 * depth of the book. What lies outside the window is the owner's.
 */

/** Slots per word of the bitmap. */
const WORD = 32;

export class PriceLadder {
  readonly slots: number;
  readonly #sizes: Float64Array;
  /** One bit a slot that holds a size. */
  readonly #bits: Int32Array;
  #base = 0;
  #count = 0;
  /** Slots of the lowest and the highest price; meaningless while empty. */
  #low = 0;
  #high = 0;

  /** `slots` is a multiple of 32. */
  constructor(slots: number) {
    this.slots = slots;
    this.#sizes = new Float64Array(slots);
    this.#bits = new Int32Array(slots / WORD);
  }

  get count(): number {
    return this.#count;
  }

  /** Lowest price of the window. */
  get base(): number {
    return this.#base;
  }

  lowest(): number {
    return this.#base + this.#low;
  }

  highest(): number {
    return this.#base + this.#high;
  }

  holds(price: number): boolean {
    const slot = price - this.#base;
    return slot >= 0 && slot < this.slots;
  }

  /** The next price down from one that has lower ones in the window. */
  lower(price: number): number {
    return this.#base + this.#below(price - this.#base);
  }

  /** The next price up from one that has higher ones in the window. */
  higher(price: number): number {
    return this.#base + this.#above(price - this.#base);
  }

  /** Empties the window and lets it begin at `base`. */
  clear(base = this.#base): void {
    if (this.#count > 0) this.#bits.fill(0);
    this.#base = base;
    this.#count = 0;
  }

  /** `price` is within the window; size 0 removes. */
  set(price: number, size: number): void {
    const slot = (price - this.#base) | 0;
    const word = slot >>> 5;
    const bit = 1 << slot;
    const bits = this.#bits[word] ?? 0;
    if (size !== 0) {
      this.#sizes[slot] = size;
      if ((bits & bit) !== 0) return;
      this.#bits[word] = bits | bit;
      if (this.#count === 0) this.#low = this.#high = slot;
      else if (slot > this.#high) this.#high = slot;
      else if (slot < this.#low) this.#low = slot;
      this.#count += 1;
      return;
    }
    if ((bits & bit) === 0) return;
    this.#bits[word] = bits & ~bit;
    this.#count -= 1;
    if (this.#count === 0) return;
    if (slot === this.#high) this.#high = this.#below(slot);
    else if (slot === this.#low) this.#low = this.#above(slot);
  }

  /** 0 where there is none, or outside the window. */
  sizeAt(price: number): number {
    if (!this.holds(price)) return 0;
    const slot = price - this.#base;
    return ((this.#bits[slot >>> 5] ?? 0) & (1 << slot)) === 0 ? 0 : (this.#sizes[slot] ?? 0);
  }

  /** Writes prices and sizes, ascending, from index `at` on; gives the index after the last. */
  copyTo(prices: Float64Array, sizes: Float64Array, at: number): number {
    if (this.#count === 0) return at;
    let index = at;
    for (let word = this.#low >>> 5; word <= this.#high >>> 5; word++) {
      let bits = this.#bits[word] ?? 0;
      while (bits !== 0) {
        const slot = word * WORD + lowestBit(bits);
        bits &= bits - 1;
        prices[index] = this.#base + slot;
        sizes[index] = this.#sizes[slot] ?? 0;
        index += 1;
      }
    }
    return index;
  }

  /** The slots around one whose neighbour is known to exist on that side. */
  #below(slot: number): number {
    let word = slot >>> 5;
    let bits = (this.#bits[word] ?? 0) & ((1 << slot) - 1);
    while (bits === 0) bits = this.#bits[--word] ?? 0;
    return word * WORD + 31 - Math.clz32(bits);
  }

  #above(slot: number): number {
    let word = slot >>> 5;
    let bits = (this.#bits[word] ?? 0) & ~((1 << slot) | ((1 << slot) - 1));
    while (bits === 0) bits = this.#bits[++word] ?? 0;
    return word * WORD + lowestBit(bits);
  }
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
