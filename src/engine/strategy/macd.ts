/** MACD, the distance of two exponential averages: long where it crosses above its own average, short below. */
import { Ema } from './indicators/ema.ts';
import { savedNumber, savedRecord } from './indicators/saved.ts';
import type { PriceWords, SignalRule } from './rule.ts';
import type { Decision, SignalBar } from './signals.ts';

export interface MacdPeriods {
  readonly fast: number;
  readonly slow: number;
  readonly signal: number;
}

export class Macd implements SignalRule {
  readonly warmup: number;
  readonly #fast: Ema;
  readonly #slow: Ema;
  readonly #signal: Ema;
  readonly #words: PriceWords;
  #line: number | null = null;
  #sign = 0;

  constructor({ fast, slow, signal }: MacdPeriods, words: PriceWords) {
    this.warmup = slow + signal - 1;
    this.#fast = new Ema(fast);
    this.#slow = new Ema(slow);
    this.#signal = new Ema(signal);
    this.#words = words;
  }

  /** A cross is strict, as that of two averages. */
  take({ close }: SignalBar): Decision | undefined {
    const before = this.#sign;
    this.#fast.push(close);
    this.#slow.push(close);
    const [fast, slow] = [this.#fast.value, this.#slow.value];
    if (fast === null || slow === null) return undefined;
    const line = fast - slow;
    this.#line = line;
    this.#signal.push(line);
    const signal = this.#signal.value;
    if (signal === null) return undefined;
    const sign = Math.sign(line - signal);
    this.#sign = sign;
    if (before * sign >= 0) return undefined;
    const where = `its signal line ${this.#words.text(signal, 2)}`;
    const macd = `MACD ${this.#words.text(line, 2)}`;
    return sign > 0
      ? { target: 'long', reason: `${macd} crossed above ${where}` }
      : { target: 'short', reason: `${macd} crossed below ${where}` };
  }

  figures(): Readonly<Record<string, number | null>> {
    const signal = this.#signal.value;
    const histogram = this.#line === null || signal === null ? null : this.#line - signal;
    return {
      macd: this.#words.figure(this.#line),
      signal: this.#words.figure(signal),
      histogram: this.#words.figure(histogram),
    };
  }

  save(): unknown {
    const averages = { fast: this.#fast.save(), slow: this.#slow.save(), signal: this.#signal.save() };
    return { ...averages, line: this.#line, sign: this.#sign };
  }

  load(state: unknown): void {
    const { fast, slow, signal, line, sign } = savedRecord(state);
    this.#fast.load(fast);
    this.#slow.load(slow);
    this.#signal.load(signal);
    this.#line = line === null ? null : savedNumber(line);
    this.#sign = Math.sign(savedNumber(sign));
  }
}
