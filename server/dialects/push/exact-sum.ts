/** Sums and products of plain decimals, exactly. */
import { decimal, formatDecimal } from '#domain/decimal.ts';

export function add(a: string, b: string): string {
  const [left, right] = [decimal(a), decimal(b)];
  const scale = Math.max(left.scale, right.scale);
  const units = left.units * 10n ** BigInt(scale - left.scale) + right.units * 10n ** BigInt(scale - right.scale);
  return formatDecimal({ units, scale });
}

export function multiply(a: string, b: string): string {
  const [left, right] = [decimal(a), decimal(b)];
  return formatDecimal({ units: left.units * right.units, scale: left.scale + right.scale });
}
