/** The order book of one instrument, kept by snapshot and updates; what does not follow on is asked for anew. */
import type { ProtocolClient } from '#client/types.ts';
import { channelSegment } from '#domain/channel.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { BookTrust } from '#domain/market-data.ts';
import { OrderBook } from '#domain/order-book.ts';
import { sourceOf } from '#domain/source.ts';
import type { FrameScheduler } from './frame-scheduler.ts';
import { watchLive } from './market-connection.ts';
import { createFeed, type Feed } from './market-feed.ts';

/** `loading`: no snapshot yet. Else how far the levels can be trusted. */
export type BookStatus = 'loading' | BookTrust;

export interface BookFeedState {
  /** Changes in place; `version` tells when. */
  readonly book: OrderBook;
  readonly version: number;
  readonly status: BookStatus;
  /** How often it had to start anew since this page was loaded. */
  readonly resyncs: number;
  /** Why it is not verified, where the venue's decoder says so. English. */
  readonly reason?: string;
}

export function createOrderBookFeed(
  client: ProtocolClient,
  frames: FrameScheduler,
  instrument: Instrument,
): Feed<BookFeedState> {
  const book = new OrderBook(instrument);
  let cut = false;
  let resyncs = 0;
  const status = (): BookStatus => {
    if (book.state === 'empty') return 'loading';
    if (cut) return 'stale';
    return book.state === 'live' ? 'verified' : 'resyncing';
  };
  const state = (): BookFeedState => ({ book, version: book.version, status: status(), resyncs });

  return createFeed(state(), (set) => {
    const pattern =
      `market.${channelSegment(sourceOf(instrument.venue).venue)}.${channelSegment(instrument.symbol)}.book` as `market.${string}.${string}.book`;
    const publish = () => set(state());
    cut = client.state.phase !== 'live' && book.state !== 'empty';
    const unsubscribe = client.subscribe(pattern, ({ event, data }) => {
      if (event === 'snapshot') {
        book.applySnapshot(data);
      } else {
        const result = book.applyUpdate(data);
        if (result === 'gap' || result === 'invalid') {
          resyncs += 1;
          client.refresh(pattern);
        }
      }
      frames.schedule(publish);
    });
    // A feed opened again, or beside another subscriber of the pattern, was not sent a snapshot by subscribing.
    client.refresh(pattern);
    const unwatch = watchLive(client, (live) => {
      cut = !live;
      // Resubscribing brings a snapshot; until then the levels are not what the market is.
      book.lose();
      frames.schedule(publish);
    });
    return () => {
      unsubscribe();
      unwatch();
      book.lose();
    };
  });
}
