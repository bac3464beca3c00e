import { describe, expect, test } from 'vitest';
import { GRID_METRICS, METRICS, metricOf } from '#domain/backtest-metrics.ts';
import type { CandleColumns } from '#domain/candle-columns.ts';
import type { RunTrace } from '../trace.ts';
import { plainFills, roundTrips, type LotSize } from '../trades.ts';
import { drawdownMetrics } from './drawdown.ts';
import { periodsOf } from './periods.ts';
import { runMetrics } from './run-metrics.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A Monday. */
const MONDAY = Date.UTC(2024, 0, 1);
const LOT: LotSize = { units: 1, scale: 1 };

function columnsAt(ts: readonly number[], close: readonly number[] = ts.map(() => 100)): CandleColumns {
  const prices = Float64Array.from(close);
  return {
    length: ts.length,
    priceDecimals: 0,
    ts: Float64Array.from(ts),
    open: prices,
    high: prices,
    low: prices,
    close: prices,
    volume: new Float64Array(ts.length),
  };
}

type Fill = readonly [bar: number, side: 1 | -1, price: number, lots: number, fee: number, realized: number];

function traceOf(fills: readonly Fill[], more: Partial<RunTrace> = {}): RunTrace {
  const bars = more.bars ?? 4;
  return {
    state: 'running',
    bars,
    startBar: 0,
    startPrice: 100,
    fills: {
      length: fills.length,
      bar: Int32Array.from(fills, ([bar]) => bar),
      side: Int8Array.from(fills, ([, side]) => side),
      level: new Int32Array(fills.length).fill(-1),
      price: Float64Array.from(fills, ([, , price]) => price),
      lots: Float64Array.from(fills, ([, , , lots]) => lots),
      fee: Float64Array.from(fills, ([, , , , fee]) => fee),
      realized: Float64Array.from(fills, ([, , , , , realized]) => realized),
    },
    samples: Int32Array.from({ length: bars }, (_, row) => row),
    equity: new Float64Array(bars).fill(1000),
    peakEquity: 1000,
    drawdown: { worst: 0, amount: 0, peakBar: -1, troughBar: -1, recoveredBar: -1 },
    barsInPosition: 0,
    barsInRange: 0,
    exact: { invested: '1000', equity: '1000', fees: '0' },
    ...more,
  };
}

function metricsOf(trace: RunTrace, columns: CandleColumns) {
  return runMetrics(trace, columns, roundTrips(trace, columns, LOT), plainFills(trace, columns, LOT));
}

const days = (count: number) => Array.from({ length: count }, (_, day) => MONDAY + day * DAY);

describe('definitions (G20)', () => {
  test('each has a name of its own and says how it is worked out; a run has them all', () => {
    expect(new Set(METRICS.map(({ name }) => name)).size).toBe(METRICS.length);
    for (const { definition } of METRICS) expect(definition).toMatch(/^[A-Z].{20,}\.$/s);
    expect(metricOf('sharpe_ratio')?.better).toBe('high');
    expect(metricOf('luck')).toBeUndefined();
    const signal = metricsOf(traceOf([]), columnsAt(days(4)));
    const grid = metricsOf(
      traceOf([], { grid: { initialBuys: 0, initialSells: 0, lineBuys: 0, lineSells: 0, cycles: 0, lines: [] } }),
      columnsAt(days(4)),
    );
    const names = METRICS.map(({ name }) => name);
    expect(Object.keys(grid).toSorted()).toEqual(names.toSorted());
    expect(Object.keys(signal).toSorted()).toEqual(names.filter((name) => !GRID_METRICS.has(name)).toSorted());
  });
});

describe('positions as trades', () => {
  const columns = columnsAt(days(4), [100, 110, 90, 95]);
  // Long 2 from 100 to 110, fees 1 and 1.1; short 3 from 110 to 90, fees 1.5 and 1.2; then long, still open.
  const trace = traceOf([
    [0, 1, 100, 20, 1, 0],
    [1, -1, 110, 20, 1.1, 17.9],
    [1, -1, 110, 30, 1.5, 0],
    [2, 1, 90, 30, 1.2, 57.3],
    [2, 1, 90, 30, 1.2, 0],
  ]);

  test('long and short, from fill to fill; what is open is none', () => {
    const trips = roundTrips(trace, columns, LOT);
    expect(trips.length).toBe(2);
    expect([...trips.side]).toEqual([1, -1]);
    expect([...trips.entryPrice]).toEqual([100, 110]);
    expect([...trips.exitPrice]).toEqual([110, 90]);
    expect([...trips.amount]).toEqual([2, 3]);
    expect([...trips.pnl]).toEqual([17.9, 57.3]);
    expect(trips.fees[0]).toBeCloseTo(2.1, 12);
    expect(trips.fees[1]).toBeCloseTo(2.7, 12);
    // 17.9 / 200 and 57.3 / 330
    expect(trips.gain[0]).toBeCloseTo(0.0895, 12);
    expect(trips.gain[1]).toBeCloseTo(0.17363636363636364, 12);
    expect([...trips.bars]).toEqual([1, 1]);
    expect([...trips.entryTs]).toEqual([MONDAY, MONDAY + DAY]);
  });

  test('turnover is all that was bought and sold, over what was invested', () => {
    // 200 + 220 + 330 + 270 + 270 = 1290
    expect(metricsOf(trace, columns).turnover).toBeCloseTo(1.29, 12);
  });
});

describe('periods of returns', () => {
  test('the last row of each UTC day; every row of days and longer bars', () => {
    const hours = [22, 23, 24, 30, 49].map((hour) => MONDAY + hour * HOUR);
    expect([...periodsOf(columnsAt(hours)).ends]).toEqual([1, 3, 4]);
    expect([...periodsOf(columnsAt(days(3))).ends]).toEqual([0, 1, 2]);
    expect([...periodsOf(columnsAt([MONDAY])).ends]).toEqual([0]);
  });

  test('365 a year where weekends trade or none has been seen, 252 where markets close, fewer of longer bars', () => {
    expect(periodsOf(columnsAt(days(7)))).toMatchObject({ perYear: 365, closesAtWeekends: false });
    expect(periodsOf(columnsAt(days(5)))).toMatchObject({ perYear: 365, closesAtWeekends: false });
    const weekdays = days(12).filter((_, day) => day % 7 < 5);
    expect(periodsOf(columnsAt(weekdays))).toMatchObject({ perYear: 252, closesAtWeekends: true });
    expect(periodsOf(columnsAt(days(70).filter((_, day) => day % 7 === 0))).perYear).toBeCloseTo(365 / 7, 12);
  });
});

describe('degenerate runs', () => {
  test('a flat one, a single day, nothing invested: no figure is made up', () => {
    expect(metricsOf(traceOf([]), columnsAt(days(4)))).toMatchObject({
      total_return: 0,
      cagr: 0,
      annual_return: 0,
      volatility: 0,
      sharpe_ratio: null,
      sortino_ratio: null,
      omega_ratio: null,
      calmar_ratio: null,
      max_drawdown: 0,
      drawdown_start: null,
      win_rate: null,
      turnover: 0,
    });
    const hours = [0, 1, 2, 3].map((hour) => MONDAY + hour * HOUR);
    expect(metricsOf(traceOf([]), columnsAt(hours))).toMatchObject({
      cagr: null,
      annual_return: null,
      sharpe_ratio: null,
    });
    const nothing = traceOf([], { exact: { invested: '0', equity: '0', fees: '0' }, equity: new Float64Array(4) });
    expect(metricsOf(nothing, columnsAt(days(4)))).toMatchObject({ total_return: null, alpha: null, turnover: null });
  });

  test('all lost is −100 % a year, too', () => {
    const lost = traceOf([], {
      exact: { invested: '1000', equity: '0', fees: '0' },
      equity: Float64Array.of(1000, 500, 10, 0),
    });
    expect(metricsOf(lost, columnsAt(days(4)))).toMatchObject({ total_return: -1, cagr: -1, annual_return: -1 });
  });

  test('bars before the first that can trade do not count', () => {
    const late = traceOf([], {
      startBar: 2,
      barsInPosition: 1,
      exact: { invested: '1000', equity: '1100', fees: '0' },
      equity: Float64Array.of(1000, 1000, 1000, 1100),
    });
    const metrics = metricsOf(late, columnsAt(days(4)));
    expect(metrics.exposure).toBe(0.5);
    // Two days, two returns: 0 and 10 %.
    expect(metrics.annual_return).toBeCloseTo(1.1 ** (365 / 2) - 1, 0);
    expect(metrics.cagr).toBeCloseTo(1.1 ** (365 / 2) - 1, 0);
    expect(metrics.volatility).toBeCloseTo((0.1 / Math.SQRT2) * Math.sqrt(365), 9);
  });
});

test('G20: a drawdown from the beginning, recovered or not', () => {
  const columns = columnsAt(days(4));
  const fall = { worst: 0.2, amount: 200, peakBar: -1, troughBar: 2, recoveredBar: 3 };
  expect(drawdownMetrics(traceOf([], { drawdown: fall }), columns)).toEqual({
    max_drawdown: 0.2,
    max_drawdown_amount: 200,
    max_drawdown_duration: 3 * DAY,
    drawdown_start: MONDAY,
    drawdown_end: MONDAY + 3 * DAY,
  });
  expect(drawdownMetrics(traceOf([], { drawdown: fall, startBar: 1 }), columns).drawdown_start).toBe(MONDAY + DAY);
  const open = { ...fall, peakBar: 1, recoveredBar: -1 };
  expect(drawdownMetrics(traceOf([], { drawdown: open }), columns)).toMatchObject({
    max_drawdown_duration: 2 * DAY,
    drawdown_start: MONDAY + DAY,
    drawdown_end: null,
  });
});

test('G8: annualised grid profit from one hour of running on', () => {
  const grid = { initialBuys: 1, initialSells: 0, lineBuys: 1, lineSells: 1, cycles: 1, lines: [90, 110] };
  const exact = { invested: '1000', equity: '1010', fees: '0', grid_profit: '10' };
  const profit = (minutes: number) => {
    const ts = Array.from({ length: minutes }, (_, minute) => MONDAY + minute * 60_000);
    return metricsOf(traceOf([], { grid, exact, bars: minutes }), columnsAt(ts)).annualised_grid_profit;
  };
  expect(profit(59)).toBeNull();
  // 1 % in an hour, 8,760 hours a year.
  expect(profit(60)).toBeCloseTo(87.6, 9);
});
