/**
 * What a run leaves behind, whichever path it took: the live event core or the fast kernel. Metrics, charts and trade
 * lists are made of it, and two paths are equal where their traces are.
 */

/** Every fill in order, the initial purchase of a grid too; by columns of `length` entries. */
export interface FillColumns {
  readonly length: number;
  /** Row of the data. */
  readonly bar: Int32Array;
  /** 1: bought, -1: sold. */
  readonly side: Int8Array;
  /** The cell; -1 for market orders (initial purchase, close, all fills of signal strategies). */
  readonly level: Int32Array;
  /** Units of `10^-priceDecimals` of the data: whole, unless the instrument's tick is finer than the data. */
  readonly price: Float64Array;
  /** Whole lots of the instrument. */
  readonly lots: Float64Array;
  /** In quote (a fee in base valued at the fill's price), the nearest doubles. */
  readonly fee: Float64Array;
  readonly realized: Float64Array;
}

/** The largest fall of the equity below its running peak, which starts at what was invested, sampled at every close. */
export interface DrawdownFigures {
  /** Fraction of the peak. */
  readonly worst: number;
  /** Quote. */
  readonly amount: number;
  /** Rows; -1: none, or not recovered by the end. `peakBar` is -1 too where the peak is the beginning. */
  readonly peakBar: number;
  readonly troughBar: number;
  readonly recoveredBar: number;
}

/** `stopped`: by hand, which only a recorded session can be. */
export type RunState = 'running' | 'waiting' | 'stop_loss' | 'take_profit' | 'stopped' | 'error';

export interface RunTrace {
  readonly state: RunState;
  /** Why, for `error`. */
  readonly reason?: string;
  /** Rows used, from the first; a limit ends a run at its row. */
  readonly bars: number;
  /** The row trading could begin at: the first, a trigger's, or the one from which all indicators are whole. -1: never. */
  readonly startBar: number;
  /** What buying and holding would have paid, in price units: a grid's start price, else the close of `startBar`; 0: never. */
  readonly startPrice: number;
  readonly fills: FillColumns;
  /** Rows (increasing) at which the equity was recorded, and it, in quote, marked at their closes. */
  readonly samples: Int32Array;
  readonly equity: Float64Array;
  readonly peakEquity: number;
  readonly drawdown: DrawdownFigures;
  /** Rows that closed with a position. */
  readonly barsInPosition: number;
  /** Grids: rows whose close lay within the range, while running. */
  readonly barsInRange: number;
  /**
   * Exact money as plain decimals: `invested`, `quote`, `position`, `equity`, `realized_pnl`, `unrealized_pnl`,
   * `fees`, `fees_quote`, `fees_base`; for grids also `grid_profit` and `quantity`.
   */
  readonly exact: Readonly<Record<string, string>>;
  /** Grids only. */
  readonly grid?: {
    readonly initialBuys: number;
    readonly initialSells: number;
    readonly lineBuys: number;
    readonly lineSells: number;
    readonly cycles: number;
    readonly lines: readonly number[];
  };
}

/** How far a run has come, told every few thousand rows; `done` never falls. */
export interface RunProgress {
  /** 0 to 1. */
  readonly done: number;
  /** Time of the last row used. */
  readonly ts: number;
  readonly trades: number;
  readonly equity: number;
}

export interface RunHooks {
  readonly onProgress?: (progress: RunProgress) => void;
  /** Asked as often as progress is told; `true` ends the run with a `RunCancelled`. */
  readonly isCancelled?: () => boolean;
}

/** Thrown by a run whose `isCancelled` said so. */
export class RunCancelled extends Error {
  override readonly name = 'RunCancelled';
}
