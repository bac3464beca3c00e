/**
 * The protocol's shapes, written once: schemas give the types, the engine's validation and the forms' validation.
 * Numbers are JSON numbers; where a figure must be exact it also stands in `exact` as a plain decimal string.
 */
import * as z from 'zod/mini';

// A strict CSP forbids `eval`; zod must know before the first schema compiles.
z.config({ jitless: true });

const positive = () => z.number().check(z.positive());
const exact = z.optional(z.record(z.string(), z.string()));

export const GRID_COUNT_MIN = 2;
export const GRID_COUNT_MAX = 1000;

export const gridSpacing = z.enum(['arithmetic', 'geometric']);
export const fillModel = z.enum(['touch', 'through']);

const gridFields = {
  pair: z.string().check(z.minLength(1), z.maxLength(64)),
  upper_price: positive(),
  lower_price: positive(),
  grid_count: z.int().check(z.gte(GRID_COUNT_MIN), z.lte(GRID_COUNT_MAX)),
  order_size: z.optional(positive()),
  take_profit_pct: z.optional(z.number().check(z.gte(0), z.lte(1000))),
  mode: z.optional(z.enum(['paper', 'testnet', 'mainnet'])),
  risk_enabled: z.optional(z.boolean()),
  venue: z.optional(z.string().check(z.minLength(1), z.maxLength(64))),
  spacing: z.optional(gridSpacing),
  investment: z.optional(positive()),
  trigger_price: z.optional(positive()),
  stop_loss: z.optional(positive()),
  take_profit: z.optional(positive()),
  name: z.optional(z.string().check(z.maxLength(80))),
  /** G10. */
  fill_model: z.optional(fillModel),
};

/** What can be said of a grid without knowing its instrument; the engine checks the rest (ticks, sizes, funds). */
export const gridConfig = z.object(gridFields).check(
  z.refine((grid) => grid.upper_price > grid.lower_price, {
    path: ['upper_price'],
    error: 'must be above the lower price',
    when: ({ value }) => {
      const { upper_price, lower_price } = (value ?? {}) as Record<string, unknown>;
      return typeof upper_price === 'number' && typeof lower_price === 'number';
    },
  }),
  z.refine((grid) => !(grid.order_size !== undefined && grid.investment !== undefined), {
    path: ['order_size'],
    error: 'give either an order size or an investment, not both',
    when: ({ value }) => typeof value === 'object' && value !== null,
  }),
  z.refine((grid) => grid.mode === undefined || grid.mode === 'paper', {
    path: ['mode'],
    error: 'this engine trades on paper only',
    when: ({ value }) => typeof value === 'object' && value !== null,
  }),
);
export type GridConfig = z.infer<typeof gridConfig>;

/** `null` takes an optional field away. */
export const gridConfigPatch = z.partial(
  z.object({
    ...gridFields,
    order_size: z.nullable(positive()),
    investment: z.nullable(positive()),
    trigger_price: z.nullable(positive()),
    stop_loss: z.nullable(positive()),
    take_profit: z.nullable(positive()),
  }),
);
export type GridConfigPatch = z.infer<typeof gridConfigPatch>;

export const GRID_STATES = [
  'waiting',
  'starting',
  'running',
  'paused',
  'stopping',
  'stopped',
  'stop_loss',
  'take_profit',
  'error',
] as const;
export const gridState = z.enum(GRID_STATES);
export type GridState = z.infer<typeof gridState>;

export const gridStatus = z.object({
  id: z.string(),
  current_price: z.number(),
  position: z.number(),
  active_buy_orders: z.number(),
  active_sell_orders: z.number(),
  realized_pnl: z.number(),
  unrealized_pnl: z.number(),
  state: z.optional(gridState),
  equity: z.optional(z.number()),
  invested: z.optional(z.number()),
  grid_profit: z.optional(z.number()),
  fees: z.optional(z.number()),
  cycles: z.optional(z.number()),
  total_trades: z.optional(z.number()),
  uptime_seconds: z.optional(z.number()),
  risk_checks: z.optional(z.number()),
  orders_rejected: z.optional(z.number()),
  /** Cells whose buy the quote at hand does not cover (G7). */
  unfunded: z.optional(z.number()),
  /** `null` before one hour of running (G8). */
  annualised: z.optional(z.nullable(z.number())),
  exact,
});
export type GridStatus = z.infer<typeof gridStatus>;

const side = z.enum(['buy', 'sell']);

export const orderEvent = z.object({
  grid_id: z.string(),
  level: z.number(),
  side,
  price: z.number(),
  amount: z.number(),
  position_after: z.number(),
  order_id: z.optional(z.string()),
});
export type OrderEvent = z.infer<typeof orderEvent>;

export const tradeEvent = z.object({
  grid_id: z.string(),
  order_id: z.string(),
  /** The cell; -1 for market orders of a start, a re-grid or a close. */
  level: z.number(),
  side,
  price: z.number(),
  amount: z.number(),
  fee: z.number(),
  fee_currency: z.string(),
  realized_pnl: z.number(),
  position_after: z.number(),
  trade_id: z.optional(z.string()),
  liquidity: z.optional(z.enum(['maker', 'taker'])),
  ts: z.optional(z.number()),
  /** The sell that completed a cycle of its grid. */
  cycle: z.optional(z.boolean()),
  exact,
});
export type TradeEvent = z.infer<typeof tradeEvent>;

export const pnlEvent = z.object({
  grid_id: z.string(),
  realized_pnl: z.number(),
  unrealized_pnl: z.number(),
  grid_profit: z.number(),
  fees: z.number(),
  equity: z.number(),
  cycles: z.number(),
  exact,
});
export type PnlEvent = z.infer<typeof pnlEvent>;

export const riskEvent = z.object({
  grid_id: z.string(),
  rule: z.string(),
  decision: z.string(),
  figures: z.record(z.string(), z.union([z.number(), z.string()])),
  reason: z.optional(z.string()),
});
export type RiskEvent = z.infer<typeof riskEvent>;

/** A decision that was made earlier. */
export const riskView = z.extend(riskEvent, { ts: z.number() });
export type RiskView = z.infer<typeof riskView>;

export const lifecycleEvent = z.object({
  id: z.string(),
  state: z.string(),
  reason: z.optional(z.string()),
  config: z.optional(z.unknown()),
});
export type LifecycleEvent = z.infer<typeof lifecycleEvent>;

export const signalEvent = z.object({
  strategy_id: z.string(),
  side: z.string(),
  price: z.number(),
  strength: z.optional(z.number()),
  reason: z.string(),
  /** Open time of the bar at whose close it was decided. */
  bar: z.optional(z.number()),
  ts: z.optional(z.number()),
});
export type SignalEvent = z.infer<typeof signalEvent>;

export const progressEvent = z.object({
  id: z.string(),
  progress: z.number(),
  current_date: z.string(),
  trades_count: z.number(),
  current_equity: z.number(),
  eta_seconds: z.optional(z.number()),
});
export type ProgressEvent = z.infer<typeof progressEvent>;

export const logLevel = z.enum(['debug', 'info', 'warn', 'error']);
export type LogLevel = z.infer<typeof logLevel>;

export const logEvent = z.object({
  level: logLevel,
  source: z.string(),
  message: z.string(),
  ts: z.optional(z.number()),
});
export type LogEvent = z.infer<typeof logEvent>;

export const killAffected = z.object({
  grids_stopped: z.number(),
  strategies_stopped: z.number(),
  orders_cancelled: z.number(),
  positions_closed: z.optional(z.number()),
});

export const killSwitchEvent = z.object({
  reason: z.string(),
  affected: killAffected,
  active: z.optional(z.boolean()),
  by: z.optional(z.string()),
  ts: z.optional(z.number()),
});
export type KillSwitchEvent = z.infer<typeof killSwitchEvent>;

export const exchangeEvent = z.object({
  venue: z.string(),
  state: z.string(),
  reason: z.optional(z.string()),
  latency_ms: z.optional(z.number()),
  /** Cumulative since the engine started. */
  reconnects: z.optional(z.number()),
  resyncs: z.optional(z.number()),
  dropped: z.optional(z.number()),
  messages: z.optional(z.number()),
  messages_per_s: z.optional(z.number()),
  last_message_at: z.optional(z.nullable(z.number())),
});
export type ExchangeEvent = z.infer<typeof exchangeEvent>;

export const healthEvent = z.object({
  status: z.enum(['healthy', 'degraded', 'down']),
  components: z.optional(z.record(z.string(), z.enum(['up', 'down']))),
  running_grids: z.optional(z.number()),
  running_strategies: z.optional(z.number()),
  running_backtests: z.optional(z.number()),
  kill_switch: z.optional(z.boolean()),
  memory_mb: z.optional(z.number()),
  uptime_seconds: z.optional(z.number()),
  clients: z.optional(z.number()),
  event_loop_lag_ms: z.optional(z.number()),
});
export type HealthEvent = z.infer<typeof healthEvent>;

/** One side of a preview's worst case. */
const worstCase = z.object({ price: z.number(), equity: z.number(), pnl: z.number() });

export const previewWarning = z.object({
  code: z.enum(['cell_loses', 'price_outside_range', 'lot_rounding', 'book_depth']),
  message: z.string(),
});

/** G9. */
export const gridPreview = z.object({
  pair: z.string(),
  /** The price everything was computed at. */
  price: z.number(),
  /** The N+1 lines, lowest first. */
  lines: z.array(z.number()),
  quantity: z.number(),
  invested: z.number(),
  buys: z.number(),
  sells: z.number(),
  initial_purchase: z.object({ amount: z.number(), price: z.number(), cost: z.number() }),
  /** Net of fees, in percent. */
  profit_per_grid_pct: z.object({ lowest: z.number(), highest: z.number() }),
  minimum_investment: z.number(),
  worst_case: z.object({ lower: worstCase, stop: z.nullable(worstCase) }),
  warnings: z.array(previewWarning),
  exact,
});
export type GridPreview = z.infer<typeof gridPreview>;

export const gridView = z.object({
  id: z.string(),
  state: gridState,
  reason: z.optional(z.string()),
  config: z.object(gridFields),
  created_at: z.number(),
  started_at: z.nullable(z.number()),
  ended_at: z.nullable(z.number()),
  /** Size of a cell; 0 while waiting. */
  quantity: z.number(),
  status: gridStatus,
});
export type GridView = z.infer<typeof gridView>;

export const orderView = z.object({
  order_id: z.string(),
  grid_id: z.string(),
  level: z.number(),
  side,
  price: z.number(),
  amount: z.number(),
  state: z.enum(['open', 'filled', 'cancelled']),
  placed_at: z.number(),
  updated_at: z.number(),
});
export type OrderView = z.infer<typeof orderView>;

export const fillView = z.extend(tradeEvent, { trade_id: z.string(), ts: z.number() });
export type FillView = z.infer<typeof fillView>;

export const logRecord = z.extend(logEvent, { id: z.number(), ts: z.number() });
export type LogRecord = z.infer<typeof logRecord>;

export const instrumentView = z.object({
  venue: z.string(),
  symbol: z.string(),
  base: z.string(),
  quote: z.string(),
  tickSize: z.string(),
  lotSize: z.string(),
  minSize: z.string(),
  minNotional: z.string(),
  makerFee: z.string(),
  takerFee: z.string(),
  feeCurrency: z.enum(['quote', 'received']),
});

export const candleView = z.object({
  ts: z.number(),
  open: z.string(),
  high: z.string(),
  low: z.string(),
  close: z.string(),
  volume: z.string(),
  closed: z.boolean(),
});
