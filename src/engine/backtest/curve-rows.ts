/** Rows at which a run's equity is worth working out for its curve: all of a few, of many those that may be extremes. */
import type { CandleColumns } from '#domain/candle-columns.ts';
import { periodsOf } from './metrics/periods.ts';

/** Exact equity takes microseconds a row: so many take a blink. */
export const MOST_ROWS = 8000;

/**
 * Increasing rows, all ends of periods among them. Between two fills the equity is highest and lowest where the price is:
 * so the lowest and the highest close of each of many short stretches are taken.
 */
export function curveRows(columns: CandleColumns): Int32Array {
  const { length, close } = columns;
  if (length <= MOST_ROWS) return Int32Array.from({ length }, (_, row) => row);
  const rows = new Set<number>(periodsOf(columns).ends);
  rows.add(0);
  const stretches = MOST_ROWS / 2;
  for (let stretch = 0; stretch < stretches; stretch += 1) {
    const end = Math.floor(((stretch + 1) * length) / stretches);
    let lowest = Math.floor((stretch * length) / stretches);
    let highest = lowest;
    for (let row = lowest + 1; row < end; row += 1) {
      if ((close[row] ?? 0) < (close[lowest] ?? 0)) lowest = row;
      if ((close[row] ?? 0) > (close[highest] ?? 0)) highest = row;
    }
    rows.add(lowest).add(highest);
  }
  return Int32Array.from(rows).sort();
}
