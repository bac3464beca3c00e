/** Every instrument of every source: sortable, searchable, live. */
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { useStore } from 'zustand';
import { calmTickersStore } from '#stores/calm-tickers.ts';
import { useInstance } from '#stores/environment.tsx';
import { sourceIn, useInstrumentSources } from '#stores/instrument-source.ts';
import { useListings } from '#stores/listings.ts';
import { type Tickers, tickerKey } from '#stores/market-tickers-feed.ts';
import type { ListedInstrument } from '#stores/source-types.ts';
import { buttonClass } from '#ui/button.tsx';
import { fitColumns, type SizedColumn } from '#ui/fit-columns.ts';
import { instrumentName } from '#ui/format/instrument-name.ts';
import { DASH, formatCompact, formatPct } from '#ui/format/numbers.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { paths } from '#ui/routing/routes.ts';
import { anyText, useSearchState } from '#ui/routing/use-search-state.ts';
import { signTone } from '#ui/stat.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '#ui/states.tsx';
import type { Column, Sort } from '#ui/table.tsx';
import { useSize } from '#ui/use-size.ts';
import { VirtualTable } from '#ui/virtual-table.tsx';
import { CrossCell } from './cross-cell.tsx';
import { LastPrice } from './last-price.tsx';
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
  const { rows, count, renew } = useRows(listings, sources, { query: query.trim(), source, sort });
  const [box, { width }] = useSize<HTMLDivElement>();
  const isSelected = ({ instrument: { venue, symbol } }: WatchRow) =>
    venue === selected?.venue && symbol === selected.symbol;

  const showsOrigin = () => source !== '' || sources.size < 2 || columns.some(({ key }) => key === 'source');
  const named = ({ instrument }: WatchRow) =>
    showsOrigin() || instrument.simulated || instrument.prediction !== undefined;
  const figure = (key: keyof QuoteFigures, header: string, px: number, rank: number): SizedColumn<WatchRow> => ({
    key,
    header,
    px,
    rank,
    align: 'end',
    sortable: true,
    cell: ({ instrument }) => <Figure of={instrument} show={key} />,
  });
  const name: Column<WatchRow> = {
    key: 'symbol',
    header: t('markets.instrument'),
    sortable: true,
    cell: (row) => (
      <span className={css.name}>
        <button type="button" aria-current={isSelected(row) || undefined} title={tooltip(row.instrument)}>
          {row.instrument.prediction?.question || instrumentName(row.instrument)}
        </button>
        {row.instrument.prediction && <small className={css.outcome}>{row.instrument.base}</small>}
        {row.instrument.simulated && <small className={css.sim}>SIM</small>}
        {!named(row) && <small className={css.from}>{row.source}</small>}
      </span>
    ),
  };
  const origin: SizedColumn<WatchRow> = {
    key: 'source',
    header: t('markets.source'),
    px: 92,
    rank: 3,
    sortable: true,
    cell: ({ instrument, source: from }) => (
      <span className={sourceIn(sources, instrument.venue).stale ? 'warn' : 'dim'} title={from}>
        {from}
      </span>
    ),
  };
  const cross: SizedColumn<WatchRow> = {
    key: 'cross',
    header: t('markets.cross'),
    px: 152,
    rank: 4,
    align: 'end',
    sortable: true,
    cell: (row) => <CrossCell row={row} sources={sources} onOpen={onSpread} />,
  };
  const day: SizedColumn<WatchRow> = {
    key: 'day',
    header: t('markets.day'),
    px: 92,
    rank: 2,
    align: 'end',
    cell: ({ instrument }) => (
      <SparklineCell instrument={instrument} history={sourceIn(sources, instrument.venue).feeds.history} />
    ),
  };
  const columns: readonly Column<WatchRow>[] = fitColumns(
    [
      name,
      ...(sources.size > 1 && source === '' ? [origin] : []),
      figure('last', t('markets.last'), 112, 0),
      figure('change', t('markets.change_24h'), 98, 1),
      figure('volume', t('markets.volume_24h'), 98, 5),
      figure('spread', t('markets.spread'), 86, 6),
      ...(rows.some(({ shared }) => shared !== null) ? [cross] : []),
      day,
    ],
    width,
    rows.some(({ instrument }) => instrument.prediction) ? QUESTION_PX : NAME_PX,
  );

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
        <div ref={box} className={css.box}>
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
        </div>
      )}
    </Panel>
  );
}

const NAME_PX = 130;
/** A question is told from another by more than its first word. */
const QUESTION_PX = 200;

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
  const ticker = useStore(useInstance(calmTickersStore), (tickers: Tickers) => tickers.get(key));
  const figures = quoteFigures(ticker);
  if (show === 'last') return <LastPrice of={instrument} ticker={ticker} />;
  if (show === 'change') {
    return <span className={signTone(figures?.change)}>{formatPct(figures?.change, { sign: true })}</span>;
  }
  if (show === 'volume') return <span title={instrument.quote}>{formatCompact(figures?.volume)}</span>;
  const spread = figures?.spread;
  if (spread === null || spread === undefined) return DASH;
  if (spread >= 0) return formatPct(spread, { decimals: spread < 0.01 ? 5 : 3 });
  return (
    <span className="warn" title={t('markets.crossed_text')}>
      {t('markets.crossed')}
    </span>
  );
}
