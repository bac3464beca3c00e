/**
 * Sweeps of 400 cells over a year of minutes by the engine's own threads, from the command to the durable verdict; and how
 * long a run goes on after it was cancelled (G21: 100 ms).
 */
import { loadavg } from 'node:os';
import { openDesk, type BenchDesk } from './support/desk.ts';
import { figure, median, percentile } from './support/figure.ts';
import { FEW, MANY, minutes, YEAR } from './support/minutes.ts';

const quick = process.argv.includes('--quick');
const ROWS = quick ? 20_000 : YEAR;
const ROUNDS = quick ? 1 : 5;
const SIDE = quick ? 4 : 20;
const CANCELS = quick ? 2 : 20;
const CORES = 2;

const values = (first: number, step: number) => Array.from({ length: SIDE }, (_, index) => first + index * step);
const { lower_price, upper_price, grid_count, investment } = FEW;
const instrument = { tick_size: '0.01', lot_size: '0.00001', maker_fee: '0.0008', taker_fee: '0.001' };
const SWEEPS = {
  grids: {
    strategy: 'grid',
    params: { lower_price, upper_price, grid_count, investment },
    ranges: [
      { param: 'lower_price', values: values(30_000, 400) },
      { param: 'grid_count', values: values(10, 5) },
    ],
  },
  'two moving averages': {
    strategy: 'dual_ma',
    params: {},
    ranges: [
      { param: 'fast_period', values: values(5, 2) },
      { param: 'slow_period', values: values(60, 20) },
    ],
  },
} as const;

async function sweep(desk: BenchDesk, config: (typeof SWEEPS)[keyof typeof SWEEPS]): Promise<number> {
  const began = performance.now();
  const request = { ...config, params: { ...config.params }, instrument, data: {} };
  const ranges = config.ranges.map(({ param, values: each }) => ({ param, values: [...each] }));
  const answer = await desk.handlers['sweep.run']?.({ ...request, ranges }, desk.call());
  const state = await desk.ended(answer?.sweep_id ?? '');
  if (state !== 'completed') throw new Error(`the sweep ended as ${state}`);
  return performance.now() - began;
}

/** From the command to its answer; the run is on its way. */
async function cancel(desk: BenchDesk, path: 'core' | 'fast'): Promise<number> {
  const params = { lower_price: 34_000, upper_price: 46_000, grid_count: MANY.grid_count, investment };
  const config = { strategy: 'grid', params, instrument, data: {}, path };
  const answer = await desk.handlers['backtest.run']?.(config, desk.call());
  const id = answer?.backtest_id ?? '';
  if (path === 'core') await Promise.race([desk.moved(id), desk.ended(id)]);
  const began = performance.now();
  await desk.handlers['backtest.cancel']?.({ id }, desk.call());
  return performance.now() - began;
}

console.error(`bench sweeps: load ${loadavg()[0]?.toFixed(2)} before`);
const desk = openDesk(minutes(ROWS), CORES);
for (const [name, config] of Object.entries(SWEEPS)) {
  const times: number[] = [];
  const busy: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = process.cpuUsage();
    times.push(await sweep(desk, config));
    const { user, system } = process.cpuUsage(before);
    busy.push((user + system) / 1000);
  }
  const what = `sweep of ${SIDE * SIDE} ${name} over a year of minutes by the engine`;
  figure('sweeps', `${what}, the first`, times[0] ?? 0, 'ms', 1000);
  figure('sweeps', what, median(times), 'ms', 1000);
  // What it costs, whatever else the machine does.
  figure('sweeps', `${what}, CPU`, median(busy), 'ms', CORES * 1000);
}
for (const path of ['core', 'fast'] as const) {
  const times: number[] = [];
  for (let round = 0; round < CANCELS; round += 1) times.push(await cancel(desk, path));
  figure('sweeps', `cancel of a run by the ${path} path p50`, median(times), 'ms', 100);
  figure('sweeps', `cancel of a run by the ${path} path, the longest`, percentile(times, 1), 'ms', 100);
}
await desk.close();
console.error(`bench sweeps: load ${loadavg()[0]?.toFixed(2)} after`);
