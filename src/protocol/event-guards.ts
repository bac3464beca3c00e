/** The data of every event but the market's (`market-guards.ts`), checked as `shapes.ts` and `account-shapes.ts` say. */
import type {
  AccountFillView,
  AccountOrderView,
  AccountPnlEvent,
  BalanceEvent,
  PositionView,
  VenueBotView,
} from './account-shapes.ts';
import type { DataProgressEvent, SweepCell, SweepCellsEvent, SweepProgressEvent } from './backtest-shapes.ts';
import type { StrategyFill, StrategyStatus } from './strategy-shapes.ts';
import {
  either,
  isAnything,
  isFlag,
  isNumber,
  isText,
  listOf,
  mapOf,
  nullable,
  oneOf,
  optional,
  record,
} from './guards.ts';
import type {
  ExchangeEvent,
  GridStatus,
  HealthEvent,
  KillSwitchEvent,
  LifecycleEvent,
  LogEvent,
  OrderEvent,
  PnlEvent,
  ProgressEvent,
  RiskEvent,
  SignalEvent,
  TradeEvent,
} from './shapes.ts';

const figure = nullable(isNumber);
const optionalNumber = optional(isNumber);
const optionalText = optional(isText);
const exact = optional(mapOf(isText));
const isSide = oneOf('buy', 'sell');
const isAccountSide = oneOf('Buy', 'Sell');

export const isGridStatus = record<GridStatus>({
  id: isText,
  current_price: isNumber,
  position: isNumber,
  active_buy_orders: isNumber,
  active_sell_orders: isNumber,
  realized_pnl: isNumber,
  unrealized_pnl: isNumber,
  state: optional(
    oneOf('waiting', 'starting', 'running', 'paused', 'stopping', 'stopped', 'stop_loss', 'take_profit', 'error'),
  ),
  equity: optionalNumber,
  invested: optionalNumber,
  grid_profit: optionalNumber,
  fees: optionalNumber,
  cycles: optionalNumber,
  total_trades: optionalNumber,
  uptime_seconds: optionalNumber,
  risk_checks: optionalNumber,
  orders_rejected: optionalNumber,
  unfunded: optionalNumber,
  annualised: optional(figure),
  exact,
});

export const isOrderEvent = record<OrderEvent>({
  grid_id: isText,
  level: isNumber,
  side: isSide,
  price: isNumber,
  amount: isNumber,
  position_after: isNumber,
  order_id: optionalText,
});

export const isTradeEvent = record<TradeEvent>({
  grid_id: isText,
  order_id: isText,
  level: isNumber,
  side: isSide,
  price: isNumber,
  amount: isNumber,
  fee: isNumber,
  fee_currency: isText,
  realized_pnl: isNumber,
  position_after: isNumber,
  trade_id: optionalText,
  liquidity: optional(oneOf('maker', 'taker')),
  ts: optionalNumber,
  cycle: optional(isFlag),
  exact,
});

export const isPnlEvent = record<PnlEvent>({
  grid_id: isText,
  realized_pnl: isNumber,
  unrealized_pnl: isNumber,
  grid_profit: isNumber,
  fees: isNumber,
  equity: isNumber,
  cycles: isNumber,
  exact,
});

export const isRiskEvent = record<RiskEvent>({
  grid_id: isText,
  rule: isText,
  decision: isText,
  figures: mapOf(either(isNumber, isText)),
  reason: optionalText,
});

export const isLifecycleEvent = record<LifecycleEvent>({
  id: isText,
  state: isText,
  reason: optionalText,
  config: isAnything,
});

export const isSignalEvent = record<SignalEvent>({
  strategy_id: isText,
  side: isText,
  price: isNumber,
  strength: optionalNumber,
  reason: isText,
  bar: optionalNumber,
  ts: optionalNumber,
});

export const isProgressEvent = record<ProgressEvent>({
  id: isText,
  progress: isNumber,
  current_date: isText,
  trades_count: isNumber,
  current_equity: isNumber,
  eta_seconds: optionalNumber,
});

export const isLogEvent = record<LogEvent>({
  level: oneOf('debug', 'info', 'warn', 'error'),
  source: isText,
  message: isText,
  ts: optionalNumber,
});

export const isKillSwitchEvent = record<KillSwitchEvent>({
  reason: isText,
  affected: record<KillSwitchEvent['affected']>({
    grids_stopped: isNumber,
    strategies_stopped: isNumber,
    orders_cancelled: isNumber,
    positions_closed: optionalNumber,
  }),
  active: optional(isFlag),
  by: optionalText,
  ts: optionalNumber,
});

export const isExchangeEvent = record<ExchangeEvent>({
  venue: isText,
  state: isText,
  reason: optionalText,
  latency_ms: optionalNumber,
  reconnects: optionalNumber,
  resyncs: optionalNumber,
  dropped: optionalNumber,
  messages: optionalNumber,
  messages_per_s: optionalNumber,
  last_message_at: optional(figure),
});

export const isHealthEvent = record<HealthEvent>({
  status: oneOf('healthy', 'degraded', 'down'),
  components: optional(mapOf(oneOf('up', 'down'))),
  running_grids: optionalNumber,
  running_strategies: optionalNumber,
  running_backtests: optionalNumber,
  kill_switch: optional(isFlag),
  memory_mb: optionalNumber,
  uptime_seconds: optionalNumber,
  clients: optionalNumber,
  event_loop_lag_ms: optionalNumber,
});

export const isBalanceEvent = record<BalanceEvent>({
  venue: isText,
  currency: isText,
  total_balance: optional(figure),
  available_balance: optional(figure),
  used_margin: optional(figure),
  equity: optionalNumber,
  today_pnl: optionalNumber,
  total_pnl: optionalNumber,
  balances: listOf(
    record<BalanceEvent['balances'][number]>({ currency: isText, total: isText, reserved: isText, free: isText }),
  ),
  exact,
});

export const arePositions = listOf(
  record<PositionView>({
    symbol: isText,
    side: isAccountSide,
    size: isNumber,
    entry_price: figure,
    mark_price: figure,
    unrealized_pnl: figure,
    leverage: optionalText,
    exact,
  }),
);

export const isAccountPnlEvent = record<AccountPnlEvent>({
  total_pnl: figure,
  today_pnl: figure,
  unrealized_pnl: figure,
  realized_pnl: figure,
  currency: optionalText,
  exact,
});

export const areAccountOrders = listOf(
  record<AccountOrderView>({
    order_id: isText,
    symbol: isText,
    side: isAccountSide,
    quantity: isNumber,
    price: figure,
    status: isText,
    filled: optional(figure),
    open: optional(isFlag),
    ts: optional(figure),
    exact,
  }),
);

export const isAccountFill = record<AccountFillView>({
  trade_id: isText,
  order_id: nullable(isText),
  symbol: isText,
  side: isAccountSide,
  price: isNumber,
  quantity: isNumber,
  fee: figure,
  fee_currency: nullable(isText),
  status: nullable(isText),
  ts: isNumber,
  exact,
});

export const areVenueBots = listOf(
  record<VenueBotView>({
    id: isText,
    symbol: isText,
    state: isText,
    lower_price: isNumber,
    upper_price: isNumber,
    grid_count: isNumber,
    spacing: oneOf('arithmetic', 'geometric'),
    investment: isNumber,
    grid_profit: figure,
    float_profit: figure,
    total_pnl: figure,
    annualised: figure,
    exact,
  }),
);

const metrics = nullable(mapOf(figure));

const isSweepCell = record<SweepCell>({
  index: isNumber,
  params: mapOf(either(either(isNumber, isText), isFlag)),
  metrics,
  out_of_sample: optional(metrics),
  error: optionalText,
});

export const isSweepCellsEvent = record<SweepCellsEvent>({ id: isText, cells: listOf(isSweepCell) });

export const isSweepProgressEvent = record<SweepProgressEvent>({
  id: isText,
  progress: isNumber,
  current_date: isText,
  trades_count: isNumber,
  current_equity: isNumber,
  eta_seconds: optionalNumber,
  done: isNumber,
  total: isNumber,
  best: figure,
});

export const isDataProgressEvent = record<DataProgressEvent>({
  id: isText,
  progress: isNumber,
  rows: isNumber,
  message: optionalText,
});

export const isStrategyStatus = record<StrategyStatus>({
  id: isText,
  state: isText,
  position: isNumber,
  realized_pnl: isNumber,
  unrealized_pnl: isNumber,
  equity: isNumber,
  invested: isNumber,
  fees: isNumber,
  total_trades: isNumber,
  current_price: isNumber,
  entry_price: figure,
  target: oneOf('long', 'short', 'flat'),
  figures: mapOf(figure),
  last_bar: figure,
  signals: isNumber,
  uptime_seconds: isNumber,
  exact,
});

export const isStrategyFill = record<StrategyFill>({
  strategy_id: isText,
  trade_id: isText,
  ts: isNumber,
  side: isSide,
  price: isNumber,
  amount: isNumber,
  fee: isNumber,
  fee_currency: isText,
  realized_pnl: isNumber,
  position_after: isNumber,
  exact,
});
