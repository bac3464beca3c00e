/** The runs of a comparison, each asked for by itself. */
import { useQueries as useMany } from '@tanstack/react-query';
import type { BacktestResult } from '#protocol/backtest-shapes.ts';
import { useClient } from '#queries/client-context.tsx';
import { commandKey } from '#queries/commands.ts';
import { useQueries } from '#queries/query-client.ts';

export interface ComparedRun {
  readonly id: string;
  readonly run: BacktestResult | undefined;
  readonly error: Error | null;
}

export function useRuns(ids: readonly string[]): readonly ComparedRun[] {
  const client = useClient();
  return useMany(
    {
      queries: ids.map((id) => ({
        queryKey: commandKey('backtest.get', { id }),
        queryFn: ({ signal }: { signal: AbortSignal }) => client.command('backtest.get', { id }, { signal }),
      })),
      combine: (results) => results.map(({ data, error }, i): ComparedRun => ({ id: ids[i] ?? '', run: data, error })),
    },
    useQueries(),
  );
}
