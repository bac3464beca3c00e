/** The core's words → the protocol's: decimal strings become JSON numbers, `exact` keeps the strings. */
import type { Effect, Reply } from '#engine/effects.ts';
import type { GridParams } from '#engine/events.ts';
import type { AccountSnapshot, GridPreviewFigures, GridSnapshot, WorstCase } from '#engine/views.ts';
import type { AccountOrderView, AccountPnlEvent, BalanceEvent, PositionView } from '#protocol/account-shapes.ts';
import type {
  FillView,
  GridConfig,
  GridPreview,
  GridStatus,
  GridView,
  KillSwitchEvent,
  LifecycleEvent,
  OrderEvent,
  OrderView,
  PnlEvent,
  RiskEvent,
  RiskView,
} from '#protocol/shapes.ts';
import type { StoredResponse } from '#server/gateway/handlers.ts';
import type { TradeEffect } from '#server/storage/fills.ts';
import type { KillSwitchEffect } from '#server/storage/kill-switch.ts';
import type { OrderRow } from '#server/storage/orders.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

type EffectOf<T extends Effect['type']> = Extract<Effect, { type: T }>;

export function toOrderEvent(order: EffectOf<'order'>): OrderEvent {
  return {
    grid_id: order.grid_id,
    order_id: order.order_id,
    level: order.level,
    side: order.side,
    price: Number(order.price),
    amount: Number(order.amount),
    position_after: Number(order.position_after),
  };
}

export function toFillView(fill: TradeEffect): FillView {
  const { price, amount, fee, realized_pnl, position_after } = fill;
  return {
    grid_id: fill.grid_id,
    order_id: fill.order_id,
    trade_id: fill.trade_id,
    level: fill.level,
    side: fill.side,
    price: Number(price),
    amount: Number(amount),
    fee: Number(fee),
    fee_currency: fill.fee_currency,
    realized_pnl: Number(realized_pnl),
    position_after: Number(position_after),
    liquidity: fill.liquidity,
    ts: fill.ts,
    ...(fill.cycle && { cycle: true }),
    exact: { price, amount, fee, realized_pnl, position_after },
  };
}

export function toOrderView(row: OrderRow): OrderView {
  return { ...row, price: Number(row.price), amount: Number(row.amount) };
}

export function toRiskEvent({ grid_id, rule, decision, figures, reason }: EffectOf<'risk'>): RiskEvent {
  return { grid_id, rule, decision, figures: { ...figures }, ...(reason !== undefined && { reason }) };
}

export function toRiskView(risk: EffectOf<'risk'>): RiskView {
  return { ...toRiskEvent(risk), ts: risk.ts };
}

export function toLifecycleEvent({ grid_id, state, reason, params }: EffectOf<'lifecycle'>): LifecycleEvent {
  return {
    id: grid_id,
    state,
    ...(reason !== undefined && { reason }),
    ...(params && { config: toGridConfig(params) }),
  };
}

export function toKillSwitchEvent({ reason, by, active, ts, affected }: KillSwitchEffect): KillSwitchEvent {
  return { reason, by, active, ts, affected };
}

/** `initial_quote` belongs to backtests and is not on the wire. */
export function toGridConfig(params: GridParams): GridConfig {
  const { initial_quote: _, upper_price, lower_price, ...rest } = params;
  const { order_size, investment, take_profit_pct, trigger_price, stop_loss, take_profit, ...words } = rest;
  return {
    ...words,
    upper_price: Number(upper_price),
    lower_price: Number(lower_price),
    ...(order_size !== undefined && { order_size: Number(order_size) }),
    ...(investment !== undefined && { investment: Number(investment) }),
    ...(take_profit_pct !== undefined && { take_profit_pct: Number(take_profit_pct) }),
    ...(trigger_price !== undefined && { trigger_price: Number(trigger_price) }),
    ...(stop_loss !== undefined && { stop_loss: Number(stop_loss) }),
    ...(take_profit !== undefined && { take_profit: Number(take_profit) }),
  };
}

/** `now` is the engine's time, for the uptime and what follows from it. */
export function toGridStatus(grid: GridSnapshot, now: number): GridStatus {
  const f = grid.figures;
  const uptime = grid.started_at === null ? 0 : Math.max(0, (grid.ended_at ?? now) - grid.started_at);
  return {
    id: grid.id,
    state: grid.state,
    current_price: Number(f.current_price),
    position: Number(f.position),
    active_buy_orders: grid.active_buy_orders,
    active_sell_orders: grid.active_sell_orders,
    realized_pnl: Number(f.realized_pnl),
    unrealized_pnl: Number(f.unrealized_pnl),
    equity: Number(f.equity),
    invested: Number(f.invested),
    grid_profit: Number(f.grid_profit),
    fees: Number(f.fees),
    cycles: grid.cycles,
    total_trades: grid.total_trades,
    uptime_seconds: Math.floor(uptime / 1000),
    risk_checks: grid.risk_checks,
    orders_rejected: grid.orders_rejected,
    unfunded: grid.unfunded,
    annualised: annualised(Number(f.grid_profit), Number(f.invested), uptime),
    exact: {
      current_price: f.current_price,
      position: f.position,
      realized_pnl: f.realized_pnl,
      unrealized_pnl: f.unrealized_pnl,
      equity: f.equity,
      invested: f.invested,
      grid_profit: f.grid_profit,
      fees: f.fees,
    },
  };
}

/** G8: a fraction a year, shown from one hour of running on. */
function annualised(gridProfit: number, invested: number, uptimeMs: number): number | null {
  return uptimeMs < HOUR_MS || invested <= 0 ? null : ((gridProfit / invested) * 365) / (uptimeMs / DAY_MS);
}

export function toPnlEvent({ id, figures: f, cycles }: GridSnapshot): PnlEvent {
  return {
    grid_id: id,
    realized_pnl: Number(f.realized_pnl),
    unrealized_pnl: Number(f.unrealized_pnl),
    grid_profit: Number(f.grid_profit),
    fees: Number(f.fees),
    equity: Number(f.equity),
    cycles,
    exact: {
      realized_pnl: f.realized_pnl,
      unrealized_pnl: f.unrealized_pnl,
      grid_profit: f.grid_profit,
      fees: f.fees,
      equity: f.equity,
    },
  };
}

export function toGridView(grid: GridSnapshot, now: number): GridView {
  return {
    id: grid.id,
    state: grid.state,
    ...(grid.reason !== undefined && { reason: grid.reason }),
    config: toGridConfig(grid.params),
    created_at: grid.created_at,
    started_at: grid.started_at,
    ended_at: grid.ended_at,
    quantity: Number(grid.quantity),
    status: toGridStatus(grid, now),
  };
}

export function toBalanceEvent(account: AccountSnapshot): BalanceEvent {
  const { venue, equity, available, used, currency, today_pnl, total_pnl, balances } = account;
  return {
    venue,
    currency,
    total_balance: Number(equity),
    available_balance: Number(available),
    used_margin: Number(used),
    equity: Number(equity),
    today_pnl: Number(today_pnl),
    total_pnl: Number(total_pnl),
    balances: balances.map((balance) => ({ ...balance })),
    exact: {
      total_balance: equity,
      available_balance: available,
      used_margin: used,
      equity,
      today_pnl,
      total_pnl,
    },
  };
}

export function toPositions({ positions }: AccountSnapshot): PositionView[] {
  return positions.map(({ symbol, size, entry_price, mark_price, unrealized_pnl }) => ({
    symbol,
    side: 'Buy',
    size: Number(size),
    entry_price: Number(entry_price),
    mark_price: Number(mark_price),
    unrealized_pnl: Number(unrealized_pnl),
    exact: { size, entry_price, mark_price, unrealized_pnl },
  }));
}

export function toAccountPnl(account: AccountSnapshot): AccountPnlEvent {
  const { total_pnl, today_pnl, unrealized_pnl, realized_pnl, currency } = account;
  return {
    total_pnl: Number(total_pnl),
    today_pnl: Number(today_pnl),
    unrealized_pnl: Number(unrealized_pnl),
    realized_pnl: Number(realized_pnl),
    currency,
    exact: { total_pnl, today_pnl, unrealized_pnl, realized_pnl },
  };
}

/** Orders fill whole. */
export function toAccountOrder(
  order: Pick<EffectOf<'order'>, 'order_id' | 'side' | 'price' | 'amount' | 'ts'>,
  symbol: string,
  status: 'New' | 'Filled' | 'Cancelled',
): AccountOrderView {
  const { order_id, side, price, amount, ts } = order;
  const filled = status === 'Filled' ? amount : '0';
  return {
    order_id,
    symbol,
    side: side === 'buy' ? 'Buy' : 'Sell',
    quantity: Number(amount),
    price: Number(price),
    status,
    filled: Number(filled),
    open: status === 'New',
    ts,
    exact: { quantity: amount, price, filled },
  };
}

export function toGridPreview(pair: string, p: GridPreviewFigures): GridPreview {
  const worst = ({ price, equity, pnl }: WorstCase) => ({
    price: Number(price),
    equity: Number(equity),
    pnl: Number(pnl),
  });
  const { initial_purchase: buy, profit_per_grid_pct: profit } = p;
  return {
    pair,
    price: Number(p.price),
    lines: p.lines.map(Number),
    quantity: Number(p.quantity),
    invested: Number(p.invested),
    buys: p.buys,
    sells: p.sells,
    initial_purchase: { amount: Number(buy.amount), price: Number(buy.price), cost: Number(buy.cost) },
    profit_per_grid_pct: { lowest: Number(profit.lowest), highest: Number(profit.highest) },
    minimum_investment: Number(p.minimum_investment),
    worst_case: { lower: worst(p.worst_case.lower), stop: p.worst_case.stop && worst(p.worst_case.stop) },
    warnings: p.warnings.map((warning) => ({ ...warning })),
    exact: {
      price: p.price,
      quantity: p.quantity,
      invested: p.invested,
      initial_amount: buy.amount,
      initial_price: buy.price,
      initial_cost: buy.cost,
      profit_lowest_pct: profit.lowest,
      profit_highest_pct: profit.highest,
      minimum_investment: p.minimum_investment,
    },
  };
}

/** The core's answer as the protocol's response to the command. */
export function toResponse(reply: Reply): StoredResponse {
  if (!reply.ok) {
    const { code, message, issues } = reply.error;
    return { success: false, error: { code, message, ...(issues && { details: issues }) } };
  }
  switch (reply.action) {
    case 'grid.start':
    case 'grid.pause':
    case 'grid.resume':
      return { success: true, data: { grid_id: reply.grid_id, status: reply.status } };
    case 'grid.stop': {
      const { grid_id, status, final_pnl, total_trades } = reply;
      return {
        success: true,
        data: { grid_id, status, final_pnl: Number(final_pnl), total_trades, exact: { final_pnl } },
      };
    }
    case 'grid.update_params':
      return { success: true, data: { grid_id: reply.grid_id, updated_params: [...reply.updated_params] } };
    case 'strategy.start':
    case 'strategy.pause':
    case 'strategy.resume':
      return { success: true, data: { strategy_id: reply.strategy_id, status: reply.status } };
    case 'strategy.stop': {
      const { strategy_id, status, final_pnl } = reply;
      return { success: true, data: { strategy_id, status, final_pnl: Number(final_pnl), exact: { final_pnl } } };
    }
    case 'strategy.update_params':
      return { success: true, data: { strategy_id: reply.strategy_id, updated_params: [...reply.updated_params] } };
    case 'kill_switch':
      return { success: true, data: { kill_switch: reply.active, affected: reply.affected } };
  }
}
