import { useEffect, useRef, useState } from 'react';
import type { SourceConfig, SourceInstrument } from '#domain/source.ts';
import { useSourceActions } from './use-sources.ts';

export interface Search {
  readonly found: readonly SourceInstrument[];
  readonly pending: boolean;
  readonly error: string | null;
}

/** Typing goes on: a search a key would be a waste, and the venue counts them. */
const PAUSE_MS = 300;

/** Searches as somebody types. OKX answers with its whole list, which is asked for once. */
export function useInstrumentSearch(config: SourceConfig, query: string): Search {
  const { search } = useSourceActions();
  const [state, setState] = useState<Search>({ found: [], pending: true, error: null });
  const wanted = config.kind === 'okx' ? '' : query.trim();
  const latest = useRef(config);
  useEffect(() => {
    latest.current = config;
  });
  const { kind, url } = config;
  useEffect(() => {
    const abort = new AbortController();
    const run = async () => {
      try {
        const found = await search(latest.current, wanted, abort.signal);
        if (!abort.signal.aborted) setState({ found, pending: false, error: null });
      } catch (reason) {
        if (abort.signal.aborted) return;
        setState({ found: [], pending: false, error: reason instanceof Error ? reason.message : String(reason) });
      }
    };
    const timer = setTimeout(() => {
      setState((before) => ({ ...before, pending: true }));
      void run();
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [search, kind, url, wanted]);
  return state;
}
