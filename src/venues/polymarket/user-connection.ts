/** The connection of the user channel (M12). It runs in the engine only, and its frames are not recorded. */
import { createConnection, type Connection, type Loss } from '../kit/connection.ts';
import { ConnectionRecorder } from '../kit/stats.ts';
import type { SessionPorts } from '../venue.ts';
import { refusalBy, refusalIn } from './errors.ts';
import { addressOf, BACK_OFF, HEARTBEAT, userFrame, type PolymarketCredentials } from './wire.ts';

/** Who is kept for so long was let in: the first heartbeat has been answered. */
const LET_IN_MS = 10_000;
/** A refusal nobody put into words may have been the network: one try now and then, or nobody would ever come back. */
const UNSURE_MS = 3_600_000;

export interface UserHandlers {
  readonly received: (text: string, receivedAt: number) => void;
  /** Its state has changed. */
  readonly changed: () => void;
  readonly refused: (reason: string) => void;
}

export class UserConnection {
  readonly stats: ConnectionRecorder;
  readonly #connection: Connection;
  readonly #credentials: PolymarketCredentials;
  readonly #handlers: UserHandlers;
  readonly #timers: SessionPorts['timers'];
  #refused: string | undefined;
  #wasLetIn = false;
  /** In a row, by the peer, soon after it was given the credentials. */
  #closes = 0;
  #cancel: (() => void) | undefined;
  #cancelTry: () => void = () => undefined;

  constructor(
    url: string,
    credentials: PolymarketCredentials,
    markets: readonly string[],
    ports: SessionPorts,
    handlers: UserHandlers,
  ) {
    const { timers, random, openSocket } = ports;
    this.#credentials = credentials;
    this.#timers = timers;
    this.#handlers = handlers;
    this.stats = new ConnectionRecorder('user', timers);
    this.#connection = createConnection({
      url: addressOf(url, 'user'),
      // No tap: what goes out is the secret, what comes in names the key.
      ports: { timers, random, openSocket },
      stats: this.stats,
      backOff: BACK_OFF,
      heartbeat: HEARTBEAT,
      heartbeatFrom: 'asked',
      on: {
        opened: () => {
          this.#wasLetIn = false;
          this.#connection.send(userFrame(credentials, markets), 'secret');
          this.stats.subscriptions = 1;
          this.#connection.startHeartbeat();
          this.#cancel = timers.after(LET_IN_MS, () => this.#letIn());
        },
        received: (text, receivedAt) => this.#received(text, receivedAt),
        lost: (loss) => this.#lost(loss),
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

  /** Why the credentials were refused; not retried until `reconnect`, or seldom where that is not sure. */
  get refused(): string | undefined {
    return this.#refused;
  }

  start(): void {
    if (this.#refused === undefined) this.#connection.start();
  }

  reconnect(): void {
    this.#closes = 0;
    this.#tryAgain();
  }

  stop(): void {
    this.#cancelTry();
    this.#connection.stop();
  }

  close(): void {
    this.#cancelTry();
    this.#connection.close();
  }

  #tryAgain(): void {
    this.#cancelTry();
    this.#refused = undefined;
    this.#connection.reconnect();
  }

  #received(text: string, receivedAt: number): void {
    const refusal = this.#wasLetIn ? undefined : refusalIn(text);
    if (refusal !== undefined) return this.#refuse(refusal);
    this.#letIn();
    this.#handlers.received(text, receivedAt);
  }

  #letIn(): void {
    this.#wasLetIn = true;
    this.#closes = 0;
    this.#connection.succeeded();
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #lost(loss: Loss): void {
    const isTurnedAway = loss.wasOpen && !this.#wasLetIn && loss.cause === 'closed';
    // Where the way there fails too, closes say nothing of us.
    this.#closes = isTurnedAway ? this.#closes + 1 : 0;
    const refusal = isTurnedAway ? refusalBy(loss, this.#closes) : undefined;
    if (refusal === undefined) return;
    this.#refuse(loss.reason === '' ? `closed (${loss.code}) when given the credentials` : loss.reason);
    if (refusal === 'likely') this.#cancelTry = this.#timers.after(UNSURE_MS, () => this.#tryAgain());
  }

  #refuse(reason: string): void {
    this.#refused = this.#withoutSecrets(reason);
    this.#connection.stop();
    this.#handlers.refused(this.#refused);
  }

  #withoutSecrets(words: string): string {
    const { apiKey, secret, passphrase } = this.#credentials;
    return [apiKey, secret, passphrase].reduce(
      (said, each) => (each === '' ? said : said.replaceAll(each, '…')),
      words,
    );
  }

  #changed(): void {
    if (this.#connection.state !== 'open') {
      this.#cancel?.();
      this.#cancel = undefined;
      this.stats.subscriptions = 0;
    }
    this.#handlers.changed();
  }
}
