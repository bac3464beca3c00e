/** Settings of several runs side by side: a row for each that any of them has. */
import type { BacktestResult } from '#protocol/backtest-shapes.ts';

export interface ConfigRow {
  /** `params.grid_count` */
  readonly path: string;
  /** A text a run; empty: not set there. */
  readonly values: readonly string[];
  readonly differs: boolean;
}

export function configRows(runs: readonly Pick<BacktestResult, 'config' | 'dataset'>[]): readonly ConfigRow[] {
  const flat = runs.map(({ config: { name: _name, ...config }, dataset }) =>
    leaves({ ...config, ...(dataset && { data_hash: dataset.hash, data_set: dataset.name }) }),
  );
  const names = [...new Set(flat.flatMap((each) => [...each.keys()]))].sort();
  return names.map((path) => {
    const values = flat.map((each) => each.get(path) ?? '');
    return { path, values, differs: new Set(values).size > 1 };
  });
}

function leaves(value: unknown, path = '', into = new Map<string, string>()): Map<string, string> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [name, part] of Object.entries(value)) leaves(part, path === '' ? name : `${path}.${name}`, into);
  } else if (value !== undefined && value !== null) {
    into.set(path, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return into;
}
