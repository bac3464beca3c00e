/** A backtest from request to report, by either path, and the figures alone for sweeps. */
import { sliceColumns, type CandleColumns } from '#domain/candle-columns.ts';
import { decimal, trimDecimal } from '#domain/decimal.ts';
import type { ParsedCase } from './case.ts';
import { curveRows } from './curve-rows.ts';
import type { Raw } from './fields.ts';
import { gridFigures, type GridBacktestResult } from './grid-backtest.ts';
import { runGridCore } from './grid-core.ts';
import { runGridKernel } from './grid-kernel.ts';
import { periodsOf } from './metrics/periods.ts';
import { runMetrics, type RunMetrics } from './metrics/run-metrics.ts';
import { reportOf, type BacktestReport, type ReportExtras } from './report.ts';
import {
  gridCase,
  inItsNames,
  parseGridRequest,
  parseSignalRequest,
  type BacktestRequest,
  type GridRequest,
  type SignalRequest,
} from './request.ts';
import { parseSignalCase } from './signal-case.ts';
import { runSignalCore } from './signal-core.ts';
import { runSignalKernel } from './signal-kernel.ts';
import type { RunHooks, RunTrace } from './trace.ts';
import { plainFills, roundTrips, type LotSize } from './trades.ts';

export interface RunOptions {
  /** `core`: through the engine that trades live, slower, the same to the digit. */
  readonly path?: 'fast' | 'core';
  readonly hooks?: RunHooks;
}

/** What a run of a request is made of, whichever strategy it is. */
interface Run {
  readonly trace: RunTrace;
  readonly lot: LotSize;
  readonly extras: () => Omit<ReportExtras, 'lot'>;
}

/**
 * Takes `{strategy, params, config?, instrument?}`; for `grid` also its flat form. Throws a `BacktestError` naming every
 * field that is missing, unknown or impossible by itself; what only the data tells is found out by the run.
 */
export function parseRequest(raw: Raw): BacktestRequest {
  return raw.strategy === 'grid' ? parseGridRequest(raw) : parseSignalRequest(raw);
}

/**
 * Throws a `BacktestError` naming the fields that do not fit the data, `RunCancelled` where the hooks say so. Both paths
 * give the same report to the digit.
 */
export function runBacktest(
  request: BacktestRequest,
  columns: CandleColumns,
  options: RunOptions = {},
): BacktestReport {
  const { trace, lot, extras } = runOf(request, columns, curveRows(columns), options);
  return reportOf(trace, columns, { lot, ...extras() });
}

/**
 * What only the data tells before a run: whether its prices, sizes and money fit what is asked for. Throws a
 * `BacktestError` naming the fields. The first row is enough: everything is planned there, a trigger's grid too.
 */
export function checkRequest(request: BacktestRequest, columns: CandleColumns): void {
  runFigures(request, sliceColumns(columns, 0, 1));
}

/** The figures only: faster, and nothing is kept of the run. */
export function runFigures(request: BacktestRequest, columns: CandleColumns, options: RunOptions = {}): RunMetrics {
  const { trace, lot } = runOf(request, columns, periodsOf(columns).ends, options);
  return runMetrics(trace, columns, roundTrips(trace, columns, lot), plainFills(trace, columns, lot));
}

function runOf(request: BacktestRequest, columns: CandleColumns, samples: Int32Array, options: RunOptions): Run {
  return request.kind === 'grid'
    ? runGrid(request, columns, samples, options)
    : runSignal(request, columns, samples, options);
}

function runSignal(request: SignalRequest, columns: CandleColumns, samples: Int32Array, options: RunOptions): Run {
  const { path, hooks } = options;
  const parsed = parseSignalCase(request.case, columns.priceDecimals);
  const run = path === 'core' ? runSignalCore : runSignalKernel;
  const costs = [parsed.instrument.takerFee, parsed.slippage];
  return {
    trace: run(parsed, columns, { samples, ...(hooks && { hooks }) }),
    lot: lotOf(parsed.instrument.lotSize),
    extras: () => ({
      traits: { touch: false, fillsAtClose: parsed.params['execution'] === 'close', free: costs.every(isNothing) },
    }),
  };
}

function runGrid(request: GridRequest, columns: CandleColumns, samples: Int32Array, { path, hooks }: RunOptions): Run {
  const parsed = gridCase(request, columns);
  const run = path === 'core' ? runGridCore : runGridKernel;
  const trace = inItsNames(request, () => run(parsed, columns, { samples, ...(hooks && { hooks }) }));
  return {
    trace,
    lot: lotOf(parsed.instrument.lotSize),
    extras: () => ({ traits: traitsOf(parsed), ...gridExtras(gridFigures(trace, parsed, columns)) }),
  };
}

/** The flat figures, by the names that other engines have for them. */
function gridExtras(figures: GridBacktestResult): Pick<ReportExtras, 'exact' | 'grid'> {
  const { quantity, initial_buys, initial_sells, line_buys, line_sells, cycles, fills } = figures;
  const plain = Object.entries(figures).filter(([name]) => name !== 'state' && name !== 'first_fills');
  return {
    exact: Object.fromEntries(plain.map(([name, value]) => [name, String(value)])),
    grid: { quantity: Number(quantity), initial_buys, initial_sells, line_buys, line_sells, cycles, fills },
  };
}

function traitsOf({ instrument, params, slippage }: ParsedCase): ReportExtras['traits'] {
  const costs = [instrument.makerFee, instrument.takerFee, slippage];
  return {
    touch: params.fill_model !== 'through',
    fillsAtClose: false,
    free: costs.every(isNothing),
  };
}

function isNothing(cost: string): boolean {
  return Number(cost) === 0;
}

function lotOf(size: string): LotSize {
  const { units, scale } = trimDecimal(decimal(size));
  return { units: Number(units), scale };
}
