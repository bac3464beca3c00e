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
}

export interface Ticker {
  readonly venue: string;
  readonly instrument: string;
  readonly ts: number;
  readonly last: string;
  /** `null`: that side of the book is empty. */
  readonly bid: string | null;
  readonly ask: string | null;
  readonly open24h: string;
  readonly high24h: string;
  readonly low24h: string;
  /** In base. */
  readonly volume24h: string;
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
