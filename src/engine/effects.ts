/** What comes out of the core. Sizes, prices and money are plain decimal strings. */
import type { Side } from '#domain/market-data.ts';
import type { GridParams } from './events.ts';
import type { StrategySetup, StrategyState } from './strategy/machine/state.ts';
import type { Target } from './strategy/signals.ts';

export type GridState =
  'waiting' | 'starting' | 'running' | 'paused' | 'stopping' | 'stopped' | 'stop_loss' | 'take_profit' | 'error';

/** One bad field; `path` is the protocol's name of it. */
export interface Issue {
  readonly path: string;
  readonly message: string;
  /** For telling it in another language: what is wrong, and the figures it names as plain decimals or words. */
  readonly code?: string;
  readonly values?: Readonly<Record<string, string>>;
}

/** The core's share of the protocol's error codes (Z15). */
export interface EngineError {
  readonly code:
    | 'VALIDATION_ERROR'
    | 'NOT_FOUND'
    | 'GRID_ALREADY_RUNNING'
    | 'GRID_NOT_RUNNING'
    | 'INSUFFICIENT_FUNDS'
    | 'RISK_REJECTED'
    | 'KILL_SWITCH_ACTIVE'
    | 'VENUE_UNAVAILABLE';
  readonly message: string;
  readonly issues?: readonly Issue[];
}

export interface KillAffected {
  readonly grids_stopped: number;
  readonly strategies_stopped: number;
  readonly orders_cancelled: number;
  readonly positions_closed: number;
}

/** The answer to a command. */
export type Reply =
  | { readonly ok: false; readonly error: EngineError }
  | { readonly ok: true; readonly action: 'grid.start'; readonly grid_id: string; readonly status: GridState }
  | {
      readonly ok: true;
      readonly action: 'grid.stop';
      readonly grid_id: string;
      readonly status: GridState;
      readonly final_pnl: string;
      readonly total_trades: number;
    }
  | {
      readonly ok: true;
      readonly action: 'grid.update_params';
      readonly grid_id: string;
      readonly updated_params: readonly string[];
    }
  | {
      readonly ok: true;
      readonly action: 'grid.pause' | 'grid.resume';
      readonly grid_id: string;
      readonly status: GridState;
    }
  | {
      readonly ok: true;
      readonly action: 'strategy.start' | 'strategy.pause' | 'strategy.resume';
      readonly strategy_id: string;
      readonly status: StrategyState;
    }
  | {
      readonly ok: true;
      readonly action: 'strategy.stop';
      readonly strategy_id: string;
      readonly status: StrategyState;
      readonly final_pnl: string;
    }
  | {
      readonly ok: true;
      readonly action: 'strategy.update_params';
      readonly strategy_id: string;
      readonly updated_params: readonly string[];
    }
  | { readonly ok: true; readonly action: 'kill_switch'; readonly active: boolean; readonly affected: KillAffected };

export type Effect =
  | {
      readonly type: 'order';
      readonly event: 'placed' | 'filled' | 'cancelled';
      readonly ts: number;
      readonly grid_id: string;
      readonly order_id: string;
      /** The cell; -1 for market orders. */
      readonly level: number;
      readonly side: Side;
      readonly price: string;
      readonly amount: string;
      readonly position_after: string;
    }
  | {
      readonly type: 'trade';
      readonly ts: number;
      readonly grid_id: string;
      /** Unique and increasing within its grid. */
      readonly trade_id: string;
      readonly order_id: string;
      readonly level: number;
      readonly side: Side;
      readonly price: string;
      readonly amount: string;
      readonly fee: string;
      readonly fee_currency: string;
      /** 0 for buys. */
      readonly realized_pnl: string;
      readonly position_after: string;
      readonly liquidity: 'maker' | 'taker';
      /** Set on the sell that completes a cycle, bought on its line (G8). */
      readonly cycle?: true;
    }
  | {
      readonly type: 'risk';
      readonly ts: number;
      readonly grid_id: string;
      readonly event: 'check' | 'rejected' | 'kill_switch';
      readonly rule: string;
      readonly decision: 'approved' | 'refused' | 'unfunded';
      readonly figures: Readonly<Record<string, string>>;
      readonly reason?: string;
    }
  | {
      readonly type: 'lifecycle';
      readonly ts: number;
      readonly grid_id: string;
      readonly event: 'started' | 'stopped' | 'error' | 'updated' | 'paused' | 'triggered';
      readonly state: GridState;
      readonly reason?: string;
      readonly params?: GridParams;
    }
  /** A strategy's decision at a bar's close, whether or not it could be traded (G19). */
  | {
      readonly type: 'signal';
      readonly ts: number;
      readonly strategy_id: string;
      /** Increasing within its strategy. */
      readonly number: number;
      readonly side: Target;
      /** The bar's close. */
      readonly price: string;
      readonly strength?: number;
      readonly reason: string;
      /** Open time of the bar. */
      readonly bar: number;
    }
  /** A fill of a strategy's market order. */
  | {
      readonly type: 'strategy_trade';
      readonly ts: number;
      readonly strategy_id: string;
      /** Unique and increasing within its strategy. */
      readonly trade_id: string;
      readonly order_id: string;
      readonly side: Side;
      readonly price: string;
      readonly amount: string;
      readonly fee: string;
      readonly fee_currency: string;
      /** 0 for fills that open a position. */
      readonly realized_pnl: string;
      /** Below 0: short. */
      readonly position_after: string;
    }
  | {
      readonly type: 'strategy_risk';
      readonly ts: number;
      readonly strategy_id: string;
      readonly event: 'check' | 'rejected' | 'kill_switch';
      readonly rule: string;
      readonly decision: 'approved' | 'refused';
      readonly figures: Readonly<Record<string, string>>;
      readonly reason?: string;
    }
  | {
      readonly type: 'strategy_lifecycle';
      readonly ts: number;
      readonly strategy_id: string;
      readonly event: 'started' | 'stopped' | 'error' | 'updated' | 'paused' | 'resumed';
      readonly state: StrategyState;
      readonly reason?: string;
      readonly setup: StrategySetup;
    }
  | {
      readonly type: 'kill_switch';
      readonly ts: number;
      readonly active: boolean;
      readonly reason: string;
      readonly by: string;
      readonly affected: KillAffected;
    }
  | {
      readonly type: 'log';
      readonly ts: number;
      readonly level: 'debug' | 'info' | 'warn' | 'error';
      /** `grid.<id>`, `strategy.<id>` or `engine`. */
      readonly source: string;
      readonly message: string;
    };

export interface Outcome {
  /** Nothing but a last price changed: the event need not be journaled one by one (see `Engine.process`). */
  readonly quiet: boolean;
  readonly effects: readonly Effect[];
  /** Only for commands. */
  readonly reply?: Reply;
}
