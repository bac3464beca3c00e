/** What the dashboard knows of its sources, beside its own engine. Filled by `sourcesStore`. */
import type { Instrument } from '#domain/instrument.ts';
import type { PredictionMarket } from '#domain/prediction-market.ts';
import type { SourceConfig, SourceInstrument } from '#domain/source.ts';
import type { ConnectionStats, ServiceFigures, VenueProblem } from '#venues/venue.ts';

/** The same words for every kind of source, engines too. */
export type SourceState =
  | { readonly phase: 'disabled' }
  /** A token or a sign-in is wanted in this browser (T9). */
  | { readonly phase: 'needs_token'; readonly reason: string | null }
  | { readonly phase: 'connecting'; readonly attempt: number }
  | { readonly phase: 'live'; readonly silentSince: number | null }
  | {
      readonly phase: 'waiting';
      readonly attempt: number;
      /** `null`: it never gives up. */
      readonly tries: number | null;
      readonly retryAt: number;
      readonly reason: string;
    }
  /** Given up, or refused: only *Reconnect* or other settings help. */
  | { readonly phase: 'offline'; readonly reason: string };

/** Newest last, one a second. */
export interface SourceHistory {
  readonly messagesPerSecond: readonly number[];
  readonly bytesPerSecond: readonly number[];
  readonly roundTripMs: readonly number[];
  /** Exchange → received, median. */
  readonly latencyMs: readonly number[];
}

export interface SourceLatency {
  /** ms, over the last seconds; `null`: nothing to measure. */
  readonly p50: number | null;
  readonly p99: number | null;
}

export interface SourceView {
  readonly config: SourceConfig;
  readonly state: SourceState;
  /** One a connection, read once a second. */
  readonly connections: readonly ConnectionStats[];
  readonly history: SourceHistory;
  /** Messages a second over the last ten, by `<connection> <type>`. */
  readonly typeRates: Readonly<Record<string, number>>;
  /** Exchange → received, and received → painted. */
  readonly latency: { readonly received: SourceLatency; readonly painted: SourceLatency };
  /** Newest last, the last 50. */
  readonly problems: readonly (VenueProblem & { readonly ts: number })[];
  /** P2: what a push server says of itself. */
  readonly service: ServiceFigures | null;
  /** The peer's own name, where it tells one (engines). */
  readonly server: string | null;
  readonly recording: RecordingState | null;
  /** M10: questions the venue announced since the page was opened and that are not watched, newest first, the last 50. */
  readonly newMarkets?: readonly PredictionMarket[];
}

export interface RecordingState {
  readonly since: number;
  readonly frames: number;
  readonly bytes: number;
  /** The oldest frames were let go to keep within the limit. */
  readonly truncated: boolean;
}

export interface SourcesState {
  readonly status: 'loading' | 'ready' | 'error';
  readonly error: Error | null;
  readonly sources: readonly SourceView[];
  /** The flight recorder of the own engine. */
  readonly ownRecording?: RecordingState | null;
  /** A recording being played back, if one is. */
  readonly replay: ReplayState | null;
}

export interface ReplayState {
  /** File name, or the source's. */
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly at: number;
  readonly playing: boolean;
  readonly speed: number;
  readonly frames: number;
  /** The id under which its instruments show: `replay`. */
  readonly source: string;
}

export type TestStep = 'address' | 'policy' | 'connect' | 'protocol' | 'sign_in' | 'data';

/** A connection test in words: which steps were passed, and where it ended. */
export interface TestReport {
  readonly ok: boolean;
  readonly passed: readonly TestStep[];
  readonly failed: TestStep | null;
  /** Why, as a code the interface has a text for. */
  readonly cause:
    | null
    | 'bad_address'
    | 'blocked_by_policy'
    | 'not_saved'
    | 'mixed_content'
    | 'unreachable'
    | 'origin_refused'
    | 'timeout'
    | 'not_this_protocol'
    | 'token_refused'
    | 'token_missing'
    | 'login_failed'
    | 'no_data';
  /** What the system or the peer said. */
  readonly detail: string | null;
  readonly roundTripMs: number | null;
}

/** In memory only. */
export interface SourceSecrets {
  readonly token?: string;
  readonly user?: string;
  readonly password?: string;
}

export interface SourceActions {
  /** Adds or replaces; rejects with the engine's `ProtocolError` (fields marked). */
  save(config: SourceConfig): Promise<void>;
  remove(id: string): Promise<void>;
  reconnect(id: string): void;
  /** Keeps the secrets in memory and connects with them. Rejects where a login is refused. */
  authenticate(id: string, secrets: SourceSecrets): Promise<void>;
  /** Connects apart from everything else, looks, and closes again. */
  test(config: SourceConfig, secrets?: SourceSecrets): Promise<TestReport>;
  /** All that can be watched of a venue, over the engine's REST proxy. `query` narrows where the venue has thousands. */
  search(config: SourceConfig, query: string, signal: AbortSignal): Promise<readonly SourceInstrument[]>;
  /** The flight recorder of one source; the own engine is `engine`. */
  record(id: string, on: boolean): void;
  /** The frames recorded so far, as JSON lines. */
  takeRecording(id: string): Promise<Blob>;
  /** Plays a recording through the dashboard as the source `replay`; rejects with the line where it is not one. */
  openReplay(name: string, text: string): Promise<void>;
  seekReplay(at: number): void;
  playReplay(playing: boolean, speed?: number): void;
  closeReplay(): void;
}

/** An instrument of any source, as lists show it. `venue` is qualified (`venueOf`), so it is unique. */
export interface ListedInstrument extends Instrument, Pick<SourceInstrument, 'title' | 'prediction' | 'contract'> {
  readonly simulated: boolean;
  /** `false`: no order book to be had. */
  readonly has_book?: boolean | undefined;
}
