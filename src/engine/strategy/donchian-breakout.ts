/** Donchian channels, the turtles' way: follows a close beyond the bars before it, leaves at a shorter channel's other side. */
import { Extreme } from './indicators/extreme.ts';
import { savedRecord } from './indicators/saved.ts';
import type { PriceWords, SignalRule } from './rule.ts';
import type { Decision, SignalBar, Target } from './signals.ts';

export class DonchianBreakout implements SignalRule {
  readonly warmup: number;
  readonly #entry: number;
  readonly #exit: number;
  readonly #high: Extreme;
  readonly #low: Extreme;
  readonly #exitHigh: Extreme;
  readonly #exitLow: Extreme;
  readonly #words: PriceWords;

  constructor(entry: number, exit: number, words: PriceWords) {
    this.warmup = Math.max(entry, exit);
    this.#entry = entry;
    this.#exit = exit;
    this.#high = new Extreme(entry, 'highest');
    this.#low = new Extreme(entry, 'lowest');
    this.#exitHigh = new Extreme(exit, 'highest');
    this.#exitLow = new Extreme(exit, 'lowest');
    this.#words = words;
  }

  take(bar: SignalBar, target: Target): Decision | undefined {
    const decision = this.#decide(bar.close, target);
    // The channel is of the bars before: this one counts from the next on.
    this.#high.push(bar.high);
    this.#exitHigh.push(bar.high);
    this.#low.push(bar.low);
    this.#exitLow.push(bar.low);
    return decision;
  }

  figures(): Readonly<Record<string, number | null>> {
    return {
      upper_channel: this.#words.figure(this.#high.value),
      lower_channel: this.#words.figure(this.#low.value),
      exit_high: this.#words.figure(this.#exitHigh.value),
      exit_low: this.#words.figure(this.#exitLow.value),
    };
  }

  save(): unknown {
    const exits = { exit_high: this.#exitHigh.save(), exit_low: this.#exitLow.save() };
    return { high: this.#high.save(), low: this.#low.save(), ...exits };
  }

  load(state: unknown): void {
    const { high, low, exit_high: exitHigh, exit_low: exitLow } = savedRecord(state);
    this.#high.load(high);
    this.#low.load(low);
    this.#exitHigh.load(exitHigh);
    this.#exitLow.load(exitLow);
  }

  #decide(close: number, target: Target): Decision | undefined {
    const [high, low, exitHigh, exitLow] = [
      this.#high.value,
      this.#low.value,
      this.#exitHigh.value,
      this.#exitLow.value,
    ];
    if (high === null || low === null || exitHigh === null || exitLow === null) return undefined;
    if (close > high) return target === 'long' ? undefined : this.#says('long', close, 'above', high);
    if (close < low) return target === 'short' ? undefined : this.#says('short', close, 'below', low);
    if (target === 'long' && close < exitLow) return this.#says('flat', close, 'below', exitLow);
    if (target === 'short' && close > exitHigh) return this.#says('flat', close, 'above', exitHigh);
    return undefined;
  }

  #says(target: Target, close: number, where: 'above' | 'below', level: number): Decision {
    const bars = target === 'flat' ? this.#exit : this.#entry;
    const extreme = where === 'above' ? 'highest high' : 'lowest low';
    const words = this.#words;
    return {
      target,
      reason: `close ${words.text(close)} ${where} the ${extreme} ${words.text(level)} of ${bars} bars`,
    };
  }
}
