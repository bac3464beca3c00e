/** Questions to many rows at once. */
import type { PriceColumn } from '#domain/candle-columns.ts';
import type { BlockExtremes } from './candle-index.ts';

/** Whether no row of a block can reach an order or a limit, or has a close that must be valued. */
export function isCalm(
  { low, high, lowClose, highClose }: BlockExtremes,
  block: number,
  windowLow: number,
  windowHigh: number,
  calmLow: number,
  calmHigh: number,
): boolean {
  return (
    (low[block] ?? 0) > windowLow &&
    (high[block] ?? 0) < windowHigh &&
    (lowClose[block] ?? 0) > calmLow &&
    (highClose[block] ?? 0) < calmHigh
  );
}

export function countWithin(close: PriceColumn, from: number, to: number, lower: number, upper: number): number {
  let count = 0;
  for (let row = from; row < to; row += 1) {
    const price = close[row] ?? 0;
    if (price >= lower && price <= upper) count += 1;
  }
  return count;
}
