/** The region *Orders*: the open ones, or also those that ended last. */
import { useState } from 'react';
import { IconButton } from '#ui/button.tsx';
import { csvText } from '#ui/csv.ts';
import { DASH, formatSize } from '#ui/format/numbers.ts';
import { formatTime } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { oneOf, useSearchState } from '#ui/routing/use-search-state.ts';
import { saveFile } from '#ui/save-file.ts';
import { Segmented } from '#ui/segmented.tsx';
import { EmptyState } from '#ui/states.tsx';
import type { Column, Sort } from '#ui/table.tsx';
import { Tag } from '#ui/tag.tsx';
import { VirtualTable } from '#ui/virtual-table.tsx';
import { AccountName } from './account-name.tsx';
import { numberOf, type OrderRow, sortBy } from './account-rows.ts';
import { ordersCsv } from './account-csv.ts';
import { Count } from './positions.tsx';
import { priceText } from './price-text.ts';
import { SymbolCell } from './symbol-cell.tsx';

const SHOWN = ['open', 'all'] as const;

interface OrdersProps {
  readonly rows: readonly OrderRow[];
  readonly className?: string;
}

export function Orders({ rows, className }: OrdersProps) {
  const t = useT();
  const [shown, setShown] = useSearchState('orders', 'open', oneOf(SHOWN));
  const [sort, setSort] = useState<Sort>({ key: 'time', descending: true });
  const wanted = shown === 'all' ? rows : rows.filter(({ of }) => of.open);
  const values = {
    time: ({ of }: OrderRow) => of.ts,
    symbol: ({ name }: OrderRow) => name,
    account: ({ account }: OrderRow) => account.name,
    side: ({ of }: OrderRow) => of.side,
    price: ({ of }: OrderRow) => numberOf(of.price),
    size: ({ of }: OrderRow) => numberOf(of.size),
    status: ({ of }: OrderRow) => of.status,
  };
  const column = (key: keyof typeof values, header: string, width: string, cell: Column<OrderRow>['cell']) => ({
    key,
    header,
    width,
    sortable: true,
    cell,
  });
  const columns: Column<OrderRow>[] = [
    column('time', t('account.time'), '112px', ({ of }) => <span className="dim">{formatTime(of.ts, 'short')}</span>),
    { key: 'symbol', header: t('account.symbol'), sortable: true, cell: (row) => <SymbolCell row={row} /> },
    {
      ...column('account', t('account.account'), '120px', ({ account }) => <AccountName account={account} />),
      wide: true,
    },
    column('side', t('account.side'), '54px', ({ of }) => (
      <span className={of.side === 'buy' ? 'up' : 'down'}>{t(of.side === 'buy' ? 'account.buy' : 'account.sell')}</span>
    )),
    {
      ...column('price', t('account.price'), '96px', ({ of, instrument }) =>
        of.price === null ? <span className="dim">{t('account.market')}</span> : priceText(of.price, instrument),
      ),
      align: 'end',
    },
    {
      ...column('size', t('account.size'), '92px', ({ of, instrument }) => formatSize(of.size, instrument?.lotSize)),
      align: 'end',
    },
    {
      key: 'filled',
      header: t('account.filled'),
      width: '84px',
      align: 'end',
      wide: true,
      cell: ({ of, instrument }) => (of.filled === null ? DASH : formatSize(of.filled, instrument?.lotSize)),
    },
    {
      ...column('status', t('account.status'), '104px', ({ of }) => (
        <span title={of.status}>
          <Tag tone={of.open ? 'accent' : 'neutral'}>{of.status}</Tag>
        </span>
      )),
      wide: true,
    },
  ];
  const sorted = sortBy(wanted, sort, values);
  return (
    <Panel
      title={t('account.orders')}
      {...(className !== undefined && { className })}
      aside={
        <>
          <Count of={wanted.length} />
          <Segmented
            label={t('account.show_orders')}
            value={shown}
            options={SHOWN.map((value) => ({ value, label: t(`account.orders_${value}`) }))}
            onChange={setShown}
          />
        </>
      }
      actions={
        <IconButton
          icon="download"
          size="s"
          label={t('account.export_orders')}
          disabledReason={wanted.length === 0 ? t('account.nothing_to_export') : undefined}
          onClick={() => saveFile('orders.csv', csvText(ordersCsv(sorted)), 'text/csv;charset=utf-8')}
        />
      }
    >
      {wanted.length === 0 ? (
        <EmptyState title={t(shown === 'open' ? 'account.no_open_orders' : 'account.no_orders')} />
      ) : (
        <VirtualTable
          label={t('account.orders')}
          columns={columns}
          rows={sorted}
          rowKey={({ key }) => key}
          sort={sort}
          onSort={setSort}
        />
      )}
    </Panel>
  );
}
