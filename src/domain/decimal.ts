/**
 * Exact decimals. A `Decimal` is `units · 10^-scale`; money never passes through a binary float.
 */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

const PLAIN = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/;

/** Longest exponent or fraction accepted: enough for any market, short enough that `1e9999` cannot eat the memory. */
const MAX_SCALE = 400;
const ZERO = '0'.charCodeAt(0);

/**
 * Parses a decimal string or a finite JSON number (by its shortest representation, so `0.1` is one tenth).
 * Returns `undefined` for anything else: NaN, infinities, empty or malformed text.
 */
export function parseDecimal(text: string | number): Decimal | undefined {
  const match = PLAIN.exec(typeof text === 'number' ? String(text) : text.trim());
  if (!match) return undefined;
  const [, sign, whole = '', fraction = '', exponent] = match;
  let scale = fraction.length - Number(exponent ?? 0);
  if (Math.abs(scale) > MAX_SCALE) return undefined;
  let units = BigInt(whole + fraction);
  if (scale < 0) {
    units *= 10n ** BigInt(-scale);
    scale = 0;
  }
  return { units: sign === '-' ? -units : units, scale };
}

/** Parses a decimal known to be well formed (own constants, validated input); throws a `RangeError` otherwise. */
export function decimal(text: string | number): Decimal {
  const parsed = parseDecimal(text);
  if (!parsed) throw new RangeError(`not a decimal: ${JSON.stringify(text)}`);
  return parsed;
}

/** Plain notation without trailing zeros: `1.5`, `-0.001`, `0`. */
export function formatDecimal({ units, scale }: Decimal): string {
  const negative = units < 0n;
  const digits = (negative ? -units : units).toString().padStart(scale + 1, '0');
  const point = digits.length - scale;
  let end = digits.length;
  while (end > point && digits.charCodeAt(end - 1) === ZERO) end -= 1;
  const whole = digits.slice(0, point);
  const text = end === point ? whole : `${whole}.${digits.slice(point, end)}`;
  return negative && text !== '0' ? `-${text}` : text;
}

/** `units` of `value` at exactly `scale` decimals, or `undefined` where that would lose a digit. */
export function unitsAt(value: Decimal, scale: number): bigint | undefined {
  if (value.scale <= scale) return value.units * 10n ** BigInt(scale - value.scale);
  const divisor = 10n ** BigInt(value.scale - scale);
  return value.units % divisor === 0n ? value.units / divisor : undefined;
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { units: atScale(a, scale) + atScale(b, scale), scale };
}

export function subtractDecimals(a: Decimal, b: Decimal): Decimal {
  return addDecimals(a, { units: -b.units, scale: b.scale });
}

/** Units at a scale no coarser than the decimal's own. */
function atScale({ units, scale }: Decimal, finer: number): bigint {
  return units * 10n ** BigInt(finer - scale);
}

/** The smallest scale that holds `value` exactly. */
export function trimDecimal({ units, scale }: Decimal): Decimal {
  while (scale > 0 && units % 10n === 0n) {
    units /= 10n;
    scale -= 1;
  }
  return { units, scale };
}

export function compareDecimals(a: Decimal, b: Decimal): -1 | 0 | 1 {
  const { units } = subtractDecimals(a, b);
  return units < 0n ? -1 : units > 0n ? 1 : 0;
}

/** The nearest JSON number, for display and for the protocol's number fields; `formatDecimal` stays the truth. */
export function toNumber(value: Decimal): number {
  return Number(formatDecimal(value));
}

/** Division rounded towards negative infinity; `divisor` must be positive. */
export function floorDiv(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend < 0n && quotient * divisor !== dividend ? quotient - 1n : quotient;
}
