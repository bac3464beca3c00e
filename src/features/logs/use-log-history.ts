import { useCallback, useEffect, useState } from 'react';
import type { LogRecord } from '#protocol/shapes.ts';
import { useClient } from '#queries/client-context.tsx';
import { useInstance } from '#stores/environment.tsx';
import { logsStore } from '#stores/logs.ts';

const PAGE = 2_000;

export interface LogHistory {
  readonly loading: boolean;
  readonly error: Error | null;
  /** Fetches the page before the oldest known record; absent when there is none. */
  readonly loadEarlier: (() => void) | undefined;
}

/** Receives live records while mounted, and puts what came before in front of them. */
export function useLogHistory(enabled: boolean): LogHistory {
  const client = useClient();
  const logs = useInstance(logsStore);
  const [loading, setLoading] = useState(enabled);
  const [error, setError] = useState<Error | null>(null);
  const [oldest, setOldest] = useState<number | null>(null);

  const load = useCallback(
    (before: number | null, signal?: AbortSignal) => {
      const params = { level: 'debug', limit: PAGE, ...(before !== null && { before }) } as const;
      client
        .command('system.logs', params, signal && { signal })
        .then(({ logs: records }) => {
          const inOrder = records.toSorted((a, b) => a.id - b.id);
          logs.seed(inOrder);
          setOldest(earlierThan(inOrder));
          setError(null);
          setLoading(false);
        })
        .catch((reason: unknown) => {
          if (signal?.aborted) return;
          setError(reason instanceof Error ? reason : new Error(String(reason)));
          setLoading(false);
        });
    },
    [client, logs],
  );

  useEffect(() => {
    if (!enabled) return undefined;
    const cancel = new AbortController();
    const close = logs.open(() => load(null));
    load(null, cancel.signal);
    return () => {
      close();
      cancel.abort();
    };
  }, [enabled, logs, load]);

  const loadEarlier = () => {
    setLoading(true);
    load(oldest);
  };
  return { loading, error, loadEarlier: oldest === null ? undefined : loadEarlier };
}

/** The id to go on from; a page that is not full was the last. */
function earlierThan(records: readonly LogRecord[]): number | null {
  return records.length < PAGE ? null : (records[0]?.id ?? null);
}
