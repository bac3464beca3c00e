/** A run's trades or fills as far as they are loaded: the first page by itself, more when asked. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { useClient } from '#queries/client-context.tsx';
import { type Client, RECORDS_PAGE } from './fetch-records.ts';

export interface Records<Row> {
  readonly rows: readonly Row[];
  readonly loading: boolean;
  readonly error: { readonly message: string } | null;
  readonly more: () => void;
}

type Fetch<Row> = (client: Client, id: string, offset: number, limit: number) => Promise<readonly Row[]>;

/** `fetch` must stay the same function. */
export function useRecords<Row>(id: string, total: number, fetch: Fetch<Row>): Records<Row> {
  const client = useClient();
  const [rows, setRows] = useState<readonly Row[]>([]);
  const [loading, setLoading] = useState(total > 0);
  const [error, setError] = useState<{ readonly message: string } | null>(null);
  const offset = useRef(0);
  const busy = useRef(false);
  const more = useCallback(() => {
    if (busy.current || offset.current >= total) return;
    busy.current = true;
    setLoading(true);
    setError(null);
    fetch(client, id, offset.current, RECORDS_PAGE)
      .then(
        (page) => {
          offset.current += page.length;
          setRows((known) => [...known, ...page]);
        },
        (reason: unknown) => setError({ message: reason instanceof Error ? reason.message : String(reason) }),
      )
      .finally(() => {
        busy.current = false;
        setLoading(false);
      });
  }, [client, id, total, fetch]);
  useEffect(() => more(), [more]);
  return { rows, loading, error, more };
}
