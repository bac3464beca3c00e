/** Every instrument of every source: sortable, searchable, live. */
import { useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { type ListedInstrument, useInstruments } from '#queries/instruments.ts';
import { useInstance } from '#stores/environment.tsx';
import { type Tickers, tickerKey } from '#stores/market-tickers-feed.ts';
import { tickersStore } from '#stores/tickers.ts';
import { formatCompact, formatPct, formatPrice } from '#ui/format/numbers.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { anyText, useSearchState } from '#ui/routing/use-search-state.ts';
import { signTone } from '#ui/stat.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '#ui/states.tsx';
import { type Column, type Sort, Table } from '#ui/table.tsx';
import { SparklineCell } from './sparkline-cell.tsx';
import css from './watch-list.module.css';
import { type QuoteFigures, quoteFigures, sortInstruments } from './watch-list-sort.ts';

export interface WatchListProps {
  readonly selected: { readonly venue: string; readonly symbol: string } | null;
  readonly onSelect: (instrument: ListedInstrument) => void;
  readonly className?: string;
}

export function WatchList({ selected, onSelect, className }: WatchListProps) {
  const t = useT();
  const instruments = useInstruments();
  const [query, setQuery] = useSearchState('q', '', anyText);
  const [sort, setSort] = useState<Sort>({ key: 'volume', descending: true });
  const tickers = useInstance(tickersStore);
  // Rows are sorted when the order is asked for or a new price comes in, not with each tick: who can click a list that jumps?
  const [quotes, setQuotes] = useState(tickers.getState);
  useEffect(() => {
    const refresh = (now: Tickers) => setQuotes((before) => (before.size === now.size ? before : now));
    refresh(tickers.getState());
    return tickers.subscribe(refresh);
  }, [tickers]);
  const rows = useMemo(() => {
    const wanted = query.trim().toLowerCase();
    const all = instruments.data?.instruments ?? [];
    const found = all.filter((each) => `${each.symbol} ${each.venue}`.toLowerCase().includes(wanted));
    return sortInstruments(found, quotes, sort);
  }, [instruments.data, query, sort, quotes]);
  const sortAnew = (next: Sort) => {
    setQuotes(tickers.getState());
    setSort(next);
  };

  const figure = (key: keyof QuoteFigures, header: string, cell: Column<ListedInstrument>['cell']) =>
    ({ key, header, align: 'end', sortable: true, cell }) as const;
  const columns: Column<ListedInstrument>[] = [
    {
      key: 'symbol',
      header: t('markets.instrument'),
      sortable: true,
      cell: (each) => (
        <span className={css.name}>
          <button type="button" aria-current={isSelected(each) || undefined}>
            {each.symbol}
          </button>
          {each.simulated && <small className={css.sim}>SIM</small>}
        </span>
      ),
    },
    figure('last', t('markets.last'), (each) => <Figure of={each} show="last" />),
    figure('change', t('markets.change_24h'), (each) => <Figure of={each} show="change" />),
    { ...figure('volume', t('markets.volume_24h'), (each) => <Figure of={each} show="volume" />), wide: true },
    { ...figure('spread', t('markets.spread'), (each) => <Figure of={each} show="spread" />), wide: true },
    { key: 'day', header: t('markets.day'), align: 'end', cell: (each) => <SparklineCell instrument={each} /> },
  ];
  const isSelected = (each: ListedInstrument) => each.venue === selected?.venue && each.symbol === selected.symbol;

  return (
    <Panel
      title={t('markets.watch_list')}
      {...(className !== undefined && { className })}
      actions={
        <input
          type="search"
          className={css.search}
          aria-label={t('markets.search')}
          placeholder={t('markets.search')}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
      }
    >
      {instruments.isPending ? (
        <SkeletonRows rows={6} />
      ) : instruments.isError ? (
        <ErrorState error={instruments.error} onRetry={() => void instruments.refetch()} />
      ) : rows.length === 0 ? (
        <EmptyState title={t('markets.none_found')} text={t('markets.none_found_text')} />
      ) : (
        <Table
          label={t('markets.watch_list')}
          columns={columns}
          rows={rows}
          rowKey={(each) => `${each.venue}:${each.symbol}`}
          sort={sort}
          onSort={sortAnew}
          onRowClick={onSelect}
          isSelected={isSelected}
        />
      )}
    </Panel>
  );
}

/** One live figure: renders by itself when its ticker changes, and only then. */
function Figure({ of: instrument, show }: { readonly of: ListedInstrument; readonly show: keyof QuoteFigures }) {
  const key = tickerKey(instrument.venue, instrument.symbol);
  const ticker = useStore(useInstance(tickersStore), (tickers: Tickers) => tickers.get(key));
  const figures = quoteFigures(ticker);
  if (show === 'last') return formatPrice(ticker?.last, instrument.tickSize);
  if (show === 'change') {
    return <span className={signTone(figures?.change)}>{formatPct(figures?.change, { sign: true })}</span>;
  }
  if (show === 'volume') return <span title={instrument.quote}>{formatCompact(figures?.volume ?? null)}</span>;
  return formatPct(figures?.spread, { decimals: 3 });
}
