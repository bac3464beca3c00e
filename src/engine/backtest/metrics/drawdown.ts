/** When the largest fall of the equity began, how long it lasted, and whether it was made up for. */
import type { CandleColumns } from '#domain/candle-columns.ts';
import type { RunTrace } from '../trace.ts';

export interface DrawdownMetrics {
  readonly max_drawdown: number;
  readonly max_drawdown_amount: number;
  readonly max_drawdown_duration: number | null;
  readonly drawdown_start: number | null;
  readonly drawdown_end: number | null;
}

/** A peak that is the beginning counts from the first row that could trade. */
export function drawdownMetrics({ drawdown, startBar, bars }: RunTrace, { ts }: CandleColumns): DrawdownMetrics {
  const { worst, amount, peakBar, troughBar, recoveredBar } = drawdown;
  if (worst <= 0 || troughBar < 0) {
    return {
      max_drawdown: 0,
      max_drawdown_amount: 0,
      max_drawdown_duration: null,
      drawdown_start: null,
      drawdown_end: null,
    };
  }
  const start = ts[peakBar >= 0 ? peakBar : Math.max(0, startBar)] ?? 0;
  const end = recoveredBar >= 0 ? (ts[recoveredBar] ?? 0) : null;
  return {
    max_drawdown: worst,
    max_drawdown_amount: amount,
    max_drawdown_duration: (end ?? ts[bars - 1] ?? start) - start,
    drawdown_start: start,
    drawdown_end: end,
  };
}
