/**
 * Wilder's relative strength index (New Concepts in Technical Trading Systems, 1978): averages of gains and of losses,
 * the first simple ones over `period` changes, then smoothed by `(average · (period − 1) + change) / period`.
 * No change at all counts as the middle, 50.
 */
import { savedCount, savedNumber, savedRecord } from './saved.ts';

export class Rsi {
  readonly period: number;
  #changes = 0;
  #last: number | null = null;
  /** Sums while filling. */
  #gain = 0;
  #loss = 0;

  constructor(period: number) {
    this.period = period;
  }

  /** 0 to 100. */
  get value(): number | null {
    if (this.#changes < this.period) return null;
    const both = this.#gain + this.#loss;
    return both === 0 ? 50 : 100 * (this.#gain / both);
  }

  push(close: number): void {
    const last = this.#last;
    this.#last = close;
    if (last === null) return;
    const gain = Math.max(0, close - last);
    const loss = Math.max(0, last - close);
    const { period } = this;
    if (this.#changes === period) {
      this.#gain = (this.#gain * (period - 1) + gain) / period;
      this.#loss = (this.#loss * (period - 1) + loss) / period;
      return;
    }
    this.#changes += 1;
    this.#gain += gain;
    this.#loss += loss;
    if (this.#changes < period) return;
    this.#gain /= period;
    this.#loss /= period;
  }

  save(): unknown {
    return { changes: this.#changes, last: this.#last, gain: this.#gain, loss: this.#loss };
  }

  load(state: unknown): void {
    const { changes, last, gain, loss } = savedRecord(state);
    const counted = savedCount(changes);
    if (counted > this.period) throw new RangeError('a longer index was saved');
    const [close, up, down] = [last === null ? null : savedNumber(last), savedNumber(gain), savedNumber(loss)];
    this.#changes = counted;
    this.#last = close;
    this.#gain = up;
    this.#loss = down;
  }
}
