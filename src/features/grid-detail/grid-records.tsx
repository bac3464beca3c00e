/** What the grid did and does: orders by level, fills, risk decisions, and how its PnL comes about. */
import type { ReactNode } from 'react';
import type { FillView, OrderView } from '#protocol/shapes.ts';
import { Button } from '#ui/button.tsx';
import { DASH, formatCount, formatMoney, formatPct, formatPrice, formatSize } from '#ui/format/numbers.ts';
import { formatTime } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { oneOf, useSearchState } from '#ui/routing/use-search-state.ts';
import { signTone } from '#ui/stat.tsx';
import { EmptyState, SkeletonRows } from '#ui/states.tsx';
import { Table } from '#ui/table.tsx';
import { Tabs } from '#ui/tabs.tsx';
import css from './grid-detail.module.css';
import { exactOf } from './exact.ts';
import { PnlSplit } from './pnl-split.tsx';
import { RiskTable } from './risk-table.tsx';
import type { GridPageModel } from './use-grid.ts';

const TABS = ['fills', 'orders', 'risk', 'pnl'] as const;

export function GridRecords({ model }: { readonly model: GridPageModel }) {
  const t = useT();
  const [tab, setTab] = useSearchState('tab', 'fills', oneOf(TABS));
  const { view, orders, fills } = model;
  const loading = model.status === 'loading' && view === null;
  const content = (name: string, body: ReactNode) => (
    <section aria-label={name}>{loading ? <SkeletonRows rows={6} /> : body}</section>
  );
  return (
    <Tabs
      label={t('grids.records')}
      value={tab}
      onChange={setTab}
      {...(css.records !== undefined && { className: css.records })}
      tabs={[
        {
          value: 'fills',
          label: t('grids.fills'),
          count: formatCount(view?.status.total_trades ?? fills.length),
          content: content(t('grids.fills'), <FillsTable model={model} />),
        },
        {
          value: 'orders',
          label: t('grids.orders'),
          count: formatCount(orders.length),
          content: content(t('grids.orders'), <OrdersTable model={model} />),
        },
        {
          value: 'risk',
          label: t('grids.risk'),
          content: content(t('grids.risk'), <RiskTable decisions={model.risk} />),
        },
        {
          value: 'pnl',
          label: t('grids.pnl_split'),
          content: content(t('grids.pnl_split'), view && <PnlSplit status={view.status} />),
        },
      ]}
    />
  );
}

function SideCell({ side }: { readonly side: 'buy' | 'sell' }) {
  const t = useT();
  return <span className={side === 'buy' ? 'up' : 'down'}>{t(side === 'buy' ? 'grids.buy' : 'grids.sell')}</span>;
}

function FillsTable({ model }: { readonly model: GridPageModel }) {
  const t = useT();
  const { fills, instrument, moreFills, loadOlderFills } = model;
  if (fills.length === 0) return <EmptyState title={t('grids.no_fills')} text={t('grids.no_fills_text')} />;
  return (
    <>
      <Table<FillView>
        label={t('grids.fills')}
        rows={fills}
        rowKey={(fill) => fill.trade_id}
        columns={[
          {
            key: 'ts',
            header: t('grids.time'),
            cell: (fill) => (
              <time dateTime={new Date(fill.ts).toISOString()} title={formatTime(fill.ts, 'full')} className="dim">
                {formatTime(fill.ts, 'precise')}
              </time>
            ),
          },
          { key: 'side', header: t('grids.side'), align: 'end', cell: ({ side }) => <SideCell side={side} /> },
          {
            key: 'level',
            header: t('grids.level'),
            align: 'end',
            wide: true,
            cell: ({ level }) => (level < 0 ? t('grids.market_order') : level),
          },
          {
            key: 'price',
            header: t('grids.price'),
            align: 'end',
            cell: (fill) => formatPrice(exactOf(fill)('price'), instrument?.tickSize),
          },
          {
            key: 'amount',
            header: t('grids.amount'),
            align: 'end',
            cell: (fill) => formatSize(exactOf(fill)('amount'), instrument?.lotSize),
          },
          {
            key: 'fee',
            header: t('grids.fee'),
            align: 'end',
            wide: true,
            cell: (fill) => (
              <span title={fill.fee_currency}>
                {fill.fee_currency === instrument?.base
                  ? formatSize(exactOf(fill)('fee'))
                  : formatMoney(exactOf(fill)('fee'), { decimals: 4 })}
              </span>
            ),
          },
          {
            key: 'realized',
            header: t('grids.realized'),
            align: 'end',
            cell: (fill) => {
              if (fill.side === 'buy') return <span className="faint">{DASH}</span>;
              const value = exactOf(fill)('realized_pnl');
              return <span className={signTone(value)}>{formatMoney(value, { sign: true, decimals: 4 })}</span>;
            },
          },
        ]}
      />
      {moreFills && (
        <div className={css.older}>
          <Button size="s" onClick={loadOlderFills}>
            {t('grids.older_fills')}
          </Button>
        </div>
      )}
    </>
  );
}

function OrdersTable({ model }: { readonly model: GridPageModel }) {
  const t = useT();
  const { orders, instrument, view } = model;
  if (orders.length === 0) return <EmptyState title={t('grids.no_orders')} text={t('grids.no_orders_text')} />;
  const price = view?.status.current_price ?? 0;
  const byPrice = [...orders].sort((a, b) => b.price - a.price);
  return (
    <Table<OrderView>
      label={t('grids.orders')}
      rows={byPrice}
      rowKey={(order) => order.order_id}
      columns={[
        { key: 'level', header: t('grids.level'), cell: ({ level }) => level },
        { key: 'side', header: t('grids.side'), align: 'end', cell: ({ side }) => <SideCell side={side} /> },
        {
          key: 'price',
          header: t('grids.price'),
          align: 'end',
          cell: (order) => formatPrice(order.price, instrument?.tickSize),
        },
        {
          key: 'distance',
          header: t('grids.distance'),
          align: 'end',
          cell: (order) => formatPct(price > 0 ? (order.price / price - 1) * 100 : null, { sign: true }),
        },
        {
          key: 'amount',
          header: t('grids.amount'),
          align: 'end',
          cell: (order) => formatSize(order.amount, instrument?.lotSize),
        },
        {
          key: 'value',
          header: t('grids.value'),
          align: 'end',
          wide: true,
          cell: (order) => formatMoney(order.amount * order.price),
        },
        {
          key: 'since',
          header: t('grids.since'),
          align: 'end',
          wide: true,
          cell: (order) => <span className="dim">{formatTime(order.placed_at, 'short')}</span>,
        },
      ]}
    />
  );
}
