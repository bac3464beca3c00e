/** What `account.<venue>.*` carries: the figures of `trading-socketio` (T5) and, added, what more a venue tells. */
import * as z from 'zod/mini';

// A strict CSP forbids `eval`; zod must know before the first schema compiles.
z.config({ jitless: true });

const exact = z.optional(z.record(z.string(), z.string()));
const figure = z.nullable(z.number());

/** The balance of one venue's account. `equity` and the PnL only stand in that of a paper account of the engine's own. */
export const balanceEvent = z.object({
  venue: z.string(),
  currency: z.string(),
  total_balance: z.optional(figure),
  available_balance: z.optional(figure),
  used_margin: z.optional(figure),
  /** Value of everything in `currency`, at the last prices. */
  equity: z.optional(z.number()),
  /** Since 00:00 UTC. */
  today_pnl: z.optional(z.number()),
  total_pnl: z.optional(z.number()),
  balances: z.array(z.object({ currency: z.string(), total: z.string(), reserved: z.string(), free: z.string() })),
  exact,
});
export type BalanceEvent = z.infer<typeof balanceEvent>;

const accountSide = z.enum(['Buy', 'Sell']);

export const positionView = z.object({
  symbol: z.string(),
  side: accountSide,
  size: z.number(),
  entry_price: figure,
  mark_price: figure,
  unrealized_pnl: figure,
  leverage: z.optional(z.string()),
  exact,
});
export type PositionView = z.infer<typeof positionView>;

/** A whole list: what is missing is gone. */
export const positionsEvent = z.array(positionView);

export const accountPnlEvent = z.object({
  total_pnl: figure,
  today_pnl: figure,
  unrealized_pnl: figure,
  realized_pnl: figure,
  currency: z.optional(z.string()),
  exact,
});
export type AccountPnlEvent = z.infer<typeof accountPnlEvent>;

export const accountOrderView = z.object({
  order_id: z.string(),
  symbol: z.string(),
  side: accountSide,
  quantity: z.number(),
  /** `null`: a market order. */
  price: figure,
  status: z.string(),
  filled: z.optional(figure),
  /** Whether it still works in the market. */
  open: z.optional(z.boolean()),
  ts: z.optional(figure),
  exact,
});
export type AccountOrderView = z.infer<typeof accountOrderView>;

/** A whole list: the open orders and those that ended last. */
export const accountOrdersEvent = z.array(accountOrderView);

/** A newer one of the same `trade_id` replaces the older (M13). */
export const accountFillView = z.object({
  trade_id: z.string(),
  order_id: z.nullable(z.string()),
  symbol: z.string(),
  side: accountSide,
  price: z.number(),
  quantity: z.number(),
  fee: figure,
  fee_currency: z.nullable(z.string()),
  status: z.nullable(z.string()),
  ts: z.number(),
  exact,
});
export type AccountFillView = z.infer<typeof accountFillView>;

/** A grid bot that the venue itself runs. */
export const venueBotView = z.object({
  id: z.string(),
  symbol: z.string(),
  state: z.string(),
  lower_price: z.number(),
  upper_price: z.number(),
  grid_count: z.number(),
  spacing: z.enum(['arithmetic', 'geometric']),
  investment: z.number(),
  grid_profit: figure,
  float_profit: figure,
  total_pnl: figure,
  /** A fraction a year. */
  annualised: figure,
  exact,
});
export type VenueBotView = z.infer<typeof venueBotView>;

/** A whole list. */
export const venueBotsEvent = z.array(venueBotView);
