/** The region *Metrics*: every figure of the run with its definition (G20). */
import type { BacktestMetrics } from '#protocol/backtest-shapes.ts';
import { explained } from '#ui/about.tsx';
import { formatFigure } from '#ui/format/metric.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { signTone, Stat, StatGrid } from '#ui/stat.tsx';
import css from './backtest-result.module.css';
import { METRIC_GROUPS } from './metric-groups.ts';

/** Gains and losses; other figures have no direction. */
const SIGNED: ReadonlySet<string> = new Set([
  'total_return',
  'annual_return',
  'cagr',
  'buy_hold_return',
  'alpha',
  'net_profit',
  'expectancy',
  'average_trade',
  'best_trade',
  'worst_trade',
  'grid_profit',
  'annualised_grid_profit',
]);

export function MetricsPanel({
  metrics,
  className,
}: {
  readonly metrics: BacktestMetrics;
  readonly className?: string;
}) {
  const t = useT();
  const groups = METRIC_GROUPS.map(({ group, metrics: all }) => ({
    group,
    shown: all.filter(({ name }) => metrics[name] !== undefined),
  }));
  return (
    <Panel title={t('backtests.metrics')} {...(className !== undefined && { className })}>
      {groups.map(
        ({ group, shown }) =>
          shown.length > 0 && (
            <section key={group} aria-label={t(`backtests.group_${group}`)}>
              <h3 className={css.group}>{t(`backtests.group_${group}`)}</h3>
              <StatGrid className={css.figures}>
                {shown.map(({ name, unit }) => (
                  <Stat
                    key={name}
                    {...explained(t(`backtests.metric_${name}`), t(`backtests.definition_${name}`))}
                    value={formatFigure(unit, metrics[name])}
                    tone={SIGNED.has(name) ? signTone(metrics[name]) : undefined}
                  />
                ))}
              </StatGrid>
            </section>
          ),
      )}
    </Panel>
  );
}
