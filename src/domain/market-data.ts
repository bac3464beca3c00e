/**
 * What markets say, in the domain's own words: prices and sizes are plain decimal strings,
 * times are milliseconds since the epoch. The protocol's `market.*` channels carry these shapes as they are.
 */

export type Side = 'buy' | 'sell';

export interface Trade {
  readonly venue: string;
  readonly instrument: string;
  readonly id: string;
  readonly ts: number;
  /** The taker's side. */
  readonly side: Side;
  readonly price: string;
  readonly size: string;
  /** How many trades were added up to this one, where the venue does so. */
  readonly count?: number;
}

export interface Ticker {
  readonly venue: string;
  readonly instrument: string;
  readonly ts: number;
  /** `null`, here and below: the venue does not say, or there is none. */
  readonly last: string | null;
  readonly lastSize?: string | null;
  /** `null`: that side of the book is empty. */
  readonly bid: string | null;
  readonly bidSize?: string | null;
  readonly ask: string | null;
  readonly askSize?: string | null;
  readonly open24h: string | null;
  readonly high24h: string | null;
  readonly low24h: string | null;
  /** In base. */
  readonly volume24h: string | null;
  /** In quote. */
  readonly quoteVolume24h?: string | null;
  /** As a fraction, where the venue tells it instead of `open24h`. */
  readonly change24h?: string | null;
}

export interface Candle {
  /** Open time of the bar. */
  readonly ts: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
  /** `false` while the bar is still forming. */
  readonly closed: boolean;
}

export const INTERVALS = ['1m', '5m', '15m', '1h', '4h', '1d'] as const;
export type Interval = (typeof INTERVALS)[number];

export const INTERVAL_MS: Readonly<Record<Interval, number>> = {
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '1h': 3_600_000,
  '4h': 14_400_000,
  '1d': 86_400_000,
};

/** `[price, size]`. */
export type BookLevel = readonly [price: string, size: string];

export interface BookSnapshot {
  readonly ts: number;
  /** Best first: bids descending, asks ascending. */
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
  readonly seq: number;
}

/** `[side, price, size]`; size `0` removes the level. */
export type BookChange = readonly [side: 'bid' | 'ask', price: string, size: string];

export interface BookUpdate {
  readonly ts: number;
  readonly changes: readonly BookChange[];
  readonly seq: number;
  /** The `seq` this update follows; a receiver that is at another one has missed something. */
  readonly prev: number;
}

/**
 * How far a book can be trusted. `verified`: what the venue offers to check it by (sequence, checksum, hash, best prices)
 * fits. `unverified`: it offers nothing, or something that need not fit does not. `stale`: last known levels.
 * `resyncing`: something was missed, a new snapshot is on its way.
 */
export type BookTrust = 'verified' | 'unverified' | 'stale' | 'resyncing';
