/** Turns what happens in a matching book into the stream subscribers follow: batches of changes with `seq` and `prev`. */
import type { BookChange, BookLevel, BookSnapshot, BookUpdate, Side } from '#domain/market-data.ts';
import { formatUnits } from '#domain/order-book-units.ts';
import type { Listing } from './listing.ts';
import { MatchingBook } from './matching-book.ts';

export class BookPublisher {
  readonly book: MatchingBook;
  readonly #listing: Listing;
  readonly #dirty: Readonly<Record<Side, Set<number>>> = { buy: new Set(), sell: new Set() };
  #seq = 0;
  #ts = 0;

  constructor(listing: Listing) {
    this.#listing = listing;
    this.book = new MatchingBook((side, price) => this.#dirty[side].add(price));
  }

  /** Everything that changed since the last call, with the sizes as they are now; `undefined`: nothing did. */
  flush(ts: number): BookUpdate | undefined {
    const changes: BookChange[] = [];
    for (const [side, name] of [
      ['buy', 'bid'],
      ['sell', 'ask'],
    ] as const) {
      for (const price of this.#dirty[side]) {
        const size = this.book.sizeAt(side, price);
        changes.push([name, this.#price(price), size === 0 ? '0' : this.#size(size)]);
      }
      this.#dirty[side].clear();
    }
    if (changes.length === 0) return undefined;
    this.#seq += 1;
    this.#ts = ts;
    return { ts, changes, seq: this.#seq, prev: this.#seq - 1 };
  }

  /** The book as of the last `flush`, which must have been the last thing done to it. */
  snapshot(): BookSnapshot {
    return { ts: this.#ts, seq: this.#seq, bids: this.#levels('buy'), asks: this.#levels('sell') };
  }

  #levels(side: Side): BookLevel[] {
    return this.book.levels(side).map(([price, size]) => [this.#price(price), this.#size(size)]);
  }

  #price(ticks: number): string {
    return formatUnits(ticks, this.#listing.priceDecimals);
  }

  #size(lots: number): string {
    return formatUnits(lots, this.#listing.sizeDecimals);
  }
}
