/** What the grid would have made of the last days, at each key stroke: the fast kernel in a worker, over the engine's candles. */
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { useEnvironment } from '#stores/environment.tsx';
import { marketDataset, useFormBacktest, type FormBacktestModel } from '#stores/use-form-backtest.ts';
import { explained } from '#ui/about.tsx';
import { cx } from '#ui/class-names.ts';
import { DASH, formatCount, formatMoney, formatPct } from '#ui/format/numbers.ts';
import { formatTime } from '#ui/format/times.ts';
import { Icon } from '#ui/icon.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import { configSearch } from '#ui/routing/config-search.ts';
import { paths } from '#ui/routing/routes.ts';
import { signTone, Stat, StatGrid } from '#ui/stat.tsx';
import { ErrorState, Skeleton } from '#ui/states.tsx';
import { BACKTEST_DAYS, backtestFrom, backtestOf } from './backtest-request.ts';
import css from './backtest-panel.module.css';
import type { GridFormModel } from './use-grid-form.ts';

const DAY_MS = 86_400_000;

export function BacktestPanel({ model }: { readonly model: Pick<GridFormModel, 'draft' | 'instrument'> }) {
  const { now, bearer } = useEnvironment();
  const { draft, instrument } = model;
  const [from] = useState(() => backtestFrom(now()));
  const text = JSON.stringify(backtestOf(draft, instrument, from));
  const config = useMemo(
    () => (text === undefined ? undefined : (JSON.parse(text) as ReturnType<typeof backtestOf>)),
    [text],
  );
  const dataset = instrument && !instrument.venue.includes('.') ? instrument : undefined;
  const request = useMemo(() => {
    if (!config) return undefined;
    const { strategy, params, config: costs, instrument: rules } = config;
    return { strategy, params, config: costs, instrument: rules };
  }, [config]);
  const backtest = useFormBacktest(dataset && marketDataset(dataset.venue, dataset.symbol), from, request);
  // Other sources' prices are not the engine's to keep, and who is nobody may not read them.
  if (!bearer || (instrument && !dataset)) return null;
  return <FormBacktestView backtest={backtest} href={config && paths.newBacktest({ config: configSearch(config) })} />;
}

interface FormBacktestViewProps {
  readonly backtest: FormBacktestModel;
  /** Of the same as a backtest of its own; `undefined`: what is typed is no grid. */
  readonly href: string | undefined;
}

export function FormBacktestView({ backtest, href }: FormBacktestViewProps) {
  const t = useT();
  const { data, from, to, answer, busy, error, retry } = backtest;
  const days = data === 'ready' ? Math.max(1, Math.round((to - from) / DAY_MS)) : BACKTEST_DAYS;
  const title = t('grids.backtest_days', { n: days });
  const figures = answer?.type === 'figures' ? answer.figures : undefined;
  const isOld = figures !== undefined && (busy || href === undefined);
  return (
    <section aria-label={title} aria-busy={data === 'loading' || busy} className={css.panel}>
      <header className={css.head}>
        <h3>{title}</h3>
        {href !== undefined && data === 'ready' && <Link href={href}>{t('grids.backtest_open')}</Link>}
      </header>
      {data === 'error' ? (
        <div className={css.body}>
          <ErrorState title={t('grids.backtest_failed')} error={{ message: error ?? '' }} onRetry={retry} />
        </div>
      ) : data === 'none' ? (
        <p className={cx(css.body, css.empty)}>{t('grids.backtest_none')}</p>
      ) : answer?.type === 'refused' && href !== undefined ? (
        <p className={cx(css.body, css.empty)}>
          <Icon name="warning" size={14} /> {t('grids.backtest_refused', { reason: answer.message })}
        </p>
      ) : (
        <div className={cx(css.body, isOld && css.old)}>
          <Figures figures={figures} loading={figures === undefined && href !== undefined} />
          <EquityLine values={figures?.equity ?? []} />
        </div>
      )}
      {/* Keeps its room where there is nothing to tell of. */}
      <p className={cx(css.caption, (data === 'none' || data === 'error') && css.untold)}>
        {figures && figures.state !== 'running' && <b>{t(`grids.backtest_${endOf(figures.state)}`)} </b>}
        {t('grids.backtest_caption', { date: data === 'ready' ? formatTime(from, 'date') : DASH })}
      </p>
    </section>
  );
}

function endOf(state: string): 'stop_loss' | 'take_profit' | 'waiting' {
  return state === 'stop_loss' || state === 'take_profit' ? state : 'waiting';
}

interface FiguresProps {
  readonly figures: Extract<FormBacktestModel['answer'], { type: 'figures' }>['figures'] | undefined;
  readonly loading: boolean;
}

/** As high with figures as without, so that nothing jumps. */
function Figures({ figures, loading }: FiguresProps) {
  const t = useT();
  const metric = (name: string) => figures?.metrics[name] ?? null;
  const pending = loading ? <Skeleton width="60%" /> : DASH;
  const pct = (value: number | null, sign = true) =>
    value === null ? (figures ? DASH : pending) : formatPct(value * 100, { sign, decimals: 2 });
  const [gain, alpha, fall] = [metric('total_return'), metric('alpha'), metric('max_drawdown')];
  const [profit, cycles, inRange] = [metric('grid_profit'), metric('cycles'), metric('time_in_range')];
  return (
    <StatGrid className={css.figures}>
      <Stat
        {...explained(t('grids.backtest_return'), t('grids.backtest_return_title'))}
        value={pct(gain)}
        tone={signTone(gain)}
      />
      <Stat
        {...explained(t('grids.grid_profit'), t('grids.backtest_profit_title'))}
        value={profit === null ? (figures ? DASH : pending) : formatMoney(profit, { sign: true })}
        tone={signTone(profit)}
      />
      <Stat
        {...explained(t('grids.backtest_cycles'), t('grids.backtest_cycles_title'))}
        value={cycles === null ? (figures ? DASH : pending) : formatCount(cycles)}
      />
      <Stat {...explained(t('grids.backtest_drawdown'), t('grids.backtest_drawdown_title'))} value={pct(fall, false)} />
      <Stat
        {...explained(t('grids.backtest_alpha'), t('grids.backtest_alpha_title'))}
        value={pct(alpha)}
        tone={signTone(alpha)}
      />
      <Stat
        {...explained(t('grids.backtest_in_range'), t('grids.backtest_in_range_title'))}
        value={pct(inRange, false)}
      />
    </StatGrid>
  );
}

const WIDTH = 160;
const HEIGHT = 44;

/** Decorative: the figures stand above it. Drawn with them, in the same frame. */
function EquityLine({ values }: { readonly values: readonly number[] }) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const rising = (values.at(-1) ?? 0) >= (values[0] ?? 0);
  const points = values.map((value, index) => {
    const x = (index / Math.max(1, values.length - 1)) * WIDTH;
    const y = HEIGHT - 2 - ((value - low) / (high - low || 1)) * (HEIGHT - 4);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  return (
    <svg className={css.line} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      {points.length > 1 && (
        <path className={cx(css.curve, rising ? css.rising : css.falling)} d={`M${points.join('L')}`} />
      )}
    </svg>
  );
}
