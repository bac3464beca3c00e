/**
 * The one anatomy of every venue: `schema` (guards), `parse` (the venue's words → domain words), `decoder` (frames →
 * events, with the books kept along the way, no I/O), `session` (connections). Nothing outside a venue's folder knows
 * its words.
 */
import type { AccountEvent } from '#domain/account.ts';
import type { Timers } from '#domain/clock.ts';
import type { BookSnapshot, BookTrust, BookUpdate, Candle, Interval, Ticker, Trade } from '#domain/market-data.ts';
import type { OrderBook } from '#domain/order-book.ts';
import type { PredictionMarket } from '#domain/prediction-market.ts';
import type { Random } from '#domain/random.ts';
import type { SourceInstrument, SourceKind } from '#domain/source.ts';

export type VenueKind = Exclude<SourceKind, 'engine'>;

/** What a venue says, in domain words. `venue` in tickers and trades is the name the decoder was given. */
export type VenueEvent =
  | { readonly type: 'ticker'; readonly ticker: Ticker }
  | { readonly type: 'trade'; readonly trade: Trade }
  | { readonly type: 'candle'; readonly symbol: string; readonly interval: Interval; readonly candle: Candle }
  /** `book` already has the change; it changes in place with the next event. */
  | { readonly type: 'book'; readonly symbol: string; readonly book: OrderBook; readonly change: BookChangeEvent }
  | { readonly type: 'book_state'; readonly symbol: string; readonly state: BookStanding }
  /** Instruments that became known, or whose rules changed. */
  | { readonly type: 'instruments'; readonly instruments: readonly SourceInstrument[] }
  /** A new or changed question (M8, M10). */
  | { readonly type: 'prediction'; readonly market: PredictionMarket }
  | { readonly type: 'account'; readonly event: AccountEvent }
  /** What a push server says of itself (P2). */
  | { readonly type: 'service'; readonly figures: ServiceFigures }
  /** Something was wrong with a frame or was refused; the connection goes on unless the status says otherwise. */
  | { readonly type: 'problem'; readonly problem: VenueProblem };

export type BookChangeEvent =
  | { readonly kind: 'snapshot'; readonly snapshot: BookSnapshot }
  | { readonly kind: 'update'; readonly update: BookUpdate };

export interface BookStanding {
  readonly trust: BookTrust;
  /** How often the book had to start anew since the session began. */
  readonly resyncs: number;
  readonly reason?: string;
}

export interface ServiceFigures {
  readonly mode: string;
  readonly pointsToday: string | null;
  readonly volumeToday: string | null;
}

/** The closed set of what can go wrong at a venue's edge. */
export const PROBLEM_CODES = [
  /** Not JSON, or JSON of another shape; the frame was dropped. */
  'bad_frame',
  /** A type of message we do not know; counted. */
  'unknown_type',
  /** The venue refused something we asked (`venueCode`, `message` are its own). */
  'refused',
  /** A subscription was refused or is not to be had. */
  'subscription_refused',
  /** Credentials were refused; not retried until they change. */
  'login_refused',
  /** A limit of the venue holds something back for a while. */
  'limited',
  /** No answer in time. */
  'timeout',
  /** The book did not fit what the venue checks it by. */
  'book_mismatch',
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

export interface VenueProblem {
  readonly code: ProblemCode;
  /** English, for the log; names the frame's type or the subscription. Never holds a secret. */
  readonly message: string;
  readonly venueCode?: string;
  /** The subscription it concerns. */
  readonly symbol?: string;
  readonly feed?: FeedName;
}

/** `account`: whatever the venue tells of the account. `market`: rules and state of an instrument or question. */
export type FeedName = 'ticker' | 'trades' | 'book' | `candle_${Interval}` | 'market' | 'account';

export interface Subscription {
  readonly feed: FeedName;
  /** Empty for `account`. */
  readonly symbol: string;
}

/**
 * Frames in, events out, deterministic: live, recorded and test frames take the same way. Keeps the books. What it
 * finds missing it says as `book_state` `resyncing`; the session acts on that.
 */
export interface Decoder {
  /** `receivedAt` in ms. Never throws: a bad frame gives a `problem`. Frames that only a session needs give nothing. */
  decode(frame: string, receivedAt: number): readonly VenueEvent[];
  /** The connection that carried these symbols (`undefined`: all) was cut: their books are stale until a snapshot. */
  lost(symbols?: Iterable<string>): readonly VenueEvent[];
}

export interface DecoderOptions {
  /** Name in tickers and trades. */
  readonly venue: string;
  /** What is known of the instruments; others take their precision from the data. */
  readonly instruments: readonly SourceInstrument[];
  /** T5: offset of times without a zone, ms. */
  readonly zoneOffsetMs?: number;
}

/** The part of a WebSocket a session uses; Node's and the browser's have it. */
export interface VenueSocket {
  onopen: (() => void) | null;
  /** `data` is a string, or something else, which is dropped and counted. */
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null;
  onerror: ((event: unknown) => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

export type OpenSocket = (url: string) => VenueSocket;

export interface SessionPorts {
  readonly timers: Timers;
  readonly random: Random;
  readonly openSocket: OpenSocket;
  /** `receivedAt` is the frame's. Called synchronously with each frame's events. */
  readonly emit: (events: readonly VenueEvent[], receivedAt: number) => void;
  /** Called on every change of `status`. */
  readonly onStatus: (status: SessionStatus) => void;
  /** Every raw frame, as the flight recorder keeps it. Never given what holds secrets. */
  readonly tap?: (frame: RawFrame) => void;
}

export interface RawFrame {
  readonly t: number;
  readonly dir: 'in' | 'out';
  /** Which of the session's connections: `public`, `market-2`. */
  readonly connection: string;
  readonly frame: string;
}

export type SessionStatus =
  | { readonly phase: 'idle' }
  | { readonly phase: 'connecting'; readonly attempt: number }
  /** `silentSince`: nothing has come for so long that it alarms (M5), though it should not be silent. */
  | { readonly phase: 'live'; readonly silentSince: number | null }
  | {
      readonly phase: 'waiting';
      readonly attempt: number;
      readonly retryAt: number;
      readonly reason: string;
      /** How many tries in a row there will be, where there is a limit (Z17). */
      readonly tries?: number;
    }
  /** Given up after so many tries in a row, until somebody says *Reconnect* or the network is back (Z17). */
  | { readonly phase: 'offline'; readonly reason: string }
  /** Not retried until its settings or credentials change, or somebody says *Reconnect*. */
  | { readonly phase: 'refused'; readonly reason: string }
  | { readonly phase: 'closed' };

export interface VenueSession {
  readonly status: SessionStatus;
  /** One a connection; cumulative since the session began. */
  stats(): readonly ConnectionStats[];
  /** The whole set that is wanted from now on; the session works out, batches and paces the difference. */
  want(subscriptions: readonly Subscription[]): void;
  start(): void;
  /** Drops what is there and connects at once, with a fresh count. */
  reconnect(): void;
  /** For good. Nothing is emitted afterwards. */
  close(): void;
}

/** Statistics of one connection. Rates and percentiles follow from successive readings. */
export interface ConnectionStats {
  readonly name: string;
  readonly state: 'connecting' | 'live' | 'waiting' | 'closed';
  /** ms since it last opened; `null` while it is not open. */
  readonly connectedAt: number | null;
  readonly messages: number;
  readonly bytes: number;
  /** By the venue's type of message. */
  readonly byType: Readonly<Record<string, { readonly count: number; readonly lastAt: number }>>;
  readonly lastMessageAt: number | null;
  /** Of the last heartbeat, ms. */
  readonly roundTripMs: number | null;
  readonly reconnects: number;
  readonly resyncs: number;
  /** Frames dropped as unusable. */
  readonly dropped: number;
  /** Exchange time → received, ms, since the last reading; `null` without any. Negative where clocks differ. */
  readonly latency: LatencyFigures | null;
  readonly subscriptions: number;
}

export interface LatencyFigures {
  readonly p50: number;
  readonly p99: number;
  readonly count: number;
}
