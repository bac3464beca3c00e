/** Exponential moving average with `2 / (period + 1)`, begun with the simple average of the first `period` values. */
import { savedCount, savedNumber, savedRecord } from './saved.ts';

export class Ema {
  readonly period: number;
  readonly #weight: number;
  #count = 0;
  /** The sum of the values while filling. */
  #value = 0;

  constructor(period: number) {
    this.period = period;
    this.#weight = 2 / (period + 1);
  }

  get value(): number | null {
    return this.#count === this.period ? this.#value : null;
  }

  push(value: number): void {
    if (this.#count === this.period) {
      this.#value += this.#weight * (value - this.#value);
      return;
    }
    this.#value += value;
    this.#count += 1;
    if (this.#count === this.period) this.#value /= this.period;
  }

  save(): unknown {
    return { count: this.#count, value: this.#value };
  }

  load(state: unknown): void {
    const { count, value } = savedRecord(state);
    const counted = savedCount(count);
    if (counted > this.period) throw new RangeError('a longer average was saved');
    this.#value = savedNumber(value);
    this.#count = counted;
  }
}
