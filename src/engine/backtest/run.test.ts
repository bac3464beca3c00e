import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { CandleColumns } from '#domain/candle-columns.ts';
import { columnsOf, parseRows, priceDecimalsOf, type CandleRow } from './candle-rows.ts';
import { BacktestError, type GridCase } from './case.ts';
import { fillsOf, tradesOf } from './report.ts';
import { parseRequest, runBacktest, runFigures } from './run.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
/** A Monday. */
const START = Date.UTC(2024, 0, 1);
const GRID = { lower_price: 90, upper_price: 110, grid_count: 4, investment: 1000 };
const INSTRUMENT = { tick_size: '0.1', lot_size: '0.01', maker_fee: '0.001', taker_fee: '0.002' };
const request = { strategy: 'grid', params: GRID, instrument: INSTRUMENT, config: { slippage: 0 } };

function columns(rows: readonly CandleRow[]): CandleColumns {
  const decimals = priceDecimalsOf(rows, 0);
  return columnsOf(parseRows(rows, decimals), decimals);
}

/** Each close is the next open; a row every `step`. */
function closes(values: readonly number[], step = DAY): CandleColumns {
  return columns(
    values.map((close, index): CandleRow => {
      const open = values[index - 1] ?? close;
      const [high, low] = [Math.max(open, close), Math.min(open, close)];
      return [START + index * step, String(open), String(high), String(low), String(close)];
    }),
  );
}

function issues(raw: GridCase, data = closes([100, 101])): readonly string[] {
  try {
    runBacktest(parseRequest(raw), data);
  } catch (error) {
    if (error instanceof BacktestError) return error.issues.map(({ path }) => path);
    throw error;
  }
  return [];
}

describe('requests', () => {
  test.each<[string, GridCase, string[]]>([
    ['no strategy', { params: {} }, ['strategy']],
    ['an unknown one', { strategy: 'magic', params: {} }, ['strategy']],
    ['a field of nothing', { ...request, colour: 1 }, ['colour']],
    ['no range', { strategy: 'grid', params: { grid_count: 4 } }, ['params.upper_price', 'params.lower_price']],
    ['an unknown parameter', { ...request, params: { ...GRID, speed: 1 } }, ['params.speed']],
    ['fees above all', { ...request, instrument: { ...INSTRUMENT, maker_fee: 2 } }, ['instrument.maker_fee']],
    ['a rule there is not', { ...request, instrument: { ...INSTRUMENT, margin: 2 } }, ['instrument.margin']],
    ['no capital', { ...request, config: { initial_capital: 0 } }, ['config.initial_capital']],
    ['a commission of a half more', { ...request, config: { commission: 1.5 } }, ['config.commission']],
    ['a text for an object', { ...request, config: 'x' }, ['config']],
    ['what only the ticks tell', { ...request, params: { ...GRID, upper_price: 110.05 } }, ['params.upper_price']],
    ['the flat form’s own names', { strategy: 'grid', ...GRID, ...INSTRUMENT, upper_price: 'x' }, ['upper_price']],
    ['a period of nothing', { strategy: 'dual_ma', params: { fast_period: 0 } }, ['params.fast_period']],
    ['fast above slow', { strategy: 'dual_ma', params: { fast_period: 50 } }, ['params.slow_period']],
    ['capital 0', { strategy: 'dual_ma', params: {}, config: { initial_capital: 0 } }, ['config.initial_capital']],
  ])('%s is refused by field', (_, raw, paths) => {
    expect(issues(raw)).toEqual(paths);
  });

  test('G6: too little for the grid is said to be just that', () => {
    const poor = { ...request, params: { ...GRID, initial_quote: 10 } };
    expect(() => runBacktest(parseRequest(poor), closes([100, 101]))).toThrow(/10/);
  });

  test('without an instrument the tick is the data’s, the lot 1e-8, the fees the commission', () => {
    const data = closes([100.01, 95, 105]);
    const bare = parseRequest({ strategy: 'grid', params: GRID, config: { commission: 0.001, slippage: 0 } });
    const told = parseRequest({
      ...request,
      instrument: { tick_size: '0.01', lot_size: '0.00000001', maker_fee: 0.001, taker_fee: 0.001 },
    });
    expect(runBacktest(bare, data)).toEqual(runBacktest(told, data));
    expect(issues({ strategy: 'grid', params: { ...GRID, lower_price: 90.001 } }, data)).toEqual([
      'params.lower_price',
    ]);
  });

  test('capital that was named is invested where the grid names no size', () => {
    const { investment: _, ...params } = GRID;
    const named = { ...request, params, config: { slippage: 0, initial_capital: 5000 } };
    expect(runFigures(parseRequest(named), closes([100, 101])).equity_peak).toBeGreaterThan(4990);
    const own = { ...request, config: { slippage: 0, initial_capital: 5000 } };
    expect(runFigures(parseRequest(own), closes([100, 101])).equity_peak).toBeLessThan(1100);
  });
});

describe('a grid’s report', () => {
  // Cells [90,95] [95,100] [100,105] [105,110]; at 100 the upper two hold. 95 buys cell 1, 100 sells it, 105 cell 2.
  const data = closes([100, 95, 100, 105, 104], MINUTE);
  const report = runBacktest(parseRequest(request), data);

  test('G20: every sale against its cell’s buy or the initial purchase', () => {
    const trades = tradesOf(report.trades);
    expect(trades.map(({ level, entry_price, exit_price, bars }) => [level, entry_price, exit_price, bars])).toEqual([
      [1, 95, 100, 1],
      [2, 100, 105, 3],
    ]);
    const [cycle] = trades;
    // (100 − 95) · q − fees of both ends, over what was paid.
    const amount = Number(report.exact.quantity);
    expect(cycle?.pnl).toBeCloseTo(5 * amount - 0.001 * 195 * amount, 9);
    expect(cycle?.fees).toBeCloseTo(0.195 * amount, 9);
    expect(cycle?.return).toBeCloseTo((5 - 0.195) / 95, 9);
    // The initial purchase is taker: 2 of 1000.
    expect(trades[1]?.fees).toBeCloseTo((0.2 + 0.105) * amount, 9);
    expect(report.metrics).toMatchObject({
      total_trades: 2,
      winning_trades: 2,
      win_rate: 1,
      cycles: 1,
      profit_factor: null,
    });
  });

  test('G20: fills by line add up to the realized profit', () => {
    expect(
      report.lines?.map(({ level, buy_price, sell_price, buys, sells }) => [level, buy_price, sell_price, buys, sells]),
    ).toEqual([
      [0, 90, 95, 0, 0],
      [1, 95, 100, 1, 1],
      [2, 100, 105, 0, 1],
      [3, 105, 110, 0, 0],
    ]);
    const profit = report.lines?.reduce((sum, line) => sum + line.profit, 0);
    expect(profit).toBeCloseTo(Number(report.exact.realized_pnl), 9);
  });

  test('G20: a cell that cycles twice counts twice', () => {
    const twice = runBacktest(parseRequest(request), closes([100, 95, 100, 95, 100], MINUTE));
    expect(twice.lines?.[1]).toMatchObject({ buys: 2, sells: 2 });
    expect(tradesOf(twice.trades).map(({ bars, entry_ts }) => [bars, entry_ts])).toEqual([
      [1, START + MINUTE],
      [1, START + 3 * MINUTE],
    ]);
  });

  test('lists come by page, counts and exact figures beside each other', () => {
    expect(fillsOf(report.fills, 'grid').map(({ side, level }) => [side, level])).toEqual([
      ['buy', -1],
      ['buy', 1],
      ['sell', 1],
      ['sell', 2],
    ]);
    expect(fillsOf(report.fills, 'grid', 1, 2)).toHaveLength(1);
    expect(tradesOf(report.trades, 1)[0]?.number).toBe(2);
    expect(report.grid).toMatchObject({ initial_buys: 2, initial_sells: 2, line_buys: 1, line_sells: 2, fills: 3 });
    expect(report.exact).toMatchObject({ line_sells: '2', cycles: '1', invested: '1000' });
  });

  test('G12: a stop is one trade, from the first buy on, at the mean price', () => {
    const stopped = runBacktest(
      parseRequest({ ...request, params: { ...GRID, stop_loss: 85 } }),
      closes([100, 95, 80, 70], MINUTE),
    );
    expect(stopped).toMatchObject({ state: 'stop_loss', bars: 3 });
    const [close] = tradesOf(stopped.trades);
    // Bought 2 at 100, then one each at 95 and 90.
    expect(close).toMatchObject({ side: 'long', entry_price: 96.25, exit_price: 85, bars: 2 });
    expect(close).not.toHaveProperty('level');
    expect(close?.pnl).toBeCloseTo(Number(stopped.exact.realized_pnl), 9);
    expect(fillsOf(stopped.fills, 'grid').at(-1)).toMatchObject({ side: 'close', level: -1 });
  });

  test('G13: gaps are counted, a waiting grid says so, optimism is told', () => {
    const gappy = columns([
      [START, '100', '101', '99', '100'],
      [START + MINUTE, '100', '101', '99', '100'],
      [START + 4 * MINUTE, '100', '101', '99', '100'],
    ]);
    const waiting = runBacktest(parseRequest({ ...request, params: { ...GRID, trigger_price: 95 } }), gappy);
    expect(waiting).toMatchObject({ state: 'waiting', gaps: { count: 1, bars: 2 } });
    expect(waiting.metrics).toMatchObject({ total_trades: 0, sharpe_ratio: null, exposure: null, cagr: null });
    expect(waiting.warnings).toEqual([
      'The price never touched the trigger: the grid did not start.',
      'The data has 1 gap (2 bars): what happened there is not known.',
      'Orders fill when their price is touched, whole: optimistic.',
    ]);
  });
});

describe('figures of equity', () => {
  test('G20: daily returns, holding and growth of a week, by hand', () => {
    // All in base at 100 from the first open on: the equity is the price, 9.99… lots of it.
    const only = { ...request, params: { ...GRID, lower_price: 101, upper_price: 200, grid_count: 2 } };
    const free = { ...only, instrument: { ...INSTRUMENT, maker_fee: 0, taker_fee: 0 } };
    const { metrics } = runBacktest(parseRequest(free), closes([100, 110, 99, 99, 104, 100, 101, 105]));
    const total = metrics.total_return ?? 0;
    // 10 units, but for the lots' rest: two cells of 5.
    expect(total).toBeCloseTo(0.05, 12);
    expect(metrics.buy_hold_return).toBeCloseTo(0.05, 12);
    expect(metrics.alpha).toBeCloseTo(0, 12);
    // Eight days, each a period: the first row's return from what was invested is 0.
    expect(metrics.annual_return).toBeCloseTo(1.05 ** (365 / 8) - 1, 9);
    expect(metrics.cagr).toBeCloseTo(1.05 ** (365 / 8) - 1, 9);
    expect(metrics.max_drawdown).toBeCloseTo(0.1, 12);
    expect(metrics.max_drawdown_amount).toBeCloseTo(110, 9);
    expect(metrics).toMatchObject({
      drawdown_start: START + DAY,
      drawdown_end: null,
      max_drawdown_duration: 6 * DAY,
      exposure: 1,
      turnover: 1,
    });
    const returns = [0, 0.1, -0.1, 0, 104 / 99 - 1, 100 / 104 - 1, 0.01, 105 / 101 - 1];
    const middle = returns.reduce((sum, value) => sum + value, 0) / 8;
    const deviation = Math.sqrt(returns.reduce((sum, value) => sum + (value - middle) ** 2, 0) / 7);
    expect(metrics.sharpe_ratio).toBeCloseTo((middle / deviation) * Math.sqrt(365), 9);
  });

  test('G20: minutes make one return a UTC day; a market closed at weekends has 252 days', () => {
    // Friday to Monday, two rows a day.
    const friday = START + 4 * DAY;
    const rows = [0, 0.5, 3, 3.5].map((day, index): CandleRow => {
      const price = String(100 + index);
      return [friday + day * DAY, price, price, price, price];
    });
    const holding = { ...request, params: { ...GRID, lower_price: 105, upper_price: 200, grid_count: 2 } };
    const free = { ...holding, instrument: { ...INSTRUMENT, maker_fee: 0, taker_fee: 0 } };
    const { metrics } = runBacktest(parseRequest(free), columns(rows));
    const [first, second] = [0.01, 103 / 101 - 1];
    const middle = (first + second) / 2;
    const deviation = Math.abs(first - second) / Math.SQRT2;
    expect(metrics.volatility).toBeCloseTo(deviation * Math.sqrt(252), 9);
    expect(metrics.sharpe_ratio).toBeCloseTo((middle / deviation) * Math.sqrt(252), 9);
  });

  test('G13: closed days of a market that closes at weekends are counted, but nothing to warn of', () => {
    const weekdays = [0, 1, 2, 3, 4, 7, 8].map((day): CandleRow => [START + day * DAY, '100', '101', '99', '100']);
    const report = runBacktest(parseRequest(request), columns(weekdays));
    expect(report.gaps).toEqual({ count: 1, bars: 2 });
    expect(report.warnings.join()).not.toContain('gap');
  });

  test.each([6000, 60_000])(
    'of %i rows months follow each other; the curve keeps extremes in 2,000 points',
    (length) => {
      const prices = Array.from({ length }, (_, index) => 100 + 9 * Math.sin(index / 50));
      prices[3001] = 90.5;
      prices[4001] = 109.9;
      const report = runBacktest(
        parseRequest(request),
        closes(
          prices.map((price) => Number(price.toFixed(1))),
          3_600_000,
        ),
      );
      const months = report.months.map(({ month }) => month);
      expect(months.slice(0, 3)).toEqual(['2024-01', '2024-02', '2024-03']);
      const end = new Date(START + (length - 1) * 3_600_000).toISOString();
      expect(months.at(-1)).toBe(end.slice(0, 7));
      expect(new Set(months).size).toBe(12 * (Number(end.slice(0, 4)) - 2024) + Number(end.slice(5, 7)));
      const grown = report.months.reduce((factor, { return: value }) => factor * (1 + value), 1);
      expect(grown - 1).toBeCloseTo(report.metrics.total_return ?? 0, 9);
      const { ts, equity, hold, drawdown } = report.equity;
      expect(ts.length).toBeLessThanOrEqual(2000);
      expect(new Set([ts.length, equity.length, hold.length, drawdown.length]).size).toBe(1);
      expect(ts).toEqual(ts.toSorted((a, b) => a - b));
      expect(Math.max(...equity)).toBeCloseTo(report.metrics.equity_peak ?? 0, 9);
      expect(Math.max(...drawdown)).toBeCloseTo(report.metrics.max_drawdown ?? 0, 9);
      expect(ts[0]).toBe(START);
      expect(ts.at(-1)).toBe(START + (length - 1) * 3_600_000);
      // A bar's fall of its own is not smoothed away.
      expect(ts).toContain(START + 3001 * 3_600_000);
      // Where it fell from and to is on the curve at its own time.
      const deepest = drawdown.indexOf(Math.max(...drawdown));
      expect(ts.indexOf(report.metrics.drawdown_start ?? 0)).toBeGreaterThanOrEqual(0);
      expect(ts.indexOf(report.metrics.drawdown_start ?? 0)).toBeLessThan(deepest);
      expect(hold.at(-1)).toBeCloseTo((1000 * (prices.at(-1) ?? 0)) / 100, 0);
    },
  );
});

describe('a published result', () => {
  const shared = fileURLToPath(new URL('../../../../shared/', import.meta.url));
  const file = `${shared}data/nasdaq_GOOG_1d_20040819-20130301.csv.gz`;
  const vector = `${shared}vectors/backtest/sma-cross-goog.json`;
  const present = existsSync(file) && existsSync(vector);
  const goog = {
    strategy: 'dual_ma',
    params: { fast_period: 10, slow_period: 30, allow_short: true, whole_units: true, close_at: 'last_open' },
    config: { initial_capital: 10_000, commission: 0, slippage: 0 },
  };

  test.skipIf(present)('skipped: ../shared/vectors is not there', () => undefined);

  test.skipIf(!present).each(['fast', 'core'] as const)('G19, G20: SmaCross on GOOG, %s path', (path) => {
    const { expected } = JSON.parse(readFileSync(vector, 'utf8')) as { expected: Readonly<Record<string, number>> };
    const lines = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n').slice(1);
    const data = columns(
      lines.map((line): CandleRow => {
        const [ts = '', open = '', high = '', low = '', close = ''] = line.split(',');
        return [Number(ts), open, high, low, close];
      }),
    );
    const report = runBacktest(parseRequest(goog), data, { path });
    const figures = report.metrics;
    const near = (value: number | null | undefined, wanted: number | undefined) =>
      expect(Math.abs((value ?? NaN) / (wanted ?? NaN) - 1)).toBeLessThan(1e-9);
    expect(figures.total_trades).toBe(expected.trades);
    near(figures.equity_final, expected.equity_final);
    near(figures.equity_peak, expected.equity_peak);
    near((figures.total_return ?? 0) * 100, expected.return_pct);
    near((figures.buy_hold_return ?? 0) * 100, expected.buy_hold_return_pct);
    near((figures.max_drawdown ?? 0) * -100, expected.max_drawdown_pct);
    near((figures.win_rate ?? 0) * 100, expected.win_rate_pct);
    near((figures.best_trade ?? 0) * 100, expected.best_trade_pct);
    near((figures.worst_trade ?? 0) * 100, expected.worst_trade_pct);
    // Shares do not trade at weekends: closed days are no gaps to warn of.
    expect(report.warnings).toEqual(['The run paid no fees and no slippage.']);
  });
});
