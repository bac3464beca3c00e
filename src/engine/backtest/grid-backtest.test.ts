import { describe, expect, test } from 'vitest';
import type { CandleRow } from './candle-rows.ts';
import { BacktestError } from './case.ts';
import { runGridBacktest } from './grid-backtest.ts';

const CASE = {
  tick_size: '0.1',
  lot_size: '0.001',
  maker_fee: '0.001',
  taker_fee: '0.002',
  slippage: '0',
  lower_price: 90,
  upper_price: 110,
  grid_count: 10,
  order_size: 1,
};
const row = (minute: number, open: string, high: string, low: string, close: string): CandleRow => [
  1_700_000_000_000 + minute * 60_000,
  open,
  high,
  low,
  close,
];
const ROWS = [row(0, '101', '101', '99.5', '101'), row(1, '101', '102.5', '101', '102')];

function problem(config: object, rows: readonly CandleRow[] = ROWS): BacktestError {
  try {
    runGridBacktest({ ...CASE, ...config }, rows);
  } catch (error) {
    if (error instanceof BacktestError) return error;
    throw error;
  }
  throw new RangeError('it ran');
}

describe('grid backtest', () => {
  test('G5, G6, G8: one cycle by hand', () => {
    // Buys 90 … 100 need 570.57, four cells at 101 need 404.808; one cycle 100 → 102 earns 102·0.999 − 100·1.001.
    expect(runGridBacktest(CASE, ROWS)).toEqual({
      state: 'running',
      bars: 2,
      quantity: '1',
      initial_buys: 6,
      initial_sells: 4,
      line_buys: 1,
      line_sells: 1,
      cycles: 1,
      realized_pnl: '1.798',
      unrealized_pnl: '3.192',
      grid_profit: '1.798',
      fees_quote: '1.01',
      fees_base: '0',
      position: '4',
      quote: '572.368',
      equity: '980.368',
      max_drawdown: '0',
      first_fills: [
        [1_700_000_000_000, 'buy', 5, '100', '1'],
        [1_700_000_060_000, 'sell', 5, '102', '1'],
      ],
      fills: 2,
    });
  });

  test('G12: a limit ends the run at its row, sampled at its close', () => {
    const rows = [row(0, '101', '101', '85', '100'), row(1, '100', '100', '100', '100')];
    expect(runGridBacktest({ ...CASE, stop_loss: 88 }, rows)).toMatchObject({
      state: 'stop_loss',
      bars: 1,
      position: '0',
      fills: 7,
    });
  });

  test('G13: waits for its trigger, and the waiting rows count', () => {
    const rows = [row(0, '101', '101.5', '100.5', '101'), row(1, '101', '103', '101', '102.5')];
    expect(runGridBacktest({ ...CASE, trigger_price: 103 }, rows)).toMatchObject({
      state: 'running',
      bars: 2,
      initial_buys: 7,
      initial_sells: 3,
      first_fills: [],
    });
    expect(runGridBacktest({ ...CASE, trigger_price: 105 }, rows)).toMatchObject({
      state: 'waiting',
      bars: 2,
      initial_buys: 0,
      position: '0',
      fills: 0,
    });
  });

  test('G13, G20: a drawdown starts from what was invested when the trigger was reached, not from the plan', () => {
    // Planned at 105: more cells to buy low than at 93.5, where a gap starts it; it only gains from there on.
    const rows = [row(0, '110', '111', '109', '110'), row(1, '93.5', '96', '93.5', '96')];
    const started = runGridBacktest({ ...CASE, trigger_price: 105 }, rows);
    const planned = runGridBacktest({ ...CASE, trigger_price: 105 }, rows.slice(0, 1));
    expect(Number(started.equity)).toBeLessThan(Number(planned.equity));
    expect(started).toMatchObject({ state: 'running', max_drawdown: '0' });
  });

  test('G13: an open equal to the trigger starts at once', () => {
    expect(runGridBacktest({ ...CASE, trigger_price: 101 }, ROWS)).toEqual(runGridBacktest(CASE, ROWS));
  });

  test('prices with more decimals than the tick are exact', () => {
    const rows = [row(0, '101.123456', '101.2', '100.00001', '100.5'), row(1, '100.5', '100.6', '100', '100.1')];
    expect(runGridBacktest(CASE, rows)).toMatchObject({
      first_fills: [[1_700_000_060_000, 'buy', 5, '100', '1']],
      // Invested 570.57 + 4 · 101.2 · 1.002, the market price rounded up to the tick; then 5 are held at 100.1.
      equity: '970.97',
    });
  });

  test.each<[string, object, string[]]>([
    [
      'missing and malformed fields, all at once',
      { tick_size: undefined, maker_fee: 'x', grid_count: 1 },
      ['tick_size', 'maker_fee'],
    ],
    ['an unknown field', { stoploss: 5 }, ['stoploss']],
    ['fees of 100 %', { taker_fee: 1 }, ['taker_fee']],
    ['a range upside down', { upper_price: 80 }, ['upper_price']],
    ['both sizes', { investment: 5 }, ['order_size']],
    ['a bad currency', { fee_currency: 'base' }, ['fee_currency']],
  ])('%s: refused by name', (_, config, paths) => {
    const error = problem(config);
    expect(error.code).toBe('VALIDATION_ERROR');
    expect(error.issues.map(({ path }) => path)).toEqual(paths);
  });

  test('G6: a starting quote under the need is INSUFFICIENT_FUNDS, one above it is invested', () => {
    expect(problem({ initial_quote: '975.377' })).toMatchObject({ code: 'INSUFFICIENT_FUNDS' });
    expect(runGridBacktest({ ...CASE, initial_quote: '2000' }, ROWS)).toMatchObject({ equity: '2004.99' });
  });

  test('G13: rows out of order, doubled, not numbers or upside down are refused by row', () => {
    const bad = [
      row(1, '101', '101', '100', '101'),
      row(1, '101', '101', '100', '101'),
      row(0, '101', '101', '100', '101'),
      row(3, '101', 'NaN', '100', '101'),
      row(4, '101', '101', '0', '101'),
      row(5, '101', '100', '101', '101'),
    ];
    expect(problem({}, bad).issues.map(({ path }) => path)).toEqual([1, 2, 3, 4, 5].map((index) => `candles.${index}`));
    expect(problem({}, []).issues).toEqual([{ path: 'candles', message: 'has no rows' }]);
  });
});
