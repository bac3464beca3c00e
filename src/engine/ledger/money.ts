/**
 * Exact money (G2): integers of fixed scales, the same for every market, so that amounts of different
 * instruments add up without conversion. Nothing here passes through a binary float.
 */
import { formatDecimal, parseDecimal, unitsAt } from '#domain/decimal.ts';

/** Decimals of amounts of base, and of rates (fees, slippage, shares). */
export const BASE_SCALE = 18;
/** Decimals of quote, and of everything in the account: price (18) times amount (18). */
export const QUOTE_SCALE = 36;
/** One, as a rate. */
export const ONE = 10n ** 18n;

/** The decimal text in units of `10^-scale`, or `undefined` where it is malformed or has more decimals. */
export function parseUnits(text: string, scale: number): bigint | undefined {
  const value = parseDecimal(text);
  return value && unitsAt(value, scale);
}

export const formatBase = (units: bigint): string => formatDecimal({ units, scale: BASE_SCALE });
export const formatQuote = (units: bigint): string => formatDecimal({ units, scale: QUOTE_SCALE });
export const formatPrice = (price: number, decimals: number): string =>
  formatDecimal({ units: BigInt(price), scale: decimals });

/** `amount · rate`; exact for the amounts orders have (see `parseRules`). */
export const share = (amount: bigint, rate: bigint): bigint => (amount * rate) / ONE;

export const ceilDiv = (dividend: bigint, divisor: bigint): bigint => (dividend + divisor - 1n) / divisor;
export const maxOf = (a: bigint, b: bigint): bigint => (a > b ? a : b);
export const minOf = (a: bigint, b: bigint): bigint => (a < b ? a : b);
