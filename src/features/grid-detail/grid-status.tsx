/** The region *Grid status*: every figure of the status event under its name, with what it means. */
import type { GridView } from '#protocol/shapes.ts';
import type { ListedInstrument } from '#queries/instruments.ts';
import { formatCount, formatMoney, formatPct, formatSize } from '#ui/format/numbers.ts';
import { formatAge } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { signTone, Stat, StatGrid } from '#ui/stat.tsx';
import { exactOf } from './exact.ts';
import css from './grid-detail.module.css';

export function GridStatusPanel(props: {
  readonly grid: GridView;
  readonly instrument: ListedInstrument | undefined;
  readonly className?: string;
}) {
  const t = useT();
  const { grid, instrument, className } = props;
  const { status } = grid;
  const figure = exactOf(status);
  const gain = (name: 'realized_pnl' | 'unrealized_pnl' | 'grid_profit') => {
    const value = figure(name);
    return { value: formatMoney(value, { sign: true }), tone: signTone(value) };
  };
  const unfunded = status.unfunded ?? 0;
  return (
    <Panel title={t('grids.grid_status')} head="none" {...(className !== undefined && { className })}>
      <StatGrid className={css.figures}>
        <Stat label={t('grids.realized_pnl')} {...gain('realized_pnl')} title={t('grids.realized_pnl_title')} />
        <Stat label={t('grids.unrealized_pnl')} {...gain('unrealized_pnl')} title={t('grids.unrealized_pnl_title')} />
        <Stat label={t('grids.grid_profit')} {...gain('grid_profit')} title={t('grids.grid_profit_title')} />
        <Stat
          label={t('grids.annualised')}
          value={formatPct(status.annualised == null ? null : status.annualised * 100, { decimals: 1 })}
          title={t('grids.annualised_title')}
        />
        <Stat
          label={t('grids.position')}
          value={`${formatSize(figure('position'), instrument?.lotSize)} ${instrument?.base ?? ''}`}
          title={t('grids.position_title')}
        />
        <Stat label={t('grids.equity')} value={formatMoney(figure('equity'))} title={t('grids.equity_title')} />
        <Stat label={t('grids.fees')} value={formatMoney(figure('fees'))} title={t('grids.fees_title')} />
        <Stat label={t('grids.invested')} value={formatMoney(figure('invested'))} title={t('grids.invested_title')} />
        <Stat
          label={t('grids.active_buy_orders')}
          value={formatCount(status.active_buy_orders)}
          {...(unfunded > 0 && { note: t('grids.unfunded', { n: unfunded }) })}
          title={t('grids.active_buy_orders_title')}
        />
        <Stat
          label={t('grids.active_sell_orders')}
          value={formatCount(status.active_sell_orders)}
          title={t('grids.active_sell_orders_title')}
        />
        <Stat label={t('grids.cycles')} value={formatCount(status.cycles)} title={t('grids.cycles_title')} />
        <Stat
          label={t('grids.uptime')}
          value={formatAge((status.uptime_seconds ?? 0) * 1000)}
          title={t('grids.uptime_title')}
        />
      </StatGrid>
    </Panel>
  );
}
