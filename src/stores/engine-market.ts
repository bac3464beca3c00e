/** The market data of one engine besides its tickers. */
import type { ProtocolClient } from '#client/types.ts';
import { engineCandles } from './engine-candles.ts';
import type { FrameScheduler } from './frame-scheduler.ts';
import { createCandleFeed } from './market-candle-feed.ts';
import { createTradesFeed } from './market-trades-feed.ts';
import { createOrderBookFeed } from './order-book-feed.ts';
import { type MarketStore, sharedFeeds } from './shared-market.ts';

export function createEngineMarket(client: ProtocolClient, frames: FrameScheduler): MarketStore {
  return sharedFeeds({
    book: (instrument) => createOrderBookFeed(client, frames, instrument),
    trades: (instrument) => createTradesFeed(client, frames, instrument),
    candles: (instrument, interval) => createCandleFeed(engineCandles(client, instrument, interval), frames, interval),
  });
}
