/** Bollinger bands: follows a close outside them, and leaves where a close is back through the middle. */
import { Sma } from './indicators/sma.ts';
import type { PriceWords, SignalRule } from './rule.ts';
import type { Decision, SignalBar, Target } from './signals.ts';

export class BollingerBreakout implements SignalRule {
  readonly warmup: number;
  readonly #sma: Sma;
  readonly #deviations: number;
  readonly #words: PriceWords;

  constructor(period: number, deviations: number, words: PriceWords) {
    this.warmup = period;
    this.#sma = new Sma(period);
    this.#deviations = deviations;
    this.#words = words;
  }

  take({ close }: SignalBar, target: Target): Decision | undefined {
    this.#sma.push(close);
    const middle = this.#sma.value;
    if (middle === null) return undefined;
    const width = this.#width();
    if (close > middle + width) {
      if (target === 'long') return undefined;
      return { target: 'long', reason: this.#says(close, 'above the upper band', middle + width) };
    }
    if (close < middle - width) {
      if (target === 'short') return undefined;
      return { target: 'short', reason: this.#says(close, 'below the lower band', middle - width) };
    }
    if (target === 'long' && close < middle) {
      return { target: 'flat', reason: this.#says(close, 'back below the middle band', middle) };
    }
    if (target === 'short' && close > middle) {
      return { target: 'flat', reason: this.#says(close, 'back above the middle band', middle) };
    }
    return undefined;
  }

  figures(): Readonly<Record<string, number | null>> {
    const middle = this.#sma.value;
    if (middle === null) return { lower_band: null, middle_band: null, upper_band: null };
    const width = this.#width();
    return {
      lower_band: this.#words.figure(middle - width),
      middle_band: this.#words.figure(middle),
      upper_band: this.#words.figure(middle + width),
    };
  }

  save(): unknown {
    return this.#sma.save();
  }

  load(state: unknown): void {
    this.#sma.load(state);
  }

  /** So many deviations of the population, as Bollinger defines them. */
  #width(): number {
    return this.#deviations * Math.sqrt(this.#sma.squares() / this.#sma.period);
  }

  #says(close: number, where: string, band: number): string {
    return `close ${this.#words.text(close)} ${where} ${this.#words.text(band)}`;
  }
}
