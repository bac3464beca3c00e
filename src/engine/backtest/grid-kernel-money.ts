/**
 * Money of the kernel: whole units of `10^-decimals` quote in two doubles, `high · 2^48 + low`, so that adding and
 * comparing are exact without a BigInt. Bounds are checked before a run (`fitsLimbs`).
 */
import { QUOTE_SCALE } from '../ledger/money.ts';

export const LIMB = 2 ** 48;
const LIMB_BITS = 48n;
const LOW_MASK = (1n << LIMB_BITS) - 1n;
/** A tenth of a percent of what two limbs hold: room for a thousand times the profit. */
const MOST_UNITS = 2 ** 91;

/** Amounts by index; none is negative. */
export class MoneyTable {
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly #unit: bigint;

  constructor(length: number, decimals: number) {
    this.high = new Float64Array(length);
    this.low = new Float64Array(length);
    this.#unit = unitOf(decimals);
  }

  /** In quote units. */
  set(index: number, amount: bigint): void {
    const units = amount / this.#unit;
    this.high[index] = Number(units >> LIMB_BITS);
    this.low[index] = Number(units & LOW_MASK);
  }
}

/** One amount that moves; never negative. */
export class Purse {
  high = 0;
  low = 0;
  readonly #unit: bigint;

  constructor(amount: bigint, decimals: number) {
    this.#unit = unitOf(decimals);
    const units = amount / this.#unit;
    this.high = Number(units >> LIMB_BITS);
    this.low = Number(units & LOW_MASK);
  }

  add({ high, low }: MoneyTable, index: number): void {
    this.high += high[index] ?? 0;
    this.low += low[index] ?? 0;
    if (this.low < LIMB) return;
    this.low -= LIMB;
    this.high += 1;
  }

  subtract({ high, low }: MoneyTable, index: number): void {
    this.high -= high[index] ?? 0;
    this.low -= low[index] ?? 0;
    if (this.low >= 0) return;
    this.low += LIMB;
    this.high -= 1;
  }

  covers({ high, low }: MoneyTable, index: number): boolean {
    const above = this.high - (high[index] ?? 0);
    return above > 0 || (above === 0 && this.low >= (low[index] ?? 0));
  }

  /** In units of `10^-decimals`; exact below 2^53. */
  units(): number {
    return this.high * LIMB + this.low;
  }

  /** In quote units. */
  exact(): bigint {
    return ((BigInt(this.high) << LIMB_BITS) + BigInt(this.low)) * this.#unit;
  }
}

/** Whether amounts up to `most` (quote units), and a thousand times that in profit, are exact in two limbs. */
export function fitsLimbs(most: bigint, decimals: number): boolean {
  return decimals <= QUOTE_SCALE && Number(most / unitOf(decimals)) < MOST_UNITS;
}

const unitOf = (decimals: number): bigint => 10n ** BigInt(QUOTE_SCALE - decimals);
