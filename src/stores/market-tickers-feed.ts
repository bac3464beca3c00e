/** The newest ticker of every instrument. */
import type { ProtocolClient } from '#client/types.ts';
import { channelSegment } from '#domain/channel.ts';
import type { Ticker } from '#domain/market-data.ts';
import type { FrameScheduler } from './frame-scheduler.ts';
import { createFeed, type Feed } from './market-feed.ts';

/** By `tickerKey`. */
export type Tickers = ReadonlyMap<string, Ticker>;

/** Grids name their pair as a channel does, instruments as their venue does: one key for both. */
export function tickerKey(venue: string, symbol: string): string {
  return `${channelSegment(venue)}:${channelSegment(symbol)}`;
}

const PATTERN = 'market.*.*.ticker';

export interface TickersFeed extends Feed<Tickers> {
  /** Takes in what another source tells, shown with the next frame. */
  put(tickers: readonly Ticker[]): void;
}

export function createTickersFeed(client: ProtocolClient, frames: FrameScheduler): TickersFeed {
  let tickers = new Map<string, Ticker>();
  let publish = () => {};
  const put = (ticker: Ticker) => {
    tickers.set(tickerKey(ticker.venue, ticker.instrument), ticker);
    frames.schedule(publish);
  };
  const feed = createFeed<Tickers>(tickers, (set) => {
    publish = () => {
      tickers = new Map(tickers);
      set(tickers);
    };
    const unsubscribe = client.subscribe(PATTERN, ({ data }) => put(data));
    // Others watch tickers too; then subscribing alone brings no current values.
    client.refresh(PATTERN);
    return unsubscribe;
  });
  return { ...feed, put: (list) => list.forEach(put) };
}
