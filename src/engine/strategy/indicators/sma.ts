/** Simple moving average. Over whole prices below `2^53 / period` its sum is exact however long it runs. */
import { Window } from './window.ts';

export class Sma {
  readonly period: number;
  /** Of the last `period` values. */
  sum = 0;
  readonly #window: Window;

  constructor(period: number) {
    this.period = period;
    this.#window = new Window(period);
  }

  get whole(): boolean {
    return this.#window.full;
  }

  get value(): number | null {
    return this.whole ? this.sum / this.period : null;
  }

  push(value: number): void {
    // The difference first: no step is larger than the sum may be.
    this.sum += value - this.#window.push(value);
  }

  /** Sum of the squared distances from the mean, by its definition: one look at each value loses no digits to another. */
  squares(): number {
    const mean = this.sum / this.period;
    let squares = 0;
    for (let i = 0; i < this.#window.length; i += 1) squares += (this.#window.at(i) - mean) ** 2;
    return squares;
  }

  save(): readonly number[] {
    return this.#window.save();
  }

  load(state: unknown): void {
    const values = Window.check(state, this.period);
    this.#window.clear();
    this.sum = 0;
    for (const value of values) this.push(value);
  }
}

/** The sign of `a − b`, exact for whole sums: their means are compared by products, without a division. */
export function compareSmas(a: Sma, b: Sma): -1 | 0 | 1 {
  const left = a.sum * b.period;
  const right = b.sum * a.period;
  const exact = left <= Number.MAX_SAFE_INTEGER && right <= Number.MAX_SAFE_INTEGER;
  if (!exact && Number.isInteger(a.sum) && Number.isInteger(b.sum)) {
    const difference = BigInt(a.sum) * BigInt(b.period) - BigInt(b.sum) * BigInt(a.period);
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }
  return left < right ? -1 : left > right ? 1 : 0;
}
