/** What pages say of the source an instrument comes from. */
import { useMemo } from 'react';
import { OWN_ENGINE, sourceOf, type SourceKind } from '#domain/source.ts';
import { SOURCE_FEEDS, type SourceFeeds } from '#domain/source-feeds.ts';
import { freshnessOf, connectionStore } from './connection.ts';
import { useSelect } from './environment.tsx';
import type { SourcesState } from './source-types.ts';
import { sourcesStore } from './sources.ts';

export interface InstrumentSource {
  readonly id: string;
  /** As its owner named it; that of our own engine is empty. */
  readonly name: string;
  readonly kind: SourceKind;
  /** Our own engine: the only one that can trade. */
  readonly own: boolean;
  /** What is on screen is last known, not current. */
  readonly stale: boolean;
  readonly feeds: SourceFeeds;
}

/** By source id. */
export type InstrumentSources = ReadonlyMap<string, InstrumentSource>;

function digest({ sources, replay }: Pick<SourcesState, 'sources' | 'replay'>, ownStale: boolean): InstrumentSource[] {
  const own = {
    id: OWN_ENGINE,
    name: '',
    kind: 'engine',
    own: true,
    stale: ownStale,
    feeds: SOURCE_FEEDS.engine,
  } as const;
  const others = sources
    .filter(({ config }) => config.id !== OWN_ENGINE)
    .map(({ config, state }) => ({
      id: config.id,
      name: config.name,
      kind: config.kind,
      own: false,
      stale: state.phase !== 'live',
      feeds: SOURCE_FEEDS[config.kind],
    }));
  const played = replay && !others.some(({ id }) => id === replay.source);
  return [
    own,
    ...others,
    ...(played
      ? [
          {
            id: replay.source,
            name: replay.name,
            kind: 'engine',
            own: false,
            stale: false,
            feeds: SOURCE_FEEDS.engine,
          } as const,
        ]
      : []),
  ];
}

/** Renders again when a source comes, goes, is renamed, or goes stale; not with its figures. */
export function useInstrumentSources(): InstrumentSources {
  const ownStale = useSelect(connectionStore, (view) => freshnessOf(view) === 'stale');
  const text = useSelect(sourcesStore, (state) => JSON.stringify(digest(state, ownStale)));
  return useMemo(() => {
    const all = JSON.parse(text) as readonly InstrumentSource[];
    return new Map(all.map((source) => [source.id, source]));
  }, [text]);
}

/** The source of an instrument's qualified venue; one that is not known any more goes by its id. */
export function sourceIn(sources: InstrumentSources, venue: string): InstrumentSource {
  const { source } = sourceOf(venue);
  return (
    sources.get(source) ?? {
      id: source,
      name: source,
      kind: 'engine',
      own: source === OWN_ENGINE,
      stale: true,
      feeds: SOURCE_FEEDS.engine,
    }
  );
}
