/** Decimal strings → the core's integer prices, without a float on the way. */

const ZERO = 48;
const POINT = 46;

/**
 * `text` in units of `10^-decimals`; `undefined` where it is no plain positive decimal, has more decimals than that
 * (trailing zeros aside) or passes the safe integers.
 */
export function priceUnits(text: string, decimals: number): number | undefined {
  let units = 0;
  let fraction = -1;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === POINT && fraction < 0 && i > 0) {
      fraction = 0;
      continue;
    }
    const digit = code - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    if (fraction >= 0 && ++fraction > decimals) {
      if (digit !== 0) return undefined;
      continue;
    }
    units = units * 10 + digit;
    if (units > Number.MAX_SAFE_INTEGER) return undefined;
  }
  if (text.length === 0 || text.charCodeAt(text.length - 1) === POINT) return undefined;
  for (let scale = Math.max(fraction, 0); scale < decimals; scale++) units *= 10;
  return units > 0 && units <= Number.MAX_SAFE_INTEGER ? units : undefined;
}
