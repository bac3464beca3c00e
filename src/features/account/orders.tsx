/** The region *Orders*: the open ones, or also those that ended last. */
import { useState } from 'react';
import { IconButton } from '#ui/button.tsx';
import { csvText } from '#ui/csv.ts';
import { fitColumns, type SizedColumn } from '#ui/fit-columns.ts';
import { DASH } from '#ui/format/numbers.ts';
import { formatTime } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { oneOf, useSearchState } from '#ui/routing/use-search-state.ts';
import { saveFile } from '#ui/save-file.ts';
import { Segmented } from '#ui/segmented.tsx';
import { EmptyState } from '#ui/states.tsx';
import type { Column, Sort } from '#ui/table.tsx';
import { Tag } from '#ui/tag.tsx';
import { useSize } from '#ui/use-size.ts';
import { VirtualTable } from '#ui/virtual-table.tsx';
import css from './account.module.css';
import { AccountName } from './account-name.tsx';
import { numberOf, type OrderRow, sortBy } from './account-rows.ts';
import { ordersCsv } from './account-csv.ts';
import { Count } from './positions.tsx';
import { priceText } from './price-text.ts';
import { sizeText } from './size-text.ts';
import { SymbolCell } from './symbol-cell.tsx';

const SHOWN = ['open', 'all'] as const;

const SYMBOL_PX = 110;

interface OrdersProps {
  readonly rows: readonly OrderRow[];
  readonly className?: string;
}

export function Orders({ rows, className }: OrdersProps) {
  const t = useT();
  const [shown, setShown] = useSearchState('orders', 'open', oneOf(SHOWN));
  const [box, { width }] = useSize<HTMLDivElement>();
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
  const column = (
    key: keyof typeof values,
    header: string,
    [px, rank]: readonly [number, number],
    cell: Column<OrderRow>['cell'],
  ): SizedColumn<OrderRow> => ({ key, header, px, rank, sortable: true, cell });
  const columns: (Column<OrderRow> | SizedColumn<OrderRow>)[] = [
    column('time', t('account.time'), [120, 4], ({ of }) => <span className="dim">{formatTime(of.ts, 'short')}</span>),
    { key: 'symbol', header: t('account.symbol'), sortable: true, cell: (row) => <SymbolCell row={row} /> },
    {
      ...column('account', t('account.account'), [116, 5], ({ account }) => <AccountName account={account} />),
    },
    column('side', t('account.side'), [54, 0], ({ of }) => (
      <span className={of.side === 'buy' ? 'up' : 'down'}>{t(of.side === 'buy' ? 'account.buy' : 'account.sell')}</span>
    )),
    {
      ...column('price', t('account.price'), [124, 1], ({ of, instrument }) =>
        of.price === null ? <span className="dim">{t('account.market')}</span> : priceText(of.price, instrument),
      ),
      align: 'end',
    },
    {
      ...column('size', t('account.size'), [92, 2], ({ of, instrument }) => sizeText(of.size, instrument, t)),
      align: 'end',
    },
    {
      key: 'filled',
      header: t('account.filled'),
      px: 84,
      rank: 7,
      align: 'end',
      cell: ({ of, instrument }) => (of.filled === null ? DASH : sizeText(of.filled, instrument, t)),
    },
    {
      ...column('status', t('account.status'), [108, 3], ({ of }) => (
        <span title={of.status}>
          <Tag tone={of.open ? 'accent' : 'neutral'}>{of.status}</Tag>
        </span>
      )),
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
        <div ref={box} className={css.box}>
          <VirtualTable
            label={t('account.orders')}
            columns={fitColumns(columns, width, SYMBOL_PX)}
            rows={sorted}
            rowKey={({ key }) => key}
            sort={sort}
            onSort={setSort}
          />
        </div>
      )}
    </Panel>
  );
}
