/** The deterministic core. Same events in, same effects, same state, to the byte. */
import type { EngineError, Outcome } from './effects.ts';
import type { EngineEvent, GridParams } from './events.ts';
import type {
  AccountSnapshot,
  GridHoldings,
  GridPreviewFigures,
  GridSnapshot,
  OpenOrder,
  StrategySnapshot,
} from './views.ts';

export interface RiskLimits {
  /** All limits are fractions or quote amounts as decimal strings; `null`: off (G16). */
  readonly maxPosition: string | null;
  readonly maxOpenNotional: string | null;
  readonly maxOrder: string | null;
  readonly maxMarketDeviation: string | null;
  /** Share of the day's opening equity; `null` in backtests. */
  readonly maxDailyLoss: string | null;
}

export interface EngineOptions {
  /** What the paper account starts with, of each quote currency (G2). */
  readonly startBalance: string;
  readonly risk: RiskLimits;
  /** Market orders fill this fraction away from the price, against the trader (G5). */
  readonly slippage: string;
  /** Backtests may run grids with cells that lose after fees (G7); live they are refused. */
  readonly allowLosingGrids?: boolean;
  /** Backtests may sell short and fill at the close a strategy decides at; live both are refused. */
  readonly backtestStrategies?: boolean;
}

/** What the market's depth can say about a size (G9); absent where a market has no book. */
export interface DepthHint {
  /** Base available within 1 % of the mid, the thinner side. */
  readonly amount: string;
}

export type PreviewResult =
  { readonly ok: true; readonly preview: GridPreviewFigures } | { readonly ok: false; readonly error: EngineError };

export interface Engine {
  /**
   * Applies one event. `quiet` outcomes changed at most an instrument's last price, quote or time: of a run of
   * quiet events an engine that replays only the newest of each `key` and `type` ends in the same state.
   */
  process(event: EngineEvent): Outcome;
  /** The whole state as canonical JSON: equal states give equal bytes. */
  snapshot(): string;
  preview(params: GridParams, depth?: DepthHint): PreviewResult;
  grids(): readonly GridSnapshot[];
  grid(id: string): GridSnapshot | undefined;
  holdings(gridId: string): GridHoldings | undefined;
  strategies(): readonly StrategySnapshot[];
  strategy(id: string): StrategySnapshot | undefined;
  openOrders(gridId?: string): readonly OpenOrder[];
  accounts(): readonly AccountSnapshot[];
  killSwitch(): { readonly active: boolean; readonly reason: string; readonly since: number | null };
}
