/** A sweep's cells as a plane of two parameters; the others are held at one value each. */
import type { BacktestMetrics, SweepCell } from '#protocol/backtest-shapes.ts';

export type Value = number | string | boolean;
export type Sample = 'in' | 'out';

/** The values each parameter takes, in order; only of those that differ or were asked for. */
export function axesOf(params: readonly string[], cells: Iterable<SweepCell>): ReadonlyMap<string, readonly Value[]> {
  const found = new Map(params.map((param) => [param, new Set<Value>()] as const));
  for (const cell of cells) {
    for (const [param, values] of found) {
      const value = cell.params[param];
      if (value !== undefined) values.add(value);
    }
  }
  return new Map([...found].map(([param, values]) => [param, [...values].sort(compare)]));
}

function compare(a: Value, b: Value): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b));
}

export function metricOfCell(cell: SweepCell | undefined, metric: string, sample: Sample): number | null {
  const metrics: BacktestMetrics | null | undefined = sample === 'in' ? cell?.metrics : cell?.out_of_sample;
  return metrics?.[metric] ?? null;
}

export interface Plane {
  readonly x: readonly Value[];
  /** The highest on top, as on a chart. */
  readonly y: readonly Value[];
  /** Row by row. */
  readonly cells: readonly (SweepCell | undefined)[];
}

/** `y` `undefined`: a sweep of one parameter, a single row. */
export function planeOf(
  cells: Iterable<SweepCell>,
  axes: ReadonlyMap<string, readonly Value[]>,
  {
    x,
    y,
    held,
  }: { readonly x: string; readonly y: string | undefined; readonly held: Readonly<Record<string, Value>> },
): Plane {
  const across = axes.get(x) ?? [];
  const up = y === undefined ? [] : (axes.get(y) ?? []).toReversed();
  const rows = Math.max(up.length, 1);
  const plane = Array<SweepCell | undefined>(across.length * rows).fill(undefined);
  const column = new Map(across.map((value, index) => [value, index]));
  const row = new Map(up.map((value, index) => [value, index]));
  for (const cell of cells) {
    if (Object.entries(held).some(([param, value]) => cell.params[param] !== value)) continue;
    const [at, from] = [column.get(cell.params[x] ?? ''), y === undefined ? 0 : row.get(cell.params[y] ?? '')];
    if (at !== undefined && from !== undefined) plane[from * across.length + at] = cell;
  }
  return { x: across, y: up, cells: plane };
}

/** The best first; what has no figure is left out. */
export function ranked(
  cells: Iterable<SweepCell>,
  metric: string,
  sample: Sample,
  lowerIsBetter: boolean,
): readonly SweepCell[] {
  const sign = lowerIsBetter ? 1 : -1;
  return [...cells]
    .filter((cell) => metricOfCell(cell, metric, sample) !== null)
    .sort(
      (a, b) =>
        sign * ((metricOfCell(a, metric, sample) ?? 0) - (metricOfCell(b, metric, sample) ?? 0)) || a.index - b.index,
    );
}

/** Where an arrow key leads; `null`: not a key of the map's. */
export function moved(key: string, index: number, columns: number, count: number): number | null {
  const column = index % columns;
  switch (key) {
    case 'ArrowLeft':
      return column > 0 ? index - 1 : index;
    case 'ArrowRight':
      return column < columns - 1 ? index + 1 : index;
    case 'ArrowUp':
      return index >= columns ? index - columns : index;
    case 'ArrowDown':
      return index + columns < count ? index + columns : index;
    case 'Home':
      return index - column;
    case 'End':
      return index - column + columns - 1;
    default:
      return null;
  }
}
