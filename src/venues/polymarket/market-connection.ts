/** One connection of the market channel with its tokens, at most two hundred (M2). */
import { createConnection, type Connection, type Loss } from '../kit/connection.ts';
import { ConnectionRecorder } from '../kit/stats.ts';
import type { SessionPorts } from '../venue.ts';
import { SilenceWatch } from './silence-watch.ts';
import { SnapshotRequests } from './snapshot-requests.ts';
import { addressOf, BACK_OFF, chunks, firstFrame, HEARTBEAT, MOST_IDS_A_CONNECTION, operationFrame } from './wire.ts';

export interface MarketHandlers {
  readonly received: (text: string, receivedAt: number) => void;
  /** The tokens' data no longer comes in. */
  readonly lost: (symbols: Iterable<string>) => void;
  /** No snapshot came, however often one was asked for. */
  readonly noSnapshot: (symbols: readonly string[]) => void;
  /** M5: silent for two minutes. */
  readonly silent: () => void;
  /** State or silence has changed. */
  readonly changed: () => void;
}

export class MarketConnection {
  readonly stats: ConnectionRecorder;
  readonly #symbols = new Set<string>();
  readonly #connection: Connection;
  readonly #silence: SilenceWatch;
  readonly #requests: SnapshotRequests;
  readonly #handlers: MarketHandlers;

  constructor(url: string, name: string, ports: SessionPorts, handlers: MarketHandlers) {
    this.#handlers = handlers;
    this.stats = new ConnectionRecorder(name, ports.timers);
    this.#silence = new SilenceWatch(ports.timers, { changed: handlers.changed, check: handlers.silent });
    this.#requests = new SnapshotRequests(ports.timers, {
      ask: (symbols) => this.#askAgain(symbols),
      giveUp: handlers.noSnapshot,
    });
    this.#connection = createConnection({
      url: addressOf(url, 'market'),
      ports,
      stats: this.stats,
      backOff: BACK_OFF,
      heartbeat: HEARTBEAT,
      // M3: the venue closes on a PING before the first subscription.
      heartbeatFrom: 'asked',
      on: {
        opened: () => this.#opened(),
        received: handlers.received,
        lost: () => undefined,
        changed: () => this.#changed(),
      },
    });
  }

  get state(): Connection['state'] {
    return this.#connection.state;
  }

  get attempt(): number {
    return this.#connection.attempt;
  }

  get loss(): Loss | undefined {
    return this.#connection.loss;
  }

  get silentSince(): number | null {
    return this.#silence.silentSince;
  }

  get symbols(): ReadonlySet<string> {
    return this.#symbols;
  }

  get room(): number {
    return MOST_IDS_A_CONNECTION - this.#symbols.size;
  }

  /** New ones, no more than there is room for. */
  add(symbols: readonly string[]): void {
    for (const symbol of symbols) this.#symbols.add(symbol);
    this.stats.subscriptions = this.#symbols.size;
    if (this.#connection.state === 'open') this.#subscribe(symbols);
  }

  remove(symbols: readonly string[]): void {
    for (const symbol of symbols) this.#symbols.delete(symbol);
    this.stats.subscriptions = this.#symbols.size;
    this.#requests.forget(symbols);
    // A connection without a subscription has nothing to say.
    if (this.#symbols.size === 0) this.#connection.stop();
    else this.#operate('unsubscribe', symbols);
  }

  /** Connects, if there is anything to ask for. */
  start(): void {
    if (this.#symbols.size > 0) this.#connection.start();
  }

  /** At once, with everything subscribed again. */
  reconnect(): void {
    if (this.#symbols.size > 0) this.#connection.reconnect();
  }

  close(): void {
    this.#connection.close();
  }

  /** Data came in, by which the connection counts as good again. */
  data(): void {
    this.#connection.succeeded();
    this.#silence.data();
  }

  arrived(symbol: string): void {
    this.#requests.arrived(symbol);
  }

  wantSnapshot(symbol: string): void {
    this.#requests.want(symbol);
  }

  #opened(): void {
    const [first = [], ...rest] = chunks([...this.#symbols]);
    this.#connection.send(firstFrame(first));
    for (const part of rest) this.#connection.send(operationFrame('subscribe', part));
    this.#requests.asked(this.#symbols);
    this.#silence.start();
    this.#connection.startHeartbeat();
  }

  #subscribe(symbols: readonly string[]): void {
    this.#operate('subscribe', symbols);
    this.#requests.asked(symbols);
  }

  /** M2: an id is never subscribed twice. */
  #askAgain(symbols: readonly string[]): void {
    this.#operate('unsubscribe', symbols);
    this.#operate('subscribe', symbols);
  }

  #operate(operation: 'subscribe' | 'unsubscribe', symbols: readonly string[]): void {
    for (const part of chunks(symbols)) this.#connection.send(operationFrame(operation, part));
  }

  #changed(): void {
    if (this.#connection.state !== 'open') {
      this.#silence.stop();
      this.#requests.clear();
      this.#handlers.lost(this.#symbols);
    }
    this.#handlers.changed();
  }
}
