/**
 * Grids over candles: the kernel and the live core in candles a second, beside the same loop in C, a naive loop of
 * order objects and grademark; a sweep on two cores; a year of minutes in a browser's worker; the memory of ten years.
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';
import type { CandleColumns } from '#domain/candle-columns.ts';
import { columnsOf, parseRows, type CandleRow } from '#engine/backtest/candle-rows.ts';
import { parseCase, type GridCase } from '#engine/backtest/case.ts';
import { runGridCore } from '#engine/backtest/grid-core.ts';
import { runGridKernel } from '#engine/backtest/grid-kernel.ts';
import { inBrowser } from './support/backtest-page.ts';
import { grademark } from './support/controls.ts';
import { figure, median, nanosecondsEach } from './support/figure.ts';
import { gridInC } from './support/grid-in-c.ts';
import { FEW, MANY, minutes, sharedMinutes, sweepCases, YEAR } from './support/minutes.ts';
import { naiveGrid } from './support/naive-grid.ts';

const quick = process.argv.includes('--quick');
const ROUNDS = quick ? 1 : 9;
const ROWS = quick ? 20_000 : YEAR;
const CORES = 2;
/** A second's, in nanoseconds each. */
const perSecond = (ns: number): number => 1e3 / ns;
const MILLIONS = 'M candles/s';

let sink = 0;
const samples = Int32Array.from({ length: 365 }, (_, day) => Math.floor((day * ROWS) / 365));

function kernel(columns: CandleColumns, config: GridCase): number {
  const trace = runGridKernel(parseCase(config), columns, { samples });
  sink += trace.fills.length;
  return columns.length;
}

function core(columns: CandleColumns, config: GridCase): number {
  sink += runGridCore(parseCase(config), columns, { samples }).fills.length;
  return columns.length;
}

function kernelAndC(columns: CandleColumns): void {
  for (const [name, config] of Object.entries({ 'few fills': FEW, 'many fills': MANY })) {
    const { fills } = runGridKernel(parseCase(config), columns, { samples });
    const ns = nanosecondsEach(
      {
        kernel: () => kernel(columns, config),
        // Columns never seen before: the index of blocks is made, too.
        cold: () => kernel({ ...columns }, config),
      },
      ROUNDS,
    );
    const c = gridInC(columns, config, ROUNDS);
    if (!c) console.error('bench backtest: no C compiler at hand');
    figure(
      'backtest',
      `kernel, ${name} (${fills.length}), beside C`,
      perSecond(ns.kernel),
      MILLIONS,
      c ? perSecond(c.ns) : null,
    );
    figure(
      'backtest',
      `kernel with its index, ${name}, beside C`,
      perSecond(ns.cold),
      MILLIONS,
      c ? perSecond(c.ns) : null,
    );
  }
}

async function controls(columns: CandleColumns): Promise<void> {
  const ns = nanosecondsEach(
    {
      core: () => core(columns, FEW),
      coreMany: () => core(columns, MANY),
      naive: () => {
        sink += naiveGrid(columns, MANY);
        return columns.length;
      },
      naiveFew: () => {
        sink += naiveGrid(columns, FEW);
        return columns.length;
      },
    },
    quick ? 1 : 5,
  );
  figure(
    'backtest',
    'live core, few fills, beside order objects',
    perSecond(ns.core),
    MILLIONS,
    perSecond(ns.naiveFew),
  );
  figure(
    'backtest',
    'live core, many fills, beside order objects',
    perSecond(ns.coreMany),
    MILLIONS,
    perSecond(ns.naive),
  );
  // The smallest strategy there is, over a part of the year: its time grows with the bars, and it is long.
  const part = Math.min(columns.length, quick ? 500 : 20_000);
  const { backtest, DataFrame } = await grademark();
  const rows = Array.from({ length: part }, (_, row) => ({
    time: new Date(columns.ts[row] ?? 0),
    open: (columns.open[row] ?? 0) / 100,
    high: (columns.high[row] ?? 0) / 100,
    low: (columns.low[row] ?? 0) / 100,
    close: (columns.close[row] ?? 0) / 100,
    volume: 1,
  }));
  const frame = new DataFrame(rows).bake();
  const theirs = nanosecondsEach(
    {
      grademark: () => {
        sink += backtest(
          {
            entryRule: (enter, { bar }) => {
              if (bar.close < 39_000) enter();
            },
            exitRule: (exit, { bar }) => {
              if (bar.close > 41_000) exit();
            },
          },
          frame,
        ).length;
        return part;
      },
    },
    quick ? 1 : 3,
  );
  const ours = nanosecondsEach({ kernel: () => kernel(columns, MANY) }, ROUNDS);
  figure('backtest', 'kernel, many fills, beside order objects', perSecond(ours.kernel), MILLIONS, perSecond(ns.naive));
  figure(
    'backtest',
    'kernel, many fills, beside grademark',
    perSecond(ours.kernel),
    MILLIONS,
    perSecond(theirs.grademark),
  );
}

/** From the cells sent to the last answer; the threads are there already. */
async function sweep(): Promise<void> {
  const columns = sharedMinutes(ROWS);
  const script = fileURLToPath(new URL('./backtest-worker.js', import.meta.url));
  const workers = Array.from({ length: CORES }, () => new Worker(script, { workerData: columns }));
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  const cells = sweepCases().slice(0, quick ? 8 : 400);
  const times: number[] = [];
  const busy: number[] = [];
  for (let round = 0; round < (quick ? 1 : 5); round += 1) {
    const started = performance.now();
    const before = process.cpuUsage();
    const answers = workers.map(async (worker, index) => {
      worker.postMessage(cells.filter((_, cell) => cell % CORES === index));
      const [equities]: unknown[] = await once(worker, 'message');
      return Array.isArray(equities) ? equities.length : 0;
    });
    const done = (await Promise.all(answers)).reduce((sum, count) => sum + count, 0);
    if (done !== cells.length) throw new Error(`${done} of ${cells.length} cells came back`);
    times.push(performance.now() - started);
    const { user, system } = process.cpuUsage(before);
    busy.push((user + system) / 1000);
  }
  await Promise.all(workers.map((worker) => worker.terminate()));
  figure(
    'backtest',
    `sweep of ${cells.length} cells over a year of minutes, ${CORES} threads, the first`,
    times[0] ?? 0,
    'ms',
    1000,
  );
  figure(
    'backtest',
    `sweep of ${cells.length} cells over a year of minutes, ${CORES} threads`,
    median(times),
    'ms',
    1000,
  );
  // What it costs, whatever else the machine does.
  figure('backtest', `sweep of ${cells.length} cells over a year of minutes, CPU`, median(busy), 'ms', CORES * 1000);
}

async function browser(): Promise<void> {
  const { few, many, cold } = await inBrowser(quick ? 1 : 7);
  figure('backtest', 'a year of minutes in a browser worker, few fills', median(few), 'ms', 50);
  figure('backtest', 'a year of minutes in a browser worker, many fills', median(many), 'ms', 50);
  figure('backtest', 'a year of minutes in a browser worker, the first run', many[0] ?? 0, 'ms', 50);
  figure('backtest', 'a year of minutes in a browser worker, the first run, not warmed up', cold, 'ms', 50);
}

function memory(): void {
  const rows = quick ? 50_000 : 10 * YEAR;
  const script = fileURLToPath(new URL('./backtest-memory.js', import.meta.url));
  const most = (path: string): number => {
    const output: unknown = JSON.parse(
      execFileSync(process.execPath, [script, path, String(rows)], { encoding: 'utf8' }),
    );
    return typeof output === 'object' && output !== null && 'mb' in output ? Number(output.mb) : Number.NaN;
  };
  const none = most('none');
  figure(
    'backtest',
    'most memory of ten years of minutes, kernel, beside the candles alone',
    most('kernel'),
    'MB',
    none,
  );
  figure(
    'backtest',
    'most memory of ten years of minutes, live core, beside the candles alone',
    most('core'),
    'MB',
    none,
  );
}

/** Five-minute candles of a real market, from a range that fits them. */
function recorded(): void {
  const file = join(process.cwd(), '..', 'shared', 'data', 'okx-swap_BTC-USDT-SWAP_5m_20220501-20221231.csv.gz');
  if (!existsSync(file)) {
    console.error('bench backtest: no recording at hand');
    return;
  }
  const rows = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n').slice(1);
  const candles = rows.map((line): CandleRow => {
    const [ts = '', open = '', high = '', low = '', close = ''] = line.split(',');
    return [Number(ts), open, high, low, close];
  });
  const columns = columnsOf(parseRows(candles, 2), 2);
  const config = { ...MANY, lower_price: 15_000, upper_price: 40_000, grid_count: 100 };
  const ns = nanosecondsEach({ kernel: () => kernel(columns, config), core: () => core(columns, config) }, ROUNDS);
  figure(
    'backtest',
    'kernel, recorded, 100 lines, beside the core',
    perSecond(ns.kernel),
    MILLIONS,
    perSecond(ns.core),
  );
}

const columns = minutes(ROWS);
console.error(`bench backtest: load ${loadavg()[0]?.toFixed(2)} before`);
kernelAndC(columns);
await controls(columns);
recorded();
await sweep();
await browser();
memory();
console.error(`bench backtest: load ${loadavg()[0]?.toFixed(2)} after`);
if (sink < 0) throw new Error('never');
