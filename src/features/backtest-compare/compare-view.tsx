/** Two to eight runs side by side: gains overlaid, figures with the best marked, settings with the differences. */
import { type ReactNode, useMemo, useState } from 'react';
import { Link } from 'wouter';
import { METRICS } from '#domain/backtest-metrics.ts';
import type { BacktestResult } from '#protocol/backtest-shapes.ts';
import { useCommandQuery } from '#queries/commands.ts';
import { buttonClass, IconButton } from '#ui/button.tsx';
import { cx } from '#ui/class-names.ts';
import { Checkbox, Select } from '#ui/field.tsx';
import { formatFigure } from '#ui/format/metric.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { paths } from '#ui/routing/routes.ts';
import { anyText, useSearchState } from '#ui/routing/use-search-state.ts';
import { EmptyState, SkeletonRows } from '#ui/states.tsx';
import { bestOf, percentGains } from './best-of.ts';
import { MOST_RUNS, readIds, writeIds } from './compare-ids.ts';
import css from './backtest-compare.module.css';
import { configRows } from './config-rows.ts';
import { useRuns } from './use-runs.ts';

export interface GainLine {
  readonly key: string;
  readonly name: string;
  readonly ts: readonly number[];
  readonly values: readonly number[];
  readonly color: number;
  readonly drawdown: readonly number[];
}

/** `chart` draws the gains of the runs, in percent. */
export function CompareView({ chart }: { readonly chart: (lines: readonly GainLine[]) => ReactNode }) {
  const t = useT();
  const [text, setText] = useSearchState('ids', '', anyText);
  const ids = useMemo(() => readIds(text), [text]);
  const compared = useRuns(ids);
  const set = (next: readonly string[]) => setText(writeIds(next));
  const done = useMemo(
    () =>
      compared.flatMap(({ run }, color) =>
        run?.result ? [{ run, result: run.result, metrics: run.metrics ?? {}, color }] : [],
      ),
    [compared],
  );
  const lines = useMemo(
    () =>
      done.map(({ run, result, color }): GainLine => {
        const { ts, equity, drawdown } = result.equity;
        const invested = Number(result.exact['invested'] ?? equity[0] ?? 0);
        return { key: run.id, name: run.name, ts, values: percentGains(equity, invested), color, drawdown };
      }),
    [done],
  );
  const loading = compared.some(({ run, error }) => run === undefined && error === null);
  return (
    <div className={css.page}>
      <header className={css.head}>
        <h1>{t('backtests.compare_title')}</h1>
        <AddRun ids={ids} onAdd={(id) => set([...ids, id])} />
      </header>
      <ul className={css.runs} aria-label={t('backtests.compared_runs')}>
        {compared.map(({ id, run, error }) => (
          <li key={id}>
            <Link href={paths.backtest(id)}>{run?.name ?? id}</Link>{' '}
            {error ? (
              <span role="alert" className="down">
                {error.message}
              </span>
            ) : (
              run && !run.result && <span className="warn">{t(`backtests.state_${run.state}`)}</span>
            )}
            <IconButton
              icon="close"
              size="s"
              label={t('backtests.remove_run', { name: run?.name ?? id })}
              onClick={() => set(ids.filter((other) => other !== id))}
            />
          </li>
        ))}
      </ul>
      {done.length > 0 ? (
        <>
          {chart(lines)}
          <FigureTable runs={done} />
          <SettingTable runs={done.map(({ run }) => run)} />
        </>
      ) : loading ? (
        <div className={css.fill}>
          <SkeletonRows rows={12} />
        </div>
      ) : (
        <div className={css.fill}>
          <EmptyState
            title={t('backtests.compare_empty')}
            text={t('backtests.compare_empty_text')}
            action={
              <Link href={paths.backtests()} className={buttonClass()}>
                {t('backtests.backtests')}
              </Link>
            }
          />
        </div>
      )}
    </div>
  );
}

function AddRun({ ids, onAdd }: { readonly ids: readonly string[]; readonly onAdd: (id: string) => void }) {
  const t = useT();
  const runs = useCommandQuery('backtest.list', { state: 'completed', limit: 200 }).data?.backtests ?? [];
  const others = runs.filter(({ id }) => !ids.includes(id));
  if (ids.length >= MOST_RUNS) return <span className="dim">{t('backtests.compare_full')}</span>;
  return (
    <span className={css.add}>
      <Select aria-label={t('backtests.add_run')} value="" onChange={(event) => onAdd(event.target.value)}>
        <option value="" disabled>
          {t('backtests.add_run')}
        </option>
        {others.map(({ id, name, dataset }) => (
          <option key={id} value={id}>
            {dataset ? `${name} · ${dataset.symbol} ${dataset.timeframe}` : name}
          </option>
        ))}
      </Select>
    </span>
  );
}

interface DoneRun {
  readonly run: BacktestResult;
  readonly metrics: NonNullable<BacktestResult['metrics']>;
}

function FigureTable({ runs }: { readonly runs: readonly DoneRun[] }) {
  const t = useT();
  const rows = METRICS.filter(({ name }) => runs.some(({ metrics }) => metrics[name] !== undefined));
  return (
    <Panel title={t('backtests.metrics')} bodyClassName={css.body} focusable>
      <table className={css.table} aria-label={t('backtests.metrics')}>
        <Heads runs={runs.map(({ run }) => run)} />
        <tbody>
          {rows.map(({ name, unit, better }) => {
            const values = runs.map(({ metrics }) => metrics[name]);
            const best = bestOf(values, better);
            return (
              <tr key={name}>
                <th scope="row" title={t(`backtests.definition_${name}`)}>
                  {t(`backtests.metric_${name}`)}
                </th>
                {values.map((value, i) => (
                  <td key={runs[i]?.run.id} className={cx(css.figure, best.has(i) && css.best)}>
                    {formatFigure(unit, value)}
                    {best.has(i) && (
                      <>
                        <span aria-hidden="true"> ★</span>
                        <span className="visually-hidden"> {t('backtests.best')}</span>
                      </>
                    )}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </Panel>
  );
}

function SettingTable({ runs }: { readonly runs: readonly BacktestResult[] }) {
  const t = useT();
  const [all, setAll] = useState(false);
  const rows = useMemo(() => configRows(runs), [runs]);
  const shown = rows.filter(({ differs }) => all || differs);
  return (
    <Panel
      title={t('backtests.settings_compared')}
      bodyClassName={css.body}
      focusable
      actions={
        <Checkbox label={t('backtests.show_equal')} checked={all} onChange={(event) => setAll(event.target.checked)} />
      }
    >
      {shown.length === 0 ? (
        <p className={css.note}>{t('backtests.settings_equal')}</p>
      ) : (
        <table className={css.table} aria-label={t('backtests.settings_compared')}>
          <Heads runs={runs} />
          <tbody>
            {shown.map(({ path, values, differs }) => (
              <tr key={path} className={differs && all ? css.differs : undefined}>
                <th scope="row">
                  <code>{path}</code>
                </th>
                {values.map((value, i) => (
                  <td key={runs[i]?.id}>{value === '' ? '–' : value}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

function Heads({ runs }: { readonly runs: readonly BacktestResult[] }) {
  return (
    <thead>
      <tr>
        <td aria-hidden="true" />
        {runs.map(({ id, name }) => (
          <th key={id} scope="col">
            {name}
          </th>
        ))}
      </tr>
    </thead>
  );
}
