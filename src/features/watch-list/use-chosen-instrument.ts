import { useMemo } from 'react';
import { OWN_ENGINE, sourceOf } from '#domain/source.ts';
import { findInstrument } from '#queries/instruments.ts';
import { useSelect } from '#stores/environment.tsx';
import { type InstrumentSource, sourceIn, useInstrumentSources } from '#stores/instrument-source.ts';
import { useListings } from '#stores/listings.ts';
import type { ListedInstrument } from '#stores/source-types.ts';
import { sourcesStore } from '#stores/sources.ts';

export interface ChosenInstrument {
  readonly instrument: ListedInstrument | undefined;
  /** Where it comes from; `undefined` without an instrument. */
  readonly source: InstrumentSource | undefined;
  readonly status: 'loading' | 'ready' | 'error';
  readonly error: Error | null;
}

/** The instrument an address names; without names the first one listed. `ready` without one: there is no such. */
export function useChosenInstrument(venue: string | undefined, symbol: string | undefined): ChosenInstrument {
  const { listings, status, error } = useListings();
  const sources = useInstrumentSources();
  const sourcesLoading = useSelect(sourcesStore, (state) => state.status === 'loading');
  const found = symbol === undefined ? listings[0] : findInstrument(listings, venue, symbol);
  // Lists are made anew when anything in them changes; a chart must not be, unless its own instrument does.
  const text = found && JSON.stringify(found);
  const instrument = useMemo(() => (text === undefined ? undefined : (JSON.parse(text) as ListedInstrument)), [text]);
  const source = instrument && sourceIn(sources, instrument.venue);
  // What a source lists is known when the source is.
  const waiting = venue !== undefined && sourceOf(venue).source !== OWN_ENGINE && sourcesLoading;
  return { instrument, source, status: waiting && status === 'ready' ? 'loading' : status, error };
}
