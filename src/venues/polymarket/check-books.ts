/** M5: whether the books of a silent connection are those the venue has. */
import type { BookLevel, BookSnapshot } from '#domain/market-data.ts';
import { plainUnits } from '#domain/order-book-units.ts';
import type { OrderBook } from '#domain/order-book.ts';
import type { PolymarketDecoder } from './decoder.ts';

/** A frozen connection is frozen for all; a few tell. */
const MOST_CHECKED = 3;

/** `false`: one is out of date, or none could be checked. */
export async function checkBooks(
  symbols: Iterable<string>,
  decoder: Pick<PolymarketDecoder, 'liveBook'>,
  checkBook: (symbol: string) => Promise<BookSnapshot>,
): Promise<boolean> {
  const live = [...symbols].filter((symbol) => decoder.liveBook(symbol) !== undefined).slice(0, MOST_CHECKED);
  if (live.length === 0) return false;
  try {
    const fetched = await Promise.all(live.map(checkBook));
    return fetched.every((snapshot, i) => isCurrent(decoder.liveBook(live[i] ?? ''), snapshot));
  } catch {
    return false;
  }
}

/** Ours may be newer than the answer, but not older with other best levels. */
function isCurrent(book: OrderBook | undefined, { ts, bids, asks }: BookSnapshot): boolean {
  if (!book || ts < book.ts) return true;
  const same = (side: 'bids' | 'asks', [price, size]: BookLevel | readonly []) => {
    const ours = book[side].price(0);
    if (ours === undefined || price === undefined) return ours === price;
    return plainUnits(ours, book.priceDecimals) === price && plainUnits(book[side].size(0), book.sizeDecimals) === size;
  };
  return same('bids', bids[0] ?? []) && same('asks', asks[0] ?? []);
}
