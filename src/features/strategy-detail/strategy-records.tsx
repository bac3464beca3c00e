/** What the strategy decided and what it traded. */
import type { ReactNode } from 'react';
import type { SignalView, StrategyFill } from '#protocol/strategy-shapes.ts';
import { idleSignals, signalKey, wanted } from '#stores/strategies-merge.ts';
import { Button } from '#ui/button.tsx';
import { DASH, formatCount, formatMoney, formatPrice, formatSize } from '#ui/format/numbers.ts';
import { signalText } from '#ui/format/signal-text.ts';
import { formatTime } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { oneOf, useSearchState } from '#ui/routing/use-search-state.ts';
import { signTone } from '#ui/stat.tsx';
import { EmptyState, SkeletonRows } from '#ui/states.tsx';
import { TargetTag } from '#ui/strategy-tags.tsx';
import { Table } from '#ui/table.tsx';
import { Tabs } from '#ui/tabs.tsx';
import css from './strategy-detail.module.css';
import type { StrategyPageModel } from './use-strategy.ts';

const TABS = ['signals', 'fills'] as const;

export function StrategyRecords({ model }: { readonly model: StrategyPageModel }) {
  const t = useT();
  const [tab, setTab] = useSearchState('tab', 'signals', oneOf(TABS));
  const { view, signals, fills } = model;
  const loading = model.status === 'loading' && view === null;
  const content = (name: string, body: ReactNode) => (
    <section aria-label={name}>{loading ? <SkeletonRows rows={6} /> : body}</section>
  );
  return (
    <Tabs
      label={t('strategies.records')}
      value={tab}
      onChange={setTab}
      {...(css.records !== undefined && { className: css.records })}
      tabs={[
        {
          value: 'signals',
          label: t('strategies.signals'),
          count: formatCount(view?.status.signals ?? signals.length),
          content: content(t('strategies.signals'), <SignalsTable model={model} />),
        },
        {
          value: 'fills',
          label: t('strategies.fills'),
          count: formatCount(view?.status.total_trades ?? fills.length),
          content: content(t('strategies.fills'), <FillsTable model={model} />),
        },
      ]}
    />
  );
}

function Time({ ts }: { readonly ts: number }) {
  return (
    <time dateTime={new Date(ts).toISOString()} title={formatTime(ts, 'full')} className="dim">
      {formatTime(ts, 'short')}
    </time>
  );
}

function SignalsTable({ model: { signals, instrument, view } }: { readonly model: StrategyPageModel }) {
  const t = useT();
  if (signals.length === 0) {
    const text = t('strategies.no_signals_text', { timeframe: view?.config.timeframe ?? '' });
    return <EmptyState title={t('strategies.no_signals')} text={text} />;
  }
  const idle = view ? idleSignals(signals, view.config) : new Set<SignalView>();
  return (
    <Table<SignalView>
      label={t('strategies.signals')}
      rows={signals}
      rowKey={signalKey}
      columns={[
        { key: 'ts', header: t('strategies.time'), cell: ({ ts }) => <Time ts={ts} /> },
        {
          key: 'side',
          header: t('strategies.target'),
          cell: (signal) =>
            idle.has(signal) ? (
              <span className="faint">{t('strategies.stays_flat')}</span>
            ) : (
              <TargetTag target={view ? wanted(signal.side, view.config) : signal.side} />
            ),
        },
        {
          key: 'price',
          header: t('strategies.close'),
          align: 'end',
          wide: true,
          cell: ({ price }) => formatPrice(price, instrument?.tickSize),
        },
        {
          key: 'reason',
          header: t('strategies.why'),
          cell: ({ reason }) => <span className={css.why}>{signalText(reason, t)}</span>,
        },
      ]}
    />
  );
}

function FillsTable({ model }: { readonly model: StrategyPageModel }) {
  const t = useT();
  const { fills, instrument, moreFills, loadOlderFills } = model;
  if (fills.length === 0) return <EmptyState title={t('strategies.no_fills')} text={t('strategies.no_fills_text')} />;
  const exact = (fill: StrategyFill, name: 'price' | 'amount' | 'fee' | 'realized_pnl' | 'position_after') =>
    fill.exact?.[name] ?? fill[name];
  return (
    <>
      <Table<StrategyFill>
        label={t('strategies.fills')}
        rows={fills}
        rowKey={({ trade_id }) => trade_id}
        columns={[
          { key: 'ts', header: t('strategies.time'), cell: ({ ts }) => <Time ts={ts} /> },
          {
            key: 'side',
            header: t('strategies.side'),
            cell: ({ side }) => (
              <span className={side === 'buy' ? 'up' : 'down'}>
                {t(side === 'buy' ? 'strategies.buy' : 'strategies.sell')}
              </span>
            ),
          },
          {
            key: 'price',
            header: t('strategies.price'),
            align: 'end',
            cell: (fill) => formatPrice(exact(fill, 'price'), instrument?.tickSize),
          },
          {
            key: 'amount',
            header: t('strategies.amount'),
            align: 'end',
            cell: (fill) => formatSize(exact(fill, 'amount'), instrument?.lotSize),
          },
          {
            key: 'fee',
            header: t('strategies.fee'),
            align: 'end',
            wide: true,
            cell: (fill) => (
              <span title={fill.fee_currency}>
                {fill.fee_currency === instrument?.base
                  ? formatSize(exact(fill, 'fee'))
                  : formatMoney(exact(fill, 'fee'), { decimals: 4 })}
              </span>
            ),
          },
          {
            key: 'realized',
            header: t('strategies.realized'),
            align: 'end',
            cell: (fill) => {
              if (fill.side === 'buy' && fill.realized_pnl === 0) return <span className="faint">{DASH}</span>;
              const value = exact(fill, 'realized_pnl');
              return <span className={signTone(value)}>{formatMoney(value, { sign: true, decimals: 4 })}</span>;
            },
          },
        ]}
      />
      {moreFills && (
        <div className={css.older}>
          <Button size="s" onClick={loadOlderFills}>
            {t('strategies.older_fills')}
          </Button>
        </div>
      )}
    </>
  );
}
