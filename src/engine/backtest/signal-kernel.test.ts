/** The kernel of signal strategies by hand-made cases and by a published run (G19); the core equals it (signal-paths). */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { walkColumns } from '../testing/candle-walks.ts';
import { columnsOf, parseRows, priceDecimalsOf, type CandleRow } from './candle-rows.ts';
import { BacktestError } from './case.ts';
import { parseSignalCase } from './signal-case.ts';
import { runSignalKernel } from './signal-kernel.ts';
import { RunCancelled, type RunProgress, type RunTrace } from './trace.ts';

/** Bars that open and close at these, whole prices. */
const bars = (...rows: readonly (readonly [open: number, close: number])[]) =>
  walkColumns(
    rows.map(([open, close]) => ({ open, high: Math.max(open, close), low: Math.min(open, close), close })),
    0,
  );

/** SMA 1 against SMA 2: above where the last close is higher than the one before. */
const CROSS = { fast_period: 1, slow_period: 2 };
const FREE = { initial_capital: 1000, commission: 0, slippage: 0 };
/** Falls, rises (a buy is decided in row 3), falls (a sale is decided in row 5). */
const SWING = bars([100, 100], [100, 90], [90, 80], [80, 100], [110, 120], [120, 90], [95, 85], [80, 70]);

function run(
  params: object,
  config: object = FREE,
  columns = SWING,
  instrument: object = { lot_size: '0.001' },
): RunTrace {
  const samples = Int32Array.from({ length: columns.length }, (_, row) => row);
  return runSignalKernel(
    parseSignalCase(
      { strategy: 'dual_ma', params: { ...CROSS, ...params }, config, instrument },
      columns.priceDecimals,
    ),
    columns,
    { samples },
  );
}

const fillsOf = ({ fills }: RunTrace) =>
  Array.from({ length: fills.length }, (_, i) => {
    const side = fills.side[i] === 1 ? 'buy' : 'sell';
    return `${fills.bar[i]} ${side} ${fills.lots[i]} @ ${fills.price[i]}`;
  });

const issuesOf = (work: () => unknown): readonly string[] => {
  try {
    work();
  } catch (error) {
    if (error instanceof BacktestError) return error.issues.map(({ path }) => path);
    throw error;
  }
  return [];
};

describe('decisions to fills (G19)', () => {
  test('a decision at a close is filled at the next open, sized there, and left at the next decision’s', () => {
    const trace = run({});
    // 1000 / 110 = 9.0909 → 9.090; sold at 95: 1000 − 9.09 · 15 = 863.65.
    expect(fillsOf(trace)).toEqual(['4 buy 9090 @ 110', '6 sell 9090 @ 95']);
    expect([...trace.equity]).toEqual([1000, 1000, 1000, 1000, 1090.9, 818.2, 863.65, 863.65]);
    expect(trace.exact).toMatchObject({
      equity: '863.65',
      realized_pnl: '-136.35',
      unrealized_pnl: '0',
      position: '0',
    });
    expect(trace).toMatchObject({ state: 'running', bars: 8, startBar: 1, startPrice: 90, barsInPosition: 2 });
    expect(trace.peakEquity).toBe(1090.9);
    expect(trace.drawdown).toMatchObject({ peakBar: 4, troughBar: 5, recoveredBar: -1 });
    expect(trace.drawdown.worst).toBeCloseTo(272.7 / 1090.9, 15);
  });

  test('execution close fills at the same close', () => {
    expect(fillsOf(run({ execution: 'close' }))).toEqual(['3 buy 10000 @ 100', '5 sell 10000 @ 90']);
  });

  test('allow_short turns the position round in two fills, sized from what the close left', () => {
    const trace = run({ allow_short: true });
    // 863.65 / 95 = 9.0910… → 9.091 short; bought back at the last close, 70: 863.65 + 9.091 · 25.
    expect(fillsOf(trace)).toEqual(['4 buy 9090 @ 110', '6 sell 9090 @ 95', '6 sell 9091 @ 95', '7 buy 9091 @ 70']);
    expect(trace.exact).toMatchObject({ equity: '1090.925', position: '0' });
    expect([...trace.fills.realized]).toEqual([0, -136.35, 0, 227.275]);
  });

  test('close_at: the last open, or not at all', () => {
    const atOpen = run({ allow_short: true, close_at: 'last_open' });
    expect(fillsOf(atOpen).at(-1)).toBe('7 buy 9091 @ 80');
    const open = run({ allow_short: true, close_at: 'none' });
    expect(fillsOf(open).at(-1)).toBe('6 sell 9091 @ 95');
    expect(open.exact).toMatchObject({ position: '-9.091', unrealized_pnl: '227.275', equity: '1090.925' });
    expect(open.barsInPosition).toBe(4);
  });

  test.each(['open', 'close'])('the last row opens nothing that would end with it (execution %s)', (execution) => {
    const columns = bars([100, 100], [100, 90], [90, 80], [80, 100]);
    for (const close_at of ['last_close', 'last_open']) {
      expect(run({ execution, close_at }, FREE, columns).fills.length).toBe(0);
    }
    expect(run({ execution, close_at: 'none' }, FREE, columns).fills.length).toBe(execution === 'close' ? 1 : 0);
  });

  test('whole_units, commission and slippage: against the trader, fee within what there is', () => {
    const config = { initial_capital: 1000, commission: 0.01, slippage: 0.001 };
    // 110 · 1.001 = 110.11 → 111; 1000 / (111 · 1.01) = 8.9; sold at 95 · 0.999 = 94.9 → 94.
    const trace = run({ whole_units: true }, config);
    expect(fillsOf(trace)).toEqual(['4 buy 8000 @ 111', '6 sell 8000 @ 94']);
    expect([...trace.fills.fee]).toEqual([8.88, 7.52]);
    expect(trace.exact).toMatchObject({ fees: '16.4', equity: '847.6', realized_pnl: '-152.4' });
  });

  test('no lot for the money: it stays flat; so for an order below the venue’s minimum', () => {
    expect(run({ whole_units: true }, { ...FREE, initial_capital: 109 }).fills.length).toBe(0);
    expect(run({}, FREE, SWING, { lot_size: '0.001', min_notional: '1001' }).fills.length).toBe(0);
    expect(run({}, FREE, SWING, { lot_size: '0.001', min_size: '9.091' }).fills.length).toBe(0);
    expect(run({}, FREE, SWING, { lot_size: '0.001', min_size: '9.09' }).fills.length).toBe(2);
  });

  test('equity used up at a close: bought back there, and the run ends with an error', () => {
    const columns = bars([100, 100], [100, 110], [110, 90], [90, 90], [90, 200], [200, 200]);
    const trace = run({ allow_short: true }, FREE, columns);
    expect(trace).toMatchObject({ state: 'error', reason: 'the equity is used up', bars: 5 });
    expect(fillsOf(trace)).toEqual(['3 sell 11111 @ 90', '4 buy 11111 @ 200']);
    expect(trace.exact).toMatchObject({ equity: '-222.21', position: '0' });
    expect(trace.samples.at(-1)).toBe(4);
  });

  test('too few rows for the indicators: nothing happens', () => {
    const trace = run({ slow_period: 20, fast_period: 10 });
    expect(trace).toMatchObject({ state: 'running', bars: 8, startBar: -1, startPrice: 0 });
    expect(trace.exact).toMatchObject({ equity: '1000', invested: '1000' });
  });

  test('a tick finer than the data, and a coarser one', () => {
    expect(fillsOf(run({}, { ...FREE, slippage: 0.001 }, SWING, { lot_size: '1', tick_size: '0.01' }))).toEqual([
      '4 buy 9 @ 110.11',
      '6 sell 9 @ 94.9',
    ]);
    expect(fillsOf(run({}, FREE, SWING, { lot_size: '1', tick_size: '20' }))).toEqual([
      '4 buy 8 @ 120',
      '6 sell 8 @ 80',
    ]);
  });
});

describe('refused by field', () => {
  const parse = (request: object) => issuesOf(() => parseSignalCase({ strategy: 'dual_ma', ...request }));

  test('parameters, capital, costs and instruments', () => {
    expect(issuesOf(() => parseSignalCase({}))).toEqual(['strategy']);
    expect(parse({ strategy: 'grid' })).toEqual(['strategy']);
    expect(parse({ strategy: 'constructor' })).toEqual(['strategy']);
    expect(parse({ params: { fast_period: 30 } })).toEqual(['params.slow_period']);
    expect(parse({ params: { nonsense: 1 }, config: { initial_capital: 0 } })).toEqual([
      'params.nonsense',
      'config.initial_capital',
    ]);
    expect(parse({ params: [] })).toEqual(['params']);
    expect(parse({ config: { commission: 1, slippage: -0.1, fee: 1 } }).toSorted()).toEqual([
      'config.commission',
      'config.fee',
      'config.slippage',
    ]);
    expect(parse({ instrument: { lot_size: 0, tick_size: 'x' } }).toSorted()).toEqual([
      'instrument.lot_size',
      'instrument.tick_size',
    ]);
    // A fee of a lot must have no more than 18 decimals (G2).
    expect(parse({ config: { commission: 0.00000000001 } })).toEqual(['config.commission']);
    expect(parse({ instrument: { fee_currency: 'received' }, params: { allow_short: true } })).toEqual([
      'params.allow_short',
    ]);
  });

  test('a position of more than 2^53 lots', () => {
    const work = () => run({}, { ...FREE, initial_capital: 1e12 }, SWING, { lot_size: '0.00000000000001' });
    expect(issuesOf(work)).toEqual(['instrument.lot_size']);
  });

  test('defaults: 10,000, a fee of 0.05 %, slippage 0.01 %, the data’s last decimal as tick', () => {
    const parsed = parseSignalCase({ strategy: 'macd' }, 2);
    expect(parsed).toMatchObject({ capital: '10000', slippage: '0.0001', params: { fast_period: 12 } });
    expect(parsed.instrument).toMatchObject({ tickSize: '0.01', lotSize: '0.00000001', takerFee: '0.0005' });
    expect(parseSignalCase({ strategy: 'macd', instrument: { taker_fee: '0.002' } }).instrument.takerFee).toBe('0.002');
  });
});

describe('hooks (G21)', () => {
  const rows = Array.from({ length: 20_000 }, (_, row) => [100 + (row % 7), 100 + (row % 5)] as const);
  const long = bars(...rows);
  const parsed = parseSignalCase({ strategy: 'dual_ma', params: CROSS });
  const samples = new Int32Array(0);

  test('progress rises to 1', () => {
    const told: RunProgress[] = [];
    const trace = runSignalKernel(parsed, long, { samples, hooks: { onProgress: (progress) => told.push(progress) } });
    const done = told.map((progress) => progress.done);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(told.length).toBeGreaterThan(5);
    expect(told.at(-1)).toMatchObject({ done: 1, trades: trace.fills.length, equity: Number(trace.exact['equity']) });
  });

  test('a cancelled run throws within a few thousand rows', () => {
    let asked = 0;
    const isCancelled = () => (asked += 1) === 2;
    expect(() => runSignalKernel(parsed, long, { samples, hooks: { isCancelled } })).toThrow(RunCancelled);
    expect(asked).toBe(2);
  });
});

const shared = fileURLToPath(new URL('../../../../shared/', import.meta.url));
const vector = `${shared}vectors/backtest/sma-cross-goog.json`;
const present = existsSync(vector);

interface Published {
  readonly data: string;
  readonly expected: Readonly<Record<string, number>>;
}

describe('a published run: SMA 10 / 30 on GOOG', () => {
  test.skipIf(present)('skipped: ../shared is not there', () => undefined);

  test.skipIf(!present)('every figure to 1e-9', () => {
    const { data, expected }: Published = JSON.parse(readFileSync(vector, 'utf8'));
    const lines = gunzipSync(readFileSync(`${shared}data/${data}`))
      .toString('utf8')
      .trim()
      .split('\n')
      .slice(1);
    const rows = lines.map((line): CandleRow => {
      const [ts = '', open = '', high = '', low = '', close = ''] = line.split(',');
      return [Number(ts), open, high, low, close];
    });
    const decimals = priceDecimalsOf(rows, 0);
    const columns = columnsOf(parseRows(rows, decimals), decimals);
    const params = { allow_short: true, whole_units: true, close_at: 'last_open' };
    const config = { initial_capital: 10_000, commission: 0, slippage: 0 };
    const trace = runSignalKernel(parseSignalCase({ strategy: 'dual_ma', params, config }, decimals), columns, {
      samples: new Int32Array(0),
    });
    const { fills, startPrice, drawdown } = trace;
    const returns: number[] = [];
    for (let i = 0; i + 1 < fills.length; i += 2) {
      // Each trade is a fill in and a fill out of as many lots.
      expect(fills.lots[i]).toBe(fills.lots[i + 1]);
      const [entry = 0, exit = 0] = [fills.price[i], fills.price[i + 1]];
      returns.push((exit / entry - 1) * (fills.side[i] ?? 0) * 100);
    }
    const figures: Record<string, number> = {
      trades: fills.length / 2,
      equity_final: Number(trace.exact['equity']),
      equity_peak: trace.peakEquity,
      return_pct: (Number(trace.exact['equity']) / 10_000 - 1) * 100,
      buy_hold_return_pct: ((columns.close.at(-1) ?? 0) / startPrice - 1) * 100,
      max_drawdown_pct: -drawdown.worst * 100,
      win_rate_pct: (returns.filter((value) => value > 0).length / returns.length) * 100,
      best_trade_pct: Math.max(...returns),
      worst_trade_pct: Math.min(...returns),
    };
    expect(Object.keys(figures).toSorted()).toEqual(Object.keys(expected).toSorted());
    for (const [name, value] of Object.entries(expected)) {
      expect([name, Math.abs((figures[name] ?? NaN) / value - 1) < 1e-9, figures[name]]).toEqual([
        name,
        true,
        figures[name],
      ]);
    }
    expect(trace.startBar).toBe(29);
  });
});
