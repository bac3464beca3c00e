/** One source that is set up and running, whatever its kind; and what it tells the stores. */
import type { Ticker } from '#domain/market-data.ts';
import type { SourceConfig } from '#domain/source.ts';
import type { AccountFigures } from './account-book.ts';
import type { FrameScheduler } from './frame-scheduler.ts';
import type { MarketStore } from './shared-market.ts';
import type { ListedInstrument, SourceSecrets, SourceView } from './source-types.ts';
import type { HealthEvent } from '#protocol/shapes.ts';

export interface LinkAccount {
  /** Qualified. */
  readonly venue: string;
  readonly name: string;
  readonly figures: AccountFigures;
  readonly paper: boolean;
}

/** What an engine that is a source says of itself. */
export interface EngineSourceState {
  readonly health: HealthEvent | null;
  /** `strategy.<id>.status`, as the engine words it. */
  readonly strategies: ReadonlyMap<string, unknown>;
}

export interface SourceLink {
  readonly config: SourceConfig;
  /** Instruments carry their qualified venue. */
  readonly market: MarketStore;
  view(): SourceView;
  listings(): readonly ListedInstrument[];
  accounts(): readonly LinkAccount[];
  /** Whether what its accounts say may be old: the connection is down (T6: silence alone is no sign). */
  readonly stale: boolean;
  /** `null` for venues. */
  readonly engine: EngineSourceState | null;
  reconnect(): void;
  authenticate(secrets: SourceSecrets): Promise<void>;
  record(on: boolean): void;
  takeRecording(): Promise<Blob>;
  close(): void;
}

/** What a link is given. */
export interface LinkPorts {
  readonly frames: FrameScheduler;
  readonly now: () => number;
  /** Something of `view()`, `listings()` or `accounts()` is different. */
  readonly changed: (what: 'view' | 'listings' | 'accounts') => void;
  readonly tickers: (tickers: readonly Ticker[]) => void;
}
