import { describe, expect, test } from 'vitest';
import {
  annualReturn,
  mean,
  omegaRatio,
  sampleDeviation,
  sharpeRatio,
  simpleReturns,
  sortinoRatio,
  volatility,
} from './returns.ts';

/** 10 % up, 10 % down, 20 % up, 5 % down. */
const RETURNS = [0.1, -0.1, 0.2, -0.05];
/** (0.1 − 0.1 + 0.2 − 0.05) / 4 */
const MEAN = 0.0375;
/** Deviations 0.0625, −0.1375, 0.1625, −0.0875: squares 0.00390625 + 0.01890625 + 0.02640625 + 0.00765625 = 0.056875. */
const DEVIATION = Math.sqrt(0.056875 / 3);

describe('returns (G20)', () => {
  test('simple returns from one value to the next', () => {
    const returns = simpleReturns([100, 110, 99, 118.8, 112.86]);
    for (const [index, value] of RETURNS.entries()) expect(returns[index]).toBeCloseTo(value, 12);
    expect(simpleReturns([100])).toHaveLength(0);
    expect(simpleReturns([])).toHaveLength(0);
    expect(simpleReturns([0, 1])).toHaveLength(0);
    expect([...simpleReturns([100, 0])]).toEqual([-1]);
  });

  test('mean and sample deviation', () => {
    expect(mean(RETURNS)).toBeCloseTo(MEAN, 15);
    expect(sampleDeviation(RETURNS)).toBeCloseTo(DEVIATION, 15);
    expect(mean([])).toBeNull();
    expect(sampleDeviation([1])).toBeNull();
    // Three times 0.1 has a rounded mean, yet does not vary.
    expect(sampleDeviation([0.1, 0.1, 0.1])).toBe(0);
  });

  test('annual return: geometric mean over the periods of a year', () => {
    // 1.1 · 0.9 · 1.2 · 0.95 = 1.1286 in four periods: a year of 252 has 63 times as many.
    expect(annualReturn(RETURNS, 252)).toBeCloseTo(1.1286 ** 63 - 1, 6);
    expect(annualReturn(RETURNS, 4)).toBeCloseTo(0.1286, 12);
    expect(annualReturn([0.5, -1], 252)).toBe(-1);
    expect(annualReturn([], 252)).toBeNull();
    expect(annualReturn([1e6], 1e6)).toBeNull();
  });

  test('volatility and Sharpe', () => {
    expect(volatility(RETURNS, 252)).toBeCloseTo(DEVIATION * Math.sqrt(252), 12);
    expect(sharpeRatio(RETURNS, 252)).toBeCloseTo((MEAN / DEVIATION) * Math.sqrt(252), 12);
    expect(sharpeRatio([0, 0, 0], 365)).toBeNull();
    expect(sharpeRatio([0.01, 0.01], 365)).toBeNull();
    expect(sharpeRatio([0.01], 365)).toBeNull();
  });

  test('Sortino: downside over all periods', () => {
    // (0.1² + 0.05²) / 4 = 0.003125
    expect(sortinoRatio(RETURNS, 252)).toBeCloseTo((MEAN / Math.sqrt(0.003125)) * Math.sqrt(252), 12);
    expect(sortinoRatio([0.1, 0.2], 252)).toBeNull();
    expect(sortinoRatio([-0.1], 252)).toBeNull();
  });

  test('Omega: gains over losses', () => {
    expect(omegaRatio(RETURNS)).toBeCloseTo(0.3 / 0.15, 12);
    expect(omegaRatio([0.1])).toBeNull();
    expect(omegaRatio([])).toBeNull();
    expect(omegaRatio([-0.1])).toBeNull();
    expect(omegaRatio([-0.1, 0])).toBe(0);
  });
});
