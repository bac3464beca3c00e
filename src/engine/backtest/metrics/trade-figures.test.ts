import { expect, test } from 'vitest';
import type { TradeColumns } from '../trades.ts';
import { tradeMetrics } from './trade-figures.ts';

function trades(pnl: readonly number[], held: readonly number[] = pnl.map(() => 60_000)): TradeColumns {
  const { length } = pnl;
  const zeros = new Float64Array(length);
  return {
    length,
    side: new Int8Array(length).fill(1),
    level: new Int32Array(length).fill(-1),
    entryTs: zeros,
    exitTs: Float64Array.from(held),
    entryPrice: zeros,
    exitPrice: zeros,
    amount: zeros,
    pnl: Float64Array.from(pnl),
    gain: Float64Array.from(pnl, (value) => value / 1000),
    fees: zeros,
    bars: new Int32Array(length),
  };
}

test('G20: wins, losses, runs, holding time', () => {
  // 6 trades: 3 won 10 + 20 + 30 = 60, 2 lost 5 + 15 = 20, one made nothing.
  const figures = tradeMetrics(trades([10, 20, -5, -15, 0, 30], [1, 2, 3, 4, 5, 9]));
  expect(figures).toMatchObject({
    total_trades: 6,
    winning_trades: 3,
    losing_trades: 2,
    win_rate: 0.5,
    profit_factor: 3,
    longest_winning_run: 2,
    longest_losing_run: 2,
    average_holding_time: 4,
    best_trade: 0.03,
    worst_trade: -0.015,
  });
  // 40 / 6
  expect(figures.expectancy).toBeCloseTo(6.666666666666667, 12);
  expect(figures.average_trade).toBeCloseTo(0.006666666666666667, 12);
  // Squares from the mean: 11.111 + 177.778 + 136.111 + 469.444 + 44.444 + 544.444 = 1383.333; / 5 = 276.667.
  expect(figures.sqn).toBeCloseTo((Math.sqrt(6) * (40 / 6)) / Math.sqrt(1383.3333333333333 / 5), 10);
});

test('G20: one that made nothing ends a run', () => {
  expect(tradeMetrics(trades([1, 0, 1, 1, -1, 0, -1]))).toMatchObject({
    longest_winning_run: 2,
    longest_losing_run: 1,
  });
});

test('G20: without trades, or without losing ones, nothing is made up', () => {
  expect(tradeMetrics(trades([]))).toEqual({
    win_rate: null,
    profit_factor: null,
    expectancy: null,
    sqn: null,
    average_trade: null,
    best_trade: null,
    worst_trade: null,
    total_trades: 0,
    winning_trades: 0,
    losing_trades: 0,
    longest_winning_run: 0,
    longest_losing_run: 0,
    average_holding_time: null,
  });
  expect(tradeMetrics(trades([5]))).toMatchObject({ win_rate: 1, profit_factor: null, sqn: null, expectancy: 5 });
  expect(tradeMetrics(trades([5, 5]))).toMatchObject({ sqn: null });
});
