/** A run that is not done: how far it is and how to cancel it; or why it ended without a result. */
import type { BacktestResult } from '#protocol/backtest-shapes.ts';
import { useCommandMutation } from '#queries/commands.ts';
import { useMay } from '#stores/connection.ts';
import { Button } from '#ui/button.tsx';
import { formatCount, formatMoney, formatPct } from '#ui/format/numbers.ts';
import { formatAge } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { Stat, StatGrid } from '#ui/stat.tsx';
import { EmptyState } from '#ui/states.tsx';
import css from './backtest-result.module.css';
import { type BacktestModel, isOpen, progressOf } from './use-backtest.ts';
import { useRunAgain } from './use-run-again.ts';

export function RunState({
  run,
  live,
  reload,
}: Omit<BacktestModel, 'run' | 'error'> & { readonly run: BacktestResult }) {
  return isOpen(run.state) ? <Progress run={run} live={live} reload={reload} /> : <Ended run={run} />;
}

function Progress({ run, live, reload }: Omit<BacktestModel, 'run' | 'error'> & { readonly run: BacktestResult }) {
  const t = useT();
  const mayTrade = useMay('trader');
  const cancel = useCommandMutation('backtest.cancel', { meta: { quiet: true }, onSettled: reload });
  const progress = progressOf(run, live);
  return (
    <Panel title={t('backtests.progress')} padded>
      <div className={css.progress}>
        <progress max={1} value={progress} aria-label={t('backtests.progress_of', { name: run.name })} />
        <b className="num">{formatPct(progress * 100, { decimals: 0 })}</b>
        <Button
          icon="stop"
          pending={cancel.isPending}
          disabledReason={mayTrade ? undefined : t('backtests.needs_trader')}
          onClick={() => cancel.mutate({ id: run.id })}
        >
          {t('backtests.cancel_backtest')}
        </Button>
      </div>
      {cancel.isError && (
        <p role="alert" className="down">
          {cancel.error.message}
        </p>
      )}
      {run.state === 'queued' && live === undefined ? (
        <p className="dim">{t('backtests.queued_text')}</p>
      ) : (
        <StatGrid className={css.reached}>
          <Stat label={t('backtests.date_reached')} value={live?.current_date.slice(0, 10) || '–'} />
          <Stat label={t('backtests.trades')} value={formatCount(live?.trades_count)} />
          <Stat label={t('backtests.equity_so_far')} value={formatMoney(live?.current_equity)} />
          <Stat
            label={t('backtests.time_left')}
            value={formatAge(live?.eta_seconds === undefined ? undefined : live.eta_seconds * 1000)}
          />
        </StatGrid>
      )}
    </Panel>
  );
}

function Ended({ run }: { readonly run: BacktestResult }) {
  const t = useT();
  const again = useRunAgain(run.config);
  const title =
    run.state === 'cancelled'
      ? t('backtests.ended_cancelled')
      : run.state === 'interrupted'
        ? t('backtests.ended_interrupted')
        : t('backtests.ended_error');
  return (
    <EmptyState
      title={title}
      text={
        <>
          {run.reason}
          {again.problem !== undefined && (
            <span role="alert" className="down">
              {' '}
              {again.problem}
            </span>
          )}
        </>
      }
      action={
        <Button
          variant="primary"
          icon="restart"
          pending={again.pending}
          disabledReason={again.forbidden}
          onClick={again.run}
        >
          {t('backtests.run_again')}
        </Button>
      }
    />
  );
}
