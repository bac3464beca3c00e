/** Closed trades, sortable; a press on one shows it on the price chart. */
import { type ReactNode, useMemo, useState } from 'react';
import type { BacktestTrade } from '#protocol/backtest-shapes.ts';
import { Button } from '#ui/button.tsx';
import { formatCount, formatMoney, formatPct, formatPrice, formatSize } from '#ui/format/numbers.ts';
import { formatTime } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { signTone } from '#ui/stat.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '#ui/states.tsx';
import type { Column, Sort } from '#ui/table.tsx';
import { VirtualTable } from '#ui/virtual-table.tsx';
import css from './backtest-result.module.css';
import type { Client } from './fetch-records.ts';
import { type Records, useRecords } from './use-records.ts';

const fetchTrades = async (client: Client, id: string, offset: number, limit: number) =>
  (await client.command('backtest.trades', { id, offset, limit })).trades;

export interface RecordsProps {
  readonly id: string;
  readonly total: number;
  readonly onTime: (ts: number) => void;
}

export function TradesTable({ id, total, onTime }: RecordsProps) {
  const t = useT();
  const records = useRecords<BacktestTrade>(id, total, fetchTrades);
  const [sort, setSort] = useState<Sort>({ key: 'number', descending: false });
  const [chosen, setChosen] = useState<number | null>(null);
  const rows = useMemo(() => sortTrades(records.rows, sort), [records.rows, sort]);
  const show = (trade: BacktestTrade) => {
    setChosen(trade.number);
    onTime(trade.entry_ts);
  };
  const columns: readonly Column<BacktestTrade>[] = [
    {
      key: 'number',
      header: '#',
      sortable: true,
      width: '64px',
      cell: (trade) => (
        <button
          type="button"
          className={css.jump}
          aria-label={t('backtests.show_trade', { number: trade.number })}
          onClick={(event) => {
            event.stopPropagation();
            show(trade);
          }}
        >
          {trade.number}
        </button>
      ),
    },
    {
      key: 'side',
      header: t('backtests.side'),
      width: '70px',
      wide: true,
      cell: ({ side, level }) => (
        <>
          {t(side === 'long' ? 'backtests.long' : 'backtests.short')}
          {level !== undefined && level >= 0 && <span className="faint"> {level}</span>}
        </>
      ),
    },
    time('entry_ts', t('backtests.entry'), true),
    time('exit_ts', t('backtests.exit')),
    figure('entry_price', t('backtests.entry_price'), ({ entry_price }) => formatPrice(entry_price), true),
    figure('exit_price', t('backtests.exit_price'), ({ exit_price }) => formatPrice(exit_price), true),
    figure('amount', t('backtests.amount'), ({ amount }) => formatSize(amount), true),
    figure('pnl', t('backtests.pnl'), ({ pnl }) => (
      <span className={signTone(pnl)}>{formatMoney(pnl, { sign: true })}</span>
    )),
    figure('return', t('backtests.return'), (trade) => (
      <span className={signTone(trade.return)}>{formatPct(trade.return * 100, { sign: true })}</span>
    )),
    figure('fees', t('backtests.fees'), ({ fees }) => formatMoney(fees, { decimals: 4 }), true),
    figure('bars', t('backtests.bars'), ({ bars }) => formatCount(bars), true),
  ];
  return (
    <RecordsFrame records={records} total={total} empty={t('backtests.no_trades')}>
      <VirtualTable<BacktestTrade>
        label={t('backtests.trades')}
        columns={columns}
        rows={rows}
        rowKey={({ number }) => number}
        sort={sort}
        onSort={setSort}
        onRowClick={show}
        isSelected={({ number }) => number === chosen}
      />
    </RecordsFrame>
  );
}

function time(key: 'entry_ts' | 'exit_ts', header: string, wide = false): Column<BacktestTrade> {
  return {
    key,
    header,
    sortable: true,
    wide,
    width: '158px',
    cell: (trade) => (
      <time dateTime={new Date(trade[key]).toISOString()} title={formatTime(trade[key], 'full')} className="dim">
        {formatTime(trade[key], 'date')}
      </time>
    ),
  };
}

function figure(
  key: keyof BacktestTrade,
  header: string,
  cell: Column<BacktestTrade>['cell'],
  wide = false,
): Column<BacktestTrade> {
  return { key, header, align: 'end', sortable: true, wide, cell };
}

/** Equal ones stay in the order they had. */
export function sortTrades(trades: readonly BacktestTrade[], { key, descending }: Sort): readonly BacktestTrade[] {
  const value = (trade: BacktestTrade) => Number(Object.entries(trade).find(([name]) => name === key)?.[1] ?? 0);
  const keyed = trades.map((trade) => ({ trade, by: value(trade) }));
  keyed.sort((a, b) => (descending ? b.by - a.by : a.by - b.by));
  return keyed.map(({ trade }) => trade);
}

/** States of a list that comes by page, and the way to the rest of it. */
export function RecordsFrame<Row>(props: {
  readonly records: Records<Row>;
  readonly total: number;
  readonly empty: string;
  readonly children: ReactNode;
}) {
  const t = useT();
  const { records, total, empty, children } = props;
  const { rows, loading, error, more } = records;
  if (total === 0) return <EmptyState title={empty} />;
  if (rows.length === 0) return error ? <ErrorState error={error} onRetry={more} /> : <SkeletonRows rows={8} />;
  return (
    <div className={css.records}>
      <div className={css.rows}>{children}</div>
      {rows.length < total && (
        <div className={css.more}>
          <span className="dim">
            {t('backtests.loaded_of', { loaded: formatCount(rows.length), total: formatCount(total) })}
          </span>
          <Button size="s" pending={loading} onClick={more}>
            {t('backtests.load_more')}
          </Button>
          {error && (
            <span role="alert" className="down">
              {error.message}
            </span>
          )}
        </div>
      )}
    </div>
  );
}
