/** What is known of one instrument right now. */
import type { BookSnapshot, Candle, Interval, Ticker, Trade } from '#domain/market-data.ts';
import type { OrderBook } from '#domain/order-book.ts';
import type { ListedInstrument } from '../market.ts';
import { Tape } from '../tape.ts';

export class OkxInstrument {
  readonly listed: ListedInstrument;
  readonly tape = new Tape();
  readonly forming = new Map<Interval, Candle>();
  ticker: Ticker | undefined;
  /** The decoder's own; it changes in place. */
  liveBook: OrderBook | undefined;

  constructor(listed: ListedInstrument) {
    this.listed = listed;
  }

  get symbol(): string {
    return this.listed.instrument.symbol;
  }

  /** A book that misses something is none. */
  book(): BookSnapshot | undefined {
    return this.liveBook?.state === 'live' ? this.liveBook.snapshot() : undefined;
  }

  trades(limit: number): readonly Trade[] {
    return this.tape.newest(limit);
  }

  /** What was traded before the feed began, oldest first. */
  recall(earlier: readonly Trade[]): void {
    const live = this.tape.newest(Number.MAX_SAFE_INTEGER).toReversed();
    const known = new Set(live.map(({ id }) => id));
    const first = live[0]?.ts ?? Number.POSITIVE_INFINITY;
    const before = earlier.filter(({ id, ts }) => !known.has(id) && ts <= first);
    this.tape.reset([...before, ...live]);
  }
}
