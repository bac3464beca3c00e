/** Tickers: the best prices of the book or of `best_bid_ask`, with the last trade. Told when something of it changes. */
import type { Ticker, Trade } from '#domain/market-data.ts';
import { plainUnits } from '#domain/order-book-units.ts';
import type { OrderBook } from '#domain/order-book.ts';

interface Quote {
  bid: string | null;
  bidSize: string | null;
  ask: string | null;
  askSize: string | null;
  last: string | null;
  lastSize: string | null;
  /** The book's units by which `bid` … `askSize` are known to be those still. */
  units: readonly (number | undefined)[];
}

export class Quotes {
  readonly #venue: string;
  readonly #quotes = new Map<string, Quote>();

  constructor(venue: string) {
    this.#venue = venue;
  }

  /** `undefined`: its best levels are as they were. */
  ofBook(symbol: string, book: OrderBook, ts: number): Ticker | undefined {
    const { bids, asks, priceDecimals, sizeDecimals } = book;
    const quote = this.#quote(symbol);
    const units = [bids.price(0), bids.size(0), asks.price(0), asks.size(0), priceDecimals, sizeDecimals];
    if (units.every((each, i) => each === quote.units[i])) return undefined;
    const [bid, bidSize, ask, askSize] = units;
    quote.units = units;
    quote.bid = bid === undefined ? null : plainUnits(bid, priceDecimals);
    quote.bidSize = bid === undefined ? null : plainUnits(bidSize ?? 0, sizeDecimals);
    quote.ask = ask === undefined ? null : plainUnits(ask, priceDecimals);
    quote.askSize = ask === undefined ? null : plainUnits(askSize ?? 0, sizeDecimals);
    return this.#ticker(symbol, quote, ts);
  }

  /** M10: sizes are known where the prices are those known before. */
  ofBest(symbol: string, bid: string | null, ask: string | null, ts: number): Ticker | undefined {
    const quote = this.#quote(symbol);
    if (quote.bid === bid && quote.ask === ask && quote.units.length > 0) return undefined;
    if (quote.bid !== bid) quote.bidSize = null;
    if (quote.ask !== ask) quote.askSize = null;
    quote.bid = bid;
    quote.ask = ask;
    // The next book counts as a change.
    quote.units = [];
    return this.#ticker(symbol, quote, ts);
  }

  ofTrade({ instrument, price, size, ts }: Trade): Ticker {
    const quote = this.#quote(instrument);
    quote.last = price;
    quote.lastSize = size;
    return this.#ticker(instrument, quote, ts);
  }

  forget(symbol: string): void {
    this.#quotes.delete(symbol);
  }

  #quote(symbol: string): Quote {
    let quote = this.#quotes.get(symbol);
    if (!quote) {
      quote = { bid: null, bidSize: null, ask: null, askSize: null, last: null, lastSize: null, units: [] };
      this.#quotes.set(symbol, quote);
    }
    return quote;
  }

  #ticker(symbol: string, { bid, bidSize, ask, askSize, last, lastSize }: Quote, ts: number): Ticker {
    const day = { open24h: null, high24h: null, low24h: null, volume24h: null };
    return { venue: this.#venue, instrument: symbol, ts, last, lastSize, bid, bidSize, ask, askSize, ...day };
  }
}
