/** The region *Fills*: each trade once, advancing where it settles on a chain (M13). */
import { useState } from 'react';
import { IconButton } from '#ui/button.tsx';
import { csvText } from '#ui/csv.ts';
import { formatSize } from '#ui/format/numbers.ts';
import { formatTime } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { saveFile } from '#ui/save-file.ts';
import { EmptyState } from '#ui/states.tsx';
import type { Column, Sort } from '#ui/table.tsx';
import { VirtualTable } from '#ui/virtual-table.tsx';
import { AccountName } from './account-name.tsx';
import { fillsCsv } from './account-csv.ts';
import { type FillRow, numberOf, sortBy } from './account-rows.ts';
import { formatAmount } from './amount.ts';
import { FillStatus } from './fill-status.tsx';
import { Count } from './positions.tsx';
import { priceText } from './price-text.ts';
import { SymbolCell } from './symbol-cell.tsx';

interface FillsProps {
  readonly rows: readonly FillRow[];
  readonly className?: string;
}

export function Fills({ rows, className }: FillsProps) {
  const t = useT();
  const [sort, setSort] = useState<Sort>({ key: 'time', descending: true });
  const values = {
    time: ({ of }: FillRow) => of.ts,
    symbol: ({ name }: FillRow) => name,
    account: ({ account }: FillRow) => account.name,
    side: ({ of }: FillRow) => of.side,
    price: ({ of }: FillRow) => numberOf(of.price),
    size: ({ of }: FillRow) => numberOf(of.size),
    fee: ({ of }: FillRow) => numberOf(of.fee),
    status: ({ of }: FillRow) => of.status,
  };
  const column = (key: keyof typeof values, header: string, width: string, cell: Column<FillRow>['cell']) => ({
    key,
    header,
    width,
    sortable: true,
    cell,
  });
  // Most venues settle at once and say nothing of it.
  const settles = rows.some(({ of }) => of.status !== null);
  const columns: Column<FillRow>[] = [
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
      ...column('price', t('account.price'), '96px', ({ of, instrument }) => priceText(of.price, instrument)),
      align: 'end',
    },
    {
      ...column('size', t('account.size'), '92px', ({ of, instrument }) => formatSize(of.size, instrument?.lotSize)),
      align: 'end',
    },
    {
      ...column('fee', t('account.fee'), '112px', ({ of }) => (
        <span className="dim">
          {formatAmount(of.fee, '')} {of.fee !== null && of.feeCurrency}
        </span>
      )),
      align: 'end',
      wide: true,
    },
    ...(settles ? [column('status', t('account.status'), '128px', ({ of }) => <FillStatus status={of.status} />)] : []),
  ];
  const sorted = sortBy(rows, sort, values);
  return (
    <Panel
      title={t('account.fills')}
      {...(className !== undefined && { className })}
      aside={<Count of={rows.length} />}
      actions={
        <IconButton
          icon="download"
          size="s"
          label={t('account.export_fills')}
          disabledReason={rows.length === 0 ? t('account.nothing_to_export') : undefined}
          onClick={() => saveFile('fills.csv', csvText(fillsCsv(sorted)), 'text/csv;charset=utf-8')}
        />
      }
    >
      {rows.length === 0 ? (
        <EmptyState title={t('account.no_fills')} />
      ) : (
        <VirtualTable
          label={t('account.fills')}
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
