/** Figures of a run as a person reads them. */
import { METRICS, metricOf, type MetricUnit } from '#domain/backtest-metrics.ts';

type Figures = Readonly<Record<string, number | null | undefined>>;

/** A line a metric the run has, names and figures below each other. */
export function figuresTable(metrics: Figures): string[] {
  const rows = METRICS.filter(({ name }) => metrics[name] !== undefined).map(
    ({ name, unit }) => [name, plainMetric(metrics[name] ?? null, unit)] as const,
  );
  return aligned(rows.map(([name, figure]) => [name, figure]));
}

export function namedMetric(name: string, value: number | null | undefined): string {
  return plainMetric(value ?? null, metricOf(name)?.unit ?? 'ratio');
}

/** Columns of texts; the last of each row is flush right. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>(
    (most, row) => row.map((text, column) => Math.max(most[column] ?? 0, text.length)),
    [],
  );
  return rows.map((row) =>
    row
      .map((text, column) => (column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0)))
      .join('  '),
  );
}

function plainMetric(value: number | null, unit: MetricUnit): string {
  if (value === null) return '–';
  switch (unit) {
    case 'fraction':
      return `${(value * 100).toFixed(2)} %`;
    case 'quote':
      return value.toFixed(2);
    case 'count':
      return String(value);
    case 'ratio':
      return value.toFixed(3);
    case 'ms':
      return duration(value);
    case 'time':
      return new Date(value).toISOString().slice(0, 16).replace('T', ' ');
  }
}

function duration(ms: number): string {
  const hours = ms / 3_600_000;
  return hours >= 48
    ? `${(hours / 24).toFixed(1)} d`
    : hours >= 1
      ? `${hours.toFixed(1)} h`
      : `${(hours * 60).toFixed(1)} min`;
}
