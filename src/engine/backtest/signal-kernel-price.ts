/** `marketPrice` in doubles where these are exact: once for each fill of a run. */
import { decimal, trimDecimal } from '#domain/decimal.ts';
import { marketPrice, type Rules } from '../instrument-rules.ts';
import { BASE_SCALE, parseUnits } from '../ledger/money.ts';

export class MarketPrices {
  readonly #rules: Rules;
  readonly #slippage: bigint;
  /** One and the slippage, as whole numbers; NaN where they are too long. */
  readonly #one: number;
  readonly #slip: number;

  /** `slippage`: a rate. */
  constructor(rules: Rules, slippage: string) {
    this.#rules = rules;
    this.#slippage = parseUnits(slippage, BASE_SCALE) ?? 0n;
    const { units, scale } = trimDecimal(decimal(slippage));
    this.#one = 10 ** scale;
    this.#slip = this.#one * 2 <= Number.MAX_SAFE_INTEGER ? Number(units) : NaN;
  }

  /** Whole price units. */
  at(around: number, side: 'buy' | 'sell'): number {
    const { tick } = this.#rules;
    const slipped = around * (side === 'buy' ? this.#one + this.#slip : this.#one - this.#slip);
    const step = this.#one * tick;
    if (!(slipped <= Number.MAX_SAFE_INTEGER && step <= Number.MAX_SAFE_INTEGER)) {
      return marketPrice(this.#rules, around, side, this.#slippage);
    }
    const rest = step === 1 ? 0 : slipped % step;
    const ticks = (slipped - rest) / step;
    if (side === 'buy') return (rest === 0 ? ticks : ticks + 1) * tick;
    return Math.max(1, ticks) * tick;
  }
}
