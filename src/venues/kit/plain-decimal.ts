/** Amounts as JSON has them → the domain's plain decimal strings. */
import { formatDecimal, parseDecimal } from '#domain/decimal.ts';

/** A double has this many decimal digits for sure; what stands behind them is what calculating left over. */
const DIGITS = 15;

/**
 * A JSON number by its shortest decimal (`1.2e-8` is `0.000000012`, `0.0052899999999999996` is `0.00529`), or the decimal in a
 * string. `undefined` for anything else, NaN and infinities too.
 */
export function plainDecimal(value: unknown): string | undefined {
  if (typeof value === 'number') return ofNumber(value);
  return typeof value === 'string' ? plain(value) : undefined;
}

function ofNumber(value: number): string | undefined {
  const text = String(value);
  // Nearly all numbers are short enough to be plain already.
  if (text.length <= DIGITS && value !== 0 && Number.isFinite(value) && !text.includes('e')) return text;
  return Number.isSafeInteger(value) ? plain(value) : plain(Number(value.toPrecision(DIGITS)));
}

function plain(value: number | string): string | undefined {
  const parsed = parseDecimal(value);
  return parsed && formatDecimal(parsed);
}
