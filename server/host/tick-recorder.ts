/**
 * Writes what the engine's markets say into `ticks.db`: listens to the bus, and does its work between events, in batches.
 * Its memory is bounded, and a disk that fails costs ticks and a line in the log, never a price.
 */
import type { Timers } from '#domain/clock.ts';
import { OrderBook } from '#domain/order-book.ts';
import { formatUnits } from '#domain/order-book-units.ts';
import { isBookSnapshot, isBookUpdate, isTicker, isTrade } from '#protocol/market-guards.ts';
import type { Bus, BusEvent } from '#server/bus.ts';
import type { Tick, TickStore, TopOfBook } from '#server/storage/ticks.ts';

export interface TickRecorderOptions {
  readonly bus: Bus;
  readonly timers: Timers;
  /** Opens the database; tried again after it failed. */
  readonly open: () => TickStore;
  readonly warn: (message: string) => void;
  /** Events that may wait; the oldest are let go. */
  readonly maxWaiting?: number;
}

const BATCH = 1_000;
const LATEST_MS = 1_000;
const RETRY_MS = 5_000;
/** A change of a book holds some kilobytes: tens of megabytes at the most. */
const MAX_WAITING = 10_000;
const CHANNEL = /^market\.([^.]+)\.([^.]+)\.(trade|ticker|book)$/;
/** Data with more decimals makes a book's units finer. */
const COARSEST = { tickSize: '1', lotSize: '1' };

interface Top {
  readonly book: OrderBook;
  last: string;
}

export class TickRecorder {
  readonly #o: TickRecorderOptions;
  readonly #maxWaiting: number;
  readonly #tops = new Map<string, Top>();
  #waiting: BusEvent[] = [];
  /** Read off events, not yet written. */
  #ticks: Tick[] = [];
  #lost = 0;
  #store: TickStore | undefined;
  #cancel: (() => void) | undefined;
  #isDue = false;
  #hasFailed = false;
  #unlisten: () => void = () => {};

  constructor(options: TickRecorderOptions) {
    this.#o = options;
    this.#maxWaiting = options.maxWaiting ?? MAX_WAITING;
  }

  start(): void {
    this.#unlisten = this.#o.bus.onEvent((event) => {
      if (event.channel.startsWith('market.')) this.#take(event);
    });
  }

  /** Writes what waits, as far as the disk takes it. */
  stop(): void {
    this.#unlisten();
    this.#cancel?.();
    while (this.#write()) if (this.#waiting.length === 0 && this.#ticks.length === 0) break;
    this.#store?.close();
    this.#store = undefined;
  }

  /** Called with every event of the engine: must cost nothing. */
  #take(event: BusEvent): void {
    this.#waiting.push(event);
    if (this.#waiting.length > 2 * this.#maxWaiting) this.#letGo();
    if (this.#waiting.length >= BATCH && !this.#isDue && !this.#hasFailed) this.#schedule(0);
    else if (!this.#cancel) this.#schedule(LATEST_MS);
  }

  #letGo(): void {
    this.#lost += this.#waiting.length - this.#maxWaiting;
    this.#waiting = this.#waiting.slice(-this.#maxWaiting);
  }

  #schedule(ms: number): void {
    this.#cancel?.();
    this.#isDue = ms === 0;
    this.#cancel = this.#o.timers.after(ms, () => {
      this.#cancel = undefined;
      this.#isDue = false;
      const isWritten = this.#write();
      if (!isWritten) this.#schedule(RETRY_MS);
      else if (this.#waiting.length > 0) this.#schedule(this.#waiting.length >= BATCH ? 0 : LATEST_MS);
    });
  }

  /** One batch; `false`: the disk refused, and it waits on. */
  #write(): boolean {
    for (const event of this.#ticks.length > 0 ? [] : this.#waiting.splice(0, BATCH)) this.#read(event);
    if (this.#ticks.length === 0) return true;
    try {
      this.#store ??= this.#o.open();
      this.#store.write(this.#ticks);
    } catch (error) {
      this.#fail(error);
      return false;
    }
    this.#ticks = [];
    if (this.#hasFailed) this.#o.warn(`ticks are recorded again; ${this.#lost} events in between were not`);
    this.#hasFailed = false;
    this.#lost = 0;
    return true;
  }

  #fail(error: unknown): void {
    if (!this.#hasFailed) this.#o.warn(`ticks are not recorded: ${error instanceof Error ? error.message : 'failed'}`);
    this.#hasFailed = true;
    try {
      this.#store?.close();
    } catch {
      // The next opening says what is wrong.
    }
    this.#store = undefined;
  }

  #read({ channel, data, event, timestamp: received }: BusEvent): void {
    const [, venue = '', symbol = '', kind] = CHANNEL.exec(channel) ?? [];
    if (kind === 'trade' && isTrade(data)) this.#ticks.push({ kind, received, trade: data });
    else if (kind === 'ticker' && isTicker(data)) this.#ticks.push({ kind, received, ticker: data });
    else if (kind === 'book') {
      const top = this.#follow(channel, event, data);
      if (top) this.#ticks.push({ kind: 'top', received, top: { venue, symbol, ...top } });
    }
  }

  /** The best prices where they changed. */
  #follow(channel: string, event: string, data: unknown): Omit<TopOfBook, 'venue' | 'symbol'> | undefined {
    const top = this.#tops.get(channel) ?? { book: new OrderBook(COARSEST), last: '' };
    this.#tops.set(channel, top);
    const { book } = top;
    if (event === 'snapshot' && isBookSnapshot(data)) book.applySnapshot(data);
    else if (event === 'update' && isBookUpdate(data) && book.state === 'live') book.applyUpdate(data);
    if (book.state !== 'live') {
      // As it is now: the updates that still wait are older and count no more.
      const current = this.#o.bus.current(channel)?.data;
      if (!isBookSnapshot(current)) return undefined;
      book.applySnapshot(current);
    }
    const best = { ts: book.ts, bid: bestOf(book, 'bids'), ask: bestOf(book, 'asks') };
    const text = `${best.bid?.join(' ')} ${best.ask?.join(' ')}`;
    if (text === top.last) return undefined;
    top.last = text;
    return best;
  }
}

function bestOf(book: OrderBook, side: 'bids' | 'asks'): readonly [string, string] | null {
  const price = book[side].price(0);
  if (price === undefined) return null;
  return [formatUnits(price, book.priceDecimals), formatUnits(book[side].size(0), book.sizeDecimals)];
}
