/** A grid over recorded candles, in flat figures: what the command line prints and what other engines can be held to. */
import { decimal, trimDecimal, unitsAt } from '#domain/decimal.ts';
import type { CandleColumns } from '#domain/candle-columns.ts';
import { BASE_SCALE, formatBase, formatPrice } from '../ledger/money.ts';
import { columnsOf, parseRows, priceDecimalsOf, type CandleRow } from './candle-rows.ts';
import { parseCase, type GridCase, type ParsedCase } from './case.ts';
import { runGridCore } from './grid-core.ts';
import { decimalsOf } from './grid-core-money.ts';
import type { RunState, RunTrace } from './trace.ts';

export type ReportedFill = readonly [
  ts: number,
  what: 'buy' | 'sell' | 'close',
  cell: number,
  price: string,
  quantity: string,
];

/** Figures are plain decimal strings without trailing zeros. */
export interface GridBacktestResult {
  readonly state: RunState;
  /** Rows used; a limit ends the run at its row. */
  readonly bars: number;
  readonly quantity: string;
  /** Flat and holding cells at the start. */
  readonly initial_buys: number;
  readonly initial_sells: number;
  readonly line_buys: number;
  /** Sales of the initial base included. */
  readonly line_sells: number;
  readonly cycles: number;
  readonly realized_pnl: string;
  readonly unrealized_pnl: string;
  readonly grid_profit: string;
  readonly fees_quote: string;
  readonly fees_base: string;
  readonly position: string;
  readonly quote: string;
  readonly equity: string;
  /** Fraction of the running peak, which starts at what was invested. */
  readonly max_drawdown: string;
  /** The first 12 line fills and closing sales; a close has cell -1. */
  readonly first_fills: readonly ReportedFill[];
  /** Line fills and a closing sale, without the initial purchase. */
  readonly fills: number;
}

const FIRST_FILLS = 12;
/** Falls below are rounding of doubles. */
const NO_DRAWDOWN = 5e-13;

/**
 * Runs `config` over `rows`. Throws a `BacktestError` that names the fields: a bad configuration, bad rows, or a
 * starting quote that does not cover the grid.
 */
export function runGridBacktest(config: GridCase, rows: readonly CandleRow[]): GridBacktestResult {
  const parsed = parseCase(config);
  const decimals = priceDecimalsOf(rows, trimDecimal(decimal(parsed.instrument.tickSize)).scale);
  const columns = columnsOf(parseRows(rows, decimals), decimals);
  return gridFigures(runGridCore(parsed, columns, { samples: new Int32Array(0) }), parsed, columns);
}

/** The figures of a finished run, whichever path it took; `trace` must have its fills. */
export function gridFigures(trace: RunTrace, parsed: ParsedCase, columns: CandleColumns): GridBacktestResult {
  const { exact, grid, drawdown } = trace;
  const text = (name: string) => exact[name] ?? '0';
  const reported = reportedFills(trace, parsed, columns);
  return {
    state: trace.state,
    bars: trace.bars,
    quantity: text('quantity'),
    initial_buys: grid?.initialBuys ?? 0,
    initial_sells: grid?.initialSells ?? 0,
    line_buys: grid?.lineBuys ?? 0,
    line_sells: grid?.lineSells ?? 0,
    cycles: grid?.cycles ?? 0,
    realized_pnl: text('realized_pnl'),
    unrealized_pnl: text('unrealized_pnl'),
    grid_profit: text('grid_profit'),
    fees_quote: text('fees_quote'),
    fees_base: text('fees_base'),
    position: text('position'),
    quote: text('quote'),
    equity: text('equity'),
    max_drawdown: drawdown.worst < NO_DRAWDOWN ? '0' : drawdown.worst.toFixed(12).replace(/\.?0+$/, ''),
    first_fills: reported.first,
    fills: reported.count,
  };
}

/** All but the initial purchase. */
function reportedFills(
  { fills }: RunTrace,
  parsed: ParsedCase,
  columns: CandleColumns,
): { readonly first: readonly ReportedFill[]; readonly count: number } {
  const decimals = decimalsOf(parsed, columns);
  const factor = 10 ** (decimals - columns.priceDecimals);
  const lot = unitsAt(decimal(parsed.instrument.lotSize), BASE_SCALE) ?? 0n;
  const first: ReportedFill[] = [];
  let count = 0;
  for (let index = 0; index < fills.length; index += 1) {
    const level = fills.level[index] ?? -1;
    const sold = (fills.side[index] ?? 0) < 0;
    if (level < 0 && !sold) continue;
    count += 1;
    if (first.length >= FIRST_FILLS) continue;
    const price = Math.round((fills.price[index] ?? 0) * factor);
    const ts = columns.ts[fills.bar[index] ?? 0] ?? 0;
    const what = level < 0 ? 'close' : sold ? 'sell' : 'buy';
    const amount = formatBase(BigInt(fills.lots[index] ?? 0) * lot);
    first.push([ts, what, level, formatPrice(price, decimals), amount]);
  }
  return { first, count };
}
