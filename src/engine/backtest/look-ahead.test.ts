/** G19: changing the future leaves every decision and fill of the past as it was, for every strategy of the catalog. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CandleColumns } from '#domain/candle-columns.ts';
import { seededRandom } from '#domain/random.ts';
import { STRATEGIES } from '../strategy/catalog.ts';
import { createSignals } from '../strategy/create-signals.ts';
import type { Decision, SignalBar, SignalMachine } from '../strategy/signals.ts';
import { pick, walkColumns, walkRows, type WalkRow } from '../testing/candle-walks.ts';
import { randomParams, SIGNAL_STRATEGIES } from '../testing/signal-params.ts';
import { parseCase } from './case.ts';
import type { GridRunOptions } from './grid-core.ts';
import { runGridCore } from './grid-core.ts';
import { runGridKernel } from './grid-kernel.ts';
import { parseSignalCase } from './signal-case.ts';
import { runSignalCore } from './signal-core.ts';
import { runSignalKernel } from './signal-kernel.ts';
import type { RunTrace } from './trace.ts';

type Run = (columns: CandleColumns, options: GridRunOptions) => RunTrace;

const LENGTH = 160;
const seeds = fc.integer({ min: 1, max: 2 ** 31 });
const cuts = fc.integer({ min: 1, max: LENGTH - 1 });

/** The same rows before `cut`, others from there on; as many, or the end comes sooner. */
function otherFuture(rows: readonly WalkRow[], cut: number, seed: number): readonly WalkRow[] {
  const ends = LENGTH - cut;
  return [...rows.slice(0, cut), ...walkRows(seed ^ 0x55555, seed % 2 === 0 ? ends : Math.ceil(ends / 2))];
}

/** Fills before row `cut`, and the equity at each close before it. */
function past(run: Run, rows: readonly WalkRow[], cut: number): readonly unknown[] {
  const columns = walkColumns(rows);
  const { fills, equity } = run(columns, { samples: Int32Array.from({ length: rows.length }, (_, row) => row) });
  const told: unknown[] = [...equity.subarray(0, cut)];
  for (let i = 0; i < fills.length && (fills.bar[i] ?? 0) < cut; i += 1) {
    told.push([fills.bar[i], fills.side[i], fills.level[i], fills.price[i], fills.lots[i], fills.realized[i]]);
  }
  return told;
}

/** The first run that saw the future, or `undefined`. */
function peeks(make: (seed: number) => Run, numRuns = 100): unknown {
  const result = fc.check(
    fc.property(seeds, cuts, (seed, cut) => {
      const run = make(seed);
      const rows = walkRows(seed, LENGTH);
      expect(past(run, otherFuture(rows, cut, seed), cut)).toEqual(past(run, rows, cut));
    }),
    { numRuns },
  );
  return result.failed ? result.counterexample : undefined;
}

function gridCase(seed: number) {
  const random = seededRandom(seed);
  return parseCase({
    tick_size: '0.01',
    lot_size: '0.001',
    maker_fee: '0.0008',
    taker_fee: '0.001',
    slippage: '0.0005',
    lower_price: 90,
    upper_price: 110,
    grid_count: pick(random, [4, 12, 40]),
    investment: 5000,
    ...pick<Readonly<Record<string, number>>>(random, [
      {},
      { stop_loss: 80 },
      { take_profit: 130 },
      { trigger_price: 101 },
      { take_profit_pct: 3 },
    ]),
  });
}

function signalCase(strategy: (typeof SIGNAL_STRATEGIES)[number], seed: number) {
  const random = seededRandom(seed);
  const execution = pick(random, ['open', 'close']);
  const params = { ...randomParams(strategy, random), allow_short: random() < 0.5, execution, close_at: 'none' };
  return parseSignalCase({ strategy, params, instrument: { lot_size: '0.001' } }, 2);
}

const PATHS = {
  kernel: { grid: runGridKernel, signals: runSignalKernel },
  core: { grid: runGridCore, signals: runSignalCore },
};

describe.each(Object.entries(PATHS))('no look-ahead by the %s (G19)', (path, { grid, signals }) => {
  const runs = path === 'core' ? 25 : 150;

  test('grid', () => {
    expect(peeks((seed) => (columns, options) => grid(gridCase(seed), columns, options), runs)).toBeUndefined();
  });

  test.each(SIGNAL_STRATEGIES)('%s', (strategy) => {
    const make = (seed: number) => {
      const parsed = signalCase(strategy, seed);
      return (columns: CandleColumns, options: GridRunOptions) => signals(parsed, columns, options);
    };
    expect(peeks(make, runs)).toBeUndefined();
  });
});

test('no strategy of the catalog is left out', () => {
  expect(STRATEGIES.map(({ id }) => id).toSorted()).toEqual(['grid', ...SIGNAL_STRATEGIES].toSorted());
});

describe('decisions (G19)', () => {
  const decisions = (machine: SignalMachine, rows: readonly WalkRow[]): readonly (Decision | undefined)[] =>
    rows.map((row, ts) => machine.close({ ts, ...row }));

  test.each(SIGNAL_STRATEGIES)('%s: each with its words, and its figures, are of the bars so far', (strategy) => {
    fc.assert(
      fc.property(seeds, cuts, (seed, cut) => {
        const make = () => createSignals(strategy, randomParams(strategy, seededRandom(seed)), 2);
        const rows = walkRows(seed, LENGTH);
        const [one, other, short] = [make(), make(), make()];
        const before = decisions(one, rows).slice(0, cut);
        expect(decisions(other, otherFuture(rows, cut, seed)).slice(0, cut)).toEqual(before);
        // Nor does it matter whether there is a future at all.
        expect(decisions(short, rows.slice(0, cut))).toEqual(before);
      }),
    );
  });
});

describe('the test can fail', () => {
  /** Knows all rows: goes long before a rise. */
  class Peeking implements Pick<SignalMachine, 'close'> {
    readonly #closes: Int32Array | Float64Array;
    #row = 0;

    constructor({ close }: CandleColumns) {
      this.#closes = close;
    }

    close({ close }: SignalBar): Decision | undefined {
      this.#row += 1;
      const next = this.#closes[this.#row] ?? close;
      return next > close ? { target: 'long', reason: 'it will rise' } : undefined;
    }
  }

  test('a machine that looks one bar ahead is caught', () => {
    const make = () => (columns: CandleColumns, options: GridRunOptions) => {
      const machine = new Peeking(columns);
      const trace = runSignalKernel(signalCase('dual_ma', 1), columns, options);
      const bars: number[] = [];
      for (let row = 0; row < columns.length; row += 1) {
        const [open = 0, high = 0, low = 0, close = 0] = [
          columns.open[row],
          columns.high[row],
          columns.low[row],
          columns.close[row],
        ];
        if (machine.close({ ts: row, open, high, low, close })) bars.push(row);
      }
      const flat = new Float64Array(bars.length);
      const fills = {
        length: bars.length,
        bar: Int32Array.from(bars),
        side: new Int8Array(bars.length).fill(1),
        level: new Int32Array(bars.length).fill(-1),
        price: flat,
        lots: flat,
        fee: flat,
        realized: flat,
      };
      return { ...trace, fills };
    };
    expect(peeks(make)).toBeDefined();
  });

  test('so is a run that fills at the close of the bar after', () => {
    const make = (seed: number) => (columns: CandleColumns, options: GridRunOptions) => {
      // Each row opens where it will close.
      const leaking = {
        ...columns,
        open: columns.close,
        close: columns.close.map((_, row) => columns.close[row + 1] ?? 1),
      };
      return runSignalKernel(signalCase('macd', seed), leaking, options);
    };
    expect(peeks(make)).toBeDefined();
  });
});
