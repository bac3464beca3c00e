/** The region *Grid status*: every figure of the status event under its name, with what it means. */
import type { GridView } from '#protocol/shapes.ts';
import type { ListedInstrument } from '#queries/instruments.ts';
import { explained } from '#ui/about.tsx';
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
        <Stat {...explained(t('grids.realized_pnl'), t('grids.realized_pnl_title'))} {...gain('realized_pnl')} />
        <Stat {...explained(t('grids.unrealized_pnl'), t('grids.unrealized_pnl_title'))} {...gain('unrealized_pnl')} />
        <Stat {...explained(t('grids.grid_profit'), t('grids.grid_profit_title'))} {...gain('grid_profit')} />
        <Stat
          {...explained(t('grids.annualised'), t('grids.annualised_title'))}
          value={formatPct(status.annualised == null ? null : status.annualised * 100, { decimals: 1 })}
        />
        <Stat
          {...explained(t('grids.position'), t('grids.position_title'))}
          value={`${formatSize(figure('position'), instrument?.lotSize)} ${instrument?.base ?? ''}`}
        />
        <Stat {...explained(t('grids.equity'), t('grids.equity_title'))} value={formatMoney(figure('equity'))} />
        <Stat {...explained(t('grids.fees'), t('grids.fees_title'))} value={formatMoney(figure('fees'))} />
        <Stat {...explained(t('grids.invested'), t('grids.invested_title'))} value={formatMoney(figure('invested'))} />
        <Stat
          {...explained(t('grids.active_buy_orders'), t('grids.active_buy_orders_title'))}
          value={formatCount(status.active_buy_orders)}
          {...(unfunded > 0 && { note: t('grids.unfunded', { n: unfunded }) })}
        />
        <Stat
          {...explained(t('grids.active_sell_orders'), t('grids.active_sell_orders_title'))}
          value={formatCount(status.active_sell_orders)}
        />
        <Stat {...explained(t('grids.cycles'), t('grids.cycles_title'))} value={formatCount(status.cycles)} />
        <Stat
          {...explained(t('grids.uptime'), t('grids.uptime_title'))}
          value={formatAge((status.uptime_seconds ?? 0) * 1000)}
        />
      </StatGrid>
    </Panel>
  );
}
