import type { SourceKind } from './source.ts';

export interface SourceFeeds {
  /** An order book. */
  readonly book: boolean;
  /** A tape of the market's trades. */
  readonly trades: boolean;
  /** Bars of before the connection; without, bars begin with the first price that comes in. */
  readonly history: boolean;
}

/** What market data a kind of source has. */
export const SOURCE_FEEDS: Readonly<Record<SourceKind, SourceFeeds>> = {
  engine: { book: true, trades: true, history: true },
  okx: { book: true, trades: true, history: true },
  polymarket: { book: true, trades: true, history: true },
  // P2: its trades are the account's own.
  push: { book: true, trades: false, history: false },
  // T5: prices every 2 s, at most.
  'trading-socketio': { book: false, trades: false, history: false },
};
