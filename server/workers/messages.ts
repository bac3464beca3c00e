/** What the engine and a thread that calculates tell each other. Columns over shared memory go along without a copy. */
import type { CandleColumns } from '#domain/candle-columns.ts';
import type { BacktestConfig, BacktestMetrics, SweepCell } from '#protocol/backtest-shapes.ts';

/** One whole run. */
export interface RunJob {
  readonly type: 'run';
  readonly config: BacktestConfig;
  readonly columns: CandleColumns;
}

/** A recorded live session once more. */
export interface SessionJob {
  readonly type: 'session';
  /** Of the grid or strategy. */
  readonly id: string;
  /** Path of the engine's database, which the thread reads by itself. */
  readonly database: string;
}

/** A combination of a sweep. */
export interface CellTask {
  readonly index: number;
  readonly config: BacktestConfig;
  readonly params: SweepCell['params'];
}

/** Rows `from` (inclusive) to `to` (exclusive). */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

export interface CellsJob {
  readonly type: 'cells';
  readonly cells: readonly CellTask[];
  readonly columns: CandleColumns;
  /** What a cell's metrics are of. The rows before them fill a strategy's indicators. */
  readonly rows: RowRange;
  /** What was kept from choosing; each cell runs over it, too. */
  readonly kept?: RowRange;
}

export type Job = RunJob | SessionJob | CellsJob;

/** To the thread: the next job, or that the pages it sent are written. */
export type ToWorker =
  | {
      readonly type: 'job';
      readonly job: Job;
      /** One integer over shared memory; not 0: end the job. */
      readonly cancelled: Int32Array;
    }
  | { readonly type: 'written' };

/** Trades or fills by columns, as JSON, deflated; `PAGE_ROWS` in each but the last. */
export interface ResultPage {
  readonly kind: PageKind;
  readonly page: number;
  readonly length: number;
  readonly content: Uint8Array;
}
export type PageKind = 'trades' | 'fills';
export const PAGE_ROWS = 2_000;

export interface RunProgressNote {
  readonly type: 'progress';
  /** 0 to 1. */
  readonly done: number;
  /** Time of the last row used, ms. */
  readonly ts: number;
  readonly trades: number;
  readonly equity: number;
}

/** What is kept of a run besides its pages; `result` is deflated JSON of `backtestResult`'s `result`. */
export interface RunOutcome {
  readonly type: 'outcome';
  readonly metrics: BacktestMetrics;
  readonly result: Uint8Array;
  readonly trades: number;
  readonly fills: number;
}

/** From the thread. A job ends with `done`, `cancelled` or `failed`; then it takes the next. */
export type FromWorker =
  | RunProgressNote
  /** Answered with `written` once they are on the disk: so a long list never piles up in memory. */
  | { readonly type: 'pages'; readonly pages: readonly ResultPage[] }
  | RunOutcome
  | { readonly type: 'cells'; readonly cells: readonly SweepCell[] }
  | { readonly type: 'done' }
  | { readonly type: 'cancelled' }
  | { readonly type: 'failed'; readonly message: string; readonly expected: boolean };
