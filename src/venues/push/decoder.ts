/** Frames of a push server → events (P2). Its books are whole, with nothing to check them by: `unverified`. */
import type { BookLevel } from '#domain/market-data.ts';
import { formatUnits } from '#domain/order-book-units.ts';
import { OrderBook } from '#domain/order-book.ts';
import type { Decoder, DecoderOptions, VenueEvent } from '../venue.ts';
import { parseTime } from '../kit/iso-time.ts';
import { fitted } from './fitted.ts';
import { InstrumentGuess } from './instrument-guess.ts';
import { parseFigures, parseFill, parseLevels, parsePrice, parseSymbol, segmentOf } from './parse.ts';
import { HEARTBEAT_TEXTS, readPushFrame, SILENT_TYPES, type PushFrame } from './schema.ts';

interface Market {
  /** `undefined`: the settings tell its rules. */
  readonly guess: InstrumentGuess | undefined;
  readonly book: OrderBook;
  isLive: boolean;
  isRounded: boolean;
  snapshots: number;
  resyncs: number;
}

/** One frame: its type, for the statistics, and what it says. */
export interface PushReading {
  readonly type: string;
  readonly events: readonly VenueEvent[];
  /** Whether the frame told its time. */
  readonly isTimed: boolean;
}

const MOST_MARKETS = 200;

export function createPushDecoder(options: DecoderOptions): PushDecoder {
  return new PushDecoder(options);
}

export class PushDecoder implements Decoder {
  readonly #options: DecoderOptions;
  /** By channel segment. */
  readonly #markets = new Map<string, Market>();
  readonly #unknown = new Set<string>();
  /** Of the latest `price_update`: that of frames which name none. */
  #symbol: string | undefined;
  #fills = 0;

  constructor(options: DecoderOptions) {
    this.#options = options;
  }

  decode(frame: string, receivedAt: number): readonly VenueEvent[] {
    return this.read(frame, receivedAt).events;
  }

  read(frame: string, receivedAt: number): PushReading {
    if (HEARTBEAT_TEXTS.has(frame)) return { type: frame, events: [], isTimed: false };
    const read = readPushFrame(frame);
    if (typeof read === 'string') return { type: 'unreadable', events: [bad(`frame ${read}`)], isTimed: false };
    const { type, timestamp } = read;
    if (SILENT_TYPES.has(type)) return { type, events: [], isTimed: false };
    const ts = parseTime(timestamp, this.#options.zoneOffsetMs);
    const events = this.#events(read, ts ?? receivedAt) ?? [bad(`${type} of another shape`)];
    return { type, events, isTimed: ts !== undefined };
  }

  /** Of all books. */
  get resyncs(): number {
    let resyncs = 0;
    for (const market of this.#markets.values()) resyncs += market.resyncs;
    return resyncs;
  }

  lost(symbols?: Iterable<string>): readonly VenueEvent[] {
    const events: VenueEvent[] = [];
    for (const symbol of symbols ?? this.#markets.keys()) {
      const market = this.#markets.get(symbol);
      if (!market?.isLive) continue;
      market.isLive = false;
      market.book.lose();
      events.push({ type: 'book_state', symbol, state: { trust: 'stale', resyncs: market.resyncs } });
    }
    return events;
  }

  #events(frame: PushFrame, ts: number): VenueEvent[] | undefined {
    switch (frame.type) {
      case 'price_update':
        return this.#price(frame, ts);
      case 'orderbook_update':
        return this.#book(frame, ts);
      case 'trade_executed':
        return this.#fill(frame, ts);
      case 'system_status': {
        const figures = parseFigures(frame.data);
        return figures && [{ type: 'service', figures }];
      }
      default:
        return this.#unknownType(frame.type);
    }
  }

  #price({ data }: PushFrame, ts: number): VenueEvent[] | undefined {
    const parsed = parsePrice(data);
    if (!parsed) return undefined;
    this.#symbol = parsed.symbol;
    const symbol = segmentOf(parsed.symbol);
    const found = this.#market(parsed.symbol, [parsed.price]);
    if (!found) return [];
    const [market, news] = found;
    const { book, isLive } = market;
    const text = (units: number | undefined) =>
      units === undefined || !isLive ? null : formatUnits(units, book.priceDecimals);
    const { price: last, change24h } = parsed;
    const ticker = {
      venue: this.#options.venue,
      instrument: symbol,
      ts,
      last,
      bid: text(book.bestBid()),
      ask: text(book.bestAsk()),
      open24h: null,
      high24h: null,
      low24h: null,
      volume24h: null,
      change24h,
    };
    return [...news, { type: 'ticker', ticker }];
  }

  #book({ data }: PushFrame, ts: number): VenueEvent[] | undefined {
    const parsedBids = parseLevels(data['bids'], 'bid');
    const parsedAsks = parseLevels(data['asks'], 'ask');
    if (!parsedBids || !parsedAsks) return undefined;
    const { bids, asks, isRounded } = fitted(parsedBids, parsedAsks);
    const name = parseSymbol(data['symbol']) ?? this.#symbol;
    // P2: nobody can tell whose book it is before the first price.
    if (name === undefined) return [];
    const levels = [...bids, ...asks];
    const found = this.#market(name, levels.map(priceOf), levels.map(sizeOf));
    if (!found) return [];
    const [market, news] = found;
    const symbol = segmentOf(name);
    market.snapshots += 1;
    const snapshot = { ts, bids, asks, seq: market.snapshots };
    if (market.book.applySnapshot(snapshot) !== 'applied') return [...news, ...this.lost([symbol]), tooFine(symbol)];
    const events: VenueEvent[] = [
      ...news,
      { type: 'book', symbol, book: market.book, change: { kind: 'snapshot', snapshot } },
    ];
    const isNews = !market.isLive || (isRounded && !market.isRounded);
    if (!market.isLive && market.snapshots > 1) market.resyncs += 1;
    market.isLive = true;
    market.isRounded ||= isRounded;
    if (isNews) {
      const reason = market.isRounded ? { reason: 'rounded to the digits that can be kept' } : {};
      events.push({ type: 'book_state', symbol, state: { trust: 'unverified', resyncs: market.resyncs, ...reason } });
    }
    return events;
  }

  #fill({ data }: PushFrame, ts: number): VenueEvent[] | undefined {
    const symbol = parseSymbol(data['symbol']) ?? this.#symbol ?? '';
    const fill = parseFill(data, { id: `${ts}-${this.#fills + 1}`, symbol, ts });
    if (!fill) return undefined;
    this.#fills += 1;
    return [{ type: 'account', event: { type: 'fill', fill } }];
  }

  /** P7: said once a type; how many came is in the statistics. */
  #unknownType(type: string): VenueEvent[] {
    if (this.#unknown.has(type) || this.#unknown.size >= 100) return [];
    this.#unknown.add(type);
    return [{ type: 'problem', problem: { code: 'unknown_type', message: `unknown type ${type.slice(0, 64)}` } }];
  }

  /** `undefined`: more markets than a server of one market can mean. */
  #market(
    name: string,
    prices: readonly string[],
    sizes: readonly string[] = [],
  ): readonly [Market, readonly VenueEvent[]] | undefined {
    const symbol = segmentOf(name);
    const known = this.#markets.get(symbol);
    if (!known && this.#markets.size >= MOST_MARKETS) return undefined;
    const listed = this.#options.instruments.find((each) => each.symbol === symbol);
    const guess = known ? known.guess : listed ? undefined : new InstrumentGuess(name);
    const isFiner = guess?.see(prices, sizes) ?? false;
    const news: VenueEvent[] =
      guess && (isFiner || !known) ? [{ type: 'instruments', instruments: [guess.instrument()] }] : [];
    if (known) return [known, news];
    const precision = listed ?? { tickSize: '1', lotSize: '1' };
    const market = { guess, book: new OrderBook(precision), isLive: false, isRounded: false, snapshots: 0, resyncs: 0 };
    this.#markets.set(symbol, market);
    return [market, news];
  }
}

const priceOf = ([price]: BookLevel): string => price;
const sizeOf = ([, size]: BookLevel): string => size;

function bad(message: string): VenueEvent {
  return { type: 'problem', problem: { code: 'bad_frame', message } };
}

function tooFine(symbol: string): VenueEvent {
  const message = 'the order book has more digits than can be shown exactly';
  return { type: 'problem', problem: { code: 'bad_frame', message, symbol, feed: 'book' } };
}
