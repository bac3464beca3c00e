/**
 * OKX v5 in memory: real markets behind the venue's own protocol, with the misbehaviour it is known for, on demand.
 * Written from the protocol's page alone, so that it checks the client rather than agrees with it.
 */
import type { Timers } from '#domain/clock.ts';
import type { BookLevel } from '#domain/market-data.ts';
import { seededRandom, type Random } from '#domain/random.ts';
import { OkxAccount, type PrivateChannel } from './okx-account.ts';
import { BOT_CHANNEL, concerns, fundingRow, homeOf, HOUR, isPrivate, keyOf, PRIVATE } from './okx-channels.ts';
import { instrumentRow, OKX_LISTINGS, type OkxListing } from './okx-instruments.ts';
import { refuseLogin, type OkxKey } from './okx-login.ts';
import { barLength, OkxMarket, type ChecksumMode } from './okx-market.ts';
import { okxRest } from './okx-rest.ts';
import type { MarketMove } from './test-market.ts';
import {
  every,
  isFields,
  Journal,
  parseFields,
  pathOf,
  type Fields,
  type RestHandler,
  type VenueServer,
  type VenueServerSocket,
} from './venue-socket.ts';

export interface OkxHabits {
  /** O3: data may come before its ack. */
  readonly dataBeforeAck: boolean;
  /** Acks of one frame in any order. */
  readonly shuffleAcks: boolean;
  readonly ackDelayMs: number;
  readonly checksum: ChecksumMode;
  /** O6. */
  readonly idleCloseMs: number;
  /** O12: a quiet book says so this often. */
  readonly keepAliveMs: number;
  /** O4: connections a private channel may have. */
  readonly maxPrivateConnections: number;
}

const USUAL: OkxHabits = {
  dataBeforeAck: false,
  shuffleAcks: false,
  ackDelayMs: 0,
  checksum: 'zero',
  idleCloseMs: 30_000,
  keepAliveMs: 60_000,
  maxPrivateConnections: 30,
};

export interface OkxServerOptions {
  readonly timers: Timers;
  readonly seed?: number;
  readonly listings?: readonly OkxListing[];
  /** Levels a side. */
  readonly depth?: number;
  /** Moves of every market a second: each an update of its book and a ticker, some with trades. */
  readonly rate?: number;
  /** Moves that are due happen this often, ms. */
  readonly stepMs?: number;
  readonly keys?: Readonly<Record<string, OkxKey>>;
  readonly habits?: Partial<OkxHabits>;
}

interface BookRows {
  readonly asks: string[][];
  readonly bids: string[][];
}

interface Subscription {
  readonly arg: Fields;
  readonly channel: string;
  /** Open time of the bar told last. */
  bar: number;
}

interface Connection {
  readonly number: number;
  readonly path: string;
  readonly connId: string;
  readonly socket: VenueServerSocket;
  readonly subscriptions: Map<string, Subscription>;
  /** Asked for and not given back, acked or not. */
  readonly asked: Set<string>;
  /** Times of the requests that count (O5). */
  readonly requests: number[];
  isLoggedIn: boolean;
  /** Of a frame in either direction. */
  lastFrameAt: number;
  /** Dead without a goodbye: nothing passes, neither end has closed. */
  isHung: boolean;
}

const MAX_REQUESTS = 480;
const MAX_CONNECTS = 3;
const MAX_ARGS_BYTES = 65_536;
const LONGEST_STEP_MS = 10;

export class OkxServer implements VenueServer {
  readonly #timers: Timers;
  readonly #random: Random;
  readonly #markets = new Map<string, OkxMarket>();
  readonly #keys: Readonly<Record<string, OkxKey>>;
  readonly #connections = new Set<Connection>();
  readonly #journal: Journal;
  readonly #connects: number[] = [];
  readonly #restTimes: number[] = [];
  readonly #endings: (() => void)[] = [];
  readonly #quiet = new Map<string, number>();
  /** Faults that wait for their next update. */
  readonly #dropNext = new Map<string, number>();
  readonly #twiceNext = new Set<string>();
  readonly #resetNext = new Set<string>();
  readonly #miscountNext = new Set<string>();
  readonly #corruptNext = new Set<string>();
  #connectionCount = 0;
  #backlog = 0;
  readonly account: OkxAccount;
  habits: OkxHabits;
  readonly #stepMs: number | undefined;
  /** Moves a second of every market. */
  rate: number;
  /** Pongs and acks, but no data (a silent freeze). */
  isFrozen = false;
  /** Nothing at all leaves. */
  isMute = false;

  constructor(options: OkxServerOptions) {
    const { timers, seed = 1, listings = OKX_LISTINGS, depth = 400, rate = 10, keys = {}, habits = {} } = options;
    this.#stepMs = options.stepMs;
    this.#timers = timers;
    this.#random = seededRandom(seed);
    this.#keys = keys;
    this.#journal = new Journal(timers);
    this.habits = { ...USUAL, ...habits };
    this.rate = rate;
    for (const [i, listing] of listings.entries()) {
      this.#markets.set(listing.instId, new OkxMarket(listing, seed * 31 + i, depth, timers.now()));
    }
    this.account = new OkxAccount(timers);
    this.account.onPush = (channel, rows) => this.#pushPrivate(channel, rows);
  }

  get received() {
    return this.#journal.received;
  }

  get violations() {
    return this.#journal.violations;
  }

  /** Those that are open. */
  get connections(): readonly Pick<Connection, 'number' | 'path' | 'socket'>[] {
    return [...this.#connections];
  }

  get instIds(): readonly string[] {
    return [...this.#markets.keys()];
  }

  /** What is subscribed on every open connection, as `channel:instId`. */
  get subscribed(): readonly string[] {
    return [...this.#connections].flatMap(({ subscriptions }) =>
      [...subscriptions.values()].map(({ channel, arg }) => `${channel}:${String(arg['instId'] ?? '')}`),
    );
  }

  /** The true book, best first. */
  book(instId: string): {
    readonly bids: readonly BookLevel[];
    readonly asks: readonly BookLevel[];
    readonly seqId: number;
  } {
    const market = this.#market(instId);
    return { bids: market.levels('bid'), asks: market.levels('ask'), seqId: market.seqId };
  }

  /** The markets come to life. */
  start(): void {
    const stepMs = this.#stepMs ?? Math.max(LONGEST_STEP_MS, Math.floor(1_000 / Math.max(this.rate, 1)));
    this.#endings.push(every(this.#timers, stepMs, () => this.#step(stepMs)));
  }

  /** They stop; connections stay. */
  pause(): void {
    for (const end of this.#endings.splice(0)) end();
  }

  stop(): void {
    this.pause();
    for (const { socket } of this.#connections) socket.close(1001, 'going away');
  }

  accept(socket: VenueServerSocket): void {
    const now = this.#timers.now();
    const number = this.#connectionCount;
    this.#connectionCount += 1;
    this.#connects.push(now);
    while ((this.#connects[0] ?? now) <= now - 1_000) this.#connects.shift();
    if (this.#connects.length > MAX_CONNECTS) {
      this.#journal.violation(number, 'O5', `${this.#connects.length} connects within a second`);
      return socket.close(1008, 'Too many connections');
    }
    const path = pathOf(socket.url);
    if (!/^\/ws\/v5\/(public|private|business)$/.test(path)) return socket.close(1008, 'no such address');
    const connId = (0xa4d3_0000 + number).toString(16);
    const connection: Connection = {
      number,
      path: path.slice('/ws/v5/'.length),
      connId,
      socket,
      subscriptions: new Map(),
      asked: new Set(),
      requests: [],
      isLoggedIn: false,
      lastFrameAt: now,
      isHung: false,
    };
    this.#connections.add(connection);
    const endIdle = this.#watchIdle(connection);
    socket.onText = (text) => this.#receive(connection, text);
    socket.onClose = () => {
      endIdle();
      this.#connections.delete(connection);
    };
  }

  readonly rest: RestHandler = (path, query, headers) => {
    const now = this.#timers.now();
    this.#journal.take(-1, path, `${query.toString()}${headers['x-simulated-trading'] === '1' ? ' (demo)' : ''}`);
    while ((this.#restTimes[0] ?? now) <= now - 2_000) this.#restTimes.shift();
    if (this.#restTimes.length >= 20) {
      this.#journal.violation(-1, 'O15', 'over 20 requests in 2 s');
      return { status: 429, body: { code: '50011', msg: 'Too Many Requests', data: [] } };
    }
    this.#restTimes.push(now);
    return okxRest(this.#markets, path, query, now);
  };

  // What can go wrong, on demand.

  /** The next `count` updates of a book reach nobody. */
  gap(instId: string, count = 1): void {
    this.#dropNext.set(instId, (this.#dropNext.get(instId) ?? 0) + count);
  }

  /** The next update of a book comes twice. */
  duplicate(instId: string): void {
    this.#twiceNext.add(instId);
  }

  /** O12: the next update carries a smaller `seqId`. */
  maintenance(instId: string): void {
    this.#resetNext.add(instId);
  }

  /** O13: the next update's checksum is wrong, whatever the mode. */
  miscount(instId: string): void {
    this.#miscountNext.add(instId);
  }

  /** One size of the next update is wrong; only the checksum, which is right, tells. */
  corrupt(instId: string): void {
    this.#corruptNext.add(instId);
  }

  /** A market nothing happens in; its book is told empty updates (O12). */
  quiet(instId: string, isQuiet = true): void {
    if (isQuiet) this.#quiet.set(instId, this.#timers.now());
    else this.#quiet.delete(instId);
  }

  /** Any text, to everybody. */
  broadcast(text: string): void {
    for (const connection of this.#connections) this.#send(connection, text);
  }

  /** O4: says it is about to close, and does. */
  notice(afterMs = 60_000): void {
    for (const connection of this.#connections) {
      this.#event(connection, {
        event: 'notice',
        code: '64008',
        msg: 'The connection will soon be closed for a service upgrade. Please reconnect.',
      });
      this.#timers.after(afterMs, () => connection.socket.close(1001, 'service upgrade'));
    }
  }

  /** Closes every connection with one of the venue's codes (O7). */
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

  #market(instId: string): OkxMarket {
    const market = this.#markets.get(instId);
    if (!market) throw new Error(`no instrument ${instId}`);
    return market;
  }

  #watchIdle(connection: Connection): () => void {
    const check = () => {
      if (connection.isHung) return;
      const { idleCloseMs } = this.habits;
      const rest = connection.lastFrameAt + idleCloseMs - this.#timers.now();
      if (rest > 0) cancel = this.#timers.after(rest, check);
      else connection.socket.close(4004, 'No data received in 30s');
    };
    let cancel = this.#timers.after(this.habits.idleCloseMs, check);
    return () => cancel();
  }

  #receive(connection: Connection, text: string): void {
    if (connection.isHung) return undefined;
    connection.lastFrameAt = this.#timers.now();
    this.#journal.take(connection.number, connection.path, text);
    if (text === 'ping') return this.#send(connection, 'pong');
    const frame = parseFields(text);
    if (!frame) return this.#error(connection, '60012', `Invalid request: ${text.slice(0, 100)}`);
    const { op, id } = frame;
    if (id !== undefined && !/^[A-Za-z0-9]{1,32}$/.test(String(id))) {
      this.#journal.violation(connection.number, 'O3', `id ${JSON.stringify(id)}`);
      return this.#error(connection, '60012', 'Invalid request: id');
    }
    if (op !== 'subscribe' && op !== 'unsubscribe' && op !== 'login') {
      return this.#error(connection, '60012', `Invalid request: ${text.slice(0, 100)}`);
    }
    if (!this.#allows(connection)) return undefined;
    if (op === 'login') return this.#login(connection, frame);
    const { args } = frame;
    if (!Array.isArray(args) || args.length === 0) return this.#error(connection, '60013', 'Invalid args');
    if (Buffer.byteLength(JSON.stringify(args)) > MAX_ARGS_BYTES) {
      this.#journal.violation(connection.number, 'O3', 'args over 64 KB');
      return this.#error(connection, '60013', 'Invalid args: longer than 64 KB');
    }
    const echoed = id === undefined ? {} : { id };
    return op === 'subscribe' ? this.#subscribe(connection, args, echoed) : this.#unsubscribe(connection, args, echoed);
  }

  /** O5. */
  #allows({ number, requests, socket }: Connection): boolean {
    const now = this.#timers.now();
    while ((requests[0] ?? now) <= now - HOUR) requests.shift();
    requests.push(now);
    if (requests.length <= MAX_REQUESTS) return true;
    this.#journal.violation(number, 'O5', `${requests.length} requests within an hour`);
    socket.close(4002, 'Too many requests');
    return false;
  }

  #login(connection: Connection, { args }: Fields): void {
    const refusal = refuseLogin(args, this.#keys, this.#timers.now());
    if (refusal) {
      this.#error(connection, refusal.code, refusal.msg);
      return connection.socket.close(4001, 'Login failed');
    }
    connection.isLoggedIn = true;
    return this.#event(connection, { event: 'login', code: '0', msg: '' });
  }

  #subscribe(connection: Connection, args: readonly unknown[], echoed: Fields): void {
    const acks: (() => void)[] = [];
    for (const arg of args) {
      const refusal = this.#refuse(connection, arg);
      if (refusal || !isFields(arg)) {
        const { code, msg } = refusal ?? { code: '60013', msg: 'Invalid args' };
        acks.push(() => this.#error(connection, code, msg, echoed));
        continue;
      }
      const key = keyOf(arg);
      const channel = String(arg['channel']);
      const ack = () => {
        this.#event(connection, { ...echoed, event: 'subscribe', arg });
        if (PRIVATE.includes(channel)) this.#countConnections(connection, channel, key);
      };
      if (connection.asked.has(key)) {
        this.#journal.violation(connection.number, 'O3', `subscribed twice: ${key}`);
        acks.push(ack);
        continue;
      }
      connection.asked.add(key);
      const subscription: Subscription = { arg, channel, bar: 0 };
      const begin = () => {
        if (connection.subscriptions.has(key) || !connection.asked.has(key)) return;
        connection.subscriptions.set(key, subscription);
        this.#first(connection, subscription);
      };
      // Acked late, the data has begun long before.
      if (this.habits.dataBeforeAck) begin();
      acks.push(() => {
        ack();
        begin();
      });
    }
    this.#later(connection, acks);
  }

  #unsubscribe(connection: Connection, args: readonly unknown[], echoed: Fields): void {
    const gone = args.filter(isFields);
    for (const arg of gone) {
      connection.asked.delete(keyOf(arg));
      connection.subscriptions.delete(keyOf(arg));
    }
    const acks = gone.map((arg) => () => this.#event(connection, { ...echoed, event: 'unsubscribe', arg }));
    this.#later(connection, acks);
  }

  #later(connection: Connection, acks: (() => void)[]): void {
    const { shuffleAcks, ackDelayMs } = this.habits;
    const order = shuffleAcks ? acks.map((ack) => [this.#random(), ack] as const).sort(([a], [b]) => a - b) : undefined;
    for (const ack of order ? order.map(([, each]) => each) : acks) {
      if (ackDelayMs === 0) ack();
      else
        this.#timers.after(ackDelayMs, () => {
          if (connection.socket.isOpen) ack();
        });
    }
  }

  #refuse(connection: Connection, arg: unknown): { readonly code: string; readonly msg: string } | undefined {
    if (!isFields(arg) || typeof arg['channel'] !== 'string') return { code: '60013', msg: 'Invalid args' };
    const { channel, instId } = arg;
    const words = `Wrong URL or channel:${channel},instId:${String(instId)} doesn't exist. Please use the correct URL, channel and parameters referring to API document.`;
    const nowhere = { code: '60018', msg: words };
    const home = homeOf(channel);
    // O2.
    if (home !== connection.path) return nowhere;
    if ((home === 'private' || channel === BOT_CHANNEL) && !connection.isLoggedIn)
      return { code: '60011', msg: 'Please log in' };
    if (home === 'private' || channel === BOT_CHANNEL || channel === 'instruments') return undefined;
    return typeof instId === 'string' && this.#markets.has(instId) ? undefined : nowhere;
  }

  /** O4. */
  #countConnections(connection: Connection, channel: string, key: string): void {
    const using = [...this.#connections].filter(({ subscriptions }) =>
      [...subscriptions.values()].some((each) => each.channel === channel),
    );
    const connCount = String(using.includes(connection) ? using.length : using.length + 1);
    if (Number(connCount) > this.habits.maxPrivateConnections) {
      // After the ack comes the end of it, before any data.
      connection.subscriptions.set(key, { arg: {}, channel: 'ended', bar: 0 });
      this.#event(connection, { event: 'channel-conn-count-error', channel, connCount });
      return;
    }
    this.#event(connection, { event: 'channel-conn-count', channel, connCount });
  }

  /** What a subscription begins with. */
  #first(connection: Connection, subscription: Subscription): void {
    const { channel, arg } = subscription;
    const send = (data: readonly unknown[], action?: string) => this.#data(connection, arg, data, action);
    const now = this.#timers.now();
    if (channel === 'instruments') {
      const listed = [...this.#markets.values()].filter(({ listing }) => listing.instType === arg['instType']);
      return send(listed.map(({ listing }) => instrumentRow(listing)));
    }
    if (isPrivate(channel)) {
      const rows = this.account.snapshot(channel).filter((row) => concerns(arg, row));
      if (rows.length > 0) send(rows);
      return undefined;
    }
    const market = this.#markets.get(String(arg['instId']));
    if (!market) return undefined;
    if (channel === 'books') send([this.#snapshot(market)], 'snapshot');
    else if (channel === 'tickers') send([market.tickerRow(now)]);
    else if (channel === 'funding-rate') send([fundingRow(market, now)]);
    else if (channel.startsWith('candle')) this.#tellBar(connection, subscription, market, now);
    else if (channel !== 'trades' && channel !== 'trades-all') this.#tellMove(connection, subscription, market, now);
    return undefined;
  }

  #snapshot(market: OkxMarket): Fields {
    return {
      asks: market.rows('ask'),
      bids: market.rows('bid'),
      ts: String(this.#timers.now()),
      ...market.checksum(this.habits.checksum),
      prevSeqId: -1,
      seqId: market.seqId,
    };
  }

  #step(stepMs: number): void {
    this.#backlog += (this.rate * stepMs) / 1_000;
    const moves = Math.floor(this.#backlog);
    this.#backlog -= moves;
    const now = this.#timers.now();
    for (const [instId, market] of this.#markets) {
      const quietSince = this.#quiet.get(instId);
      if (quietSince === undefined) {
        for (let i = 0; i < moves; i += 1) this.#publish(market, market.market.move(now), now);
      } else if (now - quietSince >= this.habits.keepAliveMs) {
        this.#quiet.set(instId, now);
        this.#update(market, { asks: [], bids: [] }, market.seqId, now);
      }
    }
  }

  #publish(market: OkxMarket, { changes, trades }: MarketMove, now: number): void {
    const { instId } = market.listing;
    const prevSeqId = market.seqId;
    if (changes.length > 0) {
      if (this.#resetNext.delete(instId)) market.resetSeqId();
      else market.nextSeqId(1 + Math.floor(this.#random() * 5));
      this.#update(market, market.changes(changes), prevSeqId, now);
    }
    const tradeFrames = trades.map((trade) => market.tradeRow(trade, now));
    const ticker = this.#anybody('tickers', instId) ? [market.tickerRow(now)] : [];
    this.#eachOf(instId, (connection, subscription) => {
      const { channel, arg } = subscription;
      if (channel === 'tickers') this.#data(connection, arg, ticker);
      else if (channel === 'trades' || channel === 'trades-all') {
        for (const row of tradeFrames) this.#data(connection, arg, [row]);
      } else if (channel.startsWith('candle')) this.#tellBar(connection, subscription, market, now);
      else if (channel !== 'books') this.#tellMove(connection, subscription, market, now);
    });
  }

  #update(market: OkxMarket, rows: BookRows, prevSeqId: number, now: number): void {
    const { instId } = market.listing;
    const dropped = this.#dropNext.get(instId) ?? 0;
    if (dropped > 0) {
      if (dropped === 1) this.#dropNext.delete(instId);
      else this.#dropNext.set(instId, dropped - 1);
      return;
    }
    const sum = market.checksum(this.habits.checksum);
    const checksum = this.#miscountNext.delete(instId) ? { checksum: 1 + (sum.checksum ?? 0) } : sum;
    const told = this.#corruptNext.has(instId) ? this.#corrupted(instId, rows) : rows;
    const data = [{ ...told, ts: String(now), ...checksum, prevSeqId, seqId: market.seqId }];
    const times = this.#twiceNext.delete(instId) ? 2 : 1;
    this.#eachOf(instId, (connection, { channel, arg }) => {
      for (let i = 0; i < times && channel === 'books'; i += 1) this.#data(connection, arg, data, 'update');
    });
  }

  #corrupted(instId: string, rows: BookRows): BookRows {
    const side = rows.asks.some(([, size]) => size !== '0') ? 'asks' : 'bids';
    const at = rows[side].findIndex(([, size]) => size !== '0');
    if (at >= 0) this.#corruptNext.delete(instId);
    const changed = rows[side].map(([price = '', size = '', ...rest], i) => [
      price,
      i === at ? `1${size}` : size,
      ...rest,
    ]);
    return { ...rows, [side]: changed };
  }

  /** Channels that tell how things stand at every move. */
  #tellMove(connection: Connection, { channel, arg }: Subscription, market: OkxMarket, now: number): void {
    const { instId } = market.listing;
    const ts = String(now);
    const last = market.market.priceText(market.market.lastTrade.price);
    if (channel === 'books5' || channel === 'bbo-tbt') {
      const depth = channel === 'books5' ? 5 : 1;
      this.#data(connection, arg, [
        { asks: market.rows('ask', depth), bids: market.rows('bid', depth), instId, ts, seqId: market.seqId },
      ]);
    } else if (channel === 'mark-price') {
      this.#data(connection, arg, [{ instId, instType: market.listing.instType, markPx: last, ts }]);
    } else if (channel === 'index-tickers') {
      this.#data(connection, arg, [{ instId, idxPx: last, ts }]);
    }
  }

  /** O10: a bar is told as confirmed once, before the first of the next. */
  #tellBar(connection: Connection, subscription: Subscription, market: OkxMarket, now: number): void {
    const { arg, channel } = subscription;
    const length = barLength(channel.slice('candle'.length));
    if (length === undefined) return;
    const open = Math.floor(now / length) * length;
    if (subscription.bar > 0 && subscription.bar < open) {
      this.#data(connection, arg, [market.candleRow(length, subscription.bar, now)]);
    }
    subscription.bar = open;
    this.#data(connection, arg, [market.candleRow(length, open, now)]);
  }

  #pushPrivate(channel: PrivateChannel, rows: readonly Fields[]): void {
    for (const connection of this.#connections) {
      for (const subscription of connection.subscriptions.values()) {
        if (subscription.channel !== channel) continue;
        const concerned = rows.filter((row) => concerns(subscription.arg, row));
        if (concerned.length > 0) this.#data(connection, subscription.arg, concerned);
      }
    }
  }

  #anybody(channel: string, instId: string): boolean {
    return [...this.#connections].some(({ subscriptions }) => subscriptions.has(keyOf({ channel, instId })));
  }

  #eachOf(instId: string, tell: (connection: Connection, subscription: Subscription) => void): void {
    for (const connection of this.#connections) {
      for (const subscription of connection.subscriptions.values()) {
        if (subscription.arg['instId'] === instId && !isPrivate(subscription.channel)) tell(connection, subscription);
      }
    }
  }

  #data(connection: Connection, arg: Fields, data: readonly unknown[], action?: string): void {
    if (this.isFrozen) return;
    this.#send(connection, JSON.stringify({ arg, ...(action !== undefined && { action }), data }));
  }

  #error(connection: Connection, code: string, msg: string, echoed: Fields = {}): void {
    this.#event(connection, { ...echoed, event: 'error', code, msg });
  }

  #event(connection: Connection, event: Fields): void {
    this.#send(connection, JSON.stringify({ ...event, connId: connection.connId }));
  }

  #send(connection: Connection, text: string): void {
    if (this.isMute || connection.isHung || !connection.socket.isOpen) return;
    connection.lastFrameAt = this.#timers.now();
    connection.socket.send(text);
  }
}
