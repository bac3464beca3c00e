/** Amounts as JSON has them → the domain's plain decimal strings. */
import { formatDecimal, parseDecimal } from '#domain/decimal.ts';

/**
 * A JSON number by its shortest decimal (`1.2e-8` is `0.000000012`), or the decimal in a string. `undefined` for anything
 * else, NaN and infinities too.
 */
export function plainDecimal(value: unknown): string | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  // Nearly all numbers are short enough to be plain already.
  if (typeof value === 'number' && Number.isFinite(value) && value !== 0) {
    const text = String(value);
    if (!text.includes('e')) return text;
  }
  const parsed = parseDecimal(value);
  return parsed && formatDecimal(parsed);
}
