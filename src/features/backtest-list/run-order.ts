/** How the runs are sorted: by what the engine knows of each; what is not known goes last either way. */
import type { BacktestView } from '#protocol/backtest-shapes.ts';
import type { Sort } from '#ui/table.tsx';

type Value = number | string | null | undefined;

const VALUES: Readonly<Record<string, (run: BacktestView) => Value>> = {
  created: (run) => run.created_at,
  name: (run) => run.name,
  strategy: (run) => run.strategy,
  state: (run) => run.state,
  return: (run) => run.metrics?.total_return,
  drawdown: (run) => run.metrics?.max_drawdown,
  sharpe: (run) => run.metrics?.sharpe_ratio,
  trades: (run) => run.metrics?.total_trades,
  took: (run) => tookMs(run),
};

export function tookMs({ started_at, ended_at }: BacktestView): number | null {
  return started_at === null || ended_at === null ? null : ended_at - started_at;
}

/** `-created`: newest first. */
export function parseSort(text: string): Sort {
  const key = text.replace(/^-/, '');
  return Object.hasOwn(VALUES, key) ? { key, descending: text.startsWith('-') } : { key: 'created', descending: true };
}

export function sortText({ key, descending }: Sort): string {
  return `${descending ? '-' : ''}${key}`;
}

export function sortRuns(runs: readonly BacktestView[], { key, descending }: Sort): readonly BacktestView[] {
  const value = VALUES[key] ?? (() => null);
  const compare = (a: Value, b: Value) =>
    typeof a === 'string' && typeof b === 'string' ? a.localeCompare(b) : Number(a) - Number(b);
  return [...runs].sort((a, b) => {
    const [left, right] = [value(a) ?? null, value(b) ?? null];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return compare(left, right) * (descending ? -1 : 1) || b.created_at - a.created_at;
  });
}
