/** `griddesk sweep <strategy>`: every combination of parameter ranges over recorded candles, on all cores (G22). */
import type { Command } from 'commander';
import * as z from 'zod/mini';
import type { MetricDefinition } from '#domain/backtest-metrics.ts';
import { parseRequest } from '#engine/backtest/run.ts';
import { bestCell, combinations, sweepAxes, sweepMetric, type SweepAxis } from '#engine/backtest/sweep.ts';
import { islandVerdict, type IslandVerdict } from '#engine/backtest/sweep-island.ts';
import { outOfSampleRow, stitched } from '#engine/backtest/sweep-windows.ts';
import { findStrategy } from '#engine/strategy/catalog.ts';
import { backtestConfig, type BacktestConfig, type SweepCell } from '#protocol/backtest-shapes.ts';
import { backtestWorkerFile } from '#server/workers/worker-file.ts';
import { strategyArgument } from './backtest.ts';
import { addCandleOptions, readCandleRange, type CandleRange } from './candle-input.ts';
import { InputError } from './errors.ts';
import { aligned, namedMetric } from './figures-table.ts';
import { ProgressBar } from './progress-bar.ts';
import { nestedFile, rangeOf, readRunFile, sweepPartOf, type RunFile, type SweepPart } from './run-file.ts';
import { SweepRun, type WalkWindow } from './sweep-run.ts';
import type { Terminal } from './terminal.ts';

interface SweepOptions extends CandleRange {
  readonly config: string;
  readonly data: string;
  readonly metric?: string;
  readonly json?: boolean;
}

/** What was found, whichever way it is printed. */
interface Sweep {
  readonly strategy: string;
  readonly bars: number;
  readonly metric: string;
  readonly cells: readonly SweepCell[];
  readonly best: number | null;
  readonly island: IslandVerdict | null;
  readonly walk?: readonly WalkWindow[];
  readonly walk_total?: ReturnType<typeof stitched>;
}

const SHOWN = 10;
const HELP = `
--config names a JSON file as backtest takes it, and in it
  "ranges": [{"param": "fast_period", "from": 5, "to": 20, "step": 5}, {"param": "spacing", "values": ["geometric"]}]
  "metric": what the best is best in; "out_of_sample": 0.3 keeps the last 30 % of the data from choosing;
  "walk_forward": {"windows": 6, "in_sample": 0.7}.
In a pipe the result is one JSON object, on a terminal a table; --json and --no-json decide otherwise.`;

export function addSweep(program: Command, terminal: Terminal, workerFile = backtestWorkerFile()): void {
  const command = program
    .command('sweep')
    .description('run all combinations of parameter ranges over recorded candles')
    .addArgument(strategyArgument())
    .requiredOption('--config <file>', 'JSON: parameters, capital, costs, the instrument’s rules, and the ranges');
  addCandleOptions(command)
    .option('--metric <name>', 'what the best combination is best in (default: the file’s, or total_return)')
    .option('--json', 'print one JSON object')
    .option('--no-json', 'print a table')
    .addHelpText('after', HELP)
    .action(async (strategy: string, options: SweepOptions) => {
      const found = await sweep(strategy, options, terminal, workerFile);
      if (options.json ?? terminal.isOutTerminal !== true) terminal.out(JSON.stringify(found));
      else for (const line of table(found)) terminal.out(line);
    });
}

async function sweep(strategy: string, options: SweepOptions, terminal: Terminal, workerFile: string): Promise<Sweep> {
  const { config: file } = options;
  const content = nestedFile(readRunFile(file));
  const part = sweepPartOf(content, file);
  const metric = sweepMetric(options.metric ?? part.metric);
  const axes = sweepAxes(part.ranges);
  const cells = combinations(axes);
  const config = configOf(content, strategy, file, cells[0] ?? {});
  checkParams(strategy, axes);
  const columns = await readCandleRange(options.data, rangeOf(content, file, options), terminal);
  const split = part.out_of_sample === undefined ? undefined : outOfSampleRow(columns.length, part.out_of_sample);
  const bar = new ProgressBar(terminal, `sweep of ${cells.length}`);
  const total = cells.length * (1 + (part.walk_forward?.windows ?? 0));
  let done = 0;
  const run = new SweepRun(workerFile, columns, config, cells, (count) => {
    done += count;
    bar.show(done / total, `${done} runs`);
  });
  try {
    const { length } = columns;
    const found =
      split === undefined
        ? await run.all({ from: 0, to: length })
        : await run.all({ from: 0, to: split }, { from: split, to: length });
    const best = bestCell(found, metric);
    return {
      strategy,
      bars: columns.length,
      metric: metric.name,
      cells: found,
      best,
      island: best === null ? null : islandVerdict(axes, found, best, metric),
      ...(await walked(run, part, metric)),
    };
  } finally {
    bar.end();
    await run.close();
  }
}

async function walked(
  run: SweepRun,
  { walk_forward: shape }: SweepPart,
  metric: MetricDefinition,
): Promise<Pick<Sweep, 'walk' | 'walk_total'>> {
  if (shape === undefined) return {};
  const walk = await run.walk(shape, metric);
  return { walk, walk_total: stitched(walk) };
}

/** Refuses at once what no combination can mend: the first one is looked at. */
function configOf(
  content: RunFile,
  strategy: string,
  file: string,
  first: Readonly<Record<string, unknown>>,
): BacktestConfig {
  if (content.strategy !== undefined && content.strategy !== strategy) {
    throw new InputError(`cannot use ${file}: it is for ${String(content.strategy)}, not for ${strategy}`);
  }
  const { params, config, instrument } = content;
  const given = {
    strategy,
    params,
    ...(config !== undefined && { config }),
    ...(instrument !== undefined && { instrument }),
  };
  const parsed = z.safeParse(backtestConfig, { ...given, data: {} });
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`);
    throw new InputError(`cannot use ${file}: ${issues.join('; ')}`);
  }
  parseRequest({ ...given, params: { ...parsed.data.params, ...first } });
  return parsed.data;
}

function checkParams(strategy: string, axes: readonly SweepAxis[]): void {
  const known = findStrategy(strategy)?.params.map(({ name }) => name) ?? [];
  for (const [index, { param }] of axes.entries()) {
    if (known.includes(param)) continue;
    throw new InputError(`ranges.${index}.param: ${strategy} has no ${param}; it has ${known.join(', ')}`);
  }
}

/** The best few, and what is to be thought of the best. */
function table({ strategy, bars, metric, cells, best, island, walk, walk_total }: Sweep): string[] {
  const { better } = sweepMetric(metric);
  const worth = ({ metrics }: SweepCell) => metrics?.[metric] ?? null;
  const ranked = cells
    .filter((cell) => worth(cell) !== null)
    .sort((a, b) => (better === 'low' ? 1 : -1) * ((worth(a) ?? 0) - (worth(b) ?? 0)) || a.index - b.index);
  const failed = cells.filter(({ error }) => error !== undefined);
  const kept = cells.some(({ out_of_sample }) => out_of_sample);
  const rows = ranked
    .slice(0, SHOWN)
    .map(({ params, metrics, out_of_sample }) => [
      wordsOf(params),
      namedMetric(metric, metrics?.[metric]),
      ...(kept ? [namedMetric(metric, out_of_sample?.[metric])] : []),
    ]);
  return [
    `${strategy}: ${cells.length} combinations over ${bars} bars`,
    '',
    ...aligned([['best', metric, ...(kept ? ['out of sample'] : [])], ...rows]),
    ...(failed.length > 0
      ? ['', `! ${failed.length} could not run, such as ${wordsOf(failed[0]?.params ?? {})}: ${failed[0]?.error}`]
      : []),
    ...(best === null ? ['', `! No combination has a ${metric}.`] : []),
    ...(island ? ['', `${island.is_island ? '! ' : ''}${island.message}`] : []),
    ...(walk && walk_total !== undefined ? ['', ...walkTable(walk, metric, walk_total)] : []),
  ];
}

function walkTable(walk: readonly WalkWindow[], metric: string, total: ReturnType<typeof stitched>): string[] {
  const rows = walk.map(({ from, to, params, in_sample, out_of_sample }) => [
    `${from}–${to}: ${params ? wordsOf(params) : 'nothing to choose'}`,
    namedMetric(metric, in_sample?.[metric]),
    namedMetric(metric, out_of_sample?.[metric]),
  ]);
  const sum = total === null ? '' : `; walk-forward return ${namedMetric('total_return', total.total_return)}`;
  return [...aligned([['walk forward', metric, 'out of sample'], ...rows]), `${walk.length} windows${sum}`];
}

function wordsOf(params: SweepCell['params']): string {
  return Object.entries(params)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
