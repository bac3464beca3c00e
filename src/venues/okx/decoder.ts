/** Frames of any of the three connections → events, with the books and the account's lists kept along the way. */
import type { SourceInstrument } from '#domain/source.ts';
import type { Decoder, DecoderOptions, VenueEvent, VenueProblem } from '../venue.ts';
import { feedOf, intervalOf, isBookChannel } from './channels.ts';
import { toInstrument } from './instruments.ts';
import { KeptAccount } from './kept-account.ts';
import { KeptBook } from './kept-book.ts';
import { toCandle, toTicker, toTrade } from './parse.ts';
import {
  isBook,
  isCandle,
  isTicker,
  isTrade,
  parseMessage,
  type OkxArg,
  type OkxData,
  type OkxMessage,
} from './schema.ts';

/** O2: channels we know and have no use for yet; they are counted like all others. */
const TOLERATED = new Set(['funding-rate', 'mark-price', 'index-tickers', 'status', 'liquidation-warning']);

interface LastTrade {
  id: number;
  ts: number;
}

export function createOkxDecoder(options: DecoderOptions): OkxDecoder {
  return new OkxDecoder(options);
}

export class OkxDecoder implements Decoder {
  readonly #venue: string;
  readonly #instruments = new Map<string, SourceInstrument>();
  readonly #books = new Map<string, KeptBook>();
  readonly #lastTrades = new Map<string, LastTrade>();
  readonly #account = new KeptAccount();

  constructor({ venue, instruments }: DecoderOptions) {
    this.#venue = venue;
    for (const instrument of instruments) this.#instruments.set(instrument.symbol, instrument);
  }

  decode(frame: string): readonly VenueEvent[] {
    return this.take(parseMessage(frame));
  }

  /** For a session, which has parsed the frame already. */
  take(message: OkxMessage): readonly VenueEvent[] {
    switch (message.kind) {
      case 'data':
        return this.#data(message.arg, message.frame);
      case 'error':
        return [problem('refused', `${message.code} ${message.message}`, { venueCode: message.code })];
      case 'bad':
        return [problem('bad_frame', message.why)];
      case 'unknown':
        return [problem('unknown_type', `event ${message.event}`)];
      case 'ack':
      case 'login':
      case 'notice':
      case 'connections':
      case 'pong':
        return [];
      default:
        return message satisfies never;
    }
  }

  lost(symbols?: Iterable<string>): readonly VenueEvent[] {
    const events: VenueEvent[] = [];
    for (const symbol of symbols ?? this.#books.keys()) this.#books.get(symbol)?.lost(events);
    return events;
  }

  /** Nobody wants this book any more. */
  forget(symbol: string): void {
    this.#books.delete(symbol);
  }

  /** A channel of the account was cut: what it tells next is the whole. */
  forgetAccount(channel: string): void {
    this.#account.clear(channel);
  }

  #data(arg: OkxArg, frame: OkxData): readonly VenueEvent[] {
    const { channel, instId } = arg;
    // Mapped rather than pushed, which would make room for 17 events where nearly always there is one.
    if (channel === 'tickers') {
      return frame.data.map((row) =>
        isTicker(row) ? { type: 'ticker', ticker: toTicker(row, this.#venue) } : badRow(arg),
      );
    }
    if (channel.startsWith('candle')) {
      const interval = intervalOf(channel);
      if (!interval) return [];
      return frame.data.map((row) =>
        instId !== undefined && isCandle(row)
          ? { type: 'candle', symbol: instId, interval, candle: toCandle(row, instId) }
          : badRow(arg),
      );
    }
    const events: VenueEvent[] = [];
    if (channel === 'trades' || channel === 'trades-all') {
      this.#trades(arg, frame, events);
    } else if (isBookChannel(channel)) {
      this.#book(arg, frame, events);
    } else if (channel === 'instruments') {
      this.#takeInstruments(arg, frame, events);
    } else {
      const account = this.#account.take(channel, frame);
      if (account) for (const event of account) events.push({ type: 'account', event });
      else if (!TOLERATED.has(channel)) events.push(problem('unknown_type', `channel ${channel}`));
    }
    return events;
  }

  #trades(arg: OkxArg, frame: OkxData, events: VenueEvent[]): void {
    for (const row of frame.data) {
      if (!isTrade(row)) {
        events.push(badRow(arg));
        continue;
      }
      const trade = toTrade(row, this.#venue);
      // While a connection is replaced by another both may bring a trade (O4).
      const last = this.#lastTrades.get(trade.instrument);
      const id = Number(trade.id);
      if (last && id <= last.id && trade.ts <= last.ts) continue;
      if (last) {
        last.id = id;
        last.ts = trade.ts;
      } else {
        this.#lastTrades.set(trade.instrument, { id, ts: trade.ts });
      }
      events.push({ type: 'trade', trade });
    }
  }

  #book(arg: OkxArg, frame: OkxData, events: VenueEvent[]): void {
    const { channel, instId } = arg;
    for (const row of frame.data) {
      if (instId === undefined || !isBook(row)) {
        events.push(badRow(arg));
        continue;
      }
      let book = this.#books.get(instId);
      if (!book) {
        book = new KeptBook(instId, this.#instruments.get(instId));
        this.#books.set(instId, book);
      }
      if (channel !== 'books') book.snapshot(row, true, events);
      else if (frame.action === 'snapshot') book.snapshot(row, false, events);
      else if (frame.action === 'update') book.update(row, events);
      else events.push(badRow(arg));
    }
  }

  #takeInstruments(arg: OkxArg, frame: OkxData, events: VenueEvent[]): void {
    const live: SourceInstrument[] = [];
    for (const row of frame.data) {
      const parsed = toInstrument(row);
      if (!parsed) continue;
      const { instrument, state } = parsed;
      const known = this.#instruments.get(instrument.symbol);
      if (state === 'live') {
        live.push(known?.title === undefined ? instrument : { ...instrument, title: known.title });
        this.#books.get(instrument.symbol)?.setPrecision(instrument);
        if (known) this.#instruments.set(instrument.symbol, instrument);
      } else if (known) {
        const at = { symbol: instrument.symbol, feed: 'market' } as const;
        events.push(problem('limited', `${instrument.symbol} is not trading: ${state}`, at));
      }
    }
    if (live.length > 0) events.push({ type: 'instruments', instruments: live });
    else if (frame.data.length > 0 && events.length === 0 && !frame.data.some((row) => toInstrument(row))) {
      events.push(badRow(arg));
    }
  }
}

function badRow({ channel, instId }: OkxArg): VenueEvent {
  const feed = feedOf(channel);
  const about = { ...(instId === undefined ? {} : { symbol: instId }), ...(feed === undefined ? {} : { feed }) };
  return problem('bad_frame', `${channel}: a row of another shape`, about);
}

function problem(
  code: VenueProblem['code'],
  message: string,
  about: Partial<Omit<VenueProblem, 'code' | 'message'>> = {},
): VenueEvent {
  return { type: 'problem', problem: { code, message, ...about } };
}
