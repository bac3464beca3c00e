/** The last so many values, oldest first. */
import { savedNumbers } from './saved.ts';

export class Window {
  readonly size: number;
  length = 0;
  readonly #ring: Float64Array;
  #next = 0;

  constructor(size: number) {
    this.size = size;
    this.#ring = new Float64Array(size);
  }

  get full(): boolean {
    return this.length === this.size;
  }

  /** Returns the value that left; 0 while filling. */
  push(value: number): number {
    const gone = this.length === this.size ? (this.#ring[this.#next] ?? 0) : 0;
    this.#ring[this.#next] = value;
    this.#next = this.#next + 1 === this.size ? 0 : this.#next + 1;
    if (this.length < this.size) this.length += 1;
    return gone;
  }

  /** Oldest first: sums that round must not depend on where in memory a window begins. */
  at(index: number): number {
    const place = (this.full ? this.#next : 0) + index;
    return this.#ring[place < this.size ? place : place - this.size] ?? 0;
  }

  save(): readonly number[] {
    return Array.from({ length: this.length }, (_, index) => this.at(index));
  }

  static check(state: unknown, size: number): readonly number[] {
    return savedNumbers(state, size);
  }

  clear(): void {
    this.length = 0;
    this.#next = 0;
  }
}
