/** What one venue source has told last, and who listens: batches in, feeds of the pages out. */
import type { Candle, Interval, Trade } from '#domain/market-data.ts';
import type { BookView } from '#domain/order-book.ts';
import type { BookStanding } from '#venues/venue.ts';
import type { FeedBatch } from '#workers/feed-protocol.ts';

type Listener<T> = (value: T) => void;

/** Listeners by key. */
class Listeners<T> {
  readonly #byKey = new Map<string, Set<Listener<T>>>();

  on(key: string, listener: Listener<T>): () => void {
    const listeners = this.#byKey.get(key) ?? new Set();
    this.#byKey.set(key, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  tell(key: string, value: T): void {
    for (const listener of this.#byKey.get(key) ?? []) listener(value);
  }

  tellAll(value: T): void {
    for (const listeners of this.#byKey.values()) for (const listener of listeners) listener(value);
  }
}

export interface BookNews {
  readonly view?: BookView;
  readonly standing?: BookStanding;
}

const candleKey = (symbol: string, interval: Interval) => `${interval} ${symbol}`;

export class VenueData {
  readonly #books = new Map<string, BookView>();
  readonly #standings = new Map<string, BookStanding>();
  readonly #bookListeners = new Listeners<BookNews>();
  readonly #tradeListeners = new Listeners<readonly Trade[]>();
  readonly #candleListeners = new Listeners<Candle>();
  readonly #liveListeners = new Listeners<boolean>();
  readonly #resetListeners = new Listeners<undefined>();
  #isLive = false;

  get isLive(): boolean {
    return this.#isLive;
  }

  set isLive(isLive: boolean) {
    if (isLive === this.#isLive) return;
    this.#isLive = isLive;
    this.#liveListeners.tellAll(isLive);
  }

  take({ books, standings, trades, candles }: FeedBatch): void {
    for (const { symbol, view } of books) {
      this.#books.set(symbol, view);
      this.#bookListeners.tell(symbol, { view });
    }
    for (const { symbol, standing } of standings) {
      this.#standings.set(symbol, standing);
      this.#bookListeners.tell(symbol, { standing });
    }
    for (const symbol of new Set(trades.map(({ instrument }) => instrument))) {
      this.#tradeListeners.tell(
        symbol,
        trades.filter(({ instrument }) => instrument === symbol),
      );
    }
    for (const { symbol, interval, candle } of candles) {
      this.#candleListeners.tell(candleKey(symbol, interval), candle);
    }
  }

  /** Nothing of before counts any more. */
  reset(): void {
    this.#books.clear();
    this.#standings.clear();
    this.#resetListeners.tellAll(undefined);
  }

  /** Told at once what is known. */
  onBook(symbol: string, listener: Listener<BookNews>): () => void {
    const view = this.#books.get(symbol);
    const standing = this.#standings.get(symbol);
    if (view || standing) listener({ ...(view && { view }), ...(standing && { standing }) });
    return this.#bookListeners.on(symbol, listener);
  }

  onTrades(symbol: string, listener: Listener<readonly Trade[]>): () => void {
    return this.#tradeListeners.on(symbol, listener);
  }

  onCandle(symbol: string, interval: Interval, listener: Listener<Candle>): () => void {
    return this.#candleListeners.on(candleKey(symbol, interval), listener);
  }

  onLive(listener: Listener<boolean>): () => void {
    return this.#liveListeners.on('', listener);
  }

  onReset(listener: () => void): () => void {
    return this.#resetListeners.on('', listener);
  }
}
