import { expect, test } from 'vitest';
import type { CandleColumns } from '#domain/candle-columns.ts';
import { FillRecorder } from './grid-core-columns.ts';
import type { RunTrace } from './trace.ts';
import { warningsOf } from './warnings.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** So many bars side by side. */
function columnsOf(length: number, spacing: number): CandleColumns {
  const prices = new Int32Array(length).fill(100);
  return {
    length,
    priceDecimals: 0,
    ts: Float64Array.from({ length }, (_, row) => row * spacing),
    open: prices,
    high: prices,
    low: prices,
    close: prices,
    volume: new Float64Array(length),
  };
}

function traceOf(bars: number, more: Partial<RunTrace> = {}): RunTrace {
  return {
    state: 'running',
    bars,
    startBar: 0,
    startPrice: 100,
    fills: new FillRecorder().columns(),
    samples: new Int32Array(),
    equity: new Float64Array(),
    peakEquity: 0,
    drawdown: { worst: 0, amount: 0, peakBar: -1, troughBar: -1, recoveredBar: -1 },
    barsInPosition: 0,
    barsInRange: 0,
    exact: {},
    ...more,
  };
}

const QUIET = {
  touch: false,
  fillsAtClose: false,
  free: false,
  trades: 30,
  gaps: { count: 0, bars: 0 },
  closesAtWeekends: false,
};

/** Of `bars` bars, `spacing` apart, from `startBar` on. */
function warnings(bars: number, spacing: number, facts: Partial<typeof QUIET> = {}, trace: Partial<RunTrace> = {}) {
  return warningsOf(traceOf(bars, trace), columnsOf(bars, spacing), { ...QUIET, ...facts });
}

const scaled = (time: string) => `Only ${time} were traded: figures scaled up to a year say little.`;

test('ninety days and thirty trades are not told of; one less is', () => {
  expect(warnings(90, DAY)).toEqual([]);
  expect(warnings(89, DAY)).toEqual([scaled('89 days')]);
  expect(warnings(90, DAY, { trades: 29 })).toEqual(['Only 29 trades were closed: too few to judge by.']);
  expect(warnings(90, DAY, { trades: 1 })).toEqual(['Only 1 trade was closed: too few to judge by.']);
});

test('days count from where trading could begin; a day or less is told in what it has of them', () => {
  expect(warnings(31, DAY, {}, { startBar: 2 })).toEqual([scaled('29 days')]);
  expect(warnings(36, HOUR)).toEqual([scaled('1.5 days')]);
  expect(warnings(24, HOUR)).toEqual([scaled('1 day')]);
  expect(warnings(23, HOUR)).toEqual([scaled('23 hours')]);
  expect(warnings(15, MINUTE)).toEqual([scaled('0.3 hours')]);
});

test('what never started says that, and nothing of trades', () => {
  expect(warnings(90, DAY, { trades: 0 }, { startBar: -1 })).toEqual([expect.stringContaining('too short')]);
  expect(warnings(90, DAY, { trades: 0 }, { startBar: -1, state: 'waiting' })).toEqual([
    expect.stringContaining('never touched the trigger'),
  ]);
});

test('G13: gaps are counted, but for a market that closes', () => {
  const gaps = { count: 1, bars: 2 };
  expect(warnings(90, DAY, { gaps })).toEqual(['The data has 1 gap (2 bars): what happened there is not known.']);
  expect(warnings(90, DAY, { gaps: { count: 2, bars: 1 } })).toEqual([expect.stringContaining('2 gaps (1 bar)')]);
  expect(warnings(90, DAY, { gaps, closesAtWeekends: true })).toEqual([]);
});

test('what is optimistic says so', () => {
  expect(warnings(90, DAY, { touch: true, fillsAtClose: true, free: true })).toEqual([
    expect.stringContaining('touched'),
    expect.stringContaining('at the close'),
    expect.stringContaining('no fees'),
  ]);
});
