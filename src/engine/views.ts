/** What can be read from the core at any time. Figures are plain decimal strings without trailing zeros. */
import type { Side } from '#domain/market-data.ts';
import type { GridState } from './effects.ts';
import type { GridParams } from './events.ts';
import type { StrategySetup, StrategyState } from './strategy/machine/state.ts';
import type { Target } from './strategy/signals.ts';

/** G8; every figure in quote except `position` (base). */
export interface GridFigures {
  /** The mark everything is valued at; `0` before the first price. */
  readonly current_price: string;
  readonly position: string;
  readonly realized_pnl: string;
  readonly unrealized_pnl: string;
  readonly grid_profit: string;
  /** All fees, those in base valued at their fill's price. */
  readonly fees: string;
  readonly fees_quote: string;
  readonly fees_base: string;
  readonly quote: string;
  readonly equity: string;
  readonly invested: string;
}

export interface GridSnapshot {
  readonly id: string;
  readonly state: GridState;
  /** Why it is paused, stopped or in error. */
  readonly reason?: string;
  readonly params: GridParams;
  readonly created_at: number;
  readonly started_at: number | null;
  readonly ended_at: number | null;
  /** Size of a cell; `0` while waiting. */
  readonly quantity: string;
  readonly figures: GridFigures;
  readonly active_buy_orders: number;
  readonly active_sell_orders: number;
  readonly unfunded: number;
  readonly cycles: number;
  readonly total_trades: number;
  readonly risk_checks: number;
  readonly orders_rejected: number;
}

/** What a backtest follows after each fill, without words for it: in quote units, `base` in base units. */
export interface GridHoldings {
  readonly state: GridState;
  readonly invested: bigint;
  readonly quote: bigint;
  readonly base: bigint;
  /** Whether a sell rests. */
  readonly sells: boolean;
}

/** As a grid's; in quote except `position` (base, below 0: short). */
export interface StrategyFigures {
  readonly current_price: string;
  readonly position: string;
  readonly realized_pnl: string;
  readonly unrealized_pnl: string;
  readonly fees: string;
  readonly fees_quote: string;
  readonly fees_base: string;
  readonly quote: string;
  readonly equity: string;
  readonly invested: string;
}

export interface StrategySnapshot {
  readonly id: string;
  readonly state: StrategyState;
  /** Why it is paused, stopped or in error. */
  readonly reason?: string;
  readonly setup: StrategySetup;
  readonly created_at: number;
  readonly started_at: number | null;
  readonly ended_at: number | null;
  readonly figures: StrategyFigures;
  /** What a unit of its position cost on average, fee included; `null` while it has none. */
  readonly entry_price: string | null;
  /** What it wants by its last decision. */
  readonly target: Target;
  /** It has decided and waits for a price to trade at. */
  readonly waiting: boolean;
  /** Indicator values after the last bar; prices among them in the quote, not in ticks. */
  readonly indicators: Readonly<Record<string, number | null>>;
  /** Open time of the last bar it has seen. */
  readonly last_bar: number | null;
  readonly signals: number;
  readonly total_trades: number;
  readonly risk_checks: number;
  readonly orders_rejected: number;
}

export interface OpenOrder {
  readonly order_id: string;
  readonly grid_id: string;
  readonly level: number;
  readonly side: Side;
  readonly price: string;
  readonly amount: string;
  readonly placed_at: number;
}

export interface Balance {
  readonly currency: string;
  readonly total: string;
  /** What grids and strategies hold or have reserved of it. */
  readonly reserved: string;
  readonly free: string;
}

/** What the grids and strategies of one instrument hold together. Always long, but for a backtest's. */
export interface PositionSnapshot {
  readonly symbol: string;
  /** Base. */
  readonly size: string;
  /** What a unit cost on average, fees included, rounded to two decimals more than its prices have. */
  readonly entry_price: string;
  /** `0` before the first price. */
  readonly mark_price: string;
  /** In the instrument's quote. */
  readonly unrealized_pnl: string;
}

/** The paper account of one venue. */
export interface AccountSnapshot {
  readonly venue: string;
  /** Value of all balances at the last prices, in `currency`, as every amount here: `available + used`. */
  readonly equity: string;
  readonly available: string;
  /** What grids and strategies hold or have reserved. */
  readonly used: string;
  readonly currency: string;
  readonly today_pnl: string;
  /** `realized_pnl + unrealized_pnl`. */
  readonly total_pnl: string;
  /** Of all grids and strategies, ended ones too. */
  readonly realized_pnl: string;
  /** Also of what ended ones have left in the account. */
  readonly unrealized_pnl: string;
  readonly balances: readonly Balance[];
  readonly positions: readonly PositionSnapshot[];
}

export interface GridPreviewFigures {
  readonly price: string;
  readonly lines: readonly string[];
  readonly quantity: string;
  readonly invested: string;
  readonly buys: number;
  readonly sells: number;
  readonly initial_purchase: { readonly amount: string; readonly price: string; readonly cost: string };
  /** In percent, to 12 decimals. */
  readonly profit_per_grid_pct: { readonly lowest: string; readonly highest: string };
  readonly minimum_investment: string;
  readonly worst_case: {
    readonly lower: WorstCase;
    readonly stop: WorstCase | null;
  };
  readonly warnings: readonly PreviewWarning[];
}

export interface WorstCase {
  readonly price: string;
  readonly equity: string;
  readonly pnl: string;
}

export interface PreviewWarning {
  readonly code: 'cell_loses' | 'price_outside_range' | 'lot_rounding' | 'book_depth';
  readonly message: string;
}
