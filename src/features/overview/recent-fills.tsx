import { Link } from 'wouter';
import type { Instrument } from '#domain/instrument.ts';
import { useSelect } from '#stores/environment.tsx';
import { recentFillsStore, recentStrategyFillsStore } from '#stores/recent-fills.ts';
import { strategiesStore } from '#stores/strategies-store.ts';
import { useListed, useTradedInstruments } from '#stores/traded-instruments.ts';
import { formatMoney, formatPrice, formatSize } from '#ui/format/numbers.ts';
import { formatTime } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { paths } from '#ui/routing/routes.ts';
import { signTone } from '#ui/stat.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '#ui/states.tsx';
import { Table } from '#ui/table.tsx';

const SHOWN = 50;

interface Row {
  readonly key: string;
  readonly ts: number;
  readonly by: { readonly path: string; readonly title: string | undefined };
  readonly pair: string;
  readonly instrument: Instrument | undefined;
  readonly side: 'buy' | 'sell';
  readonly price: string | number;
  readonly amount: string | number;
  readonly realized: number;
}

/** Of grids and strategies, newest first; `null` until the grids' are known. */
function useRows(): { readonly rows: readonly Row[] | null; readonly error: Error | null } {
  const { fills, error } = useSelect(recentFillsStore, (state) => state);
  // An engine without strategies has none of theirs.
  const others = useSelect(recentStrategyFillsStore, (state) => state.fills);
  const strategies = useSelect(strategiesStore, (state) => state.strategies);
  const traded = useTradedInstruments();
  const listed = useListed();
  const ofGrids = (fills ?? []).map(({ grid_id, trade_id, ts, side, price, amount, exact, realized_pnl }): Row => {
    const { pair = grid_id, instrument } = traded(grid_id);
    const by = { path: paths.grid(grid_id), title: grid_id };
    const shown = { price: exact?.['price'] ?? price, amount: exact?.['amount'] ?? amount, realized: realized_pnl };
    return { key: `${grid_id} ${trade_id}`, ts, by, pair, instrument, side, ...shown };
  });
  const ofStrategies = (others ?? []).map((fill): Row => {
    const { strategy_id, trade_id, ts, side, price, amount, exact, realized_pnl } = fill;
    const { config, name } = strategies.get(strategy_id) ?? {};
    const by = { path: paths.strategy(strategy_id, { tab: 'fills' }), title: name };
    const shown = { price: exact?.['price'] ?? price, amount: exact?.['amount'] ?? amount, realized: realized_pnl };
    const what = { pair: config?.symbol ?? strategy_id, instrument: config && listed(config) };
    return { key: `${strategy_id} ${trade_id}`, ts, by, ...what, side, ...shown };
  });
  const rows = [...ofGrids, ...ofStrategies].sort((a, b) => b.ts - a.ts).slice(0, SHOWN);
  return { rows: fills && rows, error };
}

export function RecentFills() {
  const t = useT();
  const { rows, error } = useRows();
  return (
    <Panel title={t('overview.fills')}>
      {rows === null ? (
        error ? (
          <ErrorState error={error} />
        ) : (
          <SkeletonRows rows={4} />
        )
      ) : rows.length === 0 ? (
        <EmptyState title={t('overview.no_fills')} text={t('overview.no_fills_text')} />
      ) : (
        <Table
          label={t('overview.fills')}
          rows={rows}
          rowKey={({ key }) => key}
          columns={[
            {
              key: 'time',
              header: t('overview.time'),
              cell: ({ ts }) => <span className="dim">{formatTime(ts)}</span>,
            },
            {
              key: 'pair',
              header: t('overview.pair'),
              cell: ({ by, pair }) => (
                <Link href={by.path} title={by.title}>
                  {pair}
                </Link>
              ),
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
              cell: ({ price, instrument }) => formatPrice(price, instrument?.tickSize),
            },
            {
              key: 'amount',
              header: t('overview.amount'),
              align: 'end',
              wide: true,
              cell: ({ amount, instrument }) => formatSize(amount, instrument?.lotSize),
            },
            {
              key: 'realized',
              header: t('overview.realized'),
              align: 'end',
              cell: ({ realized, side }) => (
                <span className={signTone(realized)}>
                  {side === 'buy' && realized === 0 ? '–' : formatMoney(realized, { sign: true })}
                </span>
              ),
            },
          ]}
        />
      )}
    </Panel>
  );
}
