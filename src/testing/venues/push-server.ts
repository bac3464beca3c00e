/** The plain push server (P1–P8) with the habits of the known one, which runs on FastAPI: one market, told to everybody. */
import type { Timers } from '#domain/clock.ts';
import { seededRandom, type Random } from '#domain/random.ts';
import { TestMarket, type MarketSpec } from './test-market.ts';
import {
  every,
  Journal,
  parseFields,
  pathOf,
  type Fields,
  type VenueServer,
  type VenueServerSocket,
} from './venue-socket.ts';

export interface PushHabits {
  /** P4a. */
  readonly greets: boolean;
  readonly pingMs: number;
  /** P4: `json` `{"type":"ping"}`, or the text `ping`. */
  readonly ping: 'json' | 'text';
  /** P4: what has not answered for so long is let go. */
  readonly patienceMs: number;
  /** P2: whether `orderbook_update` names its symbol. */
  readonly namesBook: boolean;
  /** P1. */
  readonly timestamps: 'microseconds' | 'zulu' | 'ms';
}

const USUAL: PushHabits = {
  greets: true,
  pingMs: 30_000,
  ping: 'json',
  patienceMs: 60_000,
  namesBook: false,
  timestamps: 'microseconds',
};

export interface PushServerOptions {
  readonly timers: Timers;
  readonly symbol?: string;
  readonly market?: Partial<MarketSpec>;
  readonly seed?: number;
  /** Prices a second. */
  readonly rate?: number;
  /** P5: asked for when given. */
  readonly token?: string;
  readonly habits?: Partial<PushHabits>;
}

interface Client {
  readonly number: number;
  readonly socket: VenueServerSocket;
  answeredAt: number;
}

const BOOK_DEPTH = 20;

export class PushServer implements VenueServer {
  readonly #timers: Timers;
  readonly #random: Random;
  readonly #market: TestMarket;
  readonly #clients = new Set<Client>();
  readonly #journal: Journal;
  readonly #endings: (() => void)[] = [];
  readonly #token: string | undefined;
  #count = 0;
  #points = 0;
  #volume = 0;
  readonly symbol: string;
  rate: number;
  habits: PushHabits;
  mode = 'auto';

  constructor({ timers, symbol = 'KOGE/USDT', market, seed = 1, rate = 2, token, habits = {} }: PushServerOptions) {
    this.#timers = timers;
    this.#random = seededRandom(seed);
    this.#journal = new Journal(timers);
    this.#token = token;
    this.symbol = symbol;
    this.rate = rate;
    this.habits = { ...USUAL, ...habits };
    this.#market = new TestMarket({
      seed,
      // P3: tiny prices.
      tickSize: '0.000000000001',
      lotSize: '0.1',
      price: '0.000000012',
      size: '800000',
      depth: BOOK_DEPTH,
      startsAt: timers.now(),
      ...market,
    });
  }

  get received() {
    return this.#journal.received;
  }

  get violations() {
    return this.#journal.violations;
  }

  get clients(): number {
    return this.#clients.size;
  }

  /** The true book, best first, as the numbers that are sent. */
  book(): {
    readonly bids: readonly (readonly [number, number])[];
    readonly asks: readonly (readonly [number, number])[];
  } {
    const side = (name: 'bid' | 'ask') =>
      this.#market
        .side(name)
        .map(({ price, lots }) => [this.#price(price), Number(this.#market.sizeText(lots))] as const);
    return { bids: side('bid'), asks: side('ask') };
  }

  start(): void {
    this.#endings.push(
      every(this.#timers, Math.max(10, Math.floor(1_000 / this.rate)), () => this.#move()),
      every(this.#timers, this.habits.pingMs, () => this.#ping()),
      every(this.#timers, 5_000, () => this.tellStatus()),
    );
  }

  pause(): void {
    for (const end of this.#endings.splice(0)) end();
  }

  stop(): void {
    this.pause();
    for (const { socket } of this.#clients) socket.close(1001, 'going away');
  }

  accept(socket: VenueServerSocket): void {
    const number = this.#count;
    this.#count += 1;
    if (pathOf(socket.url) !== '/ws') return socket.close(1008, 'no such address');
    const token = new URL(socket.url, 'ws://venue.test').searchParams.get('token');
    if (this.#token !== undefined && token !== this.#token) return socket.close(4401, 'token');
    const client: Client = { number, socket, answeredAt: this.#timers.now() };
    this.#clients.add(client);
    socket.onText = (text) => this.#receive(client, text);
    socket.onClose = () => void this.#clients.delete(client);
    if (!this.habits.greets) return undefined;
    const client_id = `client_${number}`;
    return this.#send(client, this.frame('connection_established', { client_id, server_time: this.#stamp() }));
  }

  frame(type: string, data?: Fields): string {
    return JSON.stringify({ type, ...(data && { data }), timestamp: this.#stamp() });
  }

  /** Any text, to everybody. */
  broadcast(text: string): void {
    for (const client of this.#clients) this.#send(client, text);
  }

  tellStatus(): void {
    const { mode } = this;
    this.broadcast(this.frame('system_status', { mode, points_today: this.#points, volume_today: this.#volume }));
  }

  cutAll(): void {
    for (const { socket } of this.#clients) socket.cut();
  }

  #receive(client: Client, text: string): void {
    this.#journal.take(client.number, '/ws', text);
    client.answeredAt = this.#timers.now();
    if (text === 'pong' || parseFields(text)?.['type'] === 'pong') return;
    // P4: the known server sends anything else back.
    this.#send(client, this.frame('echo', { message: text }));
    this.#journal.violation(client.number, 'P4', `the server was told ${text.slice(0, 60)}`);
  }

  #ping(): void {
    const now = this.#timers.now();
    for (const client of this.#clients) {
      if (now - client.answeredAt > this.habits.patienceMs) client.socket.close(1001, 'no pong');
      else this.#send(client, this.habits.ping === 'json' ? this.frame('ping') : 'ping');
    }
  }

  #move(): void {
    const now = this.#timers.now();
    const { trades } = this.#market.move(now);
    const day = this.#market.candles.bar(3_600_000, now - 86_400_000, now).open;
    const last = this.#market.lastTrade.price;
    const change_24h = Number(((last - day) / day).toFixed(6));
    this.broadcast(this.frame('price_update', { symbol: this.symbol, price: this.#price(last), change_24h }));
    const { bids, asks } = this.book();
    const named = this.habits.namesBook ? { symbol: this.symbol } : {};
    this.broadcast(this.frame('orderbook_update', { ...named, bids, asks }));
    for (const { side, price, lots } of trades) {
      if (this.#random() > 0.2) continue;
      // A trade of the bot's own: `cost` is what it cost the account.
      const quantity = Number(this.#market.sizeText(lots));
      const worth = this.#price(price) * quantity;
      this.#points += 0.5;
      this.#volume = Number((this.#volume + worth).toFixed(6));
      const cost = Number((worth * 0.001).toPrecision(6));
      this.broadcast(this.frame('trade_executed', { side, price: this.#price(price), quantity, cost }));
    }
  }

  #price(ticks: number): number {
    return Number(this.#market.priceText(ticks));
  }

  #stamp(): string | number {
    const now = this.#timers.now();
    if (this.habits.timestamps === 'ms') return now;
    const zulu = new Date(now).toISOString();
    return this.habits.timestamps === 'zulu' ? zulu : zulu.replace('Z', '417Z');
  }

  #send({ socket }: Client, text: string): void {
    if (socket.isOpen) socket.send(text);
  }
}
