/** A sweep's cells as a map of them needs: all figures of 10,000 combinations are some 20 MB. */
import { DEFAULT_METRIC } from '#engine/backtest/sweep.ts';
import type { BacktestMetrics, SweepCell, SweepConfig } from '#protocol/backtest-shapes.ts';

/** Of each cell only the figure the sweep is about, and the total return. */
export function briefCells(
  cells: readonly SweepCell[],
  { metric = DEFAULT_METRIC }: Pick<SweepConfig, 'metric'>,
): SweepCell[] {
  const kept = [...new Set([metric, 'total_return'])];
  const few = (metrics: BacktestMetrics | null): BacktestMetrics | null =>
    metrics && Object.fromEntries(kept.flatMap((name) => (name in metrics ? [[name, metrics[name] ?? null]] : [])));
  return cells.map((cell) => ({
    ...cell,
    metrics: few(cell.metrics),
    ...(cell.out_of_sample !== undefined && { out_of_sample: few(cell.out_of_sample) }),
  }));
}
