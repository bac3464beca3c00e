/** The kernel on long data, its hooks, and what it leaves to the core. */
import { describe, expect, test } from 'vitest';
import type { CandleColumns } from '#domain/candle-columns.ts';
import { seededRandom } from '#domain/random.ts';
import { parseCase, type GridCase } from './case.ts';
import { runGridCore } from './grid-core.ts';
import { runGridKernel } from './grid-kernel.ts';
import { RunCancelled, type RunProgress } from './trace.ts';

const PATHS = { core: runGridCore, kernel: runGridKernel };
const CASE = { tick_size: '0.01', lot_size: '0.00001', maker_fee: '0.0008', taker_fee: '0.001', slippage: '0.0005' };

/** `rows` minutes around 100, two decimals. */
function walk(rows: number, seed: number): CandleColumns {
  const random = seededRandom(seed);
  const prices = (): Int32Array => new Int32Array(rows);
  const [open, high, low, close] = [prices(), prices(), prices(), prices()];
  let price = 10_000;
  for (let row = 0; row < rows; row += 1) {
    open[row] = price;
    price = Math.max(5_000, price + Math.round((random() - 0.5) * 30 + (10_000 - price) * 0.001));
    close[row] = price;
    high[row] = Math.max(open[row] ?? 0, price) + Math.round(random() * 10);
    low[row] = Math.min(open[row] ?? 0, price) - Math.round(random() * 10);
  }
  const ts = Float64Array.from({ length: rows }, (_, row) => 1_700_000_000_000 + row * 60_000);
  return { length: rows, priceDecimals: 2, ts, open, high, low, close, volume: new Float64Array(rows) };
}

const every = (step: number, { length }: CandleColumns): Int32Array =>
  Int32Array.from({ length: Math.ceil(length / step) }, (_, index) => index * step);

describe('grid kernel over long data (G3–G13)', () => {
  const long = walk(30_000, 7);
  test.each<[string, GridCase]>([
    ['few fills', { ...CASE, lower_price: 90, upper_price: 110, grid_count: 4 }],
    ['many fills', { ...CASE, lower_price: 95, upper_price: 105, grid_count: 100, investment: 5000 }],
    ['fee in base', { ...CASE, lower_price: 95, upper_price: 105, grid_count: 40, fee_currency: 'received' }],
    [
      'money beyond 2^53',
      { ...CASE, lot_size: '0.00000001', lower_price: 92, upper_price: 108, grid_count: 30, investment: 9_000_000 },
    ],
    [
      'a tick finer than the data',
      { ...CASE, tick_size: '0.0001', lower_price: 97, upper_price: 103, grid_count: 7, spacing: 'geometric' },
    ],
    ['a trigger', { ...CASE, lower_price: 97, upper_price: 103, grid_count: 12, trigger_price: 98.5 }],
    ['out of quote', { ...CASE, lower_price: 97, upper_price: 103, grid_count: 200, maker_fee: '0.01' }],
  ])('%s', (_, config) => {
    const parsed = parseCase(config);
    const options = { samples: every(1000, long) };
    const trace = runGridKernel(parsed, long, options);
    expect(trace).toEqual(runGridCore(parsed, long, options));
    expect(trace.fills.length).toBeGreaterThan(2);
    // The same input gives the same bytes.
    expect(runGridKernel(parsed, long, options)).toEqual(trace);
  });

  test('an instrument of thirty decimals is left to the core', () => {
    const config = {
      ...CASE,
      lot_size: '0.00000000000001',
      tick_size: '0.00000000001',
      lower_price: 90,
      upper_price: 110,
      grid_count: 3,
      investment: '1000000000000',
    };
    const parsed = parseCase(config);
    const options = { samples: every(100, long) };
    expect(runGridKernel(parsed, long, options)).toEqual(runGridCore(parsed, long, options));
  });
});

describe.each(Object.entries(PATHS))('hooks of the %s (G21)', (_, run) => {
  const parsed = parseCase({ ...CASE, lower_price: 95, upper_price: 105, grid_count: 100, investment: 5000 });
  const columns = walk(60_000, 3);
  const samples = new Int32Array(0);

  test('progress rises to 1, with the trades and the equity of that moment', () => {
    const told: RunProgress[] = [];
    const trace = run(parsed, columns, { samples, hooks: { onProgress: (progress) => told.push(progress) } });
    expect(told.length).toBeGreaterThan(5);
    const done = told.map((progress) => progress.done);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(told.at(-1)).toEqual({
      done: 1,
      ts: columns.ts[columns.length - 1],
      trades: trace.fills.length,
      equity: Number(trace.exact['equity']),
    });
    const middle = told[2];
    const rows = Math.round((middle?.done ?? 0) * columns.length);
    const until = run(parsed, columns, { samples: Int32Array.of(rows - 1) });
    expect(middle?.equity).toBe(until.equity[0]);
    expect(middle?.trades).toBe(until.fills.bar.filter((bar) => bar < rows).length);
  });

  test('a cancelled run throws at its next look', () => {
    let asked = 0;
    const isCancelled = () => (asked += 1) > 2;
    expect(() => run(parsed, columns, { samples, hooks: { isCancelled } })).toThrow(RunCancelled);
    expect(asked).toBe(3);
  });

  test('a tick that makes prices too long for exact doubles is refused, whatever the lines', () => {
    const fine = parseCase({ ...CASE, tick_size: '0.00000000000001', lower_price: 10, upper_price: 20, grid_count: 2 });
    expect(() => run(fine, walk(100, 1), { samples })).toThrow(/tick_size is too fine for prices up to 10\d/);
  });

  test('no rows are refused', () => {
    expect(() => run(parsed, walk(0, 1), { samples })).toThrow(/has no rows/);
  });
});
