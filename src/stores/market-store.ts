/** The market data of one engine besides the tickers, each piece shared by whoever looks at it. */
import type { ProtocolClient } from '#client/types.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { Interval } from '#domain/market-data.ts';
import { defineStore } from './environment.tsx';
import type { FrameScheduler } from './frame-scheduler.ts';
import { type CandleFeed, createCandleFeed } from './market-candle-feed.ts';
import { type Feed, keyed } from './market-feed.ts';
import { createTradesFeed, type TradesFeedState } from './market-trades-feed.ts';
import { type BookFeedState, createOrderBookFeed } from './order-book-feed.ts';

type Named = Pick<Instrument, 'venue' | 'symbol'>;

export interface MarketStore {
  book(instrument: Instrument): Feed<BookFeedState>;
  trades(instrument: Named): Feed<TradesFeedState>;
  candles(instrument: Named, interval: Interval): CandleFeed;
}

export function createMarketStore(client: ProtocolClient, frames: FrameScheduler): MarketStore {
  const name = ({ venue, symbol }: Named) => `${venue}:${symbol}`;
  return {
    book: keyed(
      (instrument: Instrument) => name(instrument),
      (instrument) => createOrderBookFeed(client, frames, instrument),
    ),
    trades: keyed(
      (instrument: Named) => name(instrument),
      (instrument) => createTradesFeed(client, frames, instrument),
    ),
    candles: keyed(
      (instrument: Named, interval: Interval) => `${name(instrument)}:${interval}`,
      (instrument, interval) => createCandleFeed(client, frames, instrument, interval),
    ),
  };
}

export const marketStore = defineStore(({ client, frames }) => createMarketStore(client, frames));
