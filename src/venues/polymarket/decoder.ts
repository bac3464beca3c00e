/** Frames of the market and the user channel → events, with the books kept along the way. */
import type { BookSnapshot } from '#domain/market-data.ts';
import type { OrderBook } from '#domain/order-book.ts';
import type { Decoder, DecoderOptions, VenueEvent } from '../venue.ts';
import { FillProgress } from './fill-progress.ts';
import { HashMemory } from './hash-memory.ts';
import { bareInstrument, DEFAULT_TICK_SIZE } from './instruments.ts';
import { OutcomeBook } from './outcome-book.ts';
import { parseFills, parseOrder } from './parse-account.ts';
import { amount, best, parseBook, parsePriceChange, price, side, text, time, token } from './parse.ts';
import { Questions } from './questions.ts';
import { Quotes } from './quotes.ts';
import { readFrame, typeOf, type Fields } from './schema.ts';

export interface PolymarketDecoderOptions extends DecoderOptions {
  /** Our API key, by which our orders in others' trades are told (M13). */
  readonly owner?: string;
}

/** One frame: what it says, and what a session needs to know of it. */
export interface PolymarketReading {
  /** One a message; `empty` for `[]`. */
  readonly types: readonly string[];
  readonly events: readonly VenueEvent[];
  /** When a change or a trade left the venue. A snapshot's time is that of the book's last change. */
  readonly sentAt: number | undefined;
}

/** Of one frame. */
interface Context {
  readonly receivedAt: number;
  /** Whether the frame's connection is for this token. */
  readonly accepts: (symbol: string) => boolean;
  readonly out: VenueEvent[];
}

const NOTHING: PolymarketReading = { types: [], events: [], sentAt: undefined };
/** A recording or a peer that makes up tokens must not fill the memory. */
const MOST_BOOKS = 5_000;
const MOST_UNKNOWN = 100;

const anyToken = (): boolean => true;

export function createPolymarketDecoder(options: PolymarketDecoderOptions): PolymarketDecoder {
  return new PolymarketDecoder(options);
}

export class PolymarketDecoder implements Decoder {
  readonly #options: PolymarketDecoderOptions;
  readonly #questions: Questions;
  readonly #books = new Map<string, OutcomeBook>();
  readonly #memory: HashMemory;
  readonly #quotes: Quotes;
  readonly #fills = new FillProgress();
  readonly #unknown = new Set<string>();
  #trades = 0;

  constructor(options: PolymarketDecoderOptions) {
    this.#options = options;
    this.#questions = new Questions(options.instruments);
    this.#memory = new HashMemory(this.#questions);
    this.#quotes = new Quotes(options.venue);
  }

  decode(frame: string, receivedAt: number): readonly VenueEvent[] {
    return this.read(frame, receivedAt).events;
  }

  /** `accepts`: the tokens a frame's connection is for; what it says of others is not looked at (M7). */
  read(frame: string, receivedAt: number, accepts: (symbol: string) => boolean = anyToken): PolymarketReading {
    const read = readFrame(frame);
    if (read.kind === 'pong') return NOTHING;
    if (read.kind === 'bad') return { types: ['unreadable'], events: [bad(`frame ${read.why}`)], sentAt: undefined };
    if (read.messages.length === 0) return { types: ['empty'], events: [], sentAt: undefined };
    const types: string[] = [];
    const events: VenueEvent[] = [];
    const context: Context = { receivedAt, accepts, out: events };
    let sentAt: number | undefined;
    for (const message of read.messages) {
      const type = typeOf(message);
      types.push(type);
      if (!this.#message(type, message, context)) events.push(bad(`${type} of another shape`));
      if (type === 'price_change' || type === 'last_trade_price') sentAt ??= time(message['timestamp']);
    }
    return { types, events, sentAt };
  }

  lost(symbols?: Iterable<string>): readonly VenueEvent[] {
    const events: VenueEvent[] = [];
    for (const symbol of symbols ?? this.#books.keys()) this.#books.get(symbol)?.lost(events);
    return events;
  }

  /** Nobody wants them any more. */
  forget(symbols: Iterable<string>): void {
    for (const symbol of symbols) {
      this.#books.delete(symbol);
      this.#memory.forget(symbol);
      this.#quotes.forget(symbol);
    }
  }

  /** A book with which changes can go on; `undefined`: there is none, or it is not current. */
  liveBook(symbol: string): OrderBook | undefined {
    const kept = this.#books.get(symbol);
    return kept?.isLive ? kept.book : undefined;
  }

  /** Changes come in for it, and are dropped for want of a snapshot. */
  isMissing(symbol: string): boolean {
    return this.#books.get(symbol)?.trust === 'resyncing';
  }

  /** M5: a book fetched over REST. */
  restore(symbol: string, { bids, asks, ts }: BookSnapshot, receivedAt: number): readonly VenueEvent[] {
    const events: VenueEvent[] = [];
    const kept = this.#book(symbol);
    if (kept) this.#snapshot(kept, { bids, asks }, ts, undefined, receivedAt, events);
    return events;
  }

  /** `false`: of another shape. */
  #message(type: string, fields: Fields, context: Context): boolean {
    switch (type) {
      case 'book':
        return this.#whole(fields, context);
      case 'price_change':
        return this.#change(fields, context);
      case 'last_trade_price':
        return this.#trade(fields, context);
      case 'best_bid_ask':
        return this.#best(fields, context);
      case 'tick_size_change':
        return this.#tickSize(fields, context);
      case 'new_market':
        return pushMarket(this.#questions.announce(fields), context.out);
      case 'market_resolved':
        return pushMarket(this.#questions.resolve(fields), context.out);
      case 'order':
        return this.#order(fields, context);
      case 'trade':
        return this.#fill(fields, context);
      default:
        this.#unknownType(type, context.out);
        return true;
    }
  }

  #whole(fields: Fields, { receivedAt, accepts, out }: Context): boolean {
    const symbol = token(fields['asset_id']);
    const parsed = parseBook(fields);
    if (symbol === undefined || !parsed) return false;
    if (!accepts(symbol)) return true;
    const kept = this.#book(symbol);
    if (!kept) return true;
    this.#memory.note(symbol, fields);
    const hash = text(fields['hash']);
    const timestamp = text(fields['timestamp']);
    const claim = hash === undefined || timestamp === undefined ? undefined : { hash, timestamp };
    this.#snapshot(kept, parsed, time(timestamp) ?? receivedAt, claim, receivedAt, out);
    return true;
  }

  #snapshot(
    kept: OutcomeBook,
    levels: Pick<BookSnapshot, 'bids' | 'asks'>,
    ts: number,
    claim: { readonly hash: string; readonly timestamp: string } | undefined,
    receivedAt: number,
    out: VenueEvent[],
  ): void {
    kept.snapshot(levels, ts, claim, () => this.#memory.known(kept.symbol), receivedAt, out);
    if (kept.isLive) this.#quote(kept, ts, out);
  }

  #change(fields: Fields, { receivedAt, accepts, out }: Context): boolean {
    const told = parsePriceChange(fields);
    if (!told) return false;
    const timestamp = text(fields['timestamp']) ?? '';
    const ts = time(timestamp) ?? receivedAt;
    for (const each of told) {
      if (!accepts(each.symbol)) continue;
      const kept = this.#book(each.symbol);
      if (!kept) continue;
      kept.change(each, ts, timestamp, () => this.#memory.known(each.symbol), receivedAt, out);
      if (kept.isLive) this.#quote(kept, ts, out);
    }
    return true;
  }

  /** M9. */
  #trade(fields: Fields, { receivedAt, accepts, out }: Context): boolean {
    const symbol = token(fields['asset_id']);
    const at = price(fields['price']);
    const size = amount(fields['size']);
    const taker = side(fields['side']);
    if (symbol === undefined || at === undefined || size === undefined || taker === undefined) return false;
    if (!accepts(symbol)) return true;
    const ts = time(fields['timestamp']) ?? receivedAt;
    this.#trades += 1;
    // Several trades may be settled by one transaction.
    const id = `${text(fields['transaction_hash']) ?? ts}-${this.#trades}`;
    const trade = { venue: this.#options.venue, instrument: symbol, id, ts, side: taker, price: at, size };
    out.push({ type: 'trade', trade }, { type: 'ticker', ticker: this.#quotes.ofTrade(trade) });
    const market = text(fields['market']);
    for (const each of market === undefined ? [] : this.#memory.traded(market, at)) {
      this.#books.get(each)?.recheck(() => this.#memory.known(each), receivedAt, out);
    }
    return true;
  }

  /** M10. */
  #best(fields: Fields, { receivedAt, accepts, out }: Context): boolean {
    const symbol = token(fields['asset_id']);
    const bid = best(fields['best_bid'], 'bid');
    const ask = best(fields['best_ask'], 'ask');
    if (symbol === undefined || bid === undefined || ask === undefined) return false;
    if (!accepts(symbol)) return true;
    const ticker = this.#quotes.ofBest(symbol, bid, ask, time(fields['timestamp']) ?? receivedAt);
    if (ticker) out.push({ type: 'ticker', ticker });
    return true;
  }

  /** M8. */
  #tickSize(fields: Fields, { accepts, out }: Context): boolean {
    const symbol = token(fields['asset_id']);
    const tickSize = price(fields['new_tick_size']);
    if (symbol === undefined || tickSize === undefined) return false;
    if (!accepts(symbol)) return true;
    this.#memory.regrid(symbol, tickSize);
    const [instruments, market] = this.#questions.regrid(symbol, tickSize);
    out.push({ type: 'instruments', instruments });
    pushMarket(market ?? null, out);
    this.#books.get(symbol)?.regrid(tickSize, out);
    return true;
  }

  #order(fields: Fields, { out }: Context): boolean {
    const order = parseOrder(fields);
    if (order) out.push({ type: 'account', event: { type: 'order', order } });
    return order !== undefined;
  }

  #fill(fields: Fields, { out }: Context): boolean {
    const fills = parseFills(fields, this.#options.owner);
    for (const fill of fills ?? []) {
      if (this.#fills.advances(fill)) out.push({ type: 'account', event: { type: 'fill', fill } });
    }
    return fills !== undefined;
  }

  #quote(kept: OutcomeBook, ts: number, out: VenueEvent[]): void {
    const ticker = this.#quotes.ofBook(kept.symbol, kept.book, ts);
    if (ticker) out.push({ type: 'ticker', ticker });
  }

  #book(symbol: string): OutcomeBook | undefined {
    let kept = this.#books.get(symbol);
    if (!kept && this.#books.size < MOST_BOOKS) {
      const precision = this.#questions.instrument(symbol) ?? bareInstrument(symbol, DEFAULT_TICK_SIZE);
      kept = new OutcomeBook(symbol, precision);
      this.#books.set(symbol, kept);
    }
    return kept;
  }

  /** M4: told once a type; how many came is in the statistics. */
  #unknownType(type: string, out: VenueEvent[]): void {
    if (this.#unknown.has(type) || this.#unknown.size >= MOST_UNKNOWN) return;
    this.#unknown.add(type);
    out.push({ type: 'problem', problem: { code: 'unknown_type', message: `unknown type ${type.slice(0, 64)}` } });
  }
}

function pushMarket(
  market: Extract<VenueEvent, { type: 'prediction' }>['market'] | null | undefined,
  out: VenueEvent[],
) {
  if (market) out.push({ type: 'prediction', market });
  return market !== undefined;
}

function bad(message: string): VenueEvent {
  return { type: 'problem', problem: { code: 'bad_frame', message } };
}
