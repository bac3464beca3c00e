/** The head of a run's page: what it is and how it went, and at the right what can be done. */
import type { ReactNode } from 'react';
import type { BacktestResult, BacktestState } from '#protocol/backtest-shapes.ts';
import { useCommandQuery } from '#queries/commands.ts';
import { useFreshness } from '#stores/connection.ts';
import { formatFigure } from '#ui/format/metric.ts';
import { strategyLabel } from '#ui/format/strategy-words.ts';
import { isoDay } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { signTone } from '#ui/stat.tsx';
import { Tag, type TagTone } from '#ui/tag.tsx';
import css from './backtest-result.module.css';

const TONES: Readonly<Record<BacktestState, TagTone>> = {
  queued: 'neutral',
  running: 'accent',
  completed: 'up',
  cancelled: 'warn',
  interrupted: 'warn',
  error: 'down',
};

export function ResultHead({ run, children }: { readonly run: BacktestResult; readonly children: ReactNode }) {
  const t = useT();
  const catalog = useCommandQuery('strategy.catalog', {}).data?.strategies;
  const label = catalog?.find(({ id }) => id === run.strategy)?.label ?? run.strategy;
  const stale = useFreshness() === 'stale';
  const { dataset, metrics } = run;
  const headline = [
    ['fraction', metrics?.['total_return'], t('backtests.metric_total_return')],
    ['fraction', metrics?.['max_drawdown'], t('backtests.metric_max_drawdown')],
  ] as const;
  return (
    <header className={css.title}>
      <h1>{run.name}</h1>
      <Tag tone={TONES[run.state]}>{t(`backtests.state_${run.state}`)}</Tag>
      {stale && <Tag tone="warn">{t('backtests.stale')}</Tag>}
      <p className={css.summary}>
        {strategyLabel({ id: run.strategy, label }, t)}
        {dataset && (
          <>
            {' '}
            · {dataset.symbol} {dataset.timeframe} ·{' '}
            <span className={css.unbroken}>
              {isoDay(dataset.from)} – {isoDay(dataset.to)}
            </span>
          </>
        )}
        {metrics &&
          headline.map(([unit, value, name], i) => (
            <span key={name}>
              {' '}
              · {name} <b className={i === 0 ? signTone(value) : undefined}>{formatFigure(unit, value)}</b>
            </span>
          ))}
        {run.reason !== undefined && run.reason !== '' && <span className="warn"> · {run.reason}</span>}
      </p>
      <div className={css.actions}>{children}</div>
    </header>
  );
}
