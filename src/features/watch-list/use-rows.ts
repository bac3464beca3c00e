/** What the watch list lists: sorted, searched, of one source or of all. */
import { useEffect, useMemo, useState } from 'react';
import { bestCross, pairKey, sharedPairs } from '#domain/same-pair.ts';
import { OWN_ENGINE, sourceOf } from '#domain/source.ts';
import { useInstance } from '#stores/environment.tsx';
import { type InstrumentSources, sourceIn } from '#stores/instrument-source.ts';
import { type Tickers, tickerKey } from '#stores/market-tickers-feed.ts';
import type { ListedInstrument } from '#stores/source-types.ts';
import { tickersStore } from '#stores/tickers.ts';
import { venueName } from '#ui/format/venue-name.ts';
import type { Sort } from '#ui/table.tsx';
import { type ListedRow, matchesSearch, sortRows } from './watch-list-sort.ts';

interface Wanted {
  readonly query: string;
  /** A source's id, or empty for all. */
  readonly source: string;
  readonly sort: Sort;
}

export interface WatchRow extends ListedRow {
  readonly id: string;
  /** The pair, where several venues trade it, and all its instruments. */
  readonly shared: { readonly pair: string; readonly listed: readonly ListedInstrument[] } | null;
}

export function useRows(listings: readonly ListedInstrument[], sources: InstrumentSources, wanted: Wanted) {
  const { query, source, sort } = wanted;
  const tickers = useInstance(tickersStore);
  // Rows are sorted when the order is asked for or a new price comes in, not with each tick: who can click a list that jumps?
  const [quotes, setQuotes] = useState(tickers.getState);
  useEffect(() => {
    const refresh = (now: Tickers) => setQuotes((before) => (before.size === now.size ? before : now));
    refresh(tickers.getState());
    return tickers.subscribe(refresh);
  }, [tickers]);
  const all = useMemo(() => {
    const pairs = sharedPairs(listings);
    return listings.map((instrument): WatchRow => {
      const pair = pairKey(instrument);
      const listed = pair === null ? undefined : pairs.get(pair);
      return {
        instrument,
        id: `${instrument.venue}:${instrument.symbol}`,
        source: sourceName(sources, instrument.venue),
        cross: null,
        shared: pair !== null && listed ? { pair, listed } : null,
      };
    });
  }, [listings, sources]);
  const rows = useMemo(() => {
    const found = all
      .filter((row) => source === '' || sourceOf(row.instrument.venue).source === source)
      .filter((row) => matchesSearch(row, query))
      .map((row) => ({ ...row, cross: row.shared && (crossOf(row.shared.listed, quotes)?.pct ?? null) }));
    return sortRows(found, quotes, sort);
  }, [all, query, source, sort, quotes]);
  return {
    rows,
    count: all.length,
    /** Sorts by the prices of now. */
    renew: () => setQuotes(tickers.getState()),
  };
}

export function crossOf(listed: readonly ListedInstrument[], tickers: Tickers) {
  const quotes = listed.flatMap((instrument) => {
    const ticker = tickers.get(tickerKey(instrument.venue, instrument.symbol));
    return ticker ? [{ instrument, bid: ticker.bid, ask: ticker.ask }] : [];
  });
  return bestCross(quotes);
}

/** `OKX` for our own engine's venue, else the name its owner gave the source. */
export function sourceName(sources: InstrumentSources, venue: string): string {
  const named = sourceOf(venue);
  return named.source === OWN_ENGINE ? venueName(named.venue) : sourceIn(sources, venue).name;
}
