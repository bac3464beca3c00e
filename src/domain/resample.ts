/** Longer bars from shorter ones. */
import { bytesPerRow, columnsOver, isWide, type CandleColumns } from './candle-columns.ts';

/**
 * Bars of `intervalMs` that open at whole multiples of it in UTC: first open, highest high, lowest low, last close, summed
 * volume. The first and the last bar, and those with gaps, are made of the rows that are there: every row counts
 * once, none is dropped. Where nothing is, there is no bar (G13). The new columns have their own memory.
 */
export function resample(
  columns: CandleColumns,
  intervalMs: number,
  allocate: (bytes: number) => ArrayBufferLike = (bytes) => new ArrayBuffer(bytes),
): CandleColumns {
  const wide = isWide(columns);
  const length = countBars(columns, intervalMs);
  const shape = { length, priceDecimals: columns.priceDecimals, wide };
  const bars = columnsOver(allocate(bytesPerRow(wide) * length), 0, shape);
  let bar = -1;
  for (let row = 0; row < columns.length; row += 1) {
    const opened = barOf(columns.ts[row] ?? 0, intervalMs);
    const high = columns.high[row] ?? 0;
    const low = columns.low[row] ?? 0;
    if (bar < 0 || bars.ts[bar] !== opened) {
      bar += 1;
      bars.ts[bar] = opened;
      bars.open[bar] = columns.open[row] ?? 0;
      bars.high[bar] = high;
      bars.low[bar] = low;
    } else {
      if (high > (bars.high[bar] ?? 0)) bars.high[bar] = high;
      if (low < (bars.low[bar] ?? 0)) bars.low[bar] = low;
    }
    bars.close[bar] = columns.close[row] ?? 0;
    bars.volume[bar] = (bars.volume[bar] ?? 0) + (columns.volume[row] ?? 0);
  }
  return bars;
}

function countBars({ ts, length }: CandleColumns, intervalMs: number): number {
  let count = 0;
  let last = Number.NaN;
  for (let row = 0; row < length; row += 1) {
    const opened = barOf(ts[row] ?? 0, intervalMs);
    if (opened !== last) count += 1;
    last = opened;
  }
  return count;
}

function barOf(ts: number, intervalMs: number): number {
  return Math.floor(ts / intervalMs) * intervalMs;
}
