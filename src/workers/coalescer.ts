/**
 * Many events, one batch: of what replaces itself only the newest is kept, of what adds up as much as anybody will see.
 * So what waits is bounded however long nobody takes it.
 */
import type { AccountEvent } from '#domain/account.ts';
import type { Ticker, Trade } from '#domain/market-data.ts';
import type { OrderBook } from '#domain/order-book.ts';
import type { PredictionMarket } from '#domain/prediction-market.ts';
import type { SourceInstrument } from '#domain/source.ts';
import type { BookStanding, ServiceFigures, VenueEvent } from '#venues/venue.ts';
import type { FeedBatch, FeedCandle, TimedProblem } from './feed-protocol.ts';

/** An instrument; as long as the tape. */
export const KEPT_TRADES = 200;
/** An instrument and interval. */
const KEPT_BARS = 1_500;
const KEPT_PROBLEMS = 50;
const KEPT_SINGLES = 1_000;

export class Coalescer {
  #instruments = new Map<string, SourceInstrument>();
  #predictions = new Map<string, PredictionMarket>();
  #tickers = new Map<string, Ticker>();
  #trades = new Map<string, Trade[]>();
  #candles = new Map<string, Map<number, FeedCandle>>();
  #books = new Map<string, OrderBook>();
  #standings = new Map<string, BookStanding>();
  #account = new Map<string, AccountEvent>();
  #problems: TimedProblem[] = [];
  #service: ServiceFigures | null = null;
  #receivedAt = 0;
  #isDirty = false;

  get isDirty(): boolean {
    return this.#isDirty;
  }

  add(event: VenueEvent, receivedAt: number): void {
    this.#isDirty = true;
    this.#receivedAt = receivedAt;
    switch (event.type) {
      case 'ticker':
        this.#tickers.set(event.ticker.instrument, event.ticker);
        return;
      case 'trade':
        this.#addTrade(event.trade);
        return;
      case 'candle':
        this.#addCandle(event);
        return;
      case 'book':
        // Read when the batch is taken: until then it changes in place.
        this.#books.set(event.symbol, event.book);
        return;
      case 'book_state':
        this.#standings.set(event.symbol, event.state);
        return;
      case 'instruments':
        for (const instrument of event.instruments) this.#instruments.set(instrument.symbol, instrument);
        return;
      case 'prediction':
        this.#predictions.set(event.market.id, event.market);
        return;
      case 'account':
        this.#addAccount(event.event);
        return;
      case 'service':
        this.#service = event.figures;
        return;
      case 'problem':
        this.#problems.push({ ...event.problem, ts: receivedAt });
        if (this.#problems.length > KEPT_PROBLEMS) this.#problems.shift();
        return;
    }
  }

  /** What has come since the last time, and the memory that may move with it. */
  take(): { readonly batch: FeedBatch; readonly transfer: ArrayBuffer[] } {
    const books = [...this.#books].map(([symbol, book]) => ({ symbol, view: book.view() }));
    const batch: FeedBatch = {
      instruments: [...this.#instruments.values()],
      predictions: [...this.#predictions.values()],
      tickers: [...this.#tickers.values()],
      trades: [...this.#trades.values()].flat(),
      candles: [...this.#candles.values()].flatMap((bars) => [...bars.values()]),
      books,
      standings: [...this.#standings].map(([symbol, standing]) => ({ symbol, standing })),
      account: [...this.#account.values()],
      service: this.#service,
      problems: this.#problems,
      receivedAt: this.#receivedAt,
    };
    this.clear();
    const transfer = books.flatMap(({ view: { bids, asks } }) =>
      [bids.prices, bids.sizes, asks.prices, asks.sizes].map(({ buffer }) => buffer),
    );
    return { batch, transfer };
  }

  /** Forgets what waits. */
  clear(): void {
    for (const waiting of [
      this.#instruments,
      this.#predictions,
      this.#tickers,
      this.#trades,
      this.#candles,
      this.#books,
      this.#standings,
      this.#account,
    ]) {
      waiting.clear();
    }
    this.#problems = [];
    this.#service = null;
    this.#isDirty = false;
  }

  #addTrade(trade: Trade): void {
    const tape = this.#trades.get(trade.instrument);
    if (!tape) {
      this.#trades.set(trade.instrument, [trade]);
      return;
    }
    tape.push(trade);
    // Cut seldom, so that a fast tape is not moved with every trade.
    if (tape.length > 2 * KEPT_TRADES) tape.splice(0, tape.length - KEPT_TRADES);
  }

  #addCandle({ symbol, interval, candle }: FeedCandle): void {
    const key = `${interval}:${symbol}`;
    const bars = this.#candles.get(key) ?? new Map<number, FeedCandle>();
    this.#candles.set(key, bars);
    bars.set(candle.ts, { symbol, interval, candle });
    if (bars.size > KEPT_BARS) dropFirst(bars);
  }

  /** A map keeps its order: what is set anew goes to the end, as it came. */
  #addAccount(event: AccountEvent): void {
    const account = this.#account;
    const key =
      event.type === 'order' ? `order ${event.order.id}` : event.type === 'fill' ? `fill ${event.fill.id}` : event.type;
    account.delete(key);
    account.set(key, event);
    if (account.size > KEPT_SINGLES) dropFirst(account);
  }
}

function dropFirst<K>(map: Map<K, unknown>): void {
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}
