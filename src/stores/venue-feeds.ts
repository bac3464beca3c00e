/** Book and tape of a venue source's instruments, as the pages know them of our own engine. */
import type { Instrument } from '#domain/instrument.ts';
import type { Trade } from '#domain/market-data.ts';
import { type BookView, OrderBook } from '#domain/order-book.ts';
import type { BookStanding, Subscription } from '#venues/venue.ts';
import type { FrameScheduler } from './frame-scheduler.ts';
import { createFeed, type Feed } from './market-feed.ts';
import { mergeTrades, TAPE_LENGTH, type TradesFeedState } from './market-trades-feed.ts';
import type { BookFeedState, BookStatus } from './order-book-feed.ts';
import type { VenueData } from './venue-data.ts';

export interface VenueFeedPorts {
  readonly data: VenueData;
  readonly frames: FrameScheduler;
  readonly hold: (subscription: Subscription) => () => void;
}

export function createVenueBookFeed(
  { data, frames, hold }: VenueFeedPorts,
  instrument: Instrument,
): Feed<BookFeedState> {
  const { symbol } = instrument;
  const book = new OrderBook(instrument);
  let view: BookView | undefined;
  let standing: BookStanding | undefined;
  const status = (): BookStatus => {
    if (book.state === 'empty') return 'loading';
    if (!data.isLive) return 'stale';
    return standing?.trust ?? 'unverified';
  };
  const state = (): BookFeedState => ({
    book,
    version: book.version,
    status: status(),
    resyncs: standing?.resyncs ?? 0,
    ...(standing?.reason !== undefined && { reason: standing.reason }),
  });

  return createFeed(state(), (set) => {
    const publish = () => {
      // Of many views between two frames only the last is built.
      if (view) book.load(view);
      view = undefined;
      set(state());
    };
    const stops = [
      hold({ feed: 'book', symbol }),
      data.onBook(symbol, (news) => {
        view = news.view ?? view;
        standing = news.standing ?? standing;
        frames.schedule(publish);
      }),
      data.onLive(() => frames.schedule(publish)),
      data.onReset(() => {
        view = undefined;
        standing = undefined;
        book.lose();
        frames.schedule(publish);
      }),
    ];
    return () => {
      stops.forEach((stop) => stop());
      view = undefined;
      book.lose();
    };
  });
}

/** The tape begins with what comes; venues tell the trades of before by themselves, or not at all. */
export function createVenueTradesFeed({ data, frames, hold }: VenueFeedPorts, symbol: string): Feed<TradesFeedState> {
  let trades: readonly Trade[] = [];
  const initial: TradesFeedState = { status: 'loading', trades };
  return createFeed(initial, (set) => {
    let pending: Trade[] = [];
    const publish = () => {
      trades = mergeTrades(trades, pending.toReversed());
      pending = [];
      set({ status: data.isLive || trades.length > 0 ? 'ready' : 'loading', trades });
    };
    const stops = [
      hold({ feed: 'trades', symbol }),
      data.onTrades(symbol, (tape) => {
        pending.push(...tape);
        if (pending.length > 2 * TAPE_LENGTH) pending = pending.slice(-TAPE_LENGTH);
        frames.schedule(publish);
      }),
      data.onLive(() => frames.schedule(publish)),
      data.onReset(() => {
        trades = [];
        pending = [];
        frames.schedule(publish);
      }),
    ];
    frames.schedule(publish);
    return () => stops.forEach((stop) => stop());
  });
}
