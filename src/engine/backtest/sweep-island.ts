/**
 * Whether the best cell of a sweep stands alone. Its neighbours are the cells at most one step away in every numeric
 * parameter, with the same choices otherwise. It is an island where the median of its neighbours keeps less than half of
 * its advantage over the median of all cells, and falls from it by more than two fifths of the spread from the best to
 * the worst tenth of all. Then a slightly different market would have taken most of the advantage away: it is more
 * likely fitted to chance than good. The second part spares hills of few cells, whose slope is one step wide.
 */
import type { MetricDefinition } from '#domain/backtest-metrics.ts';
import { plainFigure, score, type CellFigures, type SweepAxis } from './sweep.ts';

export interface IslandVerdict {
  readonly is_island: boolean;
  /** The metric of the best cell, and its median in the cells around it and in all; `null`: there are none. */
  readonly best: number;
  readonly neighbours: number | null;
  readonly median: number | null;
  readonly message: string;
}

const KEPT = 0.5;
const FALL = 0.4;
const WORST = 0.1;

/** `cells` in the order of `combinations(axes)`; `best` is one that has the metric. Cells without it do not count. */
export function islandVerdict(
  axes: readonly SweepAxis[],
  cells: readonly (CellFigures | undefined)[],
  best: number,
  metric: MetricDefinition,
): IslandVerdict {
  const valueAt = (index: number) => cells[index]?.metrics?.[metric.name] ?? undefined;
  const values = (indices: Iterable<number>) =>
    [...indices].map((index) => valueAt(index)).filter((value) => value !== undefined);
  const top = valueAt(best) ?? 0;
  const every = values(cells.keys()).toSorted((a, b) => score(a, metric) - score(b, metric));
  const all = median(every);
  const around = values(neighboursOf(axes, best));
  const near = median(around);
  const figures = { best: top, neighbours: near, median: all };
  if (near === null || all === null) {
    return {
      ...figures,
      is_island: false,
      message: 'There are no cells around the best: nothing tells whether it stands alone.',
    };
  }
  const gain = score(top, metric) - score(all, metric);
  const kept = score(near, metric) - score(all, metric);
  if (gain <= 0) {
    return {
      ...figures,
      is_island: false,
      message: 'The best cell is no better than the median of all: these parameters hardly matter here.',
    };
  }
  const worst = score(every[Math.floor(every.length * WORST)] ?? all, metric);
  const is_island = kept < KEPT * gain && gain - kept > FALL * (score(top, metric) - worst);
  const count = `${around.length} ${around.length === 1 ? 'cell' : 'cells'}`;
  const words = `${metric.name} ${plainFigure(top)}; median of the ${count} around it ${plainFigure(near)}, of all ${plainFigure(all)}`;
  return {
    ...figures,
    is_island,
    message: is_island
      ? `The best cell stands alone, likely fitted to chance: ${words}.`
      : `The cells around the best hold up: ${words}.`,
  };
}

/** At most one step away in every numeric parameter, the same in all others, and not the cell itself. */
export function neighboursOf(axes: readonly SweepAxis[], cell: number): number[] {
  let found = [0];
  let rest = cell;
  const places = axes.map(() => 0);
  for (let axis = axes.length - 1; axis >= 0; axis -= 1) {
    const size = axes[axis]?.values.length ?? 1;
    places[axis] = rest % size;
    rest = Math.floor(rest / size);
  }
  for (const [axis, { values }] of axes.entries()) {
    const near = nearPlaces(values, places[axis] ?? 0);
    found = found.flatMap((before) => near.map((place) => before * values.length + place));
  }
  return found.filter((index) => index !== cell);
}

/** A list of values may be in any order: steps are those of their sizes. */
function nearPlaces(values: SweepAxis['values'], place: number): number[] {
  if (!values.every((value) => typeof value === 'number')) return [place];
  const order = values.map((_, index) => index).sort((a, b) => Number(values[a]) - Number(values[b]));
  const rank = order.indexOf(place);
  return order.slice(Math.max(0, rank - 1), rank + 2);
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
