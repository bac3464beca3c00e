/** Candle columns in memory that threads share. */
import { bytesPerRow, columnsOver, isWide, type CandleColumns } from '#domain/candle-columns.ts';

/** The same columns if they are shared already, else a copy that is. */
export function sharedColumns(columns: CandleColumns): CandleColumns {
  const arrays = [columns.ts, columns.open, columns.high, columns.low, columns.close, columns.volume];
  if (arrays.every(({ buffer }) => buffer instanceof SharedArrayBuffer)) return columns;
  const wide = isWide(columns);
  const { length, priceDecimals } = columns;
  const copy = columnsOver(new SharedArrayBuffer(length * bytesPerRow(wide)), 0, { length, priceDecimals, wide });
  for (const name of ['ts', 'open', 'high', 'low', 'close', 'volume'] as const) copy[name].set(columns[name]);
  return copy;
}
