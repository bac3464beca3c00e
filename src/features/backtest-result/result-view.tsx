/** A run's page: at work, ended without a result, or the result with its charts, figures and lists. */
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import type { BacktestResult } from '#protocol/backtest-shapes.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { paths } from '#ui/routing/routes.ts';
import { NotLoaded } from '#ui/states.tsx';
import css from './backtest-result.module.css';
import { EquityPanel } from './equity-panel.tsx';
import { MetricsPanel } from './metrics-panel.tsx';
import { ParityNote } from './parity-note.tsx';
import { ResultActions } from './result-actions.tsx';
import { ResultHead } from './result-head.tsx';
import { ResultRecords } from './result-records.tsx';
import { type Jump, RunPriceChart } from './run-price-chart.tsx';
import { RunState } from './run-state.tsx';
import { useBacktest } from './use-backtest.ts';
import { warningText } from './warning-text.ts';

export function ResultView({ id }: { readonly id: string }) {
  const t = useT();
  const { run, live, error, reload } = useBacktest(id);
  if (!run) {
    return (
      <div className={css.alone}>
        <NotLoaded
          error={error ?? null}
          missing={{
            title: t('backtests.run_not_found'),
            text: t('backtests.run_not_found_text'),
            action: <Link href={paths.backtests()}>{t('backtests.backtests')}</Link>,
          }}
          onRetry={reload}
        />
      </div>
    );
  }
  return (
    <div className={css.page}>
      <ResultHead run={run}>
        <ResultActions run={run} />
      </ResultHead>
      {run.result ? (
        <Result run={run} result={run.result} />
      ) : (
        <div className={css.state}>
          <RunState run={run} live={live} reload={reload} />
        </div>
      )}
    </div>
  );
}

function Result({
  run,
  result,
}: {
  readonly run: BacktestResult;
  readonly result: NonNullable<BacktestResult['result']>;
}) {
  const t = useT();
  const [jump, setJump] = useState<Jump | null>(null);
  const { ts, equity, hold, drawdown } = result.equity;
  const lines = useMemo(
    () => [
      { key: 'hold', name: t('backtests.buy_hold'), ts, values: hold, color: 'reference' as const },
      { key: 'equity', name: t('backtests.equity'), ts, values: equity, color: 0, drawdown },
    ],
    [ts, equity, hold, drawdown, t],
  );
  return (
    <>
      {result.parity && <ParityNote parity={result.parity} />}
      {result.warnings.length > 0 && (
        <ul className={css.warnings} aria-label={t('backtests.warnings')}>
          {result.warnings.map((warning) => (
            <li key={warning}>{warningText(warning, t)}</li>
          ))}
        </ul>
      )}
      <div className={css.main}>
        <div className={css.charts}>
          <EquityPanel lines={lines} unit="quote" className={css.chart ?? ''} />
          <RunPriceChart run={run} jump={jump} className={css.chart ?? ''} />
        </div>
        <MetricsPanel metrics={run.metrics ?? {}} className={css.metrics ?? ''} />
      </div>
      <div className={css.lists}>
        <ResultRecords run={run} result={result} onTime={(time) => setJump({ ts: time })} />
      </div>
    </>
  );
}
