import { Link } from 'wouter';
import type { StrategyView } from '#protocol/strategy-shapes.ts';
import { useSelect } from '#stores/environment.tsx';
import { hasEnded, wanted } from '#stores/strategies-merge.ts';
import { strategiesStore } from '#stores/strategies-store.ts';
import { formatMoney } from '#ui/format/numbers.ts';
import { strategyLabel } from '#ui/format/strategy-words.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { paths } from '#ui/routing/routes.ts';
import { signTone } from '#ui/stat.tsx';
import { StrategyStateTag, TargetTag } from '#ui/strategy-tags.tsx';
import { Table } from '#ui/table.tsx';
import styles from './overview.module.css';

/** Beside the grids, where any is at work; to begin with one is the strategies' own page. */
export function RunningStrategies() {
  const t = useT();
  const strategies = useSelect(strategiesStore, (state) => state.strategies);
  const active = [...strategies.values()].filter((strategy) => !hasEnded(strategy));
  if (active.length === 0) return null;
  const total = ({ status }: StrategyView) => status.realized_pnl + status.unrealized_pnl;
  return (
    <Panel
      title={t('overview.strategies')}
      actions={<Link href={paths.strategies()}>{t('overview.all_strategies')}</Link>}
    >
      <Table
        label={t('overview.strategies')}
        rows={active}
        rowKey={({ id }) => id}
        columns={[
          {
            key: 'name',
            header: t('overview.strategy'),
            cell: ({ id, config }) => (
              <span className={styles['quote']}>
                <Link href={paths.strategy(id)}>
                  {config.name ?? strategyLabel({ id: config.strategy, label: config.strategy }, t)}
                </Link>
                <small className="dim">
                  {config.symbol} {config.timeframe}
                </small>
              </span>
            ),
          },
          { key: 'state', header: t('overview.state'), cell: ({ state }) => <StrategyStateTag state={state} /> },
          {
            key: 'target',
            header: t('overview.signal'),
            align: 'end',
            cell: ({ status, config }) => <TargetTag target={wanted(status.target, config)} />,
          },
          {
            key: 'pnl',
            header: t('overview.pnl'),
            align: 'end',
            cell: (strategy) => (
              <span className={signTone(total(strategy))}>{formatMoney(total(strategy), { sign: true })}</span>
            ),
          },
        ]}
      />
    </Panel>
  );
}
