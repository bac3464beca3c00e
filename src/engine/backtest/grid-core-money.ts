/** Exact money as the nearest doubles: what traces carry for charts and ratios. */
import type { CandleColumns } from '#domain/candle-columns.ts';
import { decimal, trimDecimal } from '#domain/decimal.ts';
import { formatQuote, BASE_SCALE, QUOTE_SCALE } from '../ledger/money.ts';
import { valueOf } from '../ledger/grid-ledger.ts';
import type { ParsedCase } from './case.ts';

/** Decimals a run counts its prices in: the data's, more where the tick has more. */
export function decimalsOf({ instrument }: ParsedCase, columns: CandleColumns): number {
  return Math.max(columns.priceDecimals, trimDecimal(decimal(instrument.tickSize)).scale);
}

/** Decimals that every amount of quote in a run has at most, base at a mark included. */
export function moneyDecimals({ instrument, params }: ParsedCase, priceDecimals: number): number {
  const scale = (text: string | undefined) => (text === undefined ? 0 : trimDecimal(decimal(text)).scale);
  const fees = Math.max(scale(instrument.makerFee), scale(instrument.takerFee));
  const trades = priceDecimals + scale(instrument.lotSize) + fees;
  return Math.max(trades, scale(params.investment), scale(params.initial_quote));
}

/** `10^22` is the largest power of ten that is a double: below it, dividing a whole double rounds once, correctly. */
export const MOST_DECIMALS = 22;

/** Whole doubles up to here are what they say, and so are their sums. */
const EXACT = Number.MAX_SAFE_INTEGER;

/** The nearest double of an amount in quote units. */
export const quoteNumber = (units: bigint): number => Number(formatQuote(units));

/** Holdings at a mark, as `Number` of their exact decimal would be. */
export class Worth {
  readonly #priceDecimals: number;
  readonly #decimals: number;
  readonly #divisor: number;
  /** Quote units of one of these, and of a base unit times a price unit. */
  readonly #unit: bigint;
  readonly #each: bigint;
  #quote = 0n;
  #base = 0n;
  #quoteUnits = NaN;
  #baseUnits = NaN;

  /** `decimals`: as many as amounts of quote, and of base at a mark, have; `priceDecimals`: those of marks. */
  constructor(priceDecimals: number, decimals: number) {
    this.#priceDecimals = priceDecimals;
    this.#decimals = Math.min(decimals, MOST_DECIMALS);
    this.#divisor = 10 ** this.#decimals;
    this.#unit = 10n ** BigInt(QUOTE_SCALE - this.#decimals);
    this.#each = 10n ** BigInt(QUOTE_SCALE - BASE_SCALE - priceDecimals);
  }

  /** Quote and base units. */
  set(quote: bigint, base: bigint): void {
    this.#quote = quote;
    this.#base = base;
    const unit = this.#unit;
    const each = base * this.#each;
    const whole = quote % unit === 0n && each % unit === 0n;
    this.#quoteUnits = whole ? Number(quote / unit) : NaN;
    this.#baseUnits = whole ? Number(each / unit) : NaN;
  }

  at(mark: number): number {
    const held = this.#baseUnits * mark;
    const units = this.#quoteUnits + held;
    // All parts are whole; what is owed is negative and may hide what the others lost.
    if (units < EXACT && this.#quoteUnits < EXACT && held > -EXACT) return units / this.#divisor;
    return quoteNumber(this.#quote + valueOf(this.#base, mark, this.#priceDecimals));
  }
}
