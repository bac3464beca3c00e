/** The port behind which every market lies: the simulated exchange, replays, real venues. */
import type { Instrument } from '#domain/instrument.ts';
import type { BookSnapshot, BookUpdate, Candle, Interval, Ticker, Trade } from '#domain/market-data.ts';

export type MarketUpdate =
  | { readonly type: 'trade'; readonly trade: Trade }
  | { readonly type: 'ticker'; readonly ticker: Ticker }
  | { readonly type: 'book'; readonly symbol: string; readonly update: BookUpdate }
  /** The book anew: at first, and after something was missed. */
  | { readonly type: 'book_snapshot'; readonly symbol: string; readonly snapshot: BookSnapshot }
  | { readonly type: 'candle'; readonly symbol: string; readonly interval: Interval; readonly candle: Candle }
  /** A whole closed bar the engine trades on by G11, from markets that have bars instead of trades. */
  | { readonly type: 'bar'; readonly symbol: string; readonly candle: Candle }
  | { readonly type: 'status'; readonly state: 'connected' | 'disconnected' | 'error'; readonly reason?: string }
  /** How the connection is doing, from markets that have one; told every few seconds. */
  | { readonly type: 'figures'; readonly figures: MarketFigures }
  /** Prices of this instrument may have been missed. */
  | { readonly type: 'gap'; readonly symbol: string };

/** Counts are since the start. */
export interface MarketFigures {
  /** From the exchange's time to ours, ms, median since the last figures; `null`: nothing to measure. */
  readonly latencyMs: number | null;
  readonly reconnects: number;
  readonly resyncs: number;
  readonly dropped: number;
  readonly messages: number;
  readonly messagesPerSecond: number;
  readonly lastMessageAt: number | null;
}

export interface ListedInstrument {
  readonly instrument: Instrument;
  /** Decimals its market prices come in: the tick's, or more. */
  readonly priceDecimals: number;
}

export interface CandleRange {
  /** Open times, ms, inclusive; without `from` the newest `limit`. */
  readonly from?: number;
  readonly to?: number;
  readonly limit: number;
  /** Rather fail than leave out bars that could not be fetched. */
  readonly complete?: boolean;
}

export interface Market {
  readonly venue: string;
  /** Shown as *SIM* wherever its prices are shown. */
  readonly simulated: boolean;
  /** `trades`: the engine fills on prints (G10); `bars`: on whole bars (G11), and it has no book. */
  readonly granularity: 'trades' | 'bars';
  instruments(): readonly ListedInstrument[];
  /** Begins the flow; `sink` is called synchronously, never again once `stop` resolved. */
  start(sink: (update: MarketUpdate) => void): Promise<void>;
  stop(): Promise<void>;
  /** Oldest first, the forming bar last with `closed: false`. An unknown symbol gives none. */
  candles(symbol: string, interval: Interval, range: CandleRange): Promise<readonly Candle[]>;
  ticker(symbol: string): Ticker | undefined;
  /** `undefined` where the market has no book. */
  book(symbol: string): BookSnapshot | undefined;
  /** Newest first. */
  trades(symbol: string, limit: number): readonly Trade[];
}
