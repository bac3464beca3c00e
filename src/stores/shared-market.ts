/** Market data of one source, or of all: each piece shared by whoever looks at it. */
import type { Instrument } from '#domain/instrument.ts';
import type { Interval } from '#domain/market-data.ts';
import type { CandleFeed } from './market-candle-feed.ts';
import { type Feed, keyed } from './market-feed.ts';
import type { TradesFeedState } from './market-trades-feed.ts';
import type { BookFeedState } from './order-book-feed.ts';

export type Named = Pick<Instrument, 'venue' | 'symbol'>;

export interface MarketStore {
  book(instrument: Instrument): Feed<BookFeedState>;
  trades(instrument: Named): Feed<TradesFeedState>;
  candles(instrument: Named, interval: Interval): CandleFeed;
}

/** One feed an instrument, made when first asked for. */
export function sharedFeeds(make: MarketStore): MarketStore {
  const name = ({ venue, symbol }: Named) => `${venue}:${symbol}`;
  return {
    book: keyed(name, make.book),
    trades: keyed(name, make.trades),
    candles: keyed((instrument: Named, interval: Interval) => `${name(instrument)}:${interval}`, make.candles),
  };
}
