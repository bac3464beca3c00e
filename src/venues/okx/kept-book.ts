/** One instrument's book as OKX sends it, with what it can be checked by: O11 – O13. */
import { OrderBook, type BookPrecision } from '#domain/order-book.ts';
import { stepOf } from '../kit/steps.ts';
import type { BookStanding, VenueEvent } from '../venue.ts';
import { ScannedBook } from './book-scan.ts';
import { SentBook } from './checksum.ts';
import { toChanges, toLevels } from './parse.ts';
import type { OkxBook, OkxLevel } from './schema.ts';
import { judgeSequence } from './sequence.ts';

export class KeptBook {
  readonly #symbol: string;
  #precision: BookPrecision | undefined;
  #book: OrderBook | undefined;
  #isOutdated = false;
  /** The venue's own number; ours (`seq` in events) only ever counts up, which theirs does not (O12). */
  #seqId: number | undefined;
  #seq = 0;
  #sent: SentBook | undefined;
  #resyncs = 0;
  #standing: BookStanding | undefined;

  constructor(symbol: string, precision: BookPrecision | undefined) {
    this.#symbol = symbol;
    this.#precision = precision;
  }

  /** Takes effect with the next snapshot: the units of a book do not change under its levels. */
  setPrecision(precision: BookPrecision): void {
    const known = this.#precision;
    if (known?.tickSize === precision.tickSize && known.lotSize === precision.lotSize) return;
    this.#precision = precision;
    this.#isOutdated = true;
  }

  /** `whole`: every frame of the channel is a snapshot, so that nothing can be missed and nothing be checked. */
  snapshot(row: OkxBook, whole: boolean, events: VenueEvent[]): void {
    if (this.#isOutdated) this.#book = undefined;
    this.#isOutdated = false;
    const book = (this.#book ??= new OrderBook(this.#precision ?? precisionOf(row)));
    const snapshot = { ts: Number(row.ts), bids: toLevels(row.bids), asks: toLevels(row.asks), seq: (this.#seq += 1) };
    this.#sent = undefined;
    this.#seqId = whole ? undefined : row.seqId;
    if (book.applySnapshot(snapshot) !== 'applied') return this.#miss('a level of the snapshot is no decimal', events);
    if (!whole && row.checksum) {
      this.#sent = new SentBook();
      this.#sent.set(row.bids, row.asks);
      if (this.#sent.checksum() !== row.checksum) return this.#miss('checksum of the snapshot does not fit', events);
    }
    events.push({ type: 'book', symbol: this.#symbol, book, change: { kind: 'snapshot', snapshot } });
    if (this.#sent || this.#seqId !== undefined) this.#say('verified', events);
    else this.#say('unverified', events, 'the venue offers nothing to check it by');
  }

  update(row: OkxBook, events: VenueEvent[]): void {
    const book = this.#book;
    // O12: after a gap everything is dropped until the snapshot.
    if (this.#standing?.trust === 'stale' || this.#standing?.trust === 'resyncing') return;
    if (!book) return this.#miss('an update before the snapshot', events);
    if (this.#seqId !== undefined) {
      const { prevSeqId, seqId } = row;
      if (prevSeqId === undefined || seqId === undefined) return this.#miss('an update without its numbers', events);
      const verdict = judgeSequence(this.#seqId, prevSeqId, seqId);
      if (verdict === 'gap') return this.#miss(`update follows ${prevSeqId}, the book is at ${this.#seqId}`, events);
      this.#seqId = seqId;
      if (verdict === 'keep_alive' && isEmpty(row)) return;
    }
    const at = { ts: Number(row.ts), prev: this.#seq, seq: (this.#seq += 1) };
    const isScanned = row instanceof ScannedBook;
    const update = isScanned ? row.update(at) : { ...at, changes: toChanges(row.bids, row.asks) };
    const result = isScanned ? book.applyLevels(row.levels, at) : book.applyUpdate(update);
    if (result !== 'applied') return this.#miss('a level of the update is no decimal', events);
    if (this.#sent) {
      this.#sent.set(row.bids, row.asks);
      // O13: skipped where it is 0 or absent.
      if (row.checksum && this.#sent.checksum() !== row.checksum) return this.#miss('checksum does not fit', events);
    }
    events.push({ type: 'book', symbol: this.#symbol, book, change: { kind: 'update', update } });
  }

  /** The connection was cut: last known levels. */
  lost(events: VenueEvent[]): void {
    if (!this.#book) return;
    this.#book.lose();
    this.#say('stale', events, 'the connection was cut');
  }

  /** O12: a gap, or what amounts to one. */
  #miss(reason: string, events: VenueEvent[]): void {
    this.#book?.lose();
    this.#sent = undefined;
    this.#resyncs += 1;
    this.#say('resyncing', events, reason);
  }

  #say(trust: BookStanding['trust'], events: VenueEvent[], reason?: string): void {
    const said = this.#standing;
    if (said?.trust === trust && said.resyncs === this.#resyncs && said.reason === reason) return;
    const state = { trust, resyncs: this.#resyncs, ...(reason === undefined ? {} : { reason }) };
    this.#standing = state;
    events.push({ type: 'book_state', symbol: this.#symbol, state });
  }
}

function isEmpty(row: OkxBook): boolean {
  return row instanceof ScannedBook ? row.levels.count === 0 : row.bids.length === 0 && row.asks.length === 0;
}

/** Of an instrument nobody told us of, its first book has the steps. */
function precisionOf({ bids, asks }: OkxBook): BookPrecision {
  const rows: OkxLevel[] = [...bids, ...asks];
  return { tickSize: stepOf(rows.map((row) => row[0])), lotSize: stepOf(rows.map((row) => row[1])) };
}
