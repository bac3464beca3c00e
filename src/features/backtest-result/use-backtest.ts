/** A run with how far it is: asked once, kept in step by its events (also after a reload in the middle). */
import type { BacktestResult, BacktestState } from '#protocol/backtest-shapes.ts';
import type { ProgressEvent } from '#protocol/shapes.ts';
import { useCommandQuery } from '#queries/commands.ts';
import { backtestProgressStore } from '#stores/backtest-progress.ts';
import { useSelect } from '#stores/environment.tsx';

export interface BacktestModel {
  readonly run: BacktestResult | undefined;
  readonly live: ProgressEvent | undefined;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly reload: () => void;
}

export function isOpen(state: BacktestState): boolean {
  return state === 'queued' || state === 'running';
}

/** Events of its lifecycle make the answer stale wherever it is kept; asked again now and then in case one was lost. */
const ASK_AGAIN_MS = 15_000;

export function useBacktest(id: string): BacktestModel {
  const first = useCommandQuery('backtest.get', { id });
  const open = first.data !== undefined && isOpen(first.data.state);
  const query = useCommandQuery('backtest.get', { id }, { refetchInterval: open && ASK_AGAIN_MS });
  const live = useSelect(backtestProgressStore, ({ of }) => of.get(id));
  return { run: query.data, live, error: query.error, reload: () => void query.refetch() };
}

/** G21: never back, whichever of the two told more. */
export function progressOf(run: Pick<BacktestResult, 'progress'>, live: ProgressEvent | undefined): number {
  return Math.min(1, Math.max(0, run.progress, live?.progress ?? 0));
}
