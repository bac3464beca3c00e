/** The region *Trades*: time and sales, newest first. */
import { memo, useMemo } from 'react';
import { useStore } from 'zustand';
import type { Trade } from '#domain/market-data.ts';
import { useInstance } from '#stores/environment.tsx';
import type { InstrumentSource } from '#stores/instrument-source.ts';
import { marketStore } from '#stores/market-store.ts';
import { pacedFeed } from '#stores/paced-feed.ts';
import type { ListedInstrument } from '#stores/source-types.ts';
import { formatSize } from '#ui/format/numbers.ts';
import { formatQuoted } from '#ui/format/quoted-price.ts';
import { formatTime } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { SizeHead } from '#ui/size-head.tsx';
import { EmptyState, SkeletonRows } from '#ui/states.tsx';
import css from './trades-panel.module.css';

const SHOWN = 60;
/** Faster than that nobody reads a tape, and each row that comes moves all others. */
const EVERY_MS = 100;

interface TradesProps {
  readonly instrument: ListedInstrument;
  /** Where it comes from; absent: our own engine. */
  readonly source?: InstrumentSource | undefined;
  readonly className?: string;
}

export function TradesPanel(props: TradesProps) {
  const t = useT();
  const { source, className } = props;
  if (source?.feeds.trades !== false) return <LiveTrades {...props} />;
  return (
    <Panel title={t('markets.trades')} {...(className !== undefined && { className })}>
      <EmptyState title={t('markets.no_tape')} text={t('markets.no_tape_text', { source: source.name })} />
    </Panel>
  );
}

function LiveTrades({ instrument, className }: TradesProps) {
  const t = useT();
  const feed = useInstance(marketStore).trades(instrument);
  const { status, trades } = useStore(useMemo(() => pacedFeed(feed, EVERY_MS), [feed]));
  return (
    <Panel title={t('markets.trades')} {...(className !== undefined && { className })}>
      {trades.length === 0 ? (
        status === 'loading' ? (
          <SkeletonRows rows={10} />
        ) : (
          <EmptyState title={t('markets.no_trades')} />
        )
      ) : (
        <table className={css.tape} aria-label={t('markets.trades')} tabIndex={0}>
          <thead>
            <tr>
              <th scope="col">{t('markets.price')}</th>
              <th scope="col">
                <SizeHead contract={instrument.contract} />
              </th>
              <th scope="col">{t('markets.time')}</th>
            </tr>
          </thead>
          <tbody>
            {trades.slice(0, SHOWN).map((trade) => (
              <TradeRow key={trade.id} trade={trade} instrument={instrument} />
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

/** A trade never changes: only new ones are rendered. */
const TradeRow = memo(function TradeRow({
  trade,
  instrument,
}: {
  readonly trade: Trade;
  readonly instrument: ListedInstrument;
}) {
  const t = useT();
  return (
    <tr>
      <td className={trade.side === 'buy' ? 'up' : 'down'}>
        <span className="visually-hidden">{t(trade.side === 'buy' ? 'markets.buy' : 'markets.sell')} </span>
        {formatQuoted(trade.price, instrument)}
      </td>
      <td>{formatSize(trade.size, instrument.lotSize)}</td>
      <td className="dim">{formatTime(trade.ts)}</td>
    </tr>
  );
});
