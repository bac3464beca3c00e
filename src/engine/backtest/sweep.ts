/** Sweeps (G22): ranges → combinations, and which of their results is the best. */
import { metricOf, METRICS, type MetricDefinition } from '#domain/backtest-metrics.ts';
import { decimal, formatDecimal, parseDecimal, unitsAt, type Decimal } from '#domain/decimal.ts';
import type { Issue } from '../effects.ts';
import type { ParamValue } from '../strategy/spec.ts';
import { BacktestError } from './case.ts';
import type { Raw } from './fields.ts';

/** Either values, or every `step` from `from` to `to`, both inclusive. */
export interface SweepRange {
  readonly param: string;
  readonly values?: readonly (number | string)[] | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly step?: number | undefined;
}

/** The values of one parameter, none twice. */
export interface SweepAxis {
  readonly param: string;
  readonly values: readonly ParamValue[];
}

export type Combination = Readonly<Record<string, ParamValue>>;

/** What a cell's run gave; `null`: it could not run. */
export interface CellFigures {
  readonly metrics: Readonly<Record<string, number | null | undefined>> | null;
}

export const MAX_CELLS = 10_000;
export const DEFAULT_METRIC = 'total_return';

/** Throws a `BacktestError` that names the fields, `ranges.<index>.<field>`; or `ranges` for too many combinations. */
export function sweepAxes(ranges: readonly SweepRange[]): SweepAxis[] {
  const issues: Issue[] = [];
  if (ranges.length === 0) issues.push({ path: 'ranges', message: 'names no parameter' });
  const axes = ranges.map((range, index) => {
    const issue = (field: string, message: string) => issues.push({ path: `ranges.${index}.${field}`, message });
    if (ranges.findIndex(({ param }) => param === range.param) < index) issue('param', 'is there already');
    return { param: range.param, values: range.values ? listed(range, issue) : stepped(range, issue) };
  });
  const cells = axes.reduce((product, { values }) => product * values.length, 1);
  if (issues.length === 0 && cells > MAX_CELLS) {
    issues.push({ path: 'ranges', message: `make ${cells} combinations; at most ${MAX_CELLS}` });
  }
  if (issues.length > 0) throw BacktestError.of(issues);
  return axes;
}

/** The cartesian product; the last parameter changes fastest. */
export function combinations(axes: readonly SweepAxis[]): Combination[] {
  return axes.reduce<Combination[]>(
    (found, { param, values }) => found.flatMap((before) => values.map((value) => ({ ...before, [param]: value }))),
    [{}],
  );
}

/** The request with the combination in place of its own parameters; a flat one stays flat. */
export function requestOfCell(raw: Raw, combination: Combination): Raw {
  const { params } = raw;
  return typeof params === 'object' && params !== null
    ? { ...raw, params: { ...params, ...combination } }
    : { ...raw, ...combination };
}

/** Throws a `BacktestError` for a metric there is not, or of which neither more nor less is better. */
export function sweepMetric(name: string = DEFAULT_METRIC): MetricDefinition {
  const metric = metricOf(name);
  if (metric && metric.better !== null) return metric;
  const known = METRICS.filter(({ better }) => better !== null).map((each) => each.name);
  const message = metric ? 'has no better or worse' : `is not known; there are ${known.join(', ')}`;
  throw BacktestError.of([{ path: 'metric', message }]);
}

/** Of two values the better one is the greater of these. */
export function score(value: number, { better }: MetricDefinition): number {
  return better === 'low' ? -value : value;
}

/** Where the best is; the first of equals. `null`: none has the metric. */
export function bestCell(cells: readonly (CellFigures | undefined)[], metric: MetricDefinition): number | null {
  let best: number | null = null;
  let most = -Infinity;
  for (const [index, cell] of cells.entries()) {
    const value = cell?.metrics?.[metric.name];
    if (value === null || value === undefined || score(value, metric) <= most) continue;
    best = index;
    most = score(value, metric);
  }
  return best;
}

type Tell = (field: string, message: string) => void;

function listed({ values = [], from, to, step }: SweepRange, issue: Tell): ParamValue[] {
  if (from !== undefined || to !== undefined || step !== undefined) {
    issue('values', 'cannot be given together with from, to and step');
  }
  if (values.length === 0) issue('values', 'is empty');
  const typed = values.map((value) => (value === 'true' ? true : value === 'false' ? false : value));
  if (new Set(typed).size < typed.length) issue('values', 'has a value twice');
  return typed;
}

/** Exact decimals: 0.1 to 0.5 by 0.1 are five values, and the third is 0.3. */
function stepped({ from, to, step }: SweepRange, issue: Tell): ParamValue[] {
  const bounds = { from, to, step };
  const found: Partial<Record<keyof typeof bounds, Decimal>> = {};
  for (const field of ['from', 'to', 'step'] as const) {
    const value = bounds[field];
    const parsed = value === undefined ? undefined : parseDecimal(value);
    if (parsed) found[field] = parsed;
    else issue(field, value === undefined ? 'is required, or values' : 'must be a number');
  }
  if (!found.from || !found.to || !found.step) return [];
  const scale = Math.max(found.from.scale, found.to.scale, found.step.scale);
  const units = (value: Decimal) => unitsAt(value, scale) ?? 0n;
  const [first, last, by] = [units(found.from), units(found.to), units(found.step)];
  if (by <= 0n) issue('step', 'must be positive');
  if (last < first) issue('to', 'must not be below from');
  if (by <= 0n || last < first) return [];
  const count = (last - first) / by + 1n;
  if (count > BigInt(MAX_CELLS)) {
    const least = formatDecimal({ units: (last - first) / BigInt(MAX_CELLS) + 1n, scale });
    issue('step', `makes ${count} values; at most ${MAX_CELLS}: use ${least} or more`);
    return [];
  }
  return Array.from({ length: Number(count) }, (_, index) =>
    Number(formatDecimal({ units: first + BigInt(index) * by, scale })),
  );
}

/** So many digits as a person reads. */
export function plainFigure(value: number): string {
  return formatDecimal(decimal(Number(value.toPrecision(4))));
}
