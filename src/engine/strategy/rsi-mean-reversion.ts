/** Buys what has fallen too fast and sells what has risen too fast, by Wilder's RSI; out in the middle. */
import { Rsi } from './indicators/rsi.ts';
import type { SignalRule } from './rule.ts';
import type { Decision, SignalBar, Target } from './signals.ts';

export interface RsiLevels {
  readonly oversold: number;
  readonly exit: number;
  readonly overbought: number;
}

export class RsiMeanReversion implements SignalRule {
  readonly warmup: number;
  readonly #rsi: Rsi;
  readonly #levels: RsiLevels;

  constructor(period: number, levels: RsiLevels) {
    // As many changes need one close more.
    this.warmup = period + 1;
    this.#rsi = new Rsi(period);
    this.#levels = levels;
  }

  take({ close }: SignalBar, target: Target): Decision | undefined {
    this.#rsi.push(close);
    const { value } = this.#rsi;
    if (value === null) return undefined;
    const { oversold, exit, overbought } = this.#levels;
    if (value < oversold) {
      if (target === 'long') return undefined;
      return { target: 'long', reason: this.#words(value, `below ${oversold}`), strength: 1 - value / oversold };
    }
    if (value > overbought) {
      if (target === 'short') return undefined;
      const strength = (value - overbought) / (100 - overbought);
      return { target: 'short', reason: this.#words(value, `above ${overbought}`), strength };
    }
    if (target === 'long' && value >= exit) {
      return { target: 'flat', reason: this.#words(value, `back at ${exit} from below`) };
    }
    if (target === 'short' && value <= exit) {
      return { target: 'flat', reason: this.#words(value, `back at ${exit} from above`) };
    }
    return undefined;
  }

  figures(): Readonly<Record<string, number | null>> {
    return { rsi: this.#rsi.value };
  }

  save(): unknown {
    return this.#rsi.save();
  }

  load(state: unknown): void {
    this.#rsi.load(state);
  }

  #words(value: number, where: string): string {
    return `RSI ${this.#rsi.period} (${value.toFixed(2)}) ${where}`;
  }
}
