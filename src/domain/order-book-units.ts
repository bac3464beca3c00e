/** Plain decimal strings ↔ integer units of `10^-decimals`, in doubles: exact up to 2^53, and fast enough for a feed. */

const ZERO = 48;
const DOT = 46;

/** More decimals than any market has, few enough that powers of ten stay exact. */
export const MAX_DECIMALS = 22;

/** `10^exponent`, exact for `0 … MAX_DECIMALS`. */
export const POWERS_OF_TEN: readonly number[] = Array.from({ length: MAX_DECIMALS + 1 }, (_, i) => Number(`1e${i}`));

/** Decimals a plain decimal string needs: `0.50` needs 1, `95000` none. */
export function decimalsOf(text: string): number {
  const dot = text.indexOf('.');
  if (dot < 0) return 0;
  let end = text.length;
  while (end > dot + 1 && text.charCodeAt(end - 1) === ZERO) end -= 1;
  return end - dot - 1;
}

/**
 * `text` in units of `10^-decimals`. `undefined` for anything but plain, unsigned digits (no exponent, no blanks), for
 * a digit beyond `decimals`, and for results a double does not hold exactly.
 */
export function parseUnits(text: string, decimals: number): number | undefined {
  let units = 0;
  let missing = decimals;
  let digits = 0;
  let afterDot = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT) {
      if (afterDot) return undefined;
      afterDot = true;
      continue;
    }
    const digit = code - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    digits += 1;
    if (!afterDot) {
      units = units * 10 + digit;
    } else if (missing > 0) {
      units = units * 10 + digit;
      missing -= 1;
    } else if (digit !== 0) {
      return undefined;
    }
  }
  if (digits === 0) return undefined;
  const power = POWERS_OF_TEN[missing];
  if (power === undefined) return undefined;
  units *= power;
  return Number.isSafeInteger(units) ? units : undefined;
}

/**
 * An integer of `from` decimals in units of `to` decimals. `undefined` where that would lose a digit or more than a
 * double holds exactly.
 */
export function rescaled(digits: number, from: number, to: number): number | undefined {
  if (from === to) return digits <= Number.MAX_SAFE_INTEGER ? digits : undefined;
  const power = POWERS_OF_TEN[Math.abs(to - from)];
  if (power === undefined) return undefined;
  const units = from < to ? digits * power : digits / power;
  return Number.isSafeInteger(units) ? units : undefined;
}

/** Decimals an integer of so many decimals needs: 500 of 3 (`0.500`) needs 1. */
export function neededDecimals(digits: number, decimals: number): number {
  let [rest, left] = [digits, decimals];
  while (left > 0 && rest % 10 === 0) {
    rest /= 10;
    left -= 1;
  }
  return left;
}

/** Plain notation with exactly `decimals` decimals: `950001` at 1 is `95000.1`. */
export function formatUnits(units: number, decimals: number): string {
  const digits = Math.abs(units).toFixed(0);
  const sign = units < 0 ? '-' : '';
  if (decimals === 0) return sign + digits;
  const padded = digits.padStart(decimals + 1, '0');
  const dot = padded.length - decimals;
  return `${sign}${padded.slice(0, dot)}.${padded.slice(dot)}`;
}

/** Plain notation without a zero too many: `950000` at 1 is `95000`, `55` at 2 is `0.55`. */
export function plainUnits(units: number, decimals: number): string {
  const text = formatUnits(units, decimals);
  return decimals === 0 ? text : text.replace(/\.?0+$/, '');
}
