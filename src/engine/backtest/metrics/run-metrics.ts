/** All figures of a run (G20) from what it left behind. */
import type { CandleColumns } from '#domain/candle-columns.ts';
import type { MetricName } from '#domain/backtest-metrics.ts';
import type { RunTrace } from '../trace.ts';
import type { PlainFills, TradeColumns } from '../trades.ts';
import { drawdownMetrics } from './drawdown.ts';
import { DAY_MS, periodsOf, YEAR_DAYS, type Periods } from './periods.ts';
import { annualReturn, finite, omegaRatio, sharpeRatio, simpleReturns, sortinoRatio, volatility } from './returns.ts';
import { tradeMetrics } from './trade-figures.ts';

/** `null`: not defined for this run. A grid's own figures are there for grids only. */
export type RunMetrics = Readonly<Partial<Record<MetricName, number | null>>>;

const HOUR_MS = 3_600_000;

/**
 * `trace` must have its equity at the rows of `periodsOf(columns).ends`; `trips` and `fills` are `undefined` where the
 * run kept no fills: then figures of trades are `null`.
 */
export function runMetrics(
  trace: RunTrace,
  columns: CandleColumns,
  trips: TradeColumns | undefined,
  fills: PlainFills | undefined,
): RunMetrics {
  const invested = Number(trace.exact.invested ?? 0);
  const equity = Number(trace.exact.equity ?? 0);
  const periods = periodsOf(columns);
  const started = trace.startBar >= 0;
  const start = Math.max(0, trace.startBar);
  const elapsed = started ? (columns.ts[trace.bars - 1] ?? 0) - (columns.ts[start] ?? 0) + periods.spacing : 0;
  const returns = simpleReturns(started ? periodEquity(trace, periods, invested) : []);
  const total = invested > 0 ? equity / invested - 1 : null;
  const hold = started ? holdReturn(trace, columns) : null;
  const growth = invested > 0 && elapsed >= DAY_MS ? yearly(equity / invested, elapsed) : null;
  const drawdown = drawdownMetrics(trace, columns);
  const rows = trace.bars - start;
  return {
    total_return: total,
    annual_return: returns.length < 2 ? null : annualReturn(returns, periods.perYear),
    cagr: growth,
    buy_hold_return: hold,
    alpha: total === null || hold === null ? null : total - hold,
    volatility: volatility(returns, periods.perYear),
    sharpe_ratio: sharpeRatio(returns, periods.perYear),
    sortino_ratio: sortinoRatio(returns, periods.perYear),
    calmar_ratio: growth === null || drawdown.max_drawdown === 0 ? null : growth / drawdown.max_drawdown,
    omega_ratio: omegaRatio(returns),
    ...drawdown,
    ...(trips ? tradeMetrics(trips) : {}),
    exposure: started && rows > 0 ? trace.barsInPosition / rows : null,
    turnover: fills && invested > 0 ? traded(fills) / invested : null,
    total_commission: Number(trace.exact.fees ?? 0),
    net_profit: equity - invested,
    equity_final: equity,
    equity_peak: Math.max(trace.peakEquity, invested),
    ...(trace.grid && {
      cycles: trace.grid.cycles,
      ...gridProfit(trace, invested, elapsed),
      time_in_range: started && rows > 0 ? trace.barsInRange / rows : null,
    }),
  };
}

/** What was invested, then the equity at the end of each period from the start on; the run's last row ends one, too. */
function periodEquity({ samples, equity, startBar, bars }: RunTrace, { ends }: Periods, invested: number): number[] {
  const values = [invested];
  let next = 0;
  for (let index = 0; index < samples.length; index += 1) {
    const row = samples[index] ?? 0;
    while ((ends[next] ?? Infinity) < row) next += 1;
    if (row >= startBar && (row === ends[next] || row === bars - 1)) values.push(equity[index] ?? 0);
  }
  return values;
}

function holdReturn({ startPrice, bars }: RunTrace, { close }: CandleColumns): number | null {
  const last = close[bars - 1] ?? 0;
  return startPrice > 0 ? last / startPrice - 1 : null;
}

function yearly(factor: number, elapsed: number): number | null {
  return factor <= 0 ? -1 : finite(factor ** ((YEAR_DAYS * DAY_MS) / elapsed) - 1);
}

function gridProfit(trace: RunTrace, invested: number, elapsed: number) {
  const profit = Number(trace.exact.grid_profit ?? 0);
  const days = elapsed / DAY_MS;
  return {
    grid_profit: profit,
    // G8: shown from one hour of running on.
    annualised_grid_profit: invested > 0 && elapsed >= HOUR_MS ? (profit / invested) * (YEAR_DAYS / days) : null,
  };
}

function traded({ length, price, amount }: PlainFills): number {
  let value = 0;
  for (let index = 0; index < length; index += 1) value += (price[index] ?? 0) * (amount[index] ?? 0);
  return value;
}
