/** A sweep while it runs and after: map, best combinations, whether the best can be trusted, walk-forward. */
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { useStore } from 'zustand';
import type { SweepCell, SweepResult } from '#protocol/backtest-shapes.ts';
import { useCommandMutation } from '#queries/commands.ts';
import { sweepProgressStore } from '#stores/backtest-progress.ts';
import { sweepStore } from '#stores/backtest-sweep-cells.ts';
import { useMay } from '#stores/connection.ts';
import { useInstance, useSelect } from '#stores/environment.tsx';
import { Banner } from '#ui/banner.tsx';
import { Button } from '#ui/button.tsx';
import { Field, Select } from '#ui/field.tsx';
import { formatCount } from '#ui/format/numbers.ts';
import { paramLabel, strategyLabel } from '#ui/format/strategy-words.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { paths } from '#ui/routing/routes.ts';
import { anyText, oneOf, useNavigate, useSearchState } from '#ui/routing/use-search-state.ts';
import { Segmented } from '#ui/segmented.tsx';
import { NotLoaded } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { HeatMapPanel } from './heat-map-panel.tsx';
import { DEFAULT_METRIC, isLowerBetter, metricLabel, metricText } from './metric-words.ts';
import { axesOf, planeOf, ranked, type Value } from './sweep-grid.ts';
import css from './sweep.module.css';
import { TopCells, WalkTable } from './sweep-tables.tsx';

const SAMPLES = ['in', 'out'] as const;
const TOP = 20;

export function SweepPanel({ id }: { readonly id: string }) {
  const t = useT();
  const store = useInstance(sweepStore).of(id);
  const { status, error, sweep, cells } = useStore(store);
  if (status === 'error' || sweep === null) {
    return (
      <div className={css.page}>
        <NotLoaded
          error={status === 'error' ? error : null}
          missing={{
            title: t('backtests.sweep_not_found'),
            text: t('backtests.run_not_found_text'),
            action: <Link href={paths.backtests({ tab: 'sweeps' })}>{t('backtests.sweeps')}</Link>,
          }}
          onRetry={store.retry}
        />
      </div>
    );
  }
  return <Sweep sweep={sweep} cells={cells} />;
}

function Sweep({ sweep, cells }: { readonly sweep: SweepResult; readonly cells: ReadonlyMap<number, SweepCell> }) {
  const t = useT();
  const navigate = useNavigate();
  const mayTrade = useMay('trader');
  const { config } = sweep;
  const params = useMemo(() => config.ranges.map(({ param }) => param), [config]);
  const [first = '', second] = params;
  const [x, setX] = useSearchState('x', first, oneOf(params));
  const [wantedY, setY] = useSearchState('y', second ?? '', anyText);
  const y = params.find((param) => param === wantedY && param !== x) ?? params.find((param) => param !== x);
  const [sample, setSample] = useSearchState('sample', 'in', oneOf(SAMPLES));
  const [sliced, setSliced] = useState<Readonly<Record<string, Value>>>({});
  const [chosen, setChosen] = useState<SweepCell | null>(null);
  const metric = config.metric ?? DEFAULT_METRIC;
  const lower = isLowerBetter(metric);
  const live = useSelect(sweepProgressStore, ({ of }) => of.get(sweep.id));

  const axes = useMemo(() => axesOf(params, cells.values()), [params, cells]);
  const top = useMemo(() => ranked(cells.values(), metric, 'in', lower).slice(0, TOP), [cells, metric, lower]);
  const best = top[0];
  const [held, plane] = useMemo(() => {
    // The slice with the best in it, until another is asked for.
    const slice = Object.fromEntries(
      params.flatMap((param) => {
        const value = sliced[param] ?? best?.params[param] ?? axes.get(param)?.[0];
        return param === x || param === y || value === undefined ? [] : [[param, value] as const];
      }),
    );
    return [slice, planeOf(cells.values(), axes, { x, y, held: slice })] as const;
  }, [params, cells, axes, best, sliced, x, y]);
  const shown = chosen ?? best;
  const hasOut = config.out_of_sample !== undefined;
  const open = sweep.state === 'queued' || sweep.state === 'running';
  const done = Math.max(cells.size, sweep.done, live?.done ?? 0);

  const cancel = useCommandMutation('sweep.cancel');
  const run = useCommandMutation('backtest.run', {
    onSuccess: ({ backtest_id }) => navigate(paths.backtest(backtest_id)),
  });
  const openCell = (cell: SweepCell) => {
    const { ranges: _ranges, metric: _metric, out_of_sample: _share, walk_forward: _walk, ...single } = config;
    run.mutate({ ...single, params: { ...config.params, ...cell.params } });
  };
  const name = (param: string) => paramLabel({ name: param, label: param }, t);
  return (
    <div className={css.page}>
      <header className={css.head}>
        <h1>{sweep.name}</h1>
        <span className="dim">
          {strategyLabel({ id: sweep.strategy, label: sweep.strategy }, t)}
          {sweep.dataset && ` · ${sweep.dataset.symbol} ${sweep.dataset.timeframe}`}
        </span>
        <span title={sweep.reason}>
          <Tag tone={open ? 'accent' : sweep.state === 'completed' ? 'up' : 'warn'}>
            {t(`backtests.state_${sweep.state}`)}
          </Tag>
        </span>
        <span className="grow" />
        <progress
          className={css.bar}
          max={Math.max(sweep.total, 1)}
          value={done}
          aria-label={t('backtests.progress_of', { name: sweep.name })}
        />
        <span>{t('backtests.cells_done', { done: formatCount(done), total: formatCount(sweep.total) })}</span>
        {open && mayTrade && (
          <Button icon="stop" pending={cancel.isPending} onClick={() => cancel.mutate({ id: sweep.id })}>
            {t('backtests.cancel_sweep')}
          </Button>
        )}
      </header>
      <Trust sweep={sweep} metric={metric} />
      <div className={css.main}>
        <Panel
          title={t('backtests.heat_map')}
          aside={<span className="dim">{metricLabel(metric, t)}</span>}
          bodyClassName={css.mapBody}
        >
          <div className={css.controls}>
            <Field label={t('backtests.x_axis')}>
              <Select value={x} onChange={(event) => setX(event.target.value)}>
                {params.map((param) => (
                  <option key={param} value={param}>
                    {name(param)}
                  </option>
                ))}
              </Select>
            </Field>
            {y !== undefined && (
              <Field label={t('backtests.y_axis')}>
                <Select value={y} onChange={(event) => setY(event.target.value)}>
                  {params
                    .filter((param) => param !== x)
                    .map((param) => (
                      <option key={param} value={param}>
                        {name(param)}
                      </option>
                    ))}
                </Select>
              </Field>
            )}
            {Object.entries(held).map(([param, value]) => (
              <Field key={param} label={t('backtests.all_axes', { name: name(param) })}>
                <Select
                  value={String(value)}
                  onChange={(event) => {
                    const next = axes.get(param)?.find((each) => String(each) === event.target.value);
                    if (next !== undefined) setSliced({ ...sliced, [param]: next });
                  }}
                >
                  {(axes.get(param) ?? []).map((each) => (
                    <option key={String(each)} value={String(each)}>
                      {String(each)}
                    </option>
                  ))}
                </Select>
              </Field>
            ))}
            {hasOut && (
              <Segmented
                label={t('backtests.sample')}
                value={sample}
                options={[
                  { value: 'in', label: t('backtests.in_sample') },
                  { value: 'out', label: t('backtests.out_sample') },
                ]}
                onChange={setSample}
              />
            )}
          </div>
          <HeatMapPanel
            plane={plane}
            x={x}
            y={y}
            metric={metric}
            sample={sample}
            best={best?.index ?? null}
            lowerIsBetter={lower}
            onChoose={setChosen}
          />
          {shown && (
            <div className={css.chosen}>
              <span>
                {params.map((param) => `${name(param)} ${String(shown.params[param] ?? '')}`).join(' · ')}
                {' · '}
                <strong>{metricText(metric, shown.metrics?.[metric])}</strong>
                {hasOut && (
                  <span className="dim">
                    {' '}
                    {t('backtests.out_sample')} {metricText(metric, shown.out_of_sample?.[metric])}
                  </span>
                )}
              </span>
              <span className="grow" />
              <Button
                variant="primary"
                pending={run.isPending}
                disabledReason={mayTrade ? undefined : t('backtests.needs_trader')}
                onClick={() => openCell(shown)}
              >
                {t('backtests.open_as_backtest')}
              </Button>
            </div>
          )}
        </Panel>
        <div className={css.side}>
          <TopCells
            cells={top}
            params={params}
            metric={metric}
            hasOut={hasOut}
            chosen={shown?.index ?? null}
            onChoose={setChosen}
          />
          {sweep.walk && <WalkTable sweep={sweep} metric={metric} />}
        </div>
      </div>
    </div>
  );
}

/** Whether the best can be trusted, in plain words. */
function Trust({ sweep, metric }: { readonly sweep: SweepResult; readonly metric: string }) {
  const t = useT();
  const { island, total } = sweep;
  if (island === null) return null;
  const figures = {
    neighbours: metricText(metric, island.neighbours),
    median: metricText(metric, island.median),
  };
  if (island.is_island) {
    return (
      <Banner tone="warn">
        <strong>{t('backtests.island_title')}</strong> {t('backtests.island_text', figures)}
      </Banner>
    );
  }
  return (
    <p className={css.trust}>
      {t('backtests.island_none', figures)} {t('backtests.choosing_bias', { n: formatCount(total) })}
    </p>
  );
}
