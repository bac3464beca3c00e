/** The region *Fills*: each trade once, advancing where it settles on a chain (M13). */
import { useState } from 'react';
import { IconButton } from '#ui/button.tsx';
import { csvText } from '#ui/csv.ts';
import { fitColumns, type SizedColumn } from '#ui/fit-columns.ts';
import { formatTime } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { saveFile } from '#ui/save-file.ts';
import { EmptyState } from '#ui/states.tsx';
import type { Column, Sort } from '#ui/table.tsx';
import { useSize } from '#ui/use-size.ts';
import { VirtualTable } from '#ui/virtual-table.tsx';
import css from './account.module.css';
import { AccountName } from './account-name.tsx';
import { fillsCsv } from './account-csv.ts';
import { type FillRow, numberOf, sortBy } from './account-rows.ts';
import { formatAmount } from './amount.ts';
import { FillStatus } from './fill-status.tsx';
import { Count } from './positions.tsx';
import { priceText } from './price-text.ts';
import { sizeText } from './size-text.ts';
import { SymbolCell } from './symbol-cell.tsx';

const SYMBOL_PX = 110;

interface FillsProps {
  readonly rows: readonly FillRow[];
  readonly className?: string;
}

export function Fills({ rows, className }: FillsProps) {
  const t = useT();
  const [box, { width }] = useSize<HTMLDivElement>();
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
  const column = (
    key: keyof typeof values,
    header: string,
    [px, rank]: readonly [number, number],
    cell: Column<FillRow>['cell'],
  ): SizedColumn<FillRow> => ({ key, header, px, rank, sortable: true, cell });
  // Most venues settle at once and say nothing of it.
  const settles = rows.some(({ of }) => of.status !== null);
  const columns: (Column<FillRow> | SizedColumn<FillRow>)[] = [
    column('time', t('account.time'), [120, 4], ({ of }) => <span className="dim">{formatTime(of.ts, 'short')}</span>),
    { key: 'symbol', header: t('account.symbol'), sortable: true, cell: (row) => <SymbolCell row={row} /> },
    {
      ...column('account', t('account.account'), [116, 5], ({ account }) => <AccountName account={account} />),
    },
    column('side', t('account.side'), [54, 0], ({ of }) => (
      <span className={of.side === 'buy' ? 'up' : 'down'}>{t(of.side === 'buy' ? 'account.buy' : 'account.sell')}</span>
    )),
    {
      ...column('price', t('account.price'), [124, 1], ({ of, instrument }) => priceText(of.price, instrument)),
      align: 'end',
    },
    {
      ...column('size', t('account.size'), [92, 2], ({ of, instrument }) => sizeText(of.size, instrument, t)),
      align: 'end',
    },
    {
      ...column('fee', t('account.fee'), [112, 6], ({ of }) => (
        <span className="dim" title={of.fee ?? undefined}>
          {formatAmount(of.fee, '')} {of.fee !== null && of.feeCurrency}
        </span>
      )),
      align: 'end',
    },
    ...(settles
      ? [column('status', t('account.status'), [128, 3], ({ of }) => <FillStatus status={of.status} />)]
      : []),
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
        <div ref={box} className={css.box}>
          <VirtualTable
            label={t('account.fills')}
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
