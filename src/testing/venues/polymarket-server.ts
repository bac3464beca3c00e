/**
 * Polymarket's CLOB in memory: questions with real books behind the venue's own protocol, with the misbehaviour it is
 * known for, on demand. Written from the protocol's page alone, so that it checks the client rather than agrees with it.
 */
import type { Timers } from '#domain/clock.ts';
import type { BookLevel } from '#domain/market-data.ts';
import { PolymarketMarket, type LevelOrder } from './polymarket-market.ts';
import { QUESTIONS, type Question } from './polymarket-questions.ts';
import { polymarketRest } from './polymarket-rest.ts';
import { PolymarketUser, type PolymarketKey } from './polymarket-user.ts';
import type { LevelChange } from './test-market.ts';
import {
  every,
  isFields,
  isTexts,
  Journal,
  parseFields,
  pathOf,
  type Fields,
  type RestHandler,
  type VenueServer,
  type VenueServerSocket,
} from './venue-socket.ts';

export interface PolymarketHabits {
  /** M6: how levels are sorted on the wire. */
  readonly order: LevelOrder;
  /** A trade is followed by the whole books it changed. */
  readonly bookAfterTrade: boolean;
  /** Snapshots of later subscriptions: one array, or an object each. */
  readonly laterSnapshots: 'array' | 'objects';
  /** M8: until the books on the new grid. */
  readonly gridDelayMs: number;
}

const USUAL: PolymarketHabits = { order: 'wire', bookAfterTrade: true, laterSnapshots: 'objects', gridDelayMs: 500 };

export interface PolymarketServerOptions {
  readonly timers: Timers;
  readonly seed?: number;
  readonly questions?: readonly Question[];
  /** Levels a side at most. */
  readonly depth?: number;
  /** Changes a second of every question's book. */
  readonly rate?: number;
  readonly keys?: readonly PolymarketKey[];
  readonly habits?: Partial<PolymarketHabits>;
}

interface Connection {
  readonly number: number;
  readonly path: 'market' | 'user';
  readonly socket: VenueServerSocket;
  readonly tokens: Set<string>;
  isSubscribed: boolean;
  hasExtras: boolean;
  /** Dead without a goodbye: nothing passes, neither end has closed. */
  isHung: boolean;
  /** User channel: condition ids; empty: all. */
  markets: readonly string[];
}

const MAX_IDS_A_FRAME = 100;
const MAX_IDS = 200;
const LONGEST_STEP_MS = 10;

export class PolymarketServer implements VenueServer {
  readonly #timers: Timers;
  readonly #seed: number;
  readonly #depth: number;
  readonly #keys: readonly PolymarketKey[];
  readonly #markets: PolymarketMarket[] = [];
  readonly #byToken = new Map<string, readonly [market: PolymarketMarket, index: number]>();
  readonly #connections = new Set<Connection>();
  readonly #journal: Journal;
  readonly #endings: (() => void)[] = [];
  readonly #dropNext = new Map<PolymarketMarket, number>();
  readonly #twiceNext = new Set<PolymarketMarket>();
  readonly #wrongNext = new Set<PolymarketMarket>();
  readonly #quiet = new Set<string>();
  #connectionCount = 0;
  #backlog = 0;
  readonly user: PolymarketUser;
  habits: PolymarketHabits;
  rate: number;
  /** M5: PONG works, nothing else comes. */
  isFrozen = false;
  /** Nothing at all leaves. */
  isMute = false;

  constructor(options: PolymarketServerOptions) {
    const { timers, seed = 1, questions = QUESTIONS, depth = 60, rate = 4, keys = [], habits = {} } = options;
    this.#timers = timers;
    this.#seed = seed;
    this.#depth = depth;
    this.#keys = keys;
    this.#journal = new Journal(timers);
    this.rate = rate;
    this.habits = { ...USUAL, ...habits };
    for (const question of questions) this.#add(question);
    this.user = new PolymarketUser(timers);
    this.user.onPush = (message) => this.#pushUser(message);
  }

  get received() {
    return this.#journal.received;
  }

  get violations() {
    return this.#journal.violations;
  }

  get connections(): readonly Pick<Connection, 'number' | 'path' | 'socket'>[] {
    return [...this.#connections];
  }

  get questions(): readonly Question[] {
    return this.#markets.map(({ question }) => question);
  }

  /** Tokens on open connections; one that is on two is named twice. */
  get subscribed(): readonly string[] {
    return [...this.#connections].flatMap(({ tokens }) => [...tokens]);
  }

  /** The true book, best first. */
  book(token: string): { readonly bids: readonly BookLevel[]; readonly asks: readonly BookLevel[] } {
    const [market, index] = this.#find(token);
    return { bids: market.levels(index, 'bid'), asks: market.levels(index, 'ask') };
  }

  start(): void {
    const stepMs = Math.max(LONGEST_STEP_MS, Math.floor(1_000 / Math.max(this.rate, 1)));
    this.#endings.push(every(this.#timers, stepMs, () => this.#step(stepMs)));
  }

  pause(): void {
    for (const end of this.#endings.splice(0)) end();
  }

  stop(): void {
    this.pause();
    for (const { socket } of this.#connections) socket.close(1001, 'going away');
  }

  accept(socket: VenueServerSocket): void {
    const number = this.#connectionCount;
    this.#connectionCount += 1;
    const path = pathOf(socket.url);
    if (path !== '/ws/market' && path !== '/ws/user') return socket.close(1008, 'no such address');
    const connection: Connection = {
      number,
      path: path === '/ws/market' ? 'market' : 'user',
      socket,
      tokens: new Set(),
      isSubscribed: false,
      hasExtras: false,
      isHung: false,
      markets: [],
    };
    this.#connections.add(connection);
    socket.onText = (text) => this.#receive(connection, text);
    socket.onClose = () => void this.#connections.delete(connection);
  }

  readonly rest: RestHandler = (path, query) => {
    this.#journal.take(-1, path, query.toString());
    return polymarketRest(this.#markets, path, query, this.#timers.now());
  };

  // What can go wrong, and what happens seldom, on demand.

  /** The next `count` changes of a token's question reach nobody. */
  gap(token: string, count = 1): void {
    const [market] = this.#find(token);
    this.#dropNext.set(market, (this.#dropNext.get(market) ?? 0) + count);
  }

  /** The next change of a token's question comes twice. */
  duplicate(token: string): void {
    this.#twiceNext.add(this.#find(token)[0]);
  }

  /** M7: the next change names a best bid that is none. */
  wrongBest(token: string): void {
    this.#wrongNext.add(this.#find(token)[0]);
  }

  /** Nothing happens to this question. */
  quiet(token: string, isQuiet = true): void {
    const { conditionId } = this.#find(token)[0].question;
    if (isQuiet) this.#quiet.add(conditionId);
    else this.#quiet.delete(conditionId);
  }

  /** M6: the whole book, as it comes after trades. */
  resnapshot(token: string): void {
    const [market, index] = this.#find(token);
    this.#tellBook(market, index);
  }

  /** M8: a grid ten times finer; the books on it follow. */
  refineTick(token: string): void {
    const [market] = this.#find(token);
    const { old, new: finer } = market.refine();
    for (const asset_id of market.question.tokens) {
      this.#toToken(asset_id, {
        event_type: 'tick_size_change',
        market: market.question.conditionId,
        asset_id,
        old_tick_size: old,
        new_tick_size: finer,
        timestamp: String(this.#timers.now()),
      });
    }
    this.#timers.after(this.habits.gridDelayMs, () => {
      for (const index of [0, 1]) this.#tellBook(market, index);
    });
  }

  /** M10: told to everybody who asked for it. */
  newMarket(question: Question): void {
    const { question: market } = this.#add(question);
    const words = { ...this.#question(market), event_type: 'new_market', outcomes: market.outcomes };
    for (const connection of this.#connections) if (connection.hasExtras) this.#tell(connection, words);
  }

  /** M10: decided; its books are over. */
  resolve(token: string): void {
    const [market, index] = this.#find(token);
    const { question } = market;
    market.winner = index;
    const message = {
      event_type: 'market_resolved',
      id: question.id,
      market: question.conditionId,
      assets_ids: question.tokens,
      winning_asset_id: token,
      winning_outcome: question.outcomes[index],
      timestamp: String(this.#timers.now()),
    };
    for (const connection of this.#connections) {
      const concerned = question.tokens.some((each) => connection.tokens.has(each));
      if (connection.hasExtras && concerned) this.#tell(connection, message);
    }
  }

  /** Any text, to everybody. */
  broadcast(text: string): void {
    for (const connection of this.#connections) this.#send(connection, text);
  }

  closeAll(code: number, reason = ''): void {
    for (const { socket } of this.#connections) socket.close(code, reason);
  }

  /** Every connection dies without either end closing it: only a heartbeat finds that out. */
  hangAll(): void {
    for (const connection of this.#connections) connection.isHung = true;
  }

  cutAll(): void {
    for (const { socket } of this.#connections) socket.cut();
  }

  #add(question: Question): PolymarketMarket {
    const seed = this.#seed * 53 + this.#markets.length;
    const market = new PolymarketMarket(question, seed, this.#depth, this.#timers.now());
    this.#markets.push(market);
    for (const [index, token] of question.tokens.entries()) this.#byToken.set(token, [market, index]);
    return market;
  }

  #find(token: string): readonly [market: PolymarketMarket, index: number] {
    const found = this.#byToken.get(token);
    if (!found) throw new Error(`no token ${token}`);
    return found;
  }

  #receive(connection: Connection, text: string): void {
    if (connection.isHung) return undefined;
    this.#journal.take(connection.number, connection.path, connection.path === 'user' ? '(private)' : text);
    if (text === 'PING') return this.#ping(connection);
    const frame = parseFields(text);
    if (!frame) return this.#send(connection, 'INVALID OPERATION');
    if (connection.path === 'user') return this.#subscribeUser(connection, frame);
    if (frame['operation'] === undefined) return this.#begin(connection, frame);
    if (!connection.isSubscribed || frame['type'] !== undefined) {
      this.#journal.violation(connection.number, 'M2', 'an operation needs a first frame before it, and no type');
    }
    const ids = this.#idsOf(connection, frame);
    if (frame['operation'] === 'unsubscribe') for (const id of ids) connection.tokens.delete(id);
    else if (frame['operation'] === 'subscribe') this.#snapshots(connection, this.#take(connection, ids), false);
    else this.#send(connection, 'INVALID OPERATION');
    return undefined;
  }

  /** M3. */
  #ping(connection: Connection): void {
    if (connection.isSubscribed) return this.#send(connection, 'PONG');
    this.#journal.violation(connection.number, 'M3', 'PING before the first subscription');
    return connection.socket.close(1008, 'no subscription');
  }

  /** M2: the first frame. */
  #begin(connection: Connection, frame: Fields): void {
    if (connection.isSubscribed) this.#journal.violation(connection.number, 'M2', 'a second first frame');
    if (String(frame['type']).toLowerCase() !== 'market') return this.#send(connection, 'INVALID OPERATION');
    connection.isSubscribed = true;
    connection.hasExtras = frame['custom_feature_enabled'] === true;
    const ids = this.#take(connection, this.#idsOf(connection, frame));
    if (frame['initial_dump'] !== false) this.#snapshots(connection, ids, true);
    return undefined;
  }

  #idsOf(connection: Connection, frame: Fields): readonly string[] {
    const ids = frame['assets_ids'];
    if (!isTexts(ids)) {
      this.#journal.violation(connection.number, 'M2', 'no assets_ids');
      return [];
    }
    if (ids.length > MAX_IDS_A_FRAME) this.#journal.violation(connection.number, 'M2', `${ids.length} ids in a frame`);
    return ids;
  }

  /** The ids that were not subscribed before. */
  #take(connection: Connection, ids: readonly string[]): readonly string[] {
    const fresh = ids.filter((id) => {
      if (!connection.tokens.has(id)) return connection.tokens.add(id);
      this.#journal.violation(connection.number, 'M2', `subscribed twice: ${id}`);
      return false;
    });
    if (connection.tokens.size > MAX_IDS) {
      this.#journal.violation(connection.number, 'M2', `${connection.tokens.size} ids on a connection`);
    }
    return fresh;
  }

  /** M4: an array; `[]` where there is nothing to tell. */
  #snapshots(connection: Connection, ids: readonly string[], isFirst: boolean): void {
    const now = this.#timers.now();
    const books = ids.flatMap((id) => {
      const [market, index = 0] = this.#byToken.get(id) ?? [];
      return market && market.winner === undefined ? [market.bookFrame(index, now, this.habits.order, true)] : [];
    });
    if (isFirst || books.length === 0 || this.habits.laterSnapshots === 'array') this.#tell(connection, books);
    else for (const book of books) this.#tell(connection, book);
  }

  /** M12. */
  #subscribeUser(connection: Connection, frame: Fields): void {
    const { auth, markets } = frame;
    const isKnown =
      isFields(auth) &&
      this.#keys.some(
        ({ apiKey, secret, passphrase }) =>
          apiKey === auth['apiKey'] && secret === auth['secret'] && passphrase === auth['passphrase'],
      );
    if (frame['type'] !== 'user' || !isKnown) return connection.socket.close(1008, 'Unauthorized');
    connection.isSubscribed = true;
    connection.markets = isTexts(markets) ? markets : [];
    return undefined;
  }

  #pushUser(message: Fields): void {
    for (const connection of this.#connections) {
      const { path, isSubscribed, markets } = connection;
      const wanted = markets.length === 0 || markets.includes(String(message['market']));
      if (path === 'user' && isSubscribed && wanted) this.#tell(connection, message);
    }
  }

  #step(stepMs: number): void {
    this.#backlog += (this.rate * stepMs) / 1_000;
    const moves = Math.floor(this.#backlog);
    this.#backlog -= moves;
    for (const market of this.#markets) {
      const isStill = market.winner !== undefined || this.#quiet.has(market.question.conditionId);
      for (let i = 0; i < moves && !isStill; i += 1) this.#move(market);
    }
  }

  #move(market: PolymarketMarket): void {
    const now = this.#timers.now();
    const before = market.best(0);
    // One at a time: each frame's best prices are those after its change.
    const { changes, trades } = market.market.move(now, 1);
    for (const change of changes) this.#tellChange(market, change, now);
    for (const { side, price, lots } of trades) {
      const asset_id = market.question.tokens[0];
      this.#toToken(asset_id, {
        event_type: 'last_trade_price',
        market: market.question.conditionId,
        asset_id,
        fee_rate_bps: '0',
        price: market.priceText(0, price),
        side: side.toUpperCase(),
        size: market.market.sizeText(lots),
        timestamp: String(now),
      });
      if (this.habits.bookAfterTrade) for (const index of [0, 1]) this.#tellBook(market, index);
    }
    const after = market.best(0);
    if (before.bid !== after.bid || before.ask !== after.ask) this.#tellBest(market, now);
  }

  /** M7. */
  #tellChange(market: PolymarketMarket, change: LevelChange, now: number): void {
    const dropped = this.#dropNext.get(market) ?? 0;
    if (dropped > 0) {
      if (dropped === 1) this.#dropNext.delete(market);
      else this.#dropNext.set(market, dropped - 1);
      return;
    }
    const { conditionId, tokens } = market.question;
    const isWanted = (connection: Connection) => tokens.some((token) => connection.tokens.has(token));
    const concerned = [...this.#connections].filter(isWanted);
    if (concerned.length === 0) return;
    const price_changes = market.priceChanges(change, now);
    if (this.#wrongNext.delete(market)) {
      for (const [i, each] of price_changes.entries())
        price_changes[i] = { ...each, best_bid: '0.001', best_ask: '0.999' };
    }
    const message = { market: conditionId, price_changes, timestamp: String(now), event_type: 'price_change' };
    const times = this.#twiceNext.delete(market) ? 2 : 1;
    for (const connection of concerned) for (let i = 0; i < times; i += 1) this.#tell(connection, message);
  }

  #tellBook(market: PolymarketMarket, index: number): void {
    const token = market.question.tokens[index];
    if (token === undefined || market.winner !== undefined) return;
    this.#toToken(token, market.bookFrame(index, this.#timers.now(), this.habits.order, false));
  }

  /** M10. */
  #tellBest(market: PolymarketMarket, now: number): void {
    for (const [index, asset_id] of market.question.tokens.entries()) {
      const { bid, ask } = market.best(index);
      const spread = bid === '' || ask === '' ? '' : (Number(ask) - Number(bid)).toFixed(4).replace(/0+$/, '');
      const message = {
        event_type: 'best_bid_ask',
        market: market.question.conditionId,
        asset_id,
        best_bid: bid,
        best_ask: ask,
        spread,
        timestamp: String(now),
      };
      for (const connection of this.#connections) {
        if (connection.hasExtras && connection.tokens.has(asset_id)) this.#tell(connection, message);
      }
    }
  }

  #question(question: Question): Fields {
    return {
      id: question.id,
      question: question.question,
      market: question.conditionId,
      slug: question.slug,
      description: `This market resolves to "${question.outcomes[0]}" if so.`,
      assets_ids: question.tokens,
      event_message: {
        id: '900001',
        ticker: question.slug,
        slug: question.slug,
        title: question.event,
        description: '',
      },
      timestamp: String(this.#timers.now()),
    };
  }

  #toToken(token: string, message: Fields): void {
    for (const connection of this.#connections) if (connection.tokens.has(token)) this.#tell(connection, message);
  }

  #tell(connection: Connection, message: unknown): void {
    if (!this.isFrozen) this.#send(connection, JSON.stringify(message));
  }

  #send(connection: Connection, text: string): void {
    if (!this.isMute && !connection.isHung && connection.socket.isOpen) connection.socket.send(text);
  }
}
