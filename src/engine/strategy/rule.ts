/** What strategies share: a rule looks at bars, its machine counts them and tells changes of the wanted position only. */
import { savedCount, savedRecord } from './indicators/saved.ts';
import type { Decision, SignalBar, SignalMachine, Target } from './signals.ts';

export interface SignalRule {
  /** Bars until all indicators are whole: the next one may decide. */
  readonly warmup: number;
  /** Takes the next closed bar; what it wants from now on, given what it wanted. May be called with the same bar object. */
  take(bar: SignalBar, target: Target): Decision | undefined;
  figures(): Readonly<Record<string, number | null>>;
  save(): unknown;
  load(state: unknown): void;
}

export class RuleMachine implements SignalMachine {
  readonly warmup: number;
  readonly #rule: SignalRule;
  #bars = 0;
  #target: Target = 'flat';

  constructor(rule: SignalRule) {
    this.warmup = rule.warmup;
    this.#rule = rule;
  }

  close(bar: SignalBar): Decision | undefined {
    const decision = this.#rule.take(bar, this.#target);
    if (this.#bars < this.warmup) {
      this.#bars += 1;
      return undefined;
    }
    if (!decision || decision.target === this.#target) return undefined;
    this.#target = decision.target;
    return decision;
  }

  adopt(target: Target): void {
    this.#target = target;
  }

  figures(): Readonly<Record<string, number | null>> {
    return this.#rule.figures();
  }

  save(): unknown {
    return { bars: this.#bars, target: this.#target, rule: this.#rule.save() };
  }

  load(state: unknown): void {
    const { bars, target, rule } = savedRecord(state);
    if (target !== 'long' && target !== 'short' && target !== 'flat') throw new RangeError('no saved target');
    const counted = savedCount(bars);
    if (counted > this.warmup) throw new RangeError('a longer warm-up was saved');
    this.#rule.load(rule);
    this.#bars = counted;
    this.#target = target;
  }
}

/** How prices in units of `10^-decimals` are told: in the quote. */
export class PriceWords {
  readonly #decimals: number;
  readonly #unit: number;
  /** Nobody reads the reasons: their figures, which cost more than all else, are left out. */
  readonly #unread: boolean;

  constructor(decimals: number, unread = false) {
    this.#decimals = decimals;
    this.#unit = 10 ** decimals;
    this.#unread = unread;
  }

  /** `more`: digits beyond those of prices, for what is small beside them. */
  text(units: number | null, more = 0): string {
    return this.#unread ? '' : ((units ?? 0) / this.#unit).toFixed(this.#decimals + more);
  }

  figure(units: number | null): number | null {
    return units === null ? null : units / this.#unit;
  }
}
