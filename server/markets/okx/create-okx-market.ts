/**
 * OKX's live prices behind the market port: paper grids trade on its prints (G10). A cut or a book that had to start
 * anew is a gap; bars of the time away come from REST (G18, O15).
 */
import type { Timers } from '#domain/clock.ts';
import { INTERVALS, type Interval } from '#domain/market-data.ts';
import type { Random } from '#domain/random.ts';
import { recurring } from '#server/host/recurring.ts';
import type { CandleStore } from '#server/storage/candles.ts';
import type { RateBudget } from '#venues/kit/rate-budget.ts';
import { ConnectionFigures } from '#server/venues/connection-figures.ts';
import { createOkxSession } from '#venues/okx/session.ts';
import { parseTrades, tradesPath } from '#venues/okx/rest.ts';
import type { OpenSocket, ProblemCode, SessionStatus, Subscription, VenueEvent, VenueSession } from '#venues/venue.ts';
import type { RestClient } from '#server/venues/rest-client.ts';
import type { Market, MarketUpdate } from '../market.ts';
import { CandleHistory } from './candle-history.ts';
import { fetchListing, listingAtStart, listingChanges, OKX_VENUE, type ListingPorts } from './listing.ts';
import { OkxInstrument } from './okx-instrument.ts';

export interface OkxMarketOptions {
  readonly symbols: readonly string[];
  /** Base of the WebSockets. */
  readonly url: string;
  readonly rest: RestClient;
  readonly openSocket: OpenSocket;
  /** O5: shared with the other sessions of this engine. */
  readonly connects?: RateBudget;
  readonly timers: Timers;
  readonly random: Random;
  readonly store: (interval: Interval) => CandleStore;
  readonly known: ListingPorts['known'];
  readonly warn: (message: string) => void;
}

const FIGURES_MS = 5_000;
const LISTING_RETRY_MS = 30_000;
const DAY_MS = 86_400_000;
/** Bars up to an hour are let go after so long; the venue has them still. */
const KEPT_MS = 90 * DAY_MS;
const SHORT: readonly Interval[] = ['1m', '5m', '15m'];
/** Others are counted with the figures. */
const LOGGED: ReadonlySet<ProblemCode> = new Set(['refused', 'subscription_refused', 'timeout']);
/** Clocks that differ by more make orders and prints hard to compare. */
const CLOCK_WARNING_MS = 3_000;

/** Throws `VenueRestError` where OKX cannot be reached and its instruments are not known, `ConfigError` for unknown ones. */
export async function createOkxMarket(options: OkxMarketOptions): Promise<Market> {
  const { listed, isCurrent } = await listingAtStart(options.symbols, options);
  return new OkxMarket(
    options,
    listed.map((each) => new OkxInstrument(each)),
    isCurrent,
  );
}

class OkxMarket implements Market {
  readonly venue = OKX_VENUE;
  readonly simulated = false;
  readonly granularity = 'trades';
  readonly #o: OkxMarketOptions;
  readonly #instruments: ReadonlyMap<string, OkxInstrument>;
  readonly #history: CandleHistory;
  readonly #figures: ConnectionFigures;
  readonly #cancel: (() => void)[] = [];
  #listingIsCurrent: boolean;
  #session: VenueSession | undefined;
  #sink: ((update: MarketUpdate) => void) | undefined;
  #told = '';
  #hasWarnedOfClock = false;

  constructor(options: OkxMarketOptions, instruments: readonly OkxInstrument[], listingIsCurrent: boolean) {
    const { rest, store, timers, warn } = options;
    this.#o = options;
    this.#instruments = new Map(instruments.map((each) => [each.symbol, each]));
    this.#listingIsCurrent = listingIsCurrent;
    this.#figures = new ConnectionFigures(timers.now());
    this.#history = new CandleHistory({
      venue: OKX_VENUE,
      rest,
      store,
      timers,
      warn,
      forming: (symbol, interval) => this.#instruments.get(symbol)?.forming.get(interval),
    });
  }

  instruments() {
    return [...this.#instruments.values()].map(({ listed }) => listed);
  }

  /** Resolves at once: the engine serves what it knows while OKX is not there. */
  async start(sink: (update: MarketUpdate) => void): Promise<void> {
    const { url, timers, random, openSocket, connects } = this.#o;
    this.#sink = sink;
    const session = createOkxSession(
      {
        url,
        venue: OKX_VENUE,
        instruments: this.instruments().map(({ instrument }) => instrument),
        ...(connects && { connects }),
      },
      {
        timers,
        random,
        openSocket,
        emit: (events) => events.forEach((event) => this.#take(event)),
        onStatus: (status) => this.#tellStatus(status),
      },
    );
    this.#session = session;
    session.want([...this.#instruments.keys()].flatMap(everythingOf));
    session.start();
    this.#cancel.push(
      recurring(
        timers,
        () => FIGURES_MS,
        () => this.#tellFigures(),
      ),
      recurring(
        timers,
        () => DAY_MS,
        () => this.#prune(),
      ),
    );
    this.#prune();
    if (!this.#listingIsCurrent) this.#askForListing();
    for (const instrument of this.#instruments.values()) void this.#recallTrades(instrument);
  }

  async stop(): Promise<void> {
    this.#sink = undefined;
    for (const cancel of this.#cancel.splice(0)) cancel();
    this.#session?.close();
    this.#history.save();
  }

  async candles(...[symbol, interval, range]: Parameters<Market['candles']>) {
    return this.#instruments.has(symbol) ? this.#history.candles(symbol, interval, range) : [];
  }

  ticker(symbol: string) {
    return this.#instruments.get(symbol)?.ticker;
  }

  book(symbol: string) {
    return this.#instruments.get(symbol)?.book();
  }

  trades(symbol: string, limit: number) {
    return this.#instruments.get(symbol)?.trades(limit) ?? [];
  }

  #take(event: VenueEvent): void {
    switch (event.type) {
      case 'trade': {
        const { trade } = event;
        this.#instruments.get(trade.instrument)?.tape.push(trade);
        return this.#sink?.({ type: 'trade', trade });
      }
      case 'ticker': {
        const instrument = this.#instruments.get(event.ticker.instrument);
        if (instrument) instrument.ticker = event.ticker;
        return this.#sink?.({ type: 'ticker', ticker: event.ticker });
      }
      case 'candle': {
        const { symbol, interval, candle } = event;
        this.#instruments.get(symbol)?.forming.set(interval, candle);
        if (candle.closed) this.#history.remember(symbol, interval, candle);
        return this.#sink?.({ type: 'candle', symbol, interval, candle });
      }
      case 'book': {
        const { symbol, book, change } = event;
        const instrument = this.#instruments.get(symbol);
        if (instrument) instrument.liveBook = book;
        return this.#sink?.(
          change.kind === 'update'
            ? { type: 'book', symbol, update: change.update }
            : { type: 'book_snapshot', symbol, snapshot: change.snapshot },
        );
      }
      case 'book_state':
        if (event.state.trust === 'resyncing') this.#sink?.({ type: 'gap', symbol: event.symbol });
        return;
      case 'problem':
        if (LOGGED.has(event.problem.code)) this.#o.warn(`OKX: ${event.problem.message}`);
        return;
      default:
        // Its other words concern accounts and other venues.
        return;
    }
  }

  #tellStatus(status: SessionStatus): void {
    const update = toUpdate(status);
    const told = JSON.stringify(update);
    if (update === undefined || told === this.#told) return;
    this.#told = told;
    this.#sink?.(update);
  }

  #tellFigures(): void {
    const { timers, warn } = this.#o;
    const figures = this.#figures.read(this.#session?.stats() ?? [], timers.now());
    const ahead = figures.latencyMs ?? 0;
    if (Math.abs(ahead) > CLOCK_WARNING_MS && !this.#hasWarnedOfClock) {
      this.#hasWarnedOfClock = true;
      warn(`OKX's times and this machine's clock are ${Math.round(ahead / 100) / 10} s apart; set the clock`);
    }
    this.#sink?.({ type: 'figures', figures });
  }

  #askForListing(): void {
    const { symbols, timers, warn } = this.#o;
    fetchListing(this.#o, symbols, { retries: 0 }).then(
      (listed) => {
        this.#listingIsCurrent = true;
        const changes = listingChanges(this.instruments(), listed);
        if (changes.length > 0) warn(`OKX has new rules, used from the next start on: ${changes.join(', ')}`);
      },
      () => {
        if (this.#sink) this.#cancel.push(timers.after(LISTING_RETRY_MS, () => this.#askForListing()));
      },
    );
  }

  /** The tape has something to show from the first second; what came live is kept. */
  async #recallTrades(instrument: OkxInstrument): Promise<void> {
    try {
      const { json } = await this.#o.rest.get(tradesPath(instrument.symbol), { retries: 0 });
      const answer = parseTrades(json, OKX_VENUE);
      if (answer.ok) instrument.recall(answer.value);
    } catch {
      // The feed brings the next ones.
    }
  }

  #prune(): void {
    const { store, timers, warn } = this.#o;
    try {
      for (const interval of SHORT) {
        for (const symbol of this.#instruments.keys()) {
          store(interval).prune(OKX_VENUE, symbol, timers.now() - KEPT_MS);
        }
      }
    } catch (error) {
      warn(`cannot let old candles of OKX go: ${(error as Error).message}`);
    }
  }
}

function everythingOf(symbol: string): Subscription[] {
  return [
    { feed: 'trades', symbol },
    { feed: 'ticker', symbol },
    { feed: 'book', symbol },
    ...INTERVALS.map((interval): Subscription => ({ feed: `candle_${interval}`, symbol })),
  ];
}

/** `undefined`: nothing to tell the desk of. */
function toUpdate(status: SessionStatus): MarketUpdate | undefined {
  switch (status.phase) {
    case 'live':
      return { type: 'status', state: 'connected' };
    case 'waiting':
      return { type: 'status', state: 'disconnected', reason: status.reason };
    case 'refused':
      return { type: 'status', state: 'error', reason: status.reason };
    default:
      return undefined;
  }
}
