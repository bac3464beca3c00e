/** One figure, as one JSON line. `ratio` is value ÷ baseline. */
export function figure(
  bench: string,
  metric: string,
  value: number,
  unit: string,
  baseline: number | null = null,
): void {
  const ratio = baseline === null || baseline === 0 ? null : rounded(value / baseline);
  console.log(
    JSON.stringify({ bench, metric, value: rounded(value), unit, baseline: baseline && rounded(baseline), ratio }),
  );
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** `share` 0.99: of a hundred, the last but one. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Median nanoseconds an operation, of some rounds of each subject in turn, so that all meet the same weather. */
export function nanosecondsEach<K extends string>(
  subjects: Readonly<Record<K, () => number>>,
  rounds: number,
): Record<K, number> {
  const names = Object.keys(subjects) as K[];
  const times = new Map<K, number[]>(names.map((name) => [name, []]));
  for (const name of names) subjects[name]();
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const started = process.hrtime.bigint();
      const operations = subjects[name]();
      times.get(name)?.push(Number(process.hrtime.bigint() - started) / operations);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times.get(name) ?? [])])) as Record<K, number>;
}
