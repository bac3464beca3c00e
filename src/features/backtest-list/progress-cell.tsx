/** A run's state and, while it is at work, how far it is. */
import type { BacktestState } from '#protocol/backtest-shapes.ts';
import type { ProgressEvent } from '#protocol/shapes.ts';
import { backtestProgressStore } from '#stores/backtest-progress.ts';
import { useSelect } from '#stores/environment.tsx';
import { formatMoney, formatPct } from '#ui/format/numbers.ts';
import { formatAge } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Tag, type TagTone } from '#ui/tag.tsx';
import css from './backtest-list.module.css';

const TONES: Readonly<Record<BacktestState, TagTone>> = {
  queued: 'neutral',
  running: 'accent',
  completed: 'up',
  cancelled: 'warn',
  interrupted: 'warn',
  error: 'down',
};

export function isOpen(state: BacktestState): boolean {
  return state === 'queued' || state === 'running';
}

export function useProgress(id: string): ProgressEvent | undefined {
  return useSelect(backtestProgressStore, ({ of }) => of.get(id));
}

interface RunState {
  readonly id: string;
  readonly name: string;
  readonly state: BacktestState;
  readonly reason?: string | undefined;
  readonly progress: number;
}

/** `live`: the newest progress, where its channel has told more than the list. */
export function StateCell({ run, live }: { readonly run: RunState; readonly live: number | undefined }) {
  const t = useT();
  const progress = Math.max(run.progress, live ?? 0);
  if (run.state !== 'running') {
    return (
      <span title={run.reason}>
        <Tag tone={TONES[run.state]}>{t(`backtests.state_${run.state}`)}</Tag>
      </span>
    );
  }
  return (
    <span className={css.state}>
      <progress
        className={css.bar}
        max={1}
        value={progress}
        aria-label={t('backtests.progress_of', { name: run.name })}
      />
      <span className="num">{formatPct(progress * 100, { decimals: 0 })}</span>
    </span>
  );
}

export function RunStateCell({ run }: { readonly run: RunState }) {
  const live = useProgress(run.id);
  const reached = run.state === 'running' ? live?.current_date.slice(0, 10) : undefined;
  return (
    <span className={css.reached}>
      <StateCell run={run} live={live?.progress} />
      {reached && <span className="faint">{reached}</span>}
    </span>
  );
}

export function LiveEquity({ id }: { readonly id: string }) {
  const live = useProgress(id);
  return <span className="dim">{formatMoney(live?.current_equity)}</span>;
}

export function LiveTrades({ id }: { readonly id: string }) {
  return <>{useProgress(id)?.trades_count ?? '–'}</>;
}

export function LiveEta({ id }: { readonly id: string }) {
  const t = useT();
  const eta = useProgress(id)?.eta_seconds;
  return eta === undefined ? (
    <>–</>
  ) : (
    <span className="dim">{t('backtests.eta', { time: formatAge(eta * 1000) })}</span>
  );
}
