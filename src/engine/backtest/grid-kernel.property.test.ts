/** Two paths, one truth: the kernel against the core that trades live, on random grids and walks. */
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { CandleColumns } from '#domain/candle-columns.ts';
import { BacktestError, parseCase, type GridCase, type ParsedCase } from './case.ts';
import * as core from './grid-core.ts';
import { runGridKernel } from './grid-kernel.ts';
import type { RunTrace } from './trace.ts';

vi.mock('./grid-core.ts', { spy: true });

const START = 1_700_000_000_000;
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
const tenths = (min: number, max: number) => fc.integer({ min, max }).map((value) => String(value / 10));

/** All options of G3–G13 around a price of 100; ticks of 0.1, or finer than the data's two decimals. */
const gridCase: fc.Arbitrary<GridCase> = fc
  .record({
    tick_size: fc.constantFrom('0.1', '0.1', '0.05', '0.001'),
    lot_size: fc.constantFrom('0.001', '0.01', '0.005', '0.00000001'),
    maker_fee: fc.constantFrom('0', '0.001', '0.0008', '0.01', '0.002'),
    taker_fee: fc.constantFrom('0', '0.001', '0.0015', '0.02'),
    fee_currency: fc.constantFrom('quote', 'received'),
    slippage: fc.constantFrom('0', '0.0005', '0.01'),
    lower_price: tenths(800, 990),
    upper_price: tenths(1010, 1200),
    grid_count: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 2, max: 14 }) }, fc.integer({ min: 15, max: 190 })),
    spacing: fc.constantFrom('arithmetic', 'geometric'),
    size: fc.oneof(
      fc.integer({ min: 30, max: 30_000 }).map((value) => ({ investment: String(value / 3).slice(0, 9) })),
      fc.integer({ min: 1, max: 40 }).map((lots) => ({ order_size: String(lots / 100) })),
      fc.integer({ min: 1, max: 40 }).map((lots) => ({ order_size: String(lots / 100), initial_quote: '9000.125' })),
    ),
    take_profit_pct: maybe(fc.constantFrom('0.1', '0.37', '1', '5', '30')),
    stop_loss: maybe(fc.oneof(tenths(700, 850), fc.integer({ min: 70, max: 85 }).map(String))),
    take_profit: maybe(fc.oneof(tenths(1100, 1300), fc.integer({ min: 110, max: 130 }).map(String))),
    trigger_price: maybe(tenths(900, 1100)),
    fill_model: maybe(fc.constantFrom('touch', 'through')),
  })
  .map(({ size, ...rest }) => {
    const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
    return { ...given, ...size };
  });

/** Rows that walk, jump, stand still, touch round prices; some open or close outside their own high and low. */
const candles: fc.Arbitrary<CandleColumns> = fc
  .record({
    start: fc.integer({ min: 8500, max: 11_500 }),
    narrow: fc.boolean(),
    grain: fc.constantFrom(1, 1, 10, 50, 100),
    rows: fc.array(
      fc.record({
        size: fc.constantFrom(0, 3, 10, 10, 40, 40, 200, 900),
        steps: fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: -100, max: 100 }))),
        round: fc.constantFrom(1, 1, 10, 100),
        outside: fc.integer({ min: 0, max: 15 }),
        pull: fc.boolean(),
      }),
      { minLength: 1, maxLength: 260, size: 'max' },
    ),
  })
  .map(({ start, narrow, grain, rows }) => {
    let before = start;
    const prices = rows.map(({ size, steps, round: finest, outside, pull }) => {
      // Some walks step on round prices only: those of lines and limits.
      const round = Math.max(grain, finest);
      const at = (from: number, step: number) =>
        Math.max(100, Math.round((from + (step * size) / 100) / round) * round);
      const [a = 0, b = 0, c = 0, d = 0] = steps;
      // Back to the middle now and then, or most walks leave the range for good.
      const open = at(pull ? before + (10_000 - before) * 0.1 : before, a);
      const close = at(open, b);
      const top = outside === 0 ? at(open, c) : Math.max(open, close, at(open, c));
      const bottom = outside === 1 ? at(open, d) : Math.min(open, close, at(open, d));
      before = close;
      return { open, high: Math.max(top, bottom), low: Math.min(top, bottom), close };
    });
    const column = (name: 'open' | 'high' | 'low' | 'close') =>
      (narrow ? Int32Array : Float64Array).from(prices.map((row) => row[name]));
    return {
      length: prices.length,
      priceDecimals: 2,
      ts: Float64Array.from(prices, (_, row) => START + row * 60_000),
      open: column('open'),
      high: column('high'),
      low: column('low'),
      close: column('close'),
      volume: new Float64Array(prices.length),
    };
  });

const runs = 600;

/** The trace, or what was refused. */
function outcome(
  run: typeof core.runGridCore,
  parsed: ParsedCase,
  columns: CandleColumns,
  options: core.GridRunOptions,
): RunTrace | Pick<BacktestError, 'code' | 'message' | 'issues'> {
  try {
    return run(parsed, columns, options);
  } catch (error) {
    if (error instanceof BacktestError) return { code: error.code, message: error.message, issues: error.issues };
    throw error;
  }
}

/** Names of what is not the same: traces are large to print, and a failing one is made smaller many times. */
function differences(a: object, b: object): string[] {
  const other = new Map<string, unknown>(Object.entries(b));
  const names = new Set([...Object.keys(a), ...other.keys()]);
  for (const [name, value] of Object.entries(a)) if (isDeepStrictEqual(value, other.get(name))) names.delete(name);
  return [...names];
}

describe('grid kernel (G3–G13)', () => {
  test('equals the core fill for fill and digit for digit, and does not run it', () => {
    const seen = new Map<string, number>();
    const count = (what: string, by = 1) => seen.set(what, (seen.get(what) ?? 0) + by);
    fc.assert(
      fc.property(gridCase, candles, fc.integer({ min: 1, max: 70 }), (config, columns, step) => {
        const parsed = parseCase(config);
        const rows = Array.from({ length: Math.ceil(columns.length / step) }, (_, index) => index * step);
        const options = { samples: Int32Array.from(rows) };
        const expected = outcome(core.runGridCore, parsed, columns, options);
        vi.mocked(core.runGridCore).mockClear();
        expect(differences(outcome(runGridKernel, parsed, columns, options), expected)).toEqual([]);
        const ranCore = vi.mocked(core.runGridCore).mock.calls.length > 0;
        expect(ranCore).toBe(!('state' in expected) || expected.state === 'error');
        if (!('state' in expected)) {
          count('refused');
          return;
        }
        const { grid, fills, drawdown, exact } = expected;
        if (grid && grid.cycles > 0) count('cycles');
        if (exact['fees_base'] !== '0') count('fee in base');
        if (drawdown.recoveredBar >= 0) count('recovered');
        if (expected.startBar > 0) count('triggered');
        count('fills', fills.length);
        count(expected.state);
      }),
      { numRuns: runs, interruptAfterTimeLimit: 60_000 },
    );
    // The walks are worth something only where they reach everything.
    for (const what of ['running', 'waiting', 'stop_loss', 'take_profit', 'refused', 'cycles', 'fee in base']) {
      expect([what, (seen.get(what) ?? 0) > runs / 100]).toEqual([what, true]);
    }
    expect(seen.get('triggered')).toBeGreaterThan(runs / 100);
    expect(seen.get('recovered')).toBeGreaterThan(runs / 100);
    expect(seen.get('fills')).toBeGreaterThan(runs * 10);
  });

  test('without fills: all else is the same', () => {
    fc.assert(
      fc.property(gridCase, candles, (config, columns) => {
        const parsed = parseCase(config);
        const samples = Int32Array.of(0);
        const whole = outcome(runGridKernel, parsed, columns, { samples });
        const figures = outcome(runGridKernel, parsed, columns, { samples, figuresOnly: true });
        if (!('state' in whole) || !('state' in figures)) {
          expect(differences(figures, whole)).toEqual([]);
          return;
        }
        expect(figures.fills.length).toBe(0);
        expect(differences({ ...figures, fills: null }, { ...whole, fills: null })).toEqual([]);
      }),
      { numRuns: runs / 4 },
    );
  });
});

describe('grid core (G8, G20)', () => {
  test('samples are the exact equity at every close; the drawdown is the largest fall of them', () => {
    fc.assert(
      fc.property(gridCase, candles, (config, columns) => {
        const samples = Int32Array.from({ length: columns.length }, (_, row) => row);
        const trace = outcome(runGridKernel, parseCase(config), columns, { samples });
        if (!('state' in trace)) return;
        expect(trace.samples).toEqual(samples.slice(0, trace.bars));
        expect(trace.equity.at(-1)).toBe(Number(trace.exact['equity']));
        // A grid that waited may begin with another amount (G6).
        const invested = Number(trace.exact['invested']);
        const from = Math.max(0, trace.startBar);
        let [peak, peakBar, worst] = [invested, -1, 0];
        let [ofPeak, trough, recovered] = [-1, -1, -1];
        for (let row = from; row < trace.bars; row += 1) {
          const equity = trace.equity[row] ?? 0;
          if (recovered < 0 && trough >= 0 && equity >= peak) recovered = row;
          if (equity > peak) [peak, peakBar] = [equity, row];
          if ((peak - equity) / peak <= worst) continue;
          [worst, ofPeak, trough, recovered] = [(peak - equity) / peak, peakBar, row, -1];
        }
        expect(trace.drawdown).toMatchObject({ worst, peakBar: ofPeak, troughBar: trough, recoveredBar: recovered });
        expect(trace.peakEquity).toBe(peak);
      }),
      { numRuns: runs / 4 },
    );
  });
});
