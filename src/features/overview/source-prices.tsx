import { Link } from 'wouter';
import { dayChange } from '#domain/day-change.ts';
import { OWN_ENGINE, sourceOf } from '#domain/source.ts';
import { useSelect } from '#stores/environment.tsx';
import { sourceIn, useInstrumentSources } from '#stores/instrument-source.ts';
import { useListings } from '#stores/listings.ts';
import { tickerKey } from '#stores/market-tickers-feed.ts';
import type { ListedInstrument } from '#stores/source-types.ts';
import { tickersStore } from '#stores/tickers.ts';
import { formatPct } from '#ui/format/numbers.ts';
import { instrumentName } from '#ui/format/instrument-name.ts';
import { formatQuoted } from '#ui/format/quoted-price.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { paths } from '#ui/routing/routes.ts';
import { signTone } from '#ui/stat.tsx';
import { Table } from '#ui/table.tsx';
import styles from './overview.module.css';

const SHOWN = 12;

/** What the other sources watch, as far as it fits; all of it stands on Markets. */
export function SourcePrices() {
  const t = useT();
  const { listings } = useListings();
  const sources = useInstrumentSources();
  const others = listings.filter(({ venue }) => sourceOf(venue).source !== OWN_ENGINE);
  if (others.length === 0) return null;
  return (
    <>
      <Table
        label={t('overview.sources')}
        rows={others.slice(0, SHOWN)}
        rowKey={({ venue, symbol }) => `${venue} ${symbol}`}
        columns={[
          {
            key: 'pair',
            header: t('overview.sources'),
            cell: (listed) => (
              <div className={styles['quote']}>
                <Link
                  href={paths.market(listed.venue, listed.symbol)}
                  className={styles['title']}
                  title={instrumentName(listed)}
                >
                  {listed.prediction?.question || instrumentName(listed)}
                </Link>
                <small className={sourceIn(sources, listed.venue).stale ? 'warn' : 'dim'}>
                  {listed.prediction && `${listed.base} · `}
                  {sourceIn(sources, listed.venue).name}
                </small>
              </div>
            ),
          },
          {
            key: 'last',
            header: `${t('overview.last')} · ${t('overview.change')}`,
            align: 'end',
            cell: (listed) => <Quote listed={listed} />,
          },
        ]}
      />
      {others.length > SHOWN && (
        <p className={styles['more']}>
          <Link href={paths.markets()}>{t('overview.all_markets', { count: others.length })}</Link>
        </p>
      )}
    </>
  );
}

function Quote({ listed }: { readonly listed: ListedInstrument }) {
  const key = tickerKey(listed.venue, listed.symbol);
  const ticker = useSelect(tickersStore, (tickers) => tickers.get(key));
  const change = ticker ? dayChange(ticker) : null;
  return (
    <div className={styles['quote']}>
      <strong>{formatQuoted(ticker?.last, listed)}</strong>
      <small className={signTone(change)}>{formatPct(change, { sign: true })}</small>
    </div>
  );
}
