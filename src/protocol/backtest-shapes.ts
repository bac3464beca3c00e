/** Backtests, sweeps and candle data sets as they travel: schemas give types and validation. */
import * as z from 'zod/mini';
import { INTERVALS } from '#domain/market-data.ts';
import { progressEvent } from './shapes.ts';
import { strategyParams } from './strategy-shapes.ts';

// A strict CSP forbids `eval`; zod must know before the first schema compiles.
z.config({ jitless: true });

const exact = z.record(z.string(), z.string());
const id = z.string().check(z.minLength(1), z.maxLength(64));
const text = (max: number) => z.string().check(z.maxLength(max));
const positive = () => z.number().check(z.positive());
const rate = () => z.number().check(z.gte(0), z.lt(1));
const row = z.int().check(z.gte(0));
/** `2024-06-15`, an ISO time, or ms since the epoch; an end date is inclusive. */
const date = z.union([text(40), z.number()]);

export const BACKTEST_STATES = ['queued', 'running', 'completed', 'cancelled', 'interrupted', 'error'] as const;
export const backtestState = z.enum(BACKTEST_STATES);
export type BacktestState = z.infer<typeof backtestState>;

/** One row in a request: `[open time in ms, open, high, low, close, volume?]`. */
const inlineRow = z.array(z.union([z.number(), text(40)])).check(z.minLength(5), z.maxLength(6));

export const backtestData = z.object({
  /** Which of them `data.list` names; without it the newest of `symbol` and `timeframe`, or `rows`. */
  dataset: z.optional(text(128)),
  symbol: z.optional(text(64)),
  /** Another than the data set's own: resampled. */
  timeframe: z.optional(z.enum(INTERVALS)),
  start_date: z.optional(date),
  end_date: z.optional(date),
  /** Half-open range of rows, after dates and resampling. */
  from_row: z.optional(row),
  to_row: z.optional(z.nullable(row)),
  rows: z.optional(z.array(inlineRow).check(z.maxLength(5000))),
  /** Instead of a data set: the recorded prices of a live paper grid or strategy, from its start on. */
  session: z.optional(id),
});

export const backtestInstrument = z.object({
  tick_size: z.optional(z.union([positive(), text(40)])),
  lot_size: z.optional(z.union([positive(), text(40)])),
  maker_fee: z.optional(z.union([rate(), text(40)])),
  taker_fee: z.optional(z.union([rate(), text(40)])),
  fee_currency: z.optional(z.enum(['quote', 'received'])),
  min_size: z.optional(z.union([z.number(), text(40)])),
  min_notional: z.optional(z.union([z.number(), text(40)])),
});

export const backtestConfig = z.object({
  strategy: id,
  params: strategyParams,
  data: backtestData,
  config: z.optional(
    z.object({
      initial_capital: z.optional(positive()),
      commission: z.optional(rate()),
      slippage: z.optional(rate()),
    }),
  ),
  instrument: z.optional(backtestInstrument),
  name: z.optional(text(80)),
  /** `core`: through the engine that trades live, slower, the same to the digit. */
  path: z.optional(z.enum(['fast', 'core'])),
});
export type BacktestConfig = z.infer<typeof backtestConfig>;

/** `null`: not defined for this run (no losing trade, a single day, …). Fractions, not percent. */
const figure = z.nullable(z.number());
export const backtestMetrics = z.record(z.string(), figure);
export type BacktestMetrics = z.infer<typeof backtestMetrics>;

/** What a run was made over: enough to make it again, bit for bit (G21). */
export const datasetRef = z.object({
  id: z.string(),
  name: z.string(),
  symbol: z.string(),
  timeframe: z.string(),
  hash: z.string(),
  rows: z.number(),
  from: z.number(),
  to: z.number(),
});

/** What runs and sweeps have in common. */
const jobView = {
  id: z.string(),
  name: z.string(),
  strategy: z.string(),
  state: backtestState,
  progress: z.number(),
  /** Why it was cancelled, interrupted or failed. */
  reason: z.optional(z.string()),
  user: z.string(),
  created_at: z.number(),
  started_at: z.nullable(z.number()),
  ended_at: z.nullable(z.number()),
  /** `null` until its data has been found. */
  dataset: z.nullable(datasetRef),
};

export const backtestView = z.object({
  ...jobView,
  config: backtestConfig,
  metrics: z.nullable(backtestMetrics),
});
export type BacktestView = z.infer<typeof backtestView>;

export const monthlyReturn = z.object({ month: z.string(), return: z.number() });
export const lineFills = z.object({
  level: z.number(),
  buy_price: z.number(),
  sell_price: z.number(),
  buys: z.number(),
  sells: z.number(),
  profit: z.number(),
});

/** Points for charts, all of one length: time (ms), equity, what holding would be worth, fall from the peak (fraction). */
export const equityCurve = z.object({
  ts: z.array(z.number()),
  equity: z.array(z.number()),
  hold: z.array(z.number()),
  drawdown: z.array(z.number()),
});

/** A replayed live session against what it is known to have done. */
export const sessionParity = z.object({
  /** Of the grid or strategy. */
  id: z.string(),
  kind: z.enum(['grid', 'strategy']),
  /** Every order (signal), every fill and the realized PnL, to the digit. */
  identical: z.boolean(),
  orders: z.number(),
  fills: z.number(),
  signals: z.number(),
  /** Plain decimal, as recorded. */
  realized_pnl: z.string(),
  /** The first one, in words. */
  difference: z.optional(z.string()),
});
export type SessionParity = z.infer<typeof sessionParity>;

/** A finished run without its trades and fills, which come by page. */
export const backtestResult = z.extend(backtestView, {
  /** The money of `metrics` and of `result` as plain decimals; none before there is a result. */
  exact: z.optional(exact),
  result: z.nullable(
    z.object({
      /** `running` where the data ended before the strategy did, `stop_loss`, `take_profit`, `waiting`; `stopped` by hand. */
      state: z.string(),
      bars: z.number(),
      gaps: z.object({ count: z.number(), bars: z.number() }),
      equity: equityCurve,
      months: z.array(monthlyReturn),
      lines: z.optional(z.array(lineFills)),
      /** Counts of a grid: `quantity initial_buys initial_sells line_buys line_sells cycles fills`. */
      grid: z.optional(z.record(z.string(), z.number())),
      trades: z.number(),
      fills: z.number(),
      warnings: z.array(z.string()),
      exact,
      /** Runs of `data.session` only. */
      parity: z.optional(sessionParity),
      took_ms: z.number(),
    }),
  ),
});
export type BacktestResult = z.infer<typeof backtestResult>;

export const backtestTrade = z.object({
  number: z.number(),
  side: z.enum(['long', 'short']),
  /** The cell of a grid. */
  level: z.optional(z.number()),
  entry_ts: z.number(),
  exit_ts: z.number(),
  entry_price: z.number(),
  exit_price: z.number(),
  amount: z.number(),
  pnl: z.number(),
  return: z.number(),
  fees: z.number(),
  bars: z.number(),
});
export type BacktestTrade = z.infer<typeof backtestTrade>;

export const backtestFill = z.object({
  ts: z.number(),
  side: z.enum(['buy', 'sell', 'close']),
  level: z.number(),
  price: z.number(),
  amount: z.number(),
  fee: z.number(),
  realized_pnl: z.number(),
  exact: z.optional(exact),
});
export type BacktestFill = z.infer<typeof backtestFill>;

/** Either a list of values, or every `step` from `from` to `to`, both inclusive. */
export const sweepRange = z.object({
  param: text(64),
  values: z.optional(z.array(z.union([z.number(), text(64)])).check(z.minLength(1), z.maxLength(200))),
  from: z.optional(z.number()),
  to: z.optional(z.number()),
  step: z.optional(positive()),
});

export const sweepConfig = z.extend(backtestConfig, {
  ranges: z.array(sweepRange).check(z.minLength(1), z.maxLength(4)),
  /** What the best cell is best in; a name of the metrics. */
  metric: z.optional(text(64)),
  /** The last share of the data is kept from choosing and shown beside it. */
  out_of_sample: z.optional(z.number().check(z.gt(0), z.lte(0.8))),
  /** The data in so many windows: in each the best of its first part trades its rest. */
  walk_forward: z.optional(
    z.object({
      windows: z.int().check(z.gte(2), z.lte(24)),
      in_sample: z.number().check(z.gte(0.1), z.lte(0.9)),
    }),
  ),
});
export type SweepConfig = z.infer<typeof sweepConfig>;

const combination = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]));

export const sweepCell = z.object({
  index: z.number(),
  params: combination,
  metrics: z.nullable(backtestMetrics),
  /** The same over what was kept from choosing. */
  out_of_sample: z.optional(z.nullable(backtestMetrics)),
  /** Why this combination cannot run. */
  error: z.optional(z.string()),
});
export type SweepCell = z.infer<typeof sweepCell>;

/** Times, ms: the first row, the first that was kept from choosing, the last. */
export const walkWindow = z.object({
  from: z.number(),
  split: z.number(),
  to: z.number(),
  params: z.nullable(combination),
  in_sample: z.nullable(backtestMetrics),
  out_of_sample: z.nullable(backtestMetrics),
});

export const sweepView = z.object({
  ...jobView,
  config: sweepConfig,
  total: z.number(),
  done: z.number(),
  /** Index of the best cell so far. */
  best: z.nullable(z.number()),
  /** The best cell stands alone among worse neighbours: likely fitted to chance. `null` until all are done. */
  island: z.nullable(
    z.object({
      is_island: z.boolean(),
      best: z.number(),
      /** Median of the cells around it, and of all. */
      neighbours: z.nullable(z.number()),
      median: z.nullable(z.number()),
      message: z.string(),
    }),
  ),
});
export type SweepView = z.infer<typeof sweepView>;

export const sweepResult = z.extend(sweepView, {
  cells: z.array(sweepCell),
  walk: z.optional(z.array(walkWindow)),
  /** The parts out of sample one after the other; `null` where no window could choose. */
  walk_total: z.optional(z.nullable(backtestMetrics)),
});
export type SweepResult = z.infer<typeof sweepResult>;

export const sweepProgressEvent = z.extend(progressEvent, {
  done: z.number(),
  total: z.number(),
  best: z.nullable(z.number()),
});
export type SweepProgressEvent = z.infer<typeof sweepProgressEvent>;

export const sweepCellsEvent = z.object({ id: z.string(), cells: z.array(sweepCell) });
export type SweepCellsEvent = z.infer<typeof sweepCellsEvent>;

export const candleGap = z.object({ from: z.number(), to: z.number(), bars: z.number() });

export const datasetView = z.object({
  id: z.string(),
  name: z.string(),
  symbol: z.string(),
  timeframe: z.enum(INTERVALS),
  /** `market`: the engine's own market, growing as it trades; `import`: a file; `venue`: fetched. */
  source: z.enum(['market', 'import', 'venue']),
  venue: z.optional(z.string()),
  /** `importing` while a venue is asked; `error` says why in `reason`. */
  state: z.enum(['ready', 'importing', 'error']),
  reason: z.optional(z.string()),
  rows: z.number(),
  from: z.number(),
  to: z.number(),
  gaps: z.object({ count: z.number(), bars: z.number(), first: z.array(candleGap) }),
  price_decimals: z.number(),
  /** sha256 of the columns; empty for `market`, whose rows differ by the minute. */
  hash: z.string(),
  bytes: z.number(),
  created_at: z.number(),
});
export type DatasetView = z.infer<typeof datasetView>;

export const dataProgressEvent = z.object({
  id: z.string(),
  progress: z.number(),
  rows: z.number(),
  message: z.optional(z.string()),
});
export type DataProgressEvent = z.infer<typeof dataProgressEvent>;
