/** Market data of the other sources: a feed follows its source when that is set up anew, gone, or back again. */
import { OrderBook } from '#domain/order-book.ts';
import { sourceOf } from '#domain/source.ts';
import { createFeed, type Feed } from './market-feed.ts';
import { type MarketStore, sharedFeeds } from './shared-market.ts';
import type { SourceHub } from './source-hub.ts';

export function createSourceMarket(hub: SourceHub): MarketStore {
  const follow = <S extends object>(venue: string, initial: S, pick: (market: MarketStore) => Feed<S>): Feed<S> =>
    createFeed(initial, (set) => {
      let stop: (() => void) | undefined;
      const unwatch = hub.watch(sourceOf(venue).source, (link) => {
        stop?.();
        stop = undefined;
        if (!link) return;
        const feed = pick(link.market);
        stop = feed.subscribe(set);
        set(feed.getState());
      });
      return () => {
        unwatch();
        stop?.();
      };
    });

  return sharedFeeds({
    book(instrument) {
      const book = new OrderBook(instrument);
      const initial = { book, version: book.version, status: 'loading' as const, resyncs: 0 };
      return follow(instrument.venue, initial, (market) => market.book(instrument));
    },
    trades: (instrument) =>
      follow(instrument.venue, { status: 'loading', trades: [] }, (market) => market.trades(instrument)),
    candles(instrument, interval) {
      const now = () => hub.get(sourceOf(instrument.venue).source)?.market.candles(instrument, interval);
      const initial = { status: 'loading' as const, error: null, bars: [], revision: 0, complete: false };
      return {
        ...follow(instrument.venue, initial, (market) => market.candles(instrument, interval)),
        loadOlder: () => now()?.loadOlder(),
        retry: () => now()?.retry(),
      };
    },
  });
}
