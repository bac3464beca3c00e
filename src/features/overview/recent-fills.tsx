import { Link } from 'wouter';
import { useSelect } from '#stores/environment.tsx';
import { recentFillsStore } from '#stores/recent-fills.ts';
import { useTradedInstruments } from '#stores/traded-instruments.ts';
import { formatMoney, formatPrice, formatSize } from '#ui/format/numbers.ts';
import { formatTime } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { paths } from '#ui/routing/routes.ts';
import { signTone } from '#ui/stat.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '#ui/states.tsx';
import { Table } from '#ui/table.tsx';

export function RecentFills() {
  const t = useT();
  const { fills, error } = useSelect(recentFillsStore, (state) => state);
  const traded = useTradedInstruments();
  return (
    <Panel title={t('overview.fills')}>
      {fills === null ? (
        error ? (
          <ErrorState error={error} />
        ) : (
          <SkeletonRows rows={4} />
        )
      ) : fills.length === 0 ? (
        <EmptyState title={t('overview.no_fills')} text={t('overview.no_fills_text')} />
      ) : (
        <Table
          label={t('overview.fills')}
          rows={fills}
          rowKey={({ grid_id, trade_id }) => `${grid_id} ${trade_id}`}
          columns={[
            {
              key: 'time',
              header: t('overview.time'),
              cell: ({ ts }) => <span className="dim">{formatTime(ts)}</span>,
            },
            {
              key: 'pair',
              header: t('overview.pair'),
              cell: ({ grid_id }) => <Link href={paths.grid(grid_id)}>{traded(grid_id).pair ?? grid_id}</Link>,
            },
            {
              key: 'side',
              header: t('overview.side'),
              cell: ({ side }) => (
                <span className={side === 'buy' ? 'up' : 'down'}>
                  {t(side === 'buy' ? 'overview.buy' : 'overview.sell')}
                </span>
              ),
            },
            {
              key: 'price',
              header: t('overview.price'),
              align: 'end',
              cell: ({ grid_id, price, exact }) =>
                formatPrice(exact?.['price'] ?? price, traded(grid_id).instrument?.tickSize),
            },
            {
              key: 'amount',
              header: t('overview.amount'),
              align: 'end',
              wide: true,
              cell: ({ grid_id, amount, exact }) =>
                formatSize(exact?.['amount'] ?? amount, traded(grid_id).instrument?.lotSize),
            },
            {
              key: 'realized',
              header: t('overview.realized'),
              align: 'end',
              cell: ({ realized_pnl, side }) => (
                <span className={signTone(realized_pnl)}>
                  {side === 'buy' && realized_pnl === 0 ? '–' : formatMoney(realized_pnl, { sign: true })}
                </span>
              ),
            },
          ]}
        />
      )}
    </Panel>
  );
}
