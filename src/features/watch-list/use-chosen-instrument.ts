import { findInstrument, type ListedInstrument, useInstruments } from '#queries/instruments.ts';

export interface ChosenInstrument {
  readonly instrument: ListedInstrument | undefined;
  readonly status: 'loading' | 'ready' | 'error';
  readonly error: Error | null;
  readonly retry: () => void;
}

/** The instrument an address names; without names the first one listed. `ready` without one: there is no such. */
export function useChosenInstrument(venue: string | undefined, symbol: string | undefined): ChosenInstrument {
  const { data, error, refetch } = useInstruments();
  const all = data?.instruments ?? [];
  return {
    instrument: symbol === undefined ? all[0] : findInstrument(all, venue, symbol),
    status: data ? 'ready' : error ? 'error' : 'loading',
    error,
    retry: () => void refetch(),
  };
}
