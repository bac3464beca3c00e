/** The channels, what they carry, and how each kind of event may be treated under load. */
import type { BookSnapshot, BookUpdate, Candle, Ticker, Trade } from '#domain/market-data.ts';
import type { Role } from './roles.ts';
import type {
  AccountFillView,
  AccountOrderView,
  AccountPnlEvent,
  BalanceEvent,
  PositionView,
  VenueBotView,
} from './account-shapes.ts';
import type { DataProgressEvent, SweepCellsEvent, SweepProgressEvent } from './backtest-shapes.ts';
import type { StrategyFill, StrategyStatus } from './strategy-shapes.ts';
import * as guards from './event-guards.ts';
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
import { isObject } from './guards.ts';
import { isBookSnapshot, isBookUpdate, isCandle, isTicker, isTrade } from './market-guards.ts';

/** What each channel family carries: its event names with their data. */
export interface ChannelEvents {
  'grid.status': { update: GridStatus };
  'grid.order': { placed: OrderEvent; filled: OrderEvent; cancelled: OrderEvent };
  'grid.trade': { executed: TradeEvent };
  'grid.pnl': { updated: PnlEvent };
  'grid.risk': { check: RiskEvent; rejected: RiskEvent; kill_switch: RiskEvent };
  'grid.lifecycle': {
    started: LifecycleEvent;
    stopped: LifecycleEvent;
    error: LifecycleEvent;
    updated: LifecycleEvent;
    paused: LifecycleEvent;
    triggered: LifecycleEvent;
  };
  'backtest.progress': { update: ProgressEvent };
  'backtest.lifecycle': {
    started: LifecycleEvent;
    completed: LifecycleEvent;
    cancelled: LifecycleEvent;
    error: LifecycleEvent;
  };
  'sweep.progress': { update: SweepProgressEvent };
  'sweep.cells': { computed: SweepCellsEvent };
  'sweep.lifecycle': {
    started: LifecycleEvent;
    completed: LifecycleEvent;
    cancelled: LifecycleEvent;
    error: LifecycleEvent;
  };
  'data.progress': { update: DataProgressEvent };
  'data.lifecycle': { started: LifecycleEvent; completed: LifecycleEvent; error: LifecycleEvent };
  /** (peer) The published engine runs its grids as strategies and tells of them in words of its own. */
  'strategy.status': { update: StrategyStatus | Readonly<Record<string, unknown>> };
  'strategy.trade': { executed: StrategyFill };
  'strategy.signal': { generated: SignalEvent };
  'strategy.lifecycle': {
    started: LifecycleEvent;
    stopped: LifecycleEvent;
    error: LifecycleEvent;
    updated: LifecycleEvent;
    paused: LifecycleEvent;
    resumed: LifecycleEvent;
  };
  'system.health': { update: HealthEvent };
  'system.log': { debug: LogEvent; info: LogEvent; warn: LogEvent; error: LogEvent };
  'system.kill_switch': { activated: KillSwitchEvent; deactivated: KillSwitchEvent };
  'system.exchange': { connected: ExchangeEvent; disconnected: ExchangeEvent; error: ExchangeEvent };
  'market.ticker': { update: Ticker };
  'market.book': { snapshot: BookSnapshot; update: BookUpdate };
  'market.trade': { update: Trade };
  'market.candle': { update: Candle };
  'account.balance': { update: BalanceEvent };
  'account.positions': { update: readonly PositionView[] };
  'account.pnl': { update: AccountPnlEvent };
  'account.orders': { update: readonly AccountOrderView[] };
  'account.fills': { update: AccountFillView };
  'account.bots': { update: readonly VenueBotView[] };
}
export type Family = keyof ChannelEvents;

/** An event as a subscriber gets it: a union over the family's event names, each with its own data. */
export type EventOf<F extends Family> = {
  [K in Family]: {
    [E in keyof ChannelEvents[K]]: {
      readonly family: K;
      readonly channel: string;
      readonly event: E;
      readonly data: ChannelEvents[K][E];
      readonly timestamp: number;
      readonly seq?: number;
    };
  }[keyof ChannelEvents[K]];
}[F];

type First<P extends string> = P extends `${infer C}.${string}` ? C : P;
type Last<P extends string> = P extends `${string}.${infer R}` ? Last<R> : P;
type InFamily<S extends string> = S extends '*' ? string : S extends `candle_${string}` ? 'candle' : S;
/** The families a subscription pattern can reach, as far as its text tells (Z9). */
export type FamilyOf<P extends string> = Extract<Family, `${InFamily<First<P>>}.${InFamily<Last<P>>}`>;
export type PatternEvent<P extends string> = EventOf<FamilyOf<P>>;

/** `grid.abc.status` → `grid.status`, `market.sim.BTC-USDC.candle_1m` → `market.candle`; `undefined`: not ours. */
export function familyOf(channel: string): Family | undefined {
  const segments = channel.split('.');
  const [category] = segments;
  const last = segments[segments.length - 1] ?? '';
  const expected = category === 'system' ? 2 : category === 'market' ? 4 : 3;
  if (segments.length !== expected) return undefined;
  const family = `${category}.${last.startsWith('candle_') ? 'candle' : last}`;
  return Object.hasOwn(KINDS, family) ? (family as Family) : undefined;
}

/**
 * durable: replayed after a reconnect, never dropped (Z12). stateful: only the newest counts (Z11, Z19).
 * transient: the tape; a client that cannot keep up misses some and is told by nobody.
 */
export type ChannelKind = 'durable' | 'stateful' | 'transient';

const KINDS: Readonly<Record<Family, ChannelKind>> = {
  'grid.status': 'stateful',
  'grid.order': 'durable',
  'grid.trade': 'durable',
  'grid.pnl': 'stateful',
  'grid.risk': 'durable',
  'grid.lifecycle': 'durable',
  'backtest.progress': 'stateful',
  'backtest.lifecycle': 'durable',
  'sweep.progress': 'stateful',
  'sweep.cells': 'durable',
  'sweep.lifecycle': 'durable',
  'data.progress': 'stateful',
  'data.lifecycle': 'durable',
  'strategy.status': 'stateful',
  'strategy.trade': 'durable',
  'strategy.signal': 'durable',
  'strategy.lifecycle': 'durable',
  'system.health': 'stateful',
  'system.log': 'durable',
  // Durable and stateful at once: replayed in order, and its newest value is sent on subscribe.
  'system.kill_switch': 'durable',
  'system.exchange': 'stateful',
  'market.ticker': 'stateful',
  'market.book': 'stateful',
  'market.trade': 'transient',
  'market.candle': 'stateful',
  'account.balance': 'stateful',
  'account.positions': 'stateful',
  'account.pnl': 'stateful',
  'account.orders': 'stateful',
  'account.fills': 'durable',
  'account.bots': 'stateful',
};

export function channelKind(family: Family): ChannelKind {
  return KINDS[family];
}

/** Z11: whether a subscriber at once gets the current value. */
export function hasCurrentValue(family: Family): boolean {
  return KINDS[family] === 'stateful' || family === 'system.kill_switch';
}

/** Z7: logs may tell more than a viewer should read; `*` is then everything the role may see. */
export function channelRole(family: Family): Role {
  return family === 'system.log' ? 'trader' : 'viewer';
}

/** The event names of each family; others are a later protocol's and ignored (Z4). */
const EVENTS: { readonly [F in Family]: readonly (keyof ChannelEvents[F])[] } = {
  'grid.status': ['update'],
  'grid.order': ['placed', 'filled', 'cancelled'],
  'grid.trade': ['executed'],
  'grid.pnl': ['updated'],
  'grid.risk': ['check', 'rejected', 'kill_switch'],
  'grid.lifecycle': ['started', 'stopped', 'error', 'updated', 'paused', 'triggered'],
  'backtest.progress': ['update'],
  'backtest.lifecycle': ['started', 'completed', 'cancelled', 'error'],
  'sweep.progress': ['update'],
  'sweep.cells': ['computed'],
  'sweep.lifecycle': ['started', 'completed', 'cancelled', 'error'],
  'data.progress': ['update'],
  'data.lifecycle': ['started', 'completed', 'error'],
  'strategy.status': ['update'],
  'strategy.trade': ['executed'],
  'strategy.signal': ['generated'],
  'strategy.lifecycle': ['started', 'stopped', 'error', 'updated', 'paused', 'resumed'],
  'system.health': ['update'],
  'system.log': ['debug', 'info', 'warn', 'error'],
  'system.kill_switch': ['activated', 'deactivated'],
  'system.exchange': ['connected', 'disconnected', 'error'],
  'market.ticker': ['update'],
  'market.book': ['snapshot', 'update'],
  'market.trade': ['update'],
  'market.candle': ['update'],
  'account.balance': ['update'],
  'account.positions': ['update'],
  'account.pnl': ['update'],
  'account.orders': ['update'],
  'account.fills': ['update'],
  'account.bots': ['update'],
};

export function isEventName(family: Family, event: string): boolean {
  const names: readonly string[] = EVENTS[family];
  return names.includes(event);
}

/** Runtime check of an event's data. */
const CHECKS: Readonly<Record<Family, (data: unknown, event: string) => boolean>> = {
  'grid.status': guards.isGridStatus,
  'grid.order': guards.isOrderEvent,
  'grid.trade': guards.isTradeEvent,
  'grid.pnl': guards.isPnlEvent,
  'grid.risk': guards.isRiskEvent,
  'grid.lifecycle': guards.isLifecycleEvent,
  'backtest.progress': guards.isProgressEvent,
  'backtest.lifecycle': guards.isLifecycleEvent,
  'sweep.progress': guards.isSweepProgressEvent,
  'sweep.cells': guards.isSweepCellsEvent,
  'sweep.lifecycle': guards.isLifecycleEvent,
  'data.progress': guards.isDataProgressEvent,
  'data.lifecycle': guards.isLifecycleEvent,
  'strategy.status': isObject,
  'strategy.trade': guards.isStrategyFill,
  'strategy.signal': guards.isSignalEvent,
  'strategy.lifecycle': guards.isLifecycleEvent,
  'system.health': guards.isHealthEvent,
  'system.log': guards.isLogEvent,
  'system.kill_switch': guards.isKillSwitchEvent,
  'system.exchange': guards.isExchangeEvent,
  'market.ticker': isTicker,
  'market.book': (data, event) => (event === 'snapshot' ? isBookSnapshot(data) : isBookUpdate(data)),
  'market.trade': isTrade,
  'market.candle': isCandle,
  'account.balance': guards.isBalanceEvent,
  'account.positions': guards.arePositions,
  'account.pnl': guards.isAccountPnlEvent,
  'account.orders': guards.areAccountOrders,
  'account.fills': guards.isAccountFill,
  'account.bots': guards.areVenueBots,
};

export function isEventData(family: Family, event: string, data: unknown): boolean {
  return CHECKS[family](data, event);
}
