import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { dayChange } from '#domain/day-change.ts';
import { OWN_ENGINE, sourceOf } from '#domain/source.ts';
import { useSelect } from '#stores/environment.tsx';
import { instrumentsStore, type ListedInstrument } from '#stores/instruments.ts';
import { tickersStore } from '#stores/tickers.ts';
import { formatPct, formatPrice } from '#ui/format/numbers.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { paths } from '#ui/routing/routes.ts';
import { signTone } from '#ui/stat.tsx';
import { SkeletonRows } from '#ui/states.tsx';
import { Table } from '#ui/table.tsx';
import styles from './overview.module.css';

export interface LivePricesProps {
  /** The day of an instrument as a small line; comes after the first price. */
  readonly sparkline: ((instrument: ListedInstrument) => ReactNode) | undefined;
  /** Below the table. */
  readonly more?: ReactNode;
}

/** Every instrument's last price, its change of the day and its course. */
export function LivePrices({ sparkline, more }: LivePricesProps) {
  const t = useT();
  const tickers = useSelect(tickersStore, (state) => state);
  const instruments = useSelect(instrumentsStore, (state) => state);
  const rows = [...tickers].flatMap(([key, ticker]) =>
    // Other sources' follow below, with the code that knows their names.
    sourceOf(ticker.venue).source === OWN_ENGINE ? [{ ...ticker, listed: instruments.get(key) }] : [],
  );
  rows.sort((a, b) => (a.instrument < b.instrument ? -1 : 1));
  return (
    <Panel title={t('overview.watch')}>
      {rows.length === 0 ? (
        <SkeletonRows rows={4} />
      ) : (
        <Table
          label={t('overview.watch')}
          rows={rows}
          rowKey={({ venue, instrument }) => `${venue} ${instrument}`}
          columns={[
            {
              key: 'pair',
              header: t('overview.pair'),
              cell: ({ venue, instrument, listed }) => (
                <div className={styles['quote']}>
                  <Link href={paths.market(venue, instrument)}>{instrument}</Link>
                  {listed?.simulated && <small className="warn">SIM</small>}
                </div>
              ),
            },
            {
              key: 'day',
              header: t('overview.day'),
              align: 'center',
              cell: ({ listed }) => <div className={styles['course']}>{listed && sparkline?.(listed)}</div>,
            },
            {
              key: 'last',
              header: `${t('overview.last')} · ${t('overview.change')}`,
              align: 'end',
              cell: ({ listed, ...ticker }) => {
                const change = dayChange(ticker);
                return (
                  <div className={styles['quote']}>
                    <strong>{formatPrice(ticker.last, listed?.tickSize)}</strong>
                    <small className={signTone(change)}>{formatPct(change, { sign: true })}</small>
                  </div>
                );
              },
            },
          ]}
        />
      )}
      {more}
    </Panel>
  );
}
