/** The core's words on strategies → the protocol's: decimal strings become JSON numbers, `exact` keeps the strings. */
import type { Effect } from '#engine/effects.ts';
import type { StrategySetup } from '#engine/strategy/machine/state.ts';
import type { StrategySnapshot } from '#engine/views.ts';
import type {
  SignalView,
  StrategyConfig,
  StrategyFill,
  StrategyStatus,
  StrategyView,
} from '#protocol/strategy-shapes.ts';
import type { LifecycleEvent } from '#protocol/shapes.ts';
import type { SignalEffect, StrategyTradeEffect } from '#server/storage/strategies.ts';

type LifecycleEffect = Extract<Effect, { type: 'strategy_lifecycle' }>;

export function toStrategyConfig({ capital, params, ...setup }: StrategySetup): StrategyConfig {
  return { ...setup, mode: 'paper', capital: Number(capital), params: { ...params } };
}

/** `now` is the engine's time. */
export function toStrategyStatus(strategy: StrategySnapshot, now: number): StrategyStatus {
  const { figures: f, started_at, ended_at } = strategy;
  const uptime = started_at === null ? 0 : Math.max(0, (ended_at ?? now) - started_at);
  const { position, realized_pnl, unrealized_pnl, equity, invested, fees, current_price } = f;
  return {
    id: strategy.id,
    state: strategy.state,
    position: Number(position),
    realized_pnl: Number(realized_pnl),
    unrealized_pnl: Number(unrealized_pnl),
    equity: Number(equity),
    invested: Number(invested),
    fees: Number(fees),
    total_trades: strategy.total_trades,
    current_price: Number(current_price),
    entry_price: strategy.entry_price === null ? null : Number(strategy.entry_price),
    target: strategy.target,
    figures: { ...strategy.indicators },
    last_bar: strategy.last_bar,
    signals: strategy.signals,
    uptime_seconds: Math.floor(uptime / 1000),
    exact: {
      position,
      realized_pnl,
      unrealized_pnl,
      equity,
      invested,
      fees,
      current_price,
      ...(strategy.entry_price !== null && { entry_price: strategy.entry_price }),
    },
  };
}

export function toStrategyView(strategy: StrategySnapshot, now: number): StrategyView {
  const { id, setup, state, reason, created_at, started_at, ended_at } = strategy;
  return {
    id,
    name: setup.name ?? '',
    state,
    ...(reason !== undefined && { reason }),
    config: { ...toStrategyConfig(setup), id },
    created_at,
    started_at,
    ended_at,
    status: toStrategyStatus(strategy, now),
  };
}

export function toSignalView({ strategy_id, side, price, strength, reason, bar, ts }: SignalEffect): SignalView {
  return { strategy_id, side, price: Number(price), ...(strength !== undefined && { strength }), reason, bar, ts };
}

export function toStrategyFill(fill: StrategyTradeEffect): StrategyFill {
  const { strategy_id, trade_id, ts, side, price, amount, fee, fee_currency, realized_pnl, position_after } = fill;
  return {
    strategy_id,
    trade_id,
    ts,
    side,
    price: Number(price),
    amount: Number(amount),
    fee: Number(fee),
    fee_currency,
    realized_pnl: Number(realized_pnl),
    position_after: Number(position_after),
    exact: { price, amount, fee, realized_pnl, position_after },
  };
}

export function toStrategyLifecycle({ strategy_id: id, state, reason, setup }: LifecycleEffect): LifecycleEvent {
  return { id, state, ...(reason !== undefined && { reason }), config: toStrategyConfig(setup) };
}
