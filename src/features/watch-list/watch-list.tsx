/** Every instrument of every source: sortable, searchable, live. */
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { useStore } from 'zustand';
import { useInstance } from '#stores/environment.tsx';
import { sourceIn, useInstrumentSources } from '#stores/instrument-source.ts';
import { useListings } from '#stores/listings.ts';
import { type Tickers, tickerKey } from '#stores/market-tickers-feed.ts';
import type { ListedInstrument } from '#stores/source-types.ts';
import { tickersStore } from '#stores/tickers.ts';
import { buttonClass } from '#ui/button.tsx';
import { instrumentName } from '#ui/format/instrument-name.ts';
import { formatCompact, formatPct } from '#ui/format/numbers.ts';
import { formatQuoted } from '#ui/format/quoted-price.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { paths } from '#ui/routing/routes.ts';
import { anyText, useSearchState } from '#ui/routing/use-search-state.ts';
import { signTone } from '#ui/stat.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '#ui/states.tsx';
import type { Column, Sort } from '#ui/table.tsx';
import { VirtualTable } from '#ui/virtual-table.tsx';
import { CrossCell } from './cross-cell.tsx';
import { SourceFilter } from './source-filter.tsx';
import { SparklineCell } from './sparkline-cell.tsx';
import { useRows, type WatchRow } from './use-rows.ts';
import css from './watch-list.module.css';
import { type QuoteFigures, quoteFigures } from './watch-list-sort.ts';

export interface WatchListProps {
  readonly selected: { readonly venue: string; readonly symbol: string } | null;
  readonly onSelect: (instrument: ListedInstrument) => void;
  /** The spread between the sources of a pair is wanted. */
  readonly onSpread: (pair: string) => void;
  /** Beside the search. */
  readonly extra?: ReactNode;
  readonly className?: string;
}

export function WatchList({ selected, onSelect, onSpread, extra, className }: WatchListProps) {
  const t = useT();
  const { listings, status, error } = useListings();
  const sources = useInstrumentSources();
  const [query, setQuery] = useSearchState('q', '', anyText);
  const [source, setSource] = useSearchState('source', '', anyText);
  const [sort, setSort] = useState<Sort>({ key: 'volume', descending: true });
  const { rows, anyShared, count, renew } = useRows(listings, sources, { query: query.trim(), source, sort });
  const isSelected = ({ instrument: { venue, symbol } }: WatchRow) =>
    venue === selected?.venue && symbol === selected.symbol;

  const figure = (key: keyof QuoteFigures, header: string, width: string) =>
    ({
      key,
      header,
      width,
      align: 'end',
      sortable: true,
      cell: ({ instrument }: WatchRow) => <Figure of={instrument} show={key} />,
    }) as const;
  const columns: Column<WatchRow>[] = [
    {
      key: 'symbol',
      header: t('markets.instrument'),
      sortable: true,
      cell: (row) => (
        <span className={css.name}>
          <button type="button" aria-current={isSelected(row) || undefined} title={tooltip(row.instrument)}>
            {instrumentName(row.instrument)}
          </button>
          {row.instrument.simulated && <small className={css.sim}>SIM</small>}
        </span>
      ),
    },
    ...(sources.size > 1
      ? [
          {
            key: 'source',
            header: t('markets.source'),
            width: '100px',
            sortable: true,
            wide: true,
            cell: ({ instrument, source: name }: WatchRow) => (
              <span className={sourceIn(sources, instrument.venue).stale ? 'warn' : 'dim'} title={name}>
                {name}
              </span>
            ),
          },
        ]
      : []),
    figure('last', t('markets.last'), '106px'),
    figure('change', t('markets.change_24h'), '92px'),
    { ...figure('volume', t('markets.volume_24h'), '98px'), wide: true },
    { ...figure('spread', t('markets.spread'), '84px'), wide: true },
    ...(anyShared
      ? [
          {
            key: 'cross',
            header: t('markets.cross'),
            width: '172px',
            align: 'end',
            sortable: true,
            wide: true,
            cell: (row: WatchRow) => <CrossCell row={row} sources={sources} onOpen={onSpread} />,
          } as const,
        ]
      : []),
    {
      key: 'day',
      header: t('markets.day'),
      width: '96px',
      align: 'end',
      cell: ({ instrument }) => (
        <SparklineCell instrument={instrument} history={sourceIn(sources, instrument.venue).feeds.history} />
      ),
    },
  ];

  return (
    <Panel
      title={t('markets.watch_list')}
      {...(className !== undefined && { className })}
      aside={<SourceFilter listings={listings} sources={sources} value={source} onChange={setSource} />}
      actions={
        <>
          {extra}
          <input
            type="search"
            className={css.search}
            aria-label={t('markets.search')}
            placeholder={t('markets.search')}
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
        </>
      }
    >
      {status === 'loading' && count === 0 ? (
        <SkeletonRows rows={6} />
      ) : status === 'error' && error && count === 0 ? (
        <ErrorState error={error} />
      ) : count === 0 ? (
        <EmptyState
          title={t('markets.nothing_listed')}
          text={t('markets.nothing_listed_text')}
          action={<AddSource />}
        />
      ) : rows.length === 0 ? (
        <EmptyState title={t('markets.none_found')} text={t('markets.none_found_text')} action={<AddSource />} />
      ) : (
        <VirtualTable
          label={t('markets.watch_list')}
          columns={columns}
          rows={rows}
          rowKey={({ id }) => id}
          sort={sort}
          onSort={(next) => {
            renew();
            setSort(next);
          }}
          onRowClick={({ instrument }) => onSelect(instrument)}
          isSelected={isSelected}
        />
      )}
    </Panel>
  );
}

function AddSource() {
  const t = useT();
  return (
    <Link href={paths.settings()} className={buttonClass()}>
      {t('markets.add_source')}
    </Link>
  );
}

function tooltip({ title, symbol }: ListedInstrument): string {
  return title === undefined ? symbol : `${title}\n${symbol}`;
}

/** One live figure: renders by itself when its ticker changes, and only then. */
function Figure({ of: instrument, show }: { readonly of: ListedInstrument; readonly show: keyof QuoteFigures }) {
  const t = useT();
  const key = tickerKey(instrument.venue, instrument.symbol);
  const ticker = useStore(useInstance(tickersStore), (tickers: Tickers) => tickers.get(key));
  const figures = quoteFigures(ticker);
  if (show === 'last') return formatQuoted(ticker?.last, instrument);
  if (show === 'change') {
    return <span className={signTone(figures?.change)}>{formatPct(figures?.change, { sign: true })}</span>;
  }
  if (show === 'volume') return <span title={instrument.quote}>{formatCompact(figures?.volume)}</span>;
  const spread = figures?.spread;
  if (spread === null || spread === undefined || spread >= 0) return formatPct(spread, { decimals: 3 });
  return (
    <span className="warn" title={t('markets.crossed_text')}>
      {t('markets.crossed')}
    </span>
  );
}
