/** Strategies as they travel, in the catalog and live: schemas give types and validation. */
import * as z from 'zod/mini';
import { INTERVALS } from '#domain/market-data.ts';

// A strict CSP forbids `eval`; zod must know before the first schema compiles.
z.config({ jitless: true });

const exact = z.record(z.string(), z.string());
const id = z.string().check(z.minLength(1), z.maxLength(64));
const text = (max: number) => z.string().check(z.maxLength(max));
const positive = () => z.number().check(z.positive());
/** `null`: not known yet. */
const figure = z.nullable(z.number());

/** Values of parameters; which there are and what they may be says the catalog. */
export const strategyParams = z.record(text(64), z.union([z.number(), text(200), z.boolean()]));

const param = { name: z.string(), label: z.string(), description: z.string() };
export const paramView = z.discriminatedUnion('type', [
  z.object({
    ...param,
    type: z.enum(['integer', 'decimal']),
    default: z.nullable(z.number()),
    min: z.optional(z.number()),
    max: z.optional(z.number()),
    step: z.optional(z.number()),
    unit: z.optional(z.enum(['bars', 'percent', 'price', 'quote', 'base'])),
    required: z.optional(z.boolean()),
  }),
  z.object({ ...param, type: z.literal('boolean'), default: z.boolean() }),
  z.object({ ...param, type: z.literal('choice'), choices: z.array(z.string()), default: z.string() }),
]);
export type ParamView = z.infer<typeof paramView>;

export const strategySpecView = z.object({
  id: z.string(),
  label: z.string(),
  description: z.string(),
  kind: z.enum(['grid', 'signal']),
  params: z.array(paramView),
});
export type StrategySpecView = z.infer<typeof strategySpecView>;

export const strategyConfig = z.object({
  strategy: id,
  symbol: text(64).check(z.minLength(1)),
  timeframe: z.enum(INTERVALS),
  mode: z.optional(z.enum(['paper', 'testnet', 'mainnet'])),
  params: strategyParams,
  id: z.optional(z.string().check(z.regex(/^[A-Za-z0-9_-]{1,40}$/, 'use 1 to 40 letters, digits, _ or -'))),
  venue: z.optional(text(64)),
  /** Quote it trades with; reserved as a grid's investment is. */
  capital: z.optional(positive()),
  name: z.optional(text(80)),
});
export type StrategyConfig = z.infer<typeof strategyConfig>;

export const strategyStatus = z.object({
  id: z.string(),
  /** `starting running paused stopped error`. */
  state: z.string(),
  position: z.number(),
  realized_pnl: z.number(),
  unrealized_pnl: z.number(),
  equity: z.number(),
  invested: z.number(),
  fees: z.number(),
  total_trades: z.number(),
  current_price: z.number(),
  /** Average price of what it holds; `null`: nothing. */
  entry_price: z.nullable(z.number()),
  /** What it wants by the last closed bar. */
  target: z.enum(['long', 'short', 'flat']),
  /** Indicator values after the last closed bar, in their own units. */
  figures: z.record(z.string(), figure),
  last_bar: z.nullable(z.number()),
  signals: z.number(),
  uptime_seconds: z.number(),
  exact: z.optional(exact),
});
export type StrategyStatus = z.infer<typeof strategyStatus>;

export const strategyView = z.object({
  id: z.string(),
  name: z.string(),
  state: z.string(),
  reason: z.optional(z.string()),
  config: strategyConfig,
  created_at: z.number(),
  started_at: z.nullable(z.number()),
  ended_at: z.nullable(z.number()),
  status: strategyStatus,
});
export type StrategyView = z.infer<typeof strategyView>;

export const signalView = z.object({
  strategy_id: z.string(),
  /** `long short flat`. */
  side: z.string(),
  price: z.number(),
  strength: z.optional(z.number()),
  reason: z.string(),
  /** Open time of the bar at whose close it was decided. */
  bar: z.optional(z.number()),
  ts: z.number(),
});
export type SignalView = z.infer<typeof signalView>;

export const strategyFill = z.object({
  strategy_id: z.string(),
  trade_id: z.string(),
  ts: z.number(),
  side: z.enum(['buy', 'sell']),
  price: z.number(),
  amount: z.number(),
  fee: z.number(),
  fee_currency: z.string(),
  realized_pnl: z.number(),
  position_after: z.number(),
  exact: z.optional(exact),
});
export type StrategyFill = z.infer<typeof strategyFill>;
