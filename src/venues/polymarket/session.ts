/**
 * A session with Polymarket: tokens spread over connections of the market channel, their books asked for again where they
 * do not fit, silence looked into (M5); with credentials, the user channel too. The same code in browser and engine.
 */
import type { BookSnapshot } from '#domain/market-data.ts';
import type { Connection, Loss } from '../kit/connection.ts';
import type {
  ConnectionStats,
  DecoderOptions,
  SessionPorts,
  SessionStatus,
  Subscription,
  VenueEvent,
  VenueSession,
} from '../venue.ts';
import { checkBooks } from './check-books.ts';
import { createPolymarketDecoder, type PolymarketDecoder, type PolymarketReading } from './decoder.ts';
import { reasonOf } from './errors.ts';
import { MarketConnection } from './market-connection.ts';
import { UserConnection } from './user-connection.ts';
import type { PolymarketCredentials } from './wire.ts';

export interface PolymarketSessionOptions extends DecoderOptions {
  /** Base URL: `wss://ws-subscriptions-clob.polymarket.com`. */
  readonly url: string;
  /** For `account`; given only in the engine. */
  readonly credentials?: PolymarketCredentials;
  /** Ids of the questions whose account events are wanted; all, if none are given (M12). */
  readonly markets?: readonly string[];
}

export interface PolymarketPorts extends SessionPorts {
  /** M5: a token's book over REST. Without it, a silent connection is replaced. */
  readonly checkBook?: (symbol: string) => Promise<BookSnapshot>;
}

export function createPolymarketSession(options: PolymarketSessionOptions, ports: PolymarketPorts): VenueSession {
  return new PolymarketSession(options, ports);
}

class PolymarketSession implements VenueSession {
  readonly #options: PolymarketSessionOptions;
  readonly #ports: PolymarketPorts;
  readonly #decoder: PolymarketDecoder;
  readonly #markets: MarketConnection[] = [];
  readonly #homes = new Map<string, MarketConnection>();
  /** Tokens for whose snapshot a connection was replaced, and which have had none since. */
  readonly #blamed = new Set<string>();
  readonly #user: UserConnection | undefined;
  #wantsAccount = false;
  #hasToldMissingKeys = false;
  #isStarted = false;
  #status: SessionStatus = { phase: 'idle' };

  constructor(options: PolymarketSessionOptions, ports: PolymarketPorts) {
    const { credentials } = options;
    this.#options = options;
    this.#ports = ports;
    this.#decoder = createPolymarketDecoder({ ...options, ...(credentials && { owner: credentials.apiKey }) });
    this.#user = credentials && this.#createUser(credentials);
  }

  get status(): SessionStatus {
    return this.#status;
  }

  stats(): readonly ConnectionStats[] {
    return [...this.#markets, ...(this.#user ? [this.#user] : [])].map(({ stats }) => stats.read());
  }

  /** Every feed but `account` comes with a token's subscription; bars are made of trades. */
  want(subscriptions: readonly Subscription[]): void {
    if (this.#status.phase === 'closed') return;
    const wanted = new Set<string>();
    let account = false;
    for (const { feed, symbol } of subscriptions) {
      if (feed === 'account') account = true;
      else if (symbol !== '') wanted.add(symbol);
    }
    this.#leave([...this.#homes.keys()].filter((symbol) => !wanted.has(symbol)));
    this.#join([...wanted].filter((symbol) => !this.#homes.has(symbol)));
    this.#wantAccount(account);
    this.#refresh();
  }

  start(): void {
    if (this.#isStarted || this.#status.phase === 'closed') return;
    this.#isStarted = true;
    for (const connection of this.#markets) connection.start();
    if (this.#wantsAccount) this.#user?.start();
    this.#refresh();
  }

  reconnect(): void {
    if (this.#status.phase === 'closed') return;
    this.#isStarted = true;
    for (const connection of this.#markets) connection.reconnect();
    if (this.#wantsAccount) this.#user?.reconnect();
    this.#refresh();
  }

  close(): void {
    if (this.#status.phase === 'closed') return;
    this.#become({ phase: 'closed' });
    for (const connection of this.#markets) connection.close();
    this.#user?.close();
  }

  #join(symbols: readonly string[]): void {
    let rest = symbols;
    for (let i = 0; rest.length > 0; i++) {
      const connection = (this.#markets[i] ??= this.#createMarket(i + 1));
      const part = rest.slice(0, connection.room);
      rest = rest.slice(part.length);
      if (part.length === 0) continue;
      for (const symbol of part) this.#homes.set(symbol, connection);
      connection.add(part);
      if (this.#isStarted) connection.start();
    }
  }

  #leave(symbols: readonly string[]): void {
    for (const connection of this.#markets) {
      const part = symbols.filter((symbol) => this.#homes.get(symbol) === connection);
      if (part.length > 0) connection.remove(part);
    }
    for (const symbol of symbols) {
      this.#homes.delete(symbol);
      this.#blamed.delete(symbol);
    }
    this.#decoder.forget(symbols);
  }

  #wantAccount(wanted: boolean): void {
    this.#wantsAccount = wanted;
    if (this.#user && wanted && this.#isStarted) this.#user.start();
    else if (this.#user && !wanted) this.#user.stop();
    if (!wanted || this.#user || this.#hasToldMissingKeys) return;
    this.#hasToldMissingKeys = true;
    const message = 'the account needs credentials, which only the engine has';
    this.#emit([{ type: 'problem', problem: { code: 'subscription_refused', message, feed: 'account' } }]);
  }

  #createMarket(nth: number): MarketConnection {
    const connection: MarketConnection = new MarketConnection(this.#options.url, `market-${nth}`, this.#ports, {
      received: (text, receivedAt) => this.#received(connection, text, receivedAt),
      lost: (symbols) => this.#emit(this.#decoder.lost(symbols)),
      noSnapshot: (symbols) => this.#noSnapshot(connection, symbols),
      silent: () => void this.#checkSilent(connection),
      changed: () => this.#refresh(),
    });
    return connection;
  }

  #createUser(credentials: PolymarketCredentials): UserConnection {
    const { url, markets = [] } = this.#options;
    const user: UserConnection = new UserConnection(url, credentials, markets, this.#ports, {
      received: (text, receivedAt) => {
        const reading = this.#decoder.read(text, receivedAt);
        this.#count(user, reading, receivedAt);
        this.#emit(reading.events, receivedAt);
      },
      refused: (reason) => this.#emit([{ type: 'problem', problem: { code: 'login_refused', message: reason } }]),
      changed: () => this.#refresh(),
    });
    return user;
  }

  #received(connection: MarketConnection, text: string, receivedAt: number): void {
    const reading = this.#decoder.read(text, receivedAt, (symbol) => connection.symbols.has(symbol));
    this.#count(connection, reading, receivedAt);
    connection.data();
    for (const event of reading.events) {
      if (event.type === 'book' && event.change.kind === 'snapshot') {
        connection.arrived(event.symbol);
        this.#blamed.delete(event.symbol);
      }
      // After the snapshot, where that did not fit either.
      if (event.type === 'book_state' && event.state.trust === 'resyncing') connection.wantSnapshot(event.symbol);
    }
    this.#emit(reading.events, receivedAt);
  }

  #count({ stats }: Pick<MarketConnection, 'stats'>, { types, events, sentAt }: PolymarketReading, receivedAt: number) {
    for (const type of types) stats.typed(type);
    if (sentAt !== undefined) stats.latency(receivedAt - sentAt);
    for (const event of events) {
      if (event.type === 'problem' && event.problem.code === 'bad_frame') stats.dropped();
      if (event.type === 'book_state' && event.state.trust === 'resyncing') stats.resynced();
    }
  }

  /** M4: nothing ever comes for an unknown or closed token; where changes do, something is wrong with the connection. */
  #noSnapshot(connection: MarketConnection, symbols: readonly string[]): void {
    const message = 'no order book came; the outcome may be unknown or closed';
    this.#emit(
      symbols.map((symbol) => ({ type: 'problem', problem: { code: 'timeout', message, symbol, feed: 'book' } })),
    );
    const missing = symbols.filter((symbol) => this.#decoder.isMissing(symbol) && !this.#blamed.has(symbol));
    // Once each: what a new connection did not help, another will not, and the other tokens' books suffer from it.
    for (const symbol of missing) this.#blamed.add(symbol);
    if (missing.length > 0) connection.reconnect();
  }

  /** M5: over REST where that can be, or else by connecting anew. */
  async #checkSilent(connection: MarketConnection): Promise<void> {
    const { silentSince } = connection;
    const { checkBook } = this.#ports;
    const isCurrent = checkBook && (await checkBooks(connection.symbols, this.#decoder, checkBook));
    if (isCurrent || this.#status.phase === 'closed') return;
    // Data may have come meanwhile.
    if (connection.silentSince === silentSince && silentSince !== null) connection.reconnect();
  }

  #refresh(): void {
    if (this.#status.phase !== 'closed') this.#become(this.#currentStatus());
  }

  /** The worst of its connections. */
  #currentStatus(): SessionStatus {
    const markets = this.#markets.filter(({ symbols }) => symbols.size > 0);
    const user = this.#wantsAccount ? this.#user : undefined;
    if (user?.refused !== undefined && markets.length === 0) return { phase: 'refused', reason: user.refused };
    const active: readonly {
      readonly state: Connection['state'];
      readonly attempt: number;
      readonly loss: Loss | undefined;
    }[] = user && user.refused === undefined ? [...markets, user] : markets;
    if (!this.#isStarted || active.length === 0) return { phase: 'idle' };
    const waiting = active.find(({ state }) => state === 'waiting');
    if (waiting?.loss) {
      const { attempt, retryAt } = waiting.loss;
      return { phase: 'waiting', attempt, retryAt, reason: reasonOf(waiting.loss) };
    }
    const connecting = active.find(({ state }) => state !== 'open');
    if (connecting) return { phase: 'connecting', attempt: connecting.attempt };
    const silent = markets.map(({ silentSince }) => silentSince).filter((since) => since !== null);
    return { phase: 'live', silentSince: silent.length > 0 ? Math.min(...silent) : null };
  }

  #emit(events: readonly VenueEvent[], receivedAt = this.#ports.timers.now()): void {
    if (events.length > 0 && this.#status.phase !== 'closed') this.#ports.emit(events, receivedAt);
  }

  #become(status: SessionStatus): void {
    if (JSON.stringify(status) === JSON.stringify(this.#status)) return;
    this.#status = status;
    this.#ports.onStatus(status);
  }
}
