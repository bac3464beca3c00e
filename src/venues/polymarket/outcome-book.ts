/** The book of one outcome, kept from snapshots (M6) and changes (M7), and checked by what the venue offers. */
import type { BookSnapshot, BookTrust } from '#domain/market-data.ts';
import { OrderBook, type BookPrecision } from '#domain/order-book.ts';
import { parseUnits } from '#domain/order-book-units.ts';
import type { VenueEvent } from '../venue.ts';
import { hashFits, type HashInputs } from './book-hash.ts';
import type { ParsedBook, TokenChanges } from './parse.ts';

/** M11: of a live book one frame a second is checked; that costs as much as hundreds of changes. */
const HASH_EVERY_MS = 1_000;

/** What the venue said the book's hash is, and of when. */
interface Claim {
  readonly hash: string;
  readonly timestamp: string;
}

/** Inputs of the hash that others know better. */
export type KnownInputs = Omit<HashInputs, 'symbol' | 'timestamp'>;

export class OutcomeBook {
  readonly symbol: string;
  #book: OrderBook;
  #precision: BookPrecision;
  #isOutdated = false;
  #trust: BookTrust | undefined;
  #reason: string | undefined;
  #resyncs = 0;
  #seq = 0;
  #claim: Claim | undefined;
  #checkedAt = 0;

  constructor(symbol: string, precision: BookPrecision) {
    this.symbol = symbol;
    this.#precision = precision;
    this.#book = new OrderBook(precision);
  }

  get book(): OrderBook {
    return this.#book;
  }

  /** `undefined`: nothing was heard of it. */
  get trust(): BookTrust | undefined {
    return this.#trust;
  }

  get isLive(): boolean {
    return this.#trust === 'verified' || this.#trust === 'unverified';
  }

  /** M6. */
  snapshot(
    { bids, asks }: ParsedBook,
    ts: number,
    claim: Claim | undefined,
    known: () => KnownInputs,
    receivedAt: number,
    out: VenueEvent[],
  ): void {
    const wasLive = this.isLive;
    if (this.#isOutdated) this.#book = new OrderBook(this.#precision);
    this.#isOutdated = false;
    this.#seq += 1;
    const snapshot: BookSnapshot = { ts, bids, asks, seq: this.#seq };
    if (this.#book.applySnapshot(snapshot) !== 'applied') return this.miss('more digits than can be kept exactly', out);
    out.push({ type: 'book', symbol: this.symbol, book: this.#book, change: { kind: 'snapshot', snapshot } });
    this.#claim = claim;
    if (claim === undefined) this.#stand('unverified', 'no hash', out, !wasLive);
    else if (!wasLive || this.#isCheckDue(receivedAt)) this.#check(known, receivedAt, out, !wasLive);
  }

  /** M7: without a snapshot they are dropped, and a snapshot is wanted. */
  change(
    told: TokenChanges,
    ts: number,
    timestamp: string,
    known: () => KnownInputs,
    receivedAt: number,
    out: VenueEvent[],
  ): void {
    if (!this.isLive) {
      // Stale, held or asked for already: all that is missing is a snapshot.
      if (this.#trust !== 'resyncing') this.#stand('resyncing', 'changes without a snapshot', out);
      return;
    }
    if (told.isBroken) return this.miss('a change that cannot be read', out);
    const update = { ts, changes: told.changes, seq: this.#seq + 1, prev: this.#seq };
    if (this.#book.applyUpdate(update) !== 'applied') return this.miss('a change that does not fit', out);
    this.#seq += 1;
    out.push({ type: 'book', symbol: this.symbol, book: this.#book, change: { kind: 'update', update } });
    const wrong = this.#wrongBest(told);
    if (wrong !== undefined) return this.miss(wrong, out);
    this.#claim = told.hash === undefined ? undefined : { hash: told.hash, timestamp };
    if (told.hash !== undefined && this.#isCheckDue(receivedAt)) this.#check(known, receivedAt, out);
  }

  /** M11: an input of the hash became known; what did not fit may fit now. */
  recheck(known: () => KnownInputs, receivedAt: number, out: VenueEvent[]): void {
    if (this.#trust === 'unverified' && this.#claim) this.#check(known, receivedAt, out);
  }

  /** M8: held until its next snapshot, which is in the new steps. */
  regrid(tickSize: string, out: VenueEvent[]): void {
    this.#precision = { ...this.#precision, tickSize };
    this.#isOutdated = true;
    if (this.isLive) this.miss('tick size changed', out);
  }

  /** The levels stay to be seen; only a snapshot helps. */
  miss(reason: string, out: VenueEvent[]): void {
    this.#book.lose();
    this.#resyncs += 1;
    this.#stand('resyncing', reason, out);
  }

  /** The connection was cut. */
  lost(out: VenueEvent[]): void {
    if (this.#trust === undefined || this.#trust === 'stale') return;
    this.#book.lose();
    this.#stand('stale', 'connection lost', out);
  }

  #isCheckDue(receivedAt: number): boolean {
    return Math.abs(receivedAt - this.#checkedAt) >= HASH_EVERY_MS;
  }

  #check(known: () => KnownInputs, receivedAt: number, out: VenueEvent[], always = false): void {
    if (!this.#claim) return;
    this.#checkedAt = receivedAt;
    const { hash, timestamp } = this.#claim;
    const fits = hashFits(hash, this.#book, { ...known(), symbol: this.symbol, timestamp });
    if (fits) this.#stand('verified', undefined, out, always);
    else this.#stand('unverified', 'the hash does not fit', out, always);
  }

  #stand(trust: BookTrust, reason: string | undefined, out: VenueEvent[], always = false): void {
    if (!always && this.#trust === trust && this.#reason === reason) return;
    this.#trust = trust;
    this.#reason = reason;
    const state = { trust, resyncs: this.#resyncs, ...(reason !== undefined && { reason }) };
    out.push({ type: 'book_state', symbol: this.symbol, state });
  }

  #wrongBest({ bestBid, bestAsk }: TokenChanges): string | undefined {
    const { priceDecimals } = this.#book;
    const differs = (told: string | null | undefined, ours: number | undefined) =>
      told !== undefined && (told === null ? undefined : parseUnits(told, priceDecimals)) !== ours;
    if (differs(bestBid, this.#book.bestBid())) return 'another best bid than the venue’s';
    return differs(bestAsk, this.#book.bestAsk()) ? 'another best ask than the venue’s' : undefined;
  }
}
