/** Two paths, one truth: signal strategies by the kernel and by the core that trades live, to the digit (G19). */
import * as fc from 'fast-check';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { CandleColumns } from '#domain/candle-columns.ts';
import { seededRandom } from '#domain/random.ts';
import { pick, walkColumns, walkRows } from '../testing/candle-walks.ts';
import { randomParams, SIGNAL_STRATEGIES } from '../testing/signal-params.ts';
import { columnsOf, parseRows, priceDecimalsOf, type CandleRow } from './candle-rows.ts';
import { BacktestError } from './case.ts';
import type { GridRunOptions } from './grid-core.ts';
import { parseSignalCase, type SignalCase } from './signal-case.ts';
import { runSignalCore } from './signal-core.ts';
import { runSignalKernel } from './signal-kernel.ts';
import type { RunTrace } from './trace.ts';

const runs = 600;

/** All that decides what a run does, by one seed. */
function randomRequest(seed: number) {
  const random = seededRandom(seed);
  const strategy = pick(random, SIGNAL_STRATEGIES);
  const instrument = pick<Readonly<Record<string, string>>>(random, [
    {},
    { tick_size: '0.1', lot_size: '0.001' },
    { tick_size: '0.001', lot_size: '0.005', min_size: '0.05', min_notional: '10' },
    { lot_size: '3', min_notional: '700' },
    { lot_size: '0.01', fee_currency: 'received' },
  ]);
  return {
    strategy,
    params: {
      ...randomParams(strategy, random),
      allow_short: instrument['fee_currency'] === undefined && random() < 0.6,
      whole_units: random() < 0.3,
      execution: pick(random, ['open', 'close']),
      close_at: pick(random, ['last_close', 'last_open', 'none']),
    },
    config: {
      initial_capital: pick(random, ['0.5', '150.25', '1000', '10000', '98765432.123456789']),
      commission: pick(random, ['0', '0.0005', '0.001', '0.03', '0.4']),
      slippage: pick(random, ['0', '0.0001', '0.0005', '0.02']),
    },
    instrument,
  };
}

const seeds = fc.integer({ min: 1, max: 2 ** 31 });
const lengths = fc.integer({ min: 1, max: 260 });

function outcome(
  run: typeof runSignalKernel,
  signalCase: SignalCase,
  columns: CandleColumns,
  options: GridRunOptions,
): RunTrace | { readonly code: string; readonly paths: readonly string[] } {
  try {
    return run(signalCase, columns, options);
  } catch (error) {
    // What is refused is refused by both, for the same field.
    if (error instanceof BacktestError) return { code: error.code, paths: error.issues.map(({ path }) => path) };
    throw error;
  }
}

describe('kernel and core of signal strategies (G19)', () => {
  test('are equal fill for fill and digit for digit', () => {
    const seen = new Map<string, number>();
    const count = (what: string, by = 1) => seen.set(what, (seen.get(what) ?? 0) + by);
    fc.assert(
      fc.property(seeds, lengths, fc.integer({ min: 1, max: 70 }), (seed, length, step) => {
        const given = randomRequest(seed);
        const columns = walkColumns(walkRows(seed, length));
        const signalCase = parseSignalCase(given, columns.priceDecimals);
        const options = { samples: Int32Array.from({ length: Math.ceil(length / step) }, (_, i) => i * step) };
        const trace = outcome(runSignalKernel, signalCase, columns, options);
        expect(trace).toEqual(outcome(runSignalCore, signalCase, columns, options));
        if (!('state' in trace)) return;
        count(trace.state);
        count(`${given.strategy} fills`, trace.fills.length);
        if (trace.exact['fees_base'] !== '0') count('fee in base');
        if (trace.exact['position']?.startsWith('-') === true) count('left short');
        if (trace.drawdown.recoveredBar >= 0) count('recovered');
      }),
      { numRuns: runs },
    );
    // The walks are worth something only where they reach everything.
    for (const what of ['running', 'error', 'fee in base', 'left short', 'recovered']) {
      expect([what, (seen.get(what) ?? 0) > 1]).toEqual([what, true]);
    }
    for (const strategy of SIGNAL_STRATEGIES) {
      expect([strategy, (seen.get(`${strategy} fills`) ?? 0) > runs / 2]).toEqual([strategy, true]);
    }
  });

  test('both refuse a tick that makes prices too long for exact doubles, naming it', () => {
    const columns = walkColumns(walkRows(1, 40));
    const request = { strategy: 'dual_ma', params: { fast_period: 2, slow_period: 3 }, config: {} };
    const signalCase = parseSignalCase({ ...request, instrument: { tick_size: '0.000000000000001' } });
    for (const run of [runSignalKernel, runSignalCore]) {
      expect(outcome(run, signalCase, columns, { samples: Int32Array.of(0) })).toEqual({
        code: 'VALIDATION_ERROR',
        paths: ['instrument.tick_size'],
      });
    }
  });

  test('both refuse a tick that makes prices too long for exact doubles, naming it', () => {
    const columns = walkColumns(walkRows(1, 40));
    const request = { strategy: 'dual_ma', params: { fast_period: 2, slow_period: 3 }, config: {} };
    const signalCase = parseSignalCase({ ...request, instrument: { tick_size: '0.000000000000001' } });
    for (const run of [runSignalKernel, runSignalCore]) {
      expect(outcome(run, signalCase, columns, { samples: Int32Array.of(0) })).toEqual({
        code: 'VALIDATION_ERROR',
        paths: ['instrument.tick_size'],
      });
    }
  });

  test('without fills all else is the same', () => {
    fc.assert(
      fc.property(seeds, lengths, (seed, length) => {
        const columns = walkColumns(walkRows(seed, length));
        const signalCase = parseSignalCase(randomRequest(seed), columns.priceDecimals);
        const samples = Int32Array.of(0);
        const whole = outcome(runSignalKernel, signalCase, columns, { samples });
        const figures = outcome(runSignalKernel, signalCase, columns, { samples, figuresOnly: true });
        if (!('state' in figures)) {
          expect(figures).toEqual(whole);
          return;
        }
        expect(figures.fills.length).toBe(0);
        expect({ ...figures, fills: null }).toEqual({ ...whole, fills: null });
      }),
      { numRuns: runs / 4 },
    );
  });
});

const folder = fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.csv.gz')) : [];
/** The core takes its time. */
const MOST_ROWS = 6000;

function recorded(file: string): CandleColumns {
  const lines = gunzipSync(readFileSync(`${folder}/${file}`))
    .toString('utf8')
    .trim()
    .split('\n');
  const rows = lines.slice(1, MOST_ROWS + 1).map((line): CandleRow => {
    const [ts = '', open = '', high = '', low = '', close = ''] = line.split(',');
    return [Number(ts), open, high, low, close];
  });
  const decimals = priceDecimalsOf(rows, 0);
  return columnsOf(parseRows(rows, decimals), decimals);
}

describe('on recorded candles', () => {
  test.skipIf(files.length > 0)('skipped: ../shared/data is not there', () => undefined);

  test.skipIf(files.length === 0).each(files)('%s', (file) => {
    const columns = recorded(file);
    for (const [index, strategy] of SIGNAL_STRATEGIES.entries()) {
      const params = { allow_short: index % 2 === 0, execution: index % 3 === 0 ? 'close' : 'open' };
      const signalCase = parseSignalCase({ strategy, params }, columns.priceDecimals);
      const options = { samples: Int32Array.from({ length: columns.length }, (_, row) => row) };
      const trace = runSignalKernel(signalCase, columns, options);
      expect(trace).toEqual(runSignalCore(signalCase, columns, options));
      expect(trace.fills.length).toBeGreaterThan(10);
    }
  });
});
