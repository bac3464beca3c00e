/** The region *Positions*. */
import { useState } from 'react';
import { DASH } from '#ui/format/numbers.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { signTone } from '#ui/stat.tsx';
import { EmptyState } from '#ui/states.tsx';
import { type Column, type Sort, Table } from '#ui/table.tsx';
import css from './account.module.css';
import { AccountName } from './account-name.tsx';
import { numberOf, type PositionRow, sortBy } from './account-rows.ts';
import { formatAmount } from './amount.ts';
import { SymbolCell } from './symbol-cell.tsx';
import { priceText } from './price-text.ts';
import { sizeText } from './size-text.ts';

interface PositionsProps {
  readonly rows: readonly PositionRow[];
  readonly className?: string;
}

export function Positions({ rows, className }: PositionsProps) {
  const t = useT();
  const [sort, setSort] = useState<Sort>({ key: 'symbol', descending: false });
  const values = {
    symbol: ({ name }: PositionRow) => name,
    account: ({ account }: PositionRow) => account.name,
    size: ({ of }: PositionRow) => numberOf(of.size),
    pnl: ({ of }: PositionRow) => numberOf(of.unrealizedPnl),
  };
  const figure = (key: string, header: string, cell: Column<PositionRow>['cell']): Column<PositionRow> => ({
    key,
    header,
    align: 'end',
    sortable: key in values,
    cell,
  });
  const columns: Column<PositionRow>[] = [
    { key: 'symbol', header: t('account.symbol'), sortable: true, cell: (row) => <SymbolCell row={row} /> },
    {
      key: 'account',
      header: t('account.account'),
      sortable: true,
      wide: true,
      cell: ({ account }) => <AccountName account={account} />,
    },
    {
      key: 'side',
      header: t('account.side'),
      cell: ({ of }) => (
        <span className={of.side === 'buy' ? 'up' : 'down'}>
          {t(of.side === 'buy' ? 'account.long' : 'account.short')}
          {of.leverage !== undefined && <span className="dim"> {of.leverage}×</span>}
        </span>
      ),
    },
    figure('size', t('account.size'), ({ of, instrument }) => sizeText(of.size, instrument, t)),
    figure('entry', t('account.entry'), ({ of, instrument }) => priceText(of.entryPrice, instrument)),
    figure('mark', t('account.mark'), ({ of, instrument }) => priceText(of.markPrice, instrument)),
    figure('pnl', t('account.unrealized'), ({ of, instrument }) => (
      <span className={signTone(of.unrealizedPnl)}>
        {of.unrealizedPnl === null ? DASH : formatAmount(of.unrealizedPnl, instrument?.quote ?? 'USD', { sign: true })}
      </span>
    )),
  ];
  return (
    <Panel
      title={t('account.positions')}
      aside={<Count of={rows.length} />}
      {...(className !== undefined && { className })}
    >
      {rows.length === 0 ? (
        <EmptyState title={t('account.no_positions')} />
      ) : (
        <Table
          label={t('account.positions')}
          columns={columns}
          rows={sortBy(rows, sort, values)}
          rowKey={({ key }) => key}
          sort={sort}
          onSort={setSort}
        />
      )}
    </Panel>
  );
}

export function Count({ of }: { readonly of: number }) {
  return of > 0 ? <span className={css.count}>{of}</span> : null;
}
