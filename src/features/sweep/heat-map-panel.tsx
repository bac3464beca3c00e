/** The sweep as a heat map: two parameters, the others held; pointer and arrow keys look at a cell, Enter chooses it. */
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { createHeatMap, type HeatMap } from '#charts/heat-map.ts';
import type { SweepCell } from '#protocol/backtest-shapes.ts';
import { paramLabel } from '#ui/format/strategy-words.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { metricLabel, metricText } from './metric-words.ts';
import { metricOfCell, moved, type Plane, type Sample, type Value } from './sweep-grid.ts';
import css from './sweep.module.css';

interface Props {
  readonly plane: Plane;
  readonly x: string;
  readonly y: string | undefined;
  readonly metric: string;
  readonly sample: Sample;
  readonly best: number | null;
  readonly lowerIsBetter: boolean;
  readonly onChoose: (cell: SweepCell) => void;
}

export function HeatMapPanel({ plane, x, y, metric, sample, best, lowerIsBetter, onChoose }: Props) {
  const t = useT();
  const container = useRef<HTMLButtonElement>(null);
  const map = useRef<HeatMap | null>(null);
  const [focused, setFocused] = useState<number | null>(null);
  const { cells } = plane;
  const columns = Math.max(plane.x.length, 1);
  const rows = Math.max(plane.y.length, 1);
  const shown = focused !== null && focused < cells.length ? focused : null;

  useEffect(() => {
    if (!container.current) return undefined;
    map.current = createHeatMap(container.current);
    return () => map.current?.dispose();
  }, []);
  // Kept while one looks around: only the focus moves then.
  const { figures, low, high, bestAt } = useMemo(() => {
    const values = cells.map((cell) =>
      cell === undefined ? null : (metricOfCell(cell, metric, sample) ?? Number.NaN),
    );
    const known = values.filter((value) => value !== null && !Number.isNaN(value)).map(Number);
    const found = cells.findIndex((cell) => cell !== undefined && cell.index === best);
    return {
      figures: values,
      low: Math.min(...known),
      high: Math.max(...known),
      bestAt: found < 0 ? null : found,
    };
  }, [cells, metric, sample, best]);
  useEffect(() => {
    map.current?.setData({
      columns,
      rows,
      values: figures,
      best: bestAt,
      focused: shown,
      // The light end is the good one.
      low: lowerIsBetter ? high : low,
      high: lowerIsBetter ? low : high,
      text: (value) => metricText(metric, value),
    });
  }, [figures, low, high, bestAt, columns, rows, metric, shown, lowerIsBetter]);

  const point = (event: PointerEvent<HTMLButtonElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    return map.current?.cellAt(event.clientX - box.left, event.clientY - box.top) ?? null;
  };
  const choose = (index: number | null) => {
    const cell = index === null ? undefined : cells[index];
    if (cell) onChoose(cell);
  };
  const onKey = (event: KeyboardEvent) => {
    const next = moved(event.key, shown ?? 0, columns, cells.length);
    if (next === null) return;
    event.preventDefault();
    setFocused(shown === null ? 0 : next);
  };
  const cell = shown === null ? undefined : cells[shown];
  const name = (param: string) => paramLabel({ name: param, label: param }, t);
  const told =
    shown === null
      ? t('backtests.heat_map_help')
      : [
          `${name(x)} ${String(plane.x[shown % columns] ?? '')}`,
          ...(y === undefined ? [] : [`${name(y)} ${String(plane.y[Math.floor(shown / columns)] ?? '')}`]),
          cell === undefined
            ? t('backtests.not_yet')
            : cell.error === undefined
              ? `${metricLabel(metric, t)} ${metricText(metric, metricOfCell(cell, metric, sample))}`
              : t('backtests.cell_error', { message: cell.error }),
        ].join(' · ');
  return (
    <figure className={css.heat}>
      <figcaption className={css.told} aria-live="polite">
        {told}
      </figcaption>
      <div className={css.plane}>
        <span className={css.yName}>{y === undefined ? '' : name(y)}</span>
        <Ticks values={plane.y} className={css.yTicks} most={12} />
        <button
          type="button"
          ref={container}
          className={css.map}
          aria-label={t('backtests.heat_map')}
          aria-description={told}
          onKeyDown={onKey}
          onPointerMove={(event) => setFocused(point(event))}
          onPointerLeave={() => setFocused(null)}
          onClick={() => choose(shown)}
        />
        <Ticks values={plane.x} className={css.xTicks} most={10} />
        <span className={css.xName}>{name(x)}</span>
      </div>
    </figure>
  );
}

/** Of many values only some are written, so that they can be read. */
function Ticks({
  values,
  className,
  most,
}: {
  readonly values: readonly Value[];
  readonly className: string | undefined;
  readonly most: number;
}) {
  const every = Math.max(1, Math.ceil(values.length / most));
  return (
    <div className={className} aria-hidden="true">
      {values.map((value, index) => (
        <span key={String(value)}>{index % every === 0 ? String(value) : ''}</span>
      ))}
    </div>
  );
}
