/** Every fill of the run, in its order; a press on one shows it on the price chart. */
import type { BacktestFill } from '#protocol/backtest-shapes.ts';
import { formatMoney, formatPrice, formatSize } from '#ui/format/numbers.ts';
import { formatTime } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { signTone } from '#ui/stat.tsx';
import { VirtualTable } from '#ui/virtual-table.tsx';
import css from './backtest-result.module.css';
import type { Client } from './fetch-records.ts';
import { RecordsFrame, type RecordsProps } from './trades-table.tsx';
import { useRecords } from './use-records.ts';

type NumberedFill = BacktestFill & { readonly number: number };

const fetchFills = async (client: Client, id: string, offset: number, limit: number) => {
  const { fills } = await client.command('backtest.fills', { id, offset, limit });
  return fills.map((fill, i): NumberedFill => ({ ...fill, number: offset + i + 1 }));
};

export function FillsTable({ id, total, onTime }: RecordsProps) {
  const t = useT();
  const records = useRecords<NumberedFill>(id, total, fetchFills);
  const exact = (fill: BacktestFill, name: 'price' | 'amount' | 'fee' | 'realized_pnl') =>
    fill.exact?.[name] ?? fill[name];
  return (
    <RecordsFrame records={records} total={total} empty={t('backtests.no_fills')}>
      <VirtualTable<NumberedFill>
        label={t('backtests.fills')}
        rows={records.rows}
        rowKey={({ number }) => number}
        onRowClick={({ ts }) => onTime(ts)}
        columns={[
          {
            key: 'number',
            header: '#',
            width: '64px',
            cell: ({ number, ts }) => (
              <button
                type="button"
                className={css.jump}
                aria-label={t('backtests.show_fill', { number })}
                onClick={(event) => {
                  event.stopPropagation();
                  onTime(ts);
                }}
              >
                {number}
              </button>
            ),
          },
          {
            key: 'ts',
            header: t('backtests.time'),
            cell: ({ ts }) => (
              <time dateTime={new Date(ts).toISOString()} title={formatTime(ts, 'full')} className="dim">
                {formatTime(ts, 'date')}
              </time>
            ),
          },
          {
            key: 'side',
            header: t('backtests.side'),
            width: '70px',
            cell: ({ side }) => (
              <span className={side === 'buy' ? 'up' : 'down'}>
                {t(side === 'buy' ? 'backtests.buy' : side === 'sell' ? 'backtests.sell' : 'backtests.close')}
              </span>
            ),
          },
          {
            key: 'level',
            header: t('backtests.level'),
            align: 'end',
            wide: true,
            cell: ({ level }) => (level < 0 ? t('backtests.market_order') : level),
          },
          {
            key: 'price',
            header: t('backtests.price'),
            align: 'end',
            cell: (fill) => formatPrice(exact(fill, 'price')),
          },
          {
            key: 'amount',
            header: t('backtests.amount'),
            align: 'end',
            wide: true,
            cell: (fill) => formatSize(exact(fill, 'amount')),
          },
          {
            key: 'fee',
            header: t('backtests.fee'),
            align: 'end',
            wide: true,
            cell: (fill) => formatSize(exact(fill, 'fee')),
          },
          {
            key: 'realized',
            header: t('backtests.realized'),
            align: 'end',
            cell: (fill) => {
              const value = exact(fill, 'realized_pnl');
              return <span className={signTone(value)}>{formatMoney(value, { sign: true, decimals: 4 })}</span>;
            },
          },
        ]}
      />
    </RecordsFrame>
  );
}
