/** Two simple moving averages: long where the fast one crosses above the slow one, short where it crosses below. */
import { savedNumber, savedRecord } from './indicators/saved.ts';
import { compareSmas, Sma } from './indicators/sma.ts';
import type { PriceWords, SignalRule } from './rule.ts';
import type { Decision, SignalBar } from './signals.ts';

export class DualMa implements SignalRule {
  readonly warmup: number;
  readonly #fast: Sma;
  readonly #slow: Sma;
  readonly #words: PriceWords;
  /** Of fast − slow after the last bar; 0 while filling, too. */
  #sign = 0;

  constructor(fast: number, slow: number, words: PriceWords) {
    this.warmup = slow;
    this.#fast = new Sma(fast);
    this.#slow = new Sma(slow);
    this.#words = words;
  }

  /** A cross is strict: below at one close and above at the next, or the reverse. */
  take({ close }: SignalBar): Decision | undefined {
    const before = this.#sign;
    this.#fast.push(close);
    this.#slow.push(close);
    const sign = this.#slow.whole ? compareSmas(this.#fast, this.#slow) : 0;
    this.#sign = sign;
    if (before * sign >= 0) return undefined;
    return sign > 0
      ? { target: 'long', reason: `${this.#says(this.#fast)} crossed above ${this.#says(this.#slow)}` }
      : { target: 'short', reason: `${this.#says(this.#fast)} crossed below ${this.#says(this.#slow)}` };
  }

  figures(): Readonly<Record<string, number | null>> {
    return { fast_ma: this.#words.figure(this.#fast.value), slow_ma: this.#words.figure(this.#slow.value) };
  }

  save(): unknown {
    return { fast: this.#fast.save(), slow: this.#slow.save(), sign: this.#sign };
  }

  load(state: unknown): void {
    const { fast, slow, sign } = savedRecord(state);
    this.#fast.load(fast);
    this.#slow.load(slow);
    this.#sign = Math.sign(savedNumber(sign));
  }

  #says({ period, value }: Sma): string {
    return `SMA ${period} (${this.#words.text(value)})`;
  }
}
