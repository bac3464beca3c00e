/** What a source's worker and the page say to each other. Everything here can be cloned between threads. */
import type { AccountEvent } from '#domain/account.ts';
import type { Candle, Interval, Ticker, Trade } from '#domain/market-data.ts';
import type { BookView } from '#domain/order-book.ts';
import type { PredictionMarket } from '#domain/prediction-market.ts';
import type { SourceInstrument } from '#domain/source.ts';
import type {
  BookStanding,
  ConnectionStats,
  ServiceFigures,
  SessionStatus,
  Subscription,
  VenueKind,
  VenueProblem,
} from '#venues/venue.ts';

export interface FeedSetup {
  readonly kind: VenueKind;
  /** The source's id, for a recording's header. */
  readonly source: string;
  /** Qualified name in tickers and trades. */
  readonly venue: string;
  readonly url: string;
  readonly instruments: readonly SourceInstrument[];
  readonly zone?: string;
  /** In this worker's memory only. */
  readonly token?: string;
  /** Sockets go through our engine: their addresses are asked of the page, one each. */
  readonly relayed: boolean;
}

export interface FeedBatch {
  readonly instruments: readonly SourceInstrument[];
  readonly predictions: readonly PredictionMarket[];
  /** The newest of each instrument. */
  readonly tickers: readonly Ticker[];
  /** In the order they came; bounded, so the oldest may be missing. */
  readonly trades: readonly Trade[];
  /** Oldest first. */
  readonly candles: readonly FeedCandle[];
  readonly books: readonly { readonly symbol: string; readonly view: BookView }[];
  readonly standings: readonly { readonly symbol: string; readonly standing: BookStanding }[];
  /** In order; of what replaces itself only the newest. */
  readonly account: readonly AccountEvent[];
  readonly service: ServiceFigures | null;
  readonly problems: readonly TimedProblem[];
  /** When the newest of it was received, ms. */
  readonly receivedAt: number;
}

export interface FeedCandle {
  readonly symbol: string;
  readonly interval: Interval;
  readonly candle: Candle;
}

export type TimedProblem = VenueProblem & { readonly ts: number };

/** Of a flight recorder. */
export interface RecordingFigures {
  readonly since: number;
  readonly frames: number;
  readonly bytes: number;
  readonly truncated: boolean;
}

export interface ReplayPosition {
  readonly from: number;
  readonly to: number;
  readonly at: number;
  readonly playing: boolean;
  readonly speed: number;
  readonly frames: number;
}

export type ToFeed =
  | { readonly type: 'open'; readonly setup: FeedSetup }
  /** Plays these frames instead of connecting anywhere. */
  | { readonly type: 'replay'; readonly setup: FeedSetup; readonly frames: readonly RecordedFrame[] }
  | { readonly type: 'seek'; readonly at: number }
  | { readonly type: 'play'; readonly playing: boolean; readonly speed: number }
  | { readonly type: 'want'; readonly subscriptions: readonly Subscription[] }
  /** One batch was taken in. */
  | { readonly type: 'ack' }
  | { readonly type: 'reconnect' }
  | { readonly type: 'record'; readonly on: boolean }
  | { readonly type: 'take_recording'; readonly request: number }
  | { readonly type: 'relay_opened'; readonly request: number; readonly url: string }
  | { readonly type: 'relay_failed'; readonly request: number; readonly reason: string }
  | { readonly type: 'close' };

export type FromFeed =
  | { readonly type: 'batch'; readonly batch: FeedBatch }
  | { readonly type: 'status'; readonly status: SessionStatus }
  | {
      readonly type: 'stats';
      readonly connections: readonly ConnectionStats[];
      readonly recording: RecordingFigures | null;
    }
  | { readonly type: 'recording'; readonly request: number; readonly file: Blob }
  /** Wants a way through our engine to this address. */
  | { readonly type: 'relay'; readonly request: number; readonly url: string }
  /** What was told before is void: a replay begins at another time. */
  | { readonly type: 'reset' }
  | { readonly type: 'position'; readonly position: ReplayPosition }
  /** The worker's own policy forbids the address. */
  | { readonly type: 'blocked' }
  /** The worker cannot go on. */
  | { readonly type: 'failed'; readonly reason: string };

export interface RecordedFrame {
  readonly t: number;
  readonly frame: string;
}

/** The page's end of a worker, or of what stands for one. */
export interface FeedPort {
  postMessage(message: ToFeed): void;
  onmessage: ((event: { readonly data: FromFeed }) => void) | null;
  /** The worker's code could not be loaded, or threw. */
  onerror: ((event: { readonly message?: string }) => void) | null;
  terminate(): void;
}
