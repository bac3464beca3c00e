/**
 * What comes into the core. Time, prices and requests are events: the core reads no clock and no socket,
 * so a live session, a backtest and a replay of the journal run the same code.
 */
import type { Instrument } from '#domain/instrument.ts';
import type { Interval } from '#domain/market-data.ts';
import type { StrategySetup, WarmupBar } from './strategy/machine/state.ts';
import type { StrategyParams } from './strategy/spec.ts';

/** `venue:symbol`, e.g. `sim:BTC-USDC`. */
export type InstrumentKey = `${string}:${string}`;

export function instrumentKey({ venue, symbol }: Pick<Instrument, 'venue' | 'symbol'>): InstrumentKey {
  return `${venue}:${symbol}`;
}

/**
 * GridConfig of the protocol with its numbers as plain decimal strings, defaults filled in by the core.
 * The field names are the protocol's, so that an issue names the field the user typed in.
 */
export interface GridParams {
  readonly pair: string;
  readonly venue: string;
  readonly upper_price: string;
  readonly lower_price: string;
  readonly grid_count: number;
  readonly spacing?: 'arithmetic' | 'geometric';
  readonly order_size?: string;
  readonly investment?: string;
  /** Backtests: the starting quote, where it is more than the grid needs (G6). */
  readonly initial_quote?: string;
  readonly take_profit_pct?: string;
  readonly trigger_price?: string;
  readonly stop_loss?: string;
  readonly take_profit?: string;
  readonly fill_model?: 'touch' | 'through';
  readonly risk_enabled?: boolean;
  readonly name?: string;
  readonly mode?: 'paper';
}

/** `null` takes an optional field away (G15). */
export type GridParamsPatch = {
  readonly [K in Exclude<keyof GridParams, 'pair' | 'venue' | 'mode'>]?: GridParams[K] | null;
};

export type EngineCommand =
  /** `grid_id` is chosen by the caller, unique for ever. */
  | { readonly action: 'grid.start'; readonly grid_id: string; readonly params: GridParams }
  | {
      readonly action: 'grid.stop';
      readonly id: string;
      readonly cancel_orders: boolean;
      readonly close_position: boolean;
    }
  | { readonly action: 'grid.update_params'; readonly id: string; readonly params: GridParamsPatch }
  /** Cancels the resting orders and trades no more, but keeps the position, and its limits armed. */
  | { readonly action: 'grid.pause'; readonly id: string }
  /** Places every cell's order again; one that would cross the book by now fills at its own price as taker (G5). */
  | { readonly action: 'grid.resume'; readonly id: string }
  /**
   * `strategy_id` is chosen by the caller, unique for ever. `warmup`: the newest closed bars, oldest first, as many as
   * its signals need; they come with the command so that the journal alone tells what happened.
   */
  | {
      readonly action: 'strategy.start';
      readonly strategy_id: string;
      readonly setup: StrategySetup;
      readonly warmup: readonly WarmupBar[];
    }
  | { readonly action: 'strategy.stop'; readonly id: string; readonly close_position: boolean }
  /** Keeps the position and trades no more; its indicators go on. */
  | { readonly action: 'strategy.pause'; readonly id: string }
  | { readonly action: 'strategy.resume'; readonly id: string }
  /** Only the parameters named change; the new signals begin with `warmup`. */
  | {
      readonly action: 'strategy.update_params';
      readonly id: string;
      readonly params: StrategyParams;
      readonly warmup: readonly WarmupBar[];
    }
  | {
      readonly action: 'kill_switch.activate';
      readonly reason: string;
      readonly by: string;
      readonly close_positions: boolean;
    }
  | { readonly action: 'kill_switch.deactivate'; readonly reason: string; readonly by: string };

/** Prices are integers in units of `10^-priceDecimals` of the instrument (see `instrument` below). */
export type MarketEvent =
  /** A trade on the venue (G10). */
  | { readonly type: 'print'; readonly ts: number; readonly key: InstrumentKey; readonly price: number }
  /** Best prices; 0: that side is empty. */
  | {
      readonly type: 'quote';
      readonly ts: number;
      readonly key: InstrumentKey;
      readonly bid: number;
      readonly ask: number;
    }
  /** A whole bar, walked by G11: replays and catching up after a restart. `ts` is its open time. */
  | {
      readonly type: 'bar';
      readonly ts: number;
      readonly key: InstrumentKey;
      readonly open: number;
      readonly high: number;
      readonly low: number;
      readonly close: number;
    }
  /** A bar of some interval has closed: what strategies decide on. No price to trade at. `ts` is its open time. */
  | {
      readonly type: 'candle';
      readonly ts: number;
      readonly key: InstrumentKey;
      readonly interval: Interval;
      readonly open: number;
      readonly high: number;
      readonly low: number;
      readonly close: number;
    }
  /** The feed of this instrument has a gap: prints of before count no more, orders wait for the next one (G10). */
  | { readonly type: 'feed_gap'; readonly ts: number; readonly key: InstrumentKey };

export type EngineEvent =
  | MarketEvent
  /**
   * An instrument is listed or its rules changed. `priceDecimals` is what market prices of it are counted in: at
   * least the tick's decimals, more where the data has more (a replay with off-tick prices).
   */
  | {
      readonly type: 'instrument';
      readonly ts: number;
      readonly instrument: Instrument;
      readonly priceDecimals: number;
    }
  /** Time passes though no price does: day changes (G16), uptime. At least once a minute in a live engine. */
  | { readonly type: 'clock'; readonly ts: number }
  | { readonly type: 'command'; readonly ts: number; readonly command: EngineCommand };
