/** The region *Spread*: what several sources ask and bid for the same pair, and how their middles differed lately. */
import { useEffect, useMemo, useRef } from 'react';
import { useStore } from 'zustand';
import { createSpreadChart } from '#charts/spread-chart.ts';
import { bestCross, differencePct, midOf, sharedPairs } from '#domain/same-pair.ts';
import { useInstance } from '#stores/environment.tsx';
import { sourceIn, useInstrumentSources } from '#stores/instrument-source.ts';
import { useListings } from '#stores/listings.ts';
import { tickerKey } from '#stores/market-tickers-feed.ts';
import type { ListedInstrument } from '#stores/source-types.ts';
import { tickersStore } from '#stores/tickers.ts';
import { IconButton } from '#ui/button.tsx';
import { formatPct, formatPrice } from '#ui/format/numbers.ts';
import { formatTime } from '#ui/format/times.ts';
import { venueName } from '#ui/format/venue-name.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { EmptyState } from '#ui/states.tsx';
import { Table } from '#ui/table.tsx';
import { WINDOW_MS } from './spread-history.ts';
import css from './spread.module.css';
import { spreadStore } from './spread-store.ts';

interface SpreadPanelProps {
  /** As `pairKey` gives it: `BTC/USDT`. */
  readonly pair: string;
  /** The others are compared with this one, if it trades the pair; else with the first. */
  readonly reference: { readonly venue: string; readonly symbol: string } | undefined;
  readonly onClose: () => void;
  readonly className?: string;
}

export function SpreadPanel({ pair, reference, onClose, className }: SpreadPanelProps) {
  const t = useT();
  const { listings } = useListings();
  const listed = useMemo(() => sharedPairs(listings).get(pair) ?? [], [listings, pair]);
  const base =
    listed.find(({ venue, symbol }) => venue === reference?.venue && symbol === reference.symbol) ?? listed[0];
  return (
    <Panel
      title={t('markets.spread_of', { pair })}
      {...(className !== undefined && { className })}
      bodyClassName={css.body}
      actions={<IconButton icon="close" size="s" label={t('markets.spread_close')} onClick={onClose} />}
    >
      {base ? (
        <Compared base={base} listed={listed} />
      ) : (
        <EmptyState title={t('markets.spread_alone', { pair })} text={t('markets.spread_alone_text')} />
      )}
    </Panel>
  );
}

function Compared({ base, listed }: { readonly base: ListedInstrument; readonly listed: readonly ListedInstrument[] }) {
  const t = useT();
  const store = useInstance(spreadStore);
  const tickers = useInstance(tickersStore);
  const sources = useInstrumentSources();
  const container = useRef<HTMLDivElement>(null);
  // Once a second: the prices stand beside their course.
  useStore(store);
  const now = tickers.getState();
  const names = useMemo(() => {
    return new Map(
      listed.map((one) => {
        const source = sourceIn(sources, one.venue);
        return [one, source.own ? venueName(one.venue) : source.name];
      }),
    );
  }, [listed, sources]);

  useEffect(() => {
    if (!container.current) return undefined;
    const chart = createSpreadChart(container.current, {
      windowMs: WINDOW_MS,
      formatPct: (pct) => formatPct(pct, { decimals: 3, sign: true }),
      formatTime: (ts) => formatTime(ts),
    });
    const others = listed.filter((one) => one !== base);
    const draw = () => {
      const { history } = store.getState();
      chart.setLines(
        others.map((one) => ({
          name: names.get(one) ?? '',
          points: history.differences(tickerKey(one.venue, one.symbol), tickerKey(base.venue, base.symbol)),
        })),
      );
    };
    draw();
    const unsubscribe = store.subscribe(draw);
    return () => {
      unsubscribe();
      chart.dispose();
    };
  }, [store, base, listed, names]);

  const rows = listed.map((instrument) => {
    const ticker = now.get(tickerKey(instrument.venue, instrument.symbol));
    return { instrument, bid: ticker?.bid ?? null, ask: ticker?.ask ?? null };
  });
  const baseRow = rows.find(({ instrument }) => instrument === base);
  const baseMid = baseRow ? midOf(baseRow) : null;
  const cross = bestCross(rows);
  const others = listed.filter((one) => one !== base);
  return (
    <>
      <p className={css.cross}>
        {cross ? (
          <>
            {t('markets.cross_sentence', {
              buy: names.get(cross.buyAt.instrument) ?? '',
              ask: formatPrice(cross.buyAt.ask, cross.buyAt.instrument.tickSize),
              sell: names.get(cross.sellAt.instrument) ?? '',
              bid: formatPrice(cross.sellAt.bid, cross.sellAt.instrument.tickSize),
            })}{' '}
            <b className={cross.pct > 0 ? 'up' : 'down'}>{formatPct(cross.pct, { decimals: 3, sign: true })}</b>{' '}
            <span className="faint">{t('markets.before_fees')}</span>
          </>
        ) : (
          t('markets.cross_waiting')
        )}
      </p>
      <div className={css.table}>
        <Table
          label={t('markets.sources')}
          rows={rows}
          rowKey={({ instrument }) => `${instrument.venue}:${instrument.symbol}`}
          columns={[
            {
              key: 'source',
              header: t('markets.source'),
              cell: ({ instrument }) => (
                <span>
                  <i className={css.key} data-line={others.indexOf(instrument) % 4} />
                  {names.get(instrument)} <span className="faint">{instrument.symbol}</span>
                </span>
              ),
            },
            {
              key: 'bid',
              header: t('markets.bid'),
              align: 'end',
              cell: ({ instrument, bid }) => formatPrice(bid, instrument.tickSize),
            },
            {
              key: 'ask',
              header: t('markets.ask'),
              align: 'end',
              cell: ({ instrument, ask }) => formatPrice(ask, instrument.tickSize),
            },
            {
              key: 'difference',
              header: t('markets.mid_difference'),
              align: 'end',
              cell: (row) => {
                if (row.instrument === base) return <span className="faint">{t('markets.compared_with')}</span>;
                const mid = midOf(row);
                const pct = mid === null || baseMid === null ? null : differencePct(mid, baseMid);
                return formatPct(pct, { decimals: 3, sign: true });
              },
            },
          ]}
        />
      </div>
      <div ref={container} className={css.canvas} role="img" aria-label={t('markets.spread_course')} />
    </>
  );
}
