/**
 * Money of a strategy's fills without a BigInt: whole units of `10^-decimals` quote, each amount the exact sum of two
 * doubles, high the nearest to both. What would not fit is not done and said so: BigInts go on from there.
 */
import { decimal, trimDecimal } from '#domain/decimal.ts';
import type { Rules } from '../instrument-rules.ts';
import { QUOTE_SCALE, share } from '../ledger/money.ts';
import { MOST_DECIMALS, quoteNumber } from './grid-core-money.ts';

const MOST = Number.MAX_SAFE_INTEGER;
/** What a lot costs: twice as much is still a whole double. */
const MOST_EACH = 2 ** 51;
/** Sums of a few amounts below it are exact in two doubles. */
const MOST_MONEY = 2 ** 100;
/** Veltkamp's constant: halves a double's digits, so that products of halves are exact. */
const SPLIT = 2 ** 27 + 1;
/** What is added to a rounded quotient is off by less than this share of it. */
const QUOTIENT_DOUBT = 2 ** -48;

/** An amount of quote; only whole doubles. */
export class Pair {
  high = 0;
  low = 0;

  set(units: bigint): void {
    this.high = Number(units);
    this.low = Number(units - BigInt(this.high));
  }

  copy({ high, low }: Pair): void {
    this.high = high;
    this.low = low;
  }

  negate(): void {
    this.high = 0 - this.high;
    this.low = 0 - this.low;
  }

  /** The product of two whole doubles (Dekker). */
  product(a: number, b: number): void {
    const high = a * b;
    const upperA = upperHalf(a);
    const lowerA = a - upperA;
    const upperB = upperHalf(b);
    const lowerB = b - upperB;
    this.low = upperA * upperB - high + upperA * lowerB + lowerA * upperB + lowerA * lowerB;
    this.high = high;
  }

  /** Knuth's sum of the high ones; the low ones are small enough to add up exactly. */
  add({ high, low }: Pair): void {
    const sum = this.high + high;
    const part = sum - this.high;
    const rest = this.high - (sum - part) + (high - part) + this.low + low;
    this.high = sum + rest;
    this.low = rest - (this.high - sum);
  }

  units(): bigint {
    return BigInt(this.high) + BigInt(this.low);
  }
}

function upperHalf(value: number): number {
  const scaled = value * SPLIT;
  return scaled - (scaled - value);
}

/** Per lot, times the price: whole doubles. */
interface PerLot {
  readonly value: number;
  readonly fee: number;
}

export class PairMoney {
  /** Below 0: short. */
  lots = 0;
  readonly cash = new Pair();
  readonly fees = new Pair();
  readonly realized = new Pair();
  /** What the position took from the cash; below 0 for a short one. */
  readonly basis = new Pair();
  /** Of the last fill, where it was asked for: the nearest doubles, in quote. */
  lastFee = 0;
  lastRealized = 0;
  readonly #perLot: PerLot;
  readonly #decimals: number;
  readonly #divisor: number;
  readonly #moved = new Pair();
  readonly #worth = new Pair();

  private constructor(perLot: PerLot, decimals: number, capital: bigint) {
    this.#perLot = perLot;
    this.#decimals = decimals;
    this.#divisor = 10 ** decimals;
    this.cash.set(capital / unitOf(decimals));
  }

  /** `undefined`: not for this instrument. `capital` in quote units. */
  static of(rules: Rules, capital: bigint): PairMoney | undefined {
    const { lotSize, takerFee } = rules.instrument;
    const ofTrades = rules.priceDecimals + scaleOf(lotSize) + scaleOf(takerFee);
    let decimals = ofTrades;
    while (decimals < QUOTE_SCALE && capital % unitOf(decimals) !== 0n) decimals += 1;
    // A fee in base leaves dust that is no whole lots.
    if (rules.feeInBase || decimals > MOST_DECIMALS) return undefined;
    const value = (rules.lot * rules.toQuote) / unitOf(decimals);
    const fee = share(rules.lot * rules.toQuote, rules.taker) / unitOf(decimals);
    if (value + fee > BigInt(MOST) || capital / unitOf(decimals) > BigInt(2 ** 90)) return undefined;
    return new PairMoney({ value: Number(value), fee: Number(fee) }, decimals, capital);
  }

  /** Quote, and what a price unit adds to it: about. */
  get quote(): number {
    return this.cash.high / this.#divisor;
  }

  get slope(): number {
    return (this.lots * this.#perLot.value) / this.#divisor;
  }

  /** Lots, in multiples of `unit`, that the cash pays at the price, fee included; NaN: it cannot tell. */
  affordable(price: number, unit: number): number {
    const { high, low } = this.cash;
    const each = price * (this.#perLot.value + this.#perLot.fee) * unit;
    let count = Math.floor(high / each);
    if (!(each <= MOST_EACH && count * unit <= MOST)) return NaN;
    const cost = this.#moved;
    cost.product(count, each);
    // Both are near: their difference is exact.
    let rest = high - cost.high + (low - cost.low);
    while (rest < 0) {
      rest += each;
      count -= 1;
    }
    while (rest >= each) {
      rest -= each;
      count += 1;
    }
    return count * unit;
  }

  /** Whether so many lots are worth less than `least` quote units; `undefined`: it cannot tell. */
  isBelow(lots: number, price: number, least: bigint): boolean | undefined {
    if (least === 0n) return false;
    const units = (least + unitOf(this.#decimals) - 1n) / unitOf(this.#decimals);
    const each = price * this.#perLot.value;
    return each <= MOST && units <= BigInt(MOST) ? lots * each < Number(units) : undefined;
  }

  /** `false`: nothing was done, for it would not fit. `told`: works out the last fill's figures, too. */
  fill(side: 1 | -1, lots: number, price: number, closes: boolean, told: boolean): boolean {
    const { value, fee } = this.#perLot;
    const each = price * (value + side * fee);
    if (!(price * (value + fee) <= MOST && lots <= MOST)) return false;
    if (Math.abs(this.cash.high) + lots * each > MOST_MONEY || this.fees.high > MOST_MONEY) return false;
    const moved = this.#moved;
    moved.product(lots, price * fee);
    this.fees.add(moved);
    if (told) this.lastFee = this.#number(moved);
    this.lastRealized = 0;
    moved.product(lots, each);
    if (side > 0) moved.negate();
    this.cash.add(moved);
    this.lots += side * lots;
    if (closes) {
      this.basis.negate();
      this.basis.add(moved);
      this.realized.add(this.basis);
      if (told) this.lastRealized = this.#number(this.basis);
      this.basis.set(0n);
    } else {
      moved.negate();
      this.basis.add(moved);
    }
    return true;
  }

  /** All there is, marked at the price: the nearest double, in quote. */
  at(mark: number): number {
    return this.#mark(mark) ? this.#number(this.#worth) : quoteNumber(this.#exact(mark));
  }

  isUsedUp(mark: number): boolean {
    return this.#mark(mark) ? this.#worth.high <= 0 : this.#exact(mark) <= 0n;
  }

  /** An amount of it in quote units. */
  unitsOf(amount: Pair): bigint {
    return amount.units() * unitOf(this.#decimals);
  }

  #mark(mark: number): boolean {
    const each = this.#perLot.value * mark;
    if (!(each <= MOST)) return false;
    this.#worth.product(this.lots, each);
    this.#worth.add(this.cash);
    return true;
  }

  #exact(mark: number): bigint {
    const units = this.cash.units() + BigInt(this.lots) * BigInt(this.#perLot.value) * BigInt(mark);
    return units * unitOf(this.#decimals);
  }

  /** Rounded once: the quotient, and what it lacks, where that tells on which side of a middle it lies. */
  #number(amount: Pair): number {
    const { high, low } = amount;
    const divisor = this.#divisor;
    const quotient = high / divisor;
    if (low === 0) return quotient;
    const upper = upperHalf(quotient);
    const lower = quotient - upper;
    const upperD = upperHalf(divisor);
    const lowerD = divisor - upperD;
    const product = quotient * divisor;
    const lost = upper * upperD - product + upper * lowerD + lower * upperD + lower * lowerD;
    const lacks = (high - product - lost + low) / divisor;
    const doubt = (Math.abs(lacks) + Math.abs(quotient) * 2 ** -53) * QUOTIENT_DOUBT;
    const result = quotient + (lacks + doubt);
    return result === quotient + (lacks - doubt) ? result : quoteNumber(this.unitsOf(amount));
  }
}

function scaleOf(text: string): number {
  return trimDecimal(decimal(text)).scale;
}

function unitOf(decimals: number): bigint {
  return 10n ** BigInt(QUOTE_SCALE - decimals);
}
