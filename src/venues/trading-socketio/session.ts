/** One account server: authenticate, subscribe to everything wanted, stay connected. Its silence is normal (T6). */
import type { SourceInstrument } from '#domain/source.ts';
import { BackOff } from '../kit/back-off.ts';
import { ConnectionRecorder } from '../kit/stats.ts';
import type { ConnectionStats, SessionPorts, SessionStatus, Subscription, VenueEvent, VenueSession } from '../venue.ts';
import { openSocketIo, type AccountClient, type OpenClient } from './client.ts';
import { createTradingSocketioDecoder, type TradingSocketioDecoder } from './decoder.ts';

export interface TradingSocketioSessionOptions {
  /** `http://host:5000`. */
  readonly url: string;
  /** Name in tickers. */
  readonly venue: string;
  readonly instruments: readonly SourceInstrument[];
  /** T2: goes into the `auth` payload, and nowhere else. */
  readonly token?: string;
  /** T5. */
  readonly zoneOffsetMs?: number;
  /** T1; `false` where sockets are opened in another way than to the address itself. */
  readonly polling?: boolean;
  readonly openClient?: OpenClient;
}

const CONNECTION = 'account';
/** T4. */
const TYPES = ['balance', 'positions', 'pnl', 'orders'] as const;
/** As Z17; each client with a factor of its own, so that they do not come back as a herd. */
const RETRY_FROM_MS = 1_000;
const RETRY_TO_MS = 30_000;
/** A server that lets us in and throws us out again is asked less and less often, until it keeps us for so long. */
const SETTLED_MS = 30_000;

export function createTradingSocketioSession(
  options: TradingSocketioSessionOptions,
  ports: SessionPorts,
): VenueSession {
  return new TradingSocketioSession(options, ports);
}

class TradingSocketioSession implements VenueSession {
  readonly #ports: SessionPorts;
  readonly #token: string | undefined;
  readonly #decoder: TradingSocketioDecoder;
  readonly #stats: ConnectionRecorder;
  readonly #client: AccountClient;
  readonly #retryFromMs: number;
  readonly #retryToMs: number;
  /** For disconnects by the server, which the client leaves to us. */
  readonly #evicted: BackOff;
  #cancelReturn: () => void = () => undefined;
  #status: SessionStatus = { phase: 'idle' };
  #isConnected = false;
  #connectedAt = 0;
  #subscribedAt: number | undefined;
  #attempt = 0;
  #wantsAccount = false;
  #symbols: readonly string[] = [];

  constructor(options: TradingSocketioSessionOptions, ports: SessionPorts) {
    const { url, token, polling = true, openClient = openSocketIo } = options;
    this.#ports = ports;
    this.#token = token;
    this.#decoder = createTradingSocketioDecoder(options);
    this.#stats = new ConnectionRecorder(CONNECTION, ports.timers);
    this.#retryFromMs = Math.round(RETRY_FROM_MS * (1 + ports.random()));
    this.#retryToMs = Math.round(RETRY_TO_MS * (1 - ports.random() / 3));
    this.#evicted = new BackOff({ firstMs: this.#retryFromMs, capMs: this.#retryToMs }, ports.random);
    const { openSocket } = ports;
    const retry = { retryFromMs: this.#retryFromMs, retryToMs: this.#retryToMs };
    this.#client = openClient(
      { url, token, openSocket, polling, ...retry },
      {
        connected: () => this.#connected(),
        disconnected: (reason, byServer) => this.#disconnected(reason, byServer),
        failed: (reason, refused) => this.#failed(reason, refused),
        retrying: () => this.#connecting(),
        packet: (dir, frame) => this.#packet(dir, frame),
      },
    );
  }

  get status(): SessionStatus {
    return this.#status;
  }

  stats(): readonly ConnectionStats[] {
    return [this.#stats.read()];
  }

  want(subscriptions: readonly Subscription[]): void {
    const wantsAccount = subscriptions.some(({ feed }) => feed === 'account');
    const tickers = subscriptions.filter(({ feed }) => feed === 'ticker').map(({ symbol }) => symbol);
    const symbols = [...new Set(tickers)].toSorted();
    const accountChanged = wantsAccount !== this.#wantsAccount;
    const symbolsChanged = symbols.join() !== this.#symbols.join();
    this.#wantsAccount = wantsAccount;
    this.#symbols = symbols;
    if (!this.#isConnected) return;
    if (accountChanged) this.#subscribeAccount();
    if (symbolsChanged) this.#subscribeTickers();
  }

  start(): void {
    if (this.#status.phase !== 'idle') return;
    this.#connecting();
    this.#client.connect();
  }

  reconnect(): void {
    if (this.#status.phase === 'closed') return;
    this.#leave();
    this.#attempt = 0;
    this.#evicted.reset();
    this.#connecting();
    this.#client.connect();
  }

  close(): void {
    if (this.#status.phase === 'closed') return;
    this.#become({ phase: 'closed' });
    this.#leave();
    this.#stats.shut('closed', this);
  }

  /** What the client says of this is not news. */
  #leave(): void {
    this.#isConnected = false;
    this.#cancelReturn();
    this.#client.disconnect();
  }

  /** T3: on the client's `connect`; the server's `connected` may come before it. T8: after each, all of it again. */
  #connected(): void {
    if (this.#status.phase === 'closed') return;
    this.#isConnected = true;
    this.#connectedAt = this.#ports.timers.now();
    this.#attempt = 0;
    this.#stats.opened(this);
    this.#become({ phase: 'live', silentSince: null });
    if (this.#wantsAccount) this.#subscribeAccount();
    if (this.#symbols.length > 0) this.#subscribeTickers();
  }

  /** T4: a new set replaces the earlier one, so it is always the whole of it. */
  #subscribeAccount(): void {
    this.#subscribedAt = this.#ports.timers.now();
    this.#client.emit(this.#wantsAccount ? 'subscribe_trading' : 'unsubscribe_trading', { types: [...TYPES] });
    this.#count();
  }

  #subscribeTickers(): void {
    this.#client.emit('subscribe_ticker', { symbols: [...this.#symbols] });
    this.#count();
  }

  #count(): void {
    this.#stats.subscriptions = (this.#wantsAccount ? TYPES.length : 0) + this.#symbols.length;
  }

  #disconnected(reason: string, byServer: boolean): void {
    if (!this.#isConnected) return;
    this.#isConnected = false;
    if (!byServer) return this.#wait(reason);
    // T8: a token that ran out is then refused in words.
    const { timers } = this.#ports;
    if (timers.now() - this.#connectedAt >= SETTLED_MS) this.#evicted.reset();
    const delay = this.#evicted.lost();
    this.#attempt = this.#evicted.losses;
    this.#cancelReturn = timers.after(delay, () => {
      this.#connecting();
      this.#client.connect();
    });
    this.#waiting('disconnected by the server', delay);
  }

  #failed(reason: string, refused: boolean): void {
    if (this.#status.phase === 'closed') return;
    if (!refused) return this.#wait(reason);
    // T2: not again until the token changes.
    this.#leave();
    this.#stats.shut('closed', this);
    this.#become({ phase: 'refused', reason: this.#withoutToken(reason) });
  }

  /** The client tries again by itself, after a delay known to us. */
  #wait(reason: string): void {
    const delay = Math.min(this.#retryToMs, this.#retryFromMs * 2 ** this.#attempt);
    this.#attempt += 1;
    this.#waiting(reason, delay);
  }

  #waiting(reason: string, delay: number): void {
    this.#stats.shut('waiting', this);
    const retryAt = this.#ports.timers.now() + delay;
    this.#become({ phase: 'waiting', attempt: this.#attempt, retryAt, reason: this.#withoutToken(reason) });
  }

  #connecting(): void {
    if (this.#status.phase === 'closed') return;
    this.#stats.shut('connecting', this);
    this.#become({ phase: 'connecting', attempt: this.#attempt });
  }

  #packet(dir: 'in' | 'out', raw: string): void {
    if (this.#status.phase === 'closed') return;
    const frame = this.#withoutToken(raw);
    const { timers, tap, emit } = this.#ports;
    const t = timers.now();
    tap?.({ t, dir, connection: CONNECTION, frame });
    if (dir === 'out') return;
    this.#stats.frame(frame.length);
    const { type, events, sentAt, isOwnReply } = this.#decoder.read(frame, t);
    this.#stats.typed(type);
    if (sentAt !== undefined) this.#stats.latency(t - sentAt);
    if (isOwnReply && this.#subscribedAt !== undefined) {
      this.#stats.roundTrip(t - this.#subscribedAt);
      this.#subscribedAt = undefined;
    }
    if (events.some(isBadFrame)) this.#stats.dropped();
    if (events.length > 0) emit(events, t);
  }

  /** A server may quote what it refuses. */
  #withoutToken(text: string): string {
    return this.#token === undefined || this.#token === '' ? text : text.replaceAll(this.#token, '…');
  }

  #become(status: SessionStatus): void {
    this.#status = status;
    this.#ports.onStatus(status);
  }
}

function isBadFrame(event: VenueEvent): boolean {
  return event.type === 'problem' && event.problem.code === 'bad_frame';
}
