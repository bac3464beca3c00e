/** What the grid form and its backtest worker tell each other. One request at a time is on its way. */

/** The part of a BacktestConfig that says what to run, as it goes to `backtest.run`. */
export interface FormRequest {
  readonly strategy: string;
  readonly params: Readonly<Record<string, string | number | boolean>>;
  readonly config?: Readonly<Record<string, number | undefined>> | undefined;
  readonly instrument?: Readonly<Record<string, string | number | undefined>> | undefined;
}

export type ToBacktest =
  /** Columns as bytes (`candle-columns-binary.ts`), handed over. */
  | { readonly type: 'data'; readonly bytes: ArrayBuffer }
  | { readonly type: 'run'; readonly number: number; readonly request: FormRequest };

export interface FormFigures {
  /** `running waiting stop_loss take_profit`. */
  readonly state: string;
  /** By the names of G20. Fractions, not percent. */
  readonly metrics: Readonly<Record<string, number | null | undefined>>;
  /** Plain decimals. */
  readonly exact: Readonly<Record<string, string>>;
  /** For a small line: few points, the extremes among them. */
  readonly equity: readonly number[];
  readonly tookMs: number;
}

export type FromBacktest =
  | { readonly type: 'ready'; readonly rows: number; readonly from: number; readonly to: number }
  | { readonly type: 'figures'; readonly number: number; readonly figures: FormFigures }
  /** These values cannot run over this data. */
  | { readonly type: 'refused'; readonly number: number; readonly message: string }
  | { readonly type: 'failed'; readonly message: string };

/** The page's end of the worker, or of what stands for it. */
export interface BacktestPort {
  postMessage(message: ToBacktest, transfer?: ArrayBuffer[]): void;
  onmessage: ((event: { readonly data: FromBacktest }) => void) | null;
  /** The worker's code could not be loaded, or threw. */
  onerror: ((event: { readonly message?: string }) => void) | null;
  terminate(): void;
}
