/** A run's whole result: figures, curves and lists, in the names they have on the wire (G20, G21). */
import { gapsOf, type CandleColumns } from '#domain/candle-columns.ts';
import { equityCurve, monthlyReturns, type EquityCurve, type MonthlyReturn } from './equity-curve.ts';
import { lineFills, type LineFills } from './line-fills.ts';
import { periodsOf } from './metrics/periods.ts';
import { runMetrics, type RunMetrics } from './metrics/run-metrics.ts';
import { plainFills, roundTrips, type LotSize, type PlainFills, type TradeColumns } from './trades.ts';
import type { RunState, RunTrace } from './trace.ts';
import { warningsOf, type RunTraits } from './warnings.ts';

export interface BacktestReport {
  readonly state: RunState;
  readonly reason?: string;
  readonly bars: number;
  readonly metrics: RunMetrics;
  readonly gaps: { readonly count: number; readonly bars: number };
  readonly equity: EquityCurve;
  readonly months: readonly MonthlyReturn[];
  /** Grids: what each cell did. */
  readonly lines?: readonly LineFills[];
  /** Grids: counts. */
  readonly grid?: Readonly<Record<string, number>>;
  /** Plain decimals. */
  readonly exact: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
  /** By columns: a run may have millions. Pages of them make `tradesOf` and `fillsOf`. */
  readonly trades: TradeColumns;
  readonly fills: PlainFills;
}

export interface TradeView {
  readonly number: number;
  readonly side: 'long' | 'short';
  readonly level?: number;
  readonly entry_ts: number;
  readonly exit_ts: number;
  readonly entry_price: number;
  readonly exit_price: number;
  readonly amount: number;
  readonly pnl: number;
  readonly return: number;
  readonly fees: number;
  readonly bars: number;
}

export interface FillView {
  readonly ts: number;
  readonly side: 'buy' | 'sell' | 'close';
  readonly level: number;
  readonly price: number;
  readonly amount: number;
  readonly fee: number;
  readonly realized_pnl: number;
}

/** What a strategy's kind adds: exact figures and counts of its own, and what there is to be said of it. */
export interface ReportExtras {
  readonly lot: LotSize;
  readonly traits: RunTraits;
  readonly exact?: Readonly<Record<string, string>>;
  readonly grid?: Readonly<Record<string, number>>;
}

/** `trace` must have all its fills and its equity at `curveRows(columns)`. */
export function reportOf(trace: RunTrace, columns: CandleColumns, extras: ReportExtras): BacktestReport {
  const trades = roundTrips(trace, columns, extras.lot);
  const fills = plainFills(trace, columns, extras.lot);
  const { spacing, closesAtWeekends } = periodsOf(columns);
  const { count, bars } = spacing > 0 ? gapsOf(columns, spacing, 0) : { count: 0, bars: 0 };
  const gaps = { count, bars };
  const metrics = runMetrics(trace, columns, trades, fills);
  return {
    state: trace.state,
    ...(trace.reason !== undefined && { reason: trace.reason }),
    bars: trace.bars,
    metrics,
    gaps,
    equity: equityCurve(trace, columns),
    months: monthlyReturns(trace, columns),
    ...(trace.grid && { lines: lineFills(trace, columns) }),
    ...(extras.grid && { grid: extras.grid }),
    exact: { ...trace.exact, ...extras.exact },
    warnings: warningsOf(trace, columns, { ...extras.traits, gaps, closesAtWeekends, trades: trades.length }),
    trades,
    fills,
  };
}

/** Trades `from` (inclusive) to `to` (exclusive), numbered from 1. */
export function tradesOf(trades: TradeColumns, from = 0, to = trades.length): TradeView[] {
  const views: TradeView[] = [];
  for (let index = from; index < Math.min(to, trades.length); index += 1) {
    const level = trades.level[index] ?? -1;
    views.push({
      number: index + 1,
      side: (trades.side[index] ?? 1) > 0 ? 'long' : 'short',
      ...(level >= 0 && { level }),
      entry_ts: trades.entryTs[index] ?? 0,
      exit_ts: trades.exitTs[index] ?? 0,
      entry_price: trades.entryPrice[index] ?? 0,
      exit_price: trades.exitPrice[index] ?? 0,
      amount: trades.amount[index] ?? 0,
      pnl: trades.pnl[index] ?? 0,
      return: trades.gain[index] ?? 0,
      fees: trades.fees[index] ?? 0,
      bars: trades.bars[index] ?? 0,
    });
  }
  return views;
}

/** Fills `from` (inclusive) to `to` (exclusive); a grid's sale at market is its `close`. */
export function fillsOf(fills: PlainFills, kind: 'grid' | 'signal', from = 0, to = fills.length): FillView[] {
  const views: FillView[] = [];
  for (let index = from; index < Math.min(to, fills.length); index += 1) {
    const level = fills.level[index] ?? -1;
    const bought = (fills.side[index] ?? 1) > 0;
    views.push({
      ts: fills.ts[index] ?? 0,
      side: bought ? 'buy' : kind === 'grid' && level < 0 ? 'close' : 'sell',
      level,
      price: fills.price[index] ?? 0,
      amount: fills.amount[index] ?? 0,
      fee: fills.fee[index] ?? 0,
      realized_pnl: fills.realized[index] ?? 0,
    });
  }
  return views;
}
