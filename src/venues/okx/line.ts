/** One of OKX's three connections with what is subscribed on it: login, batches, answers, limits. O3 – O8. */
import { createConnection, type Connection, type Loss } from '../kit/connection.ts';
import { RateBudget } from '../kit/rate-budget.ts';
import type { ConnectionRecorder } from '../kit/stats.ts';
import type { SessionPorts } from '../venue.ts';
import { keyOf, needsLogin } from './channels.ts';
import { CLOSED_FOR_LOGIN, isLoginError } from './errors.ts';
import { loginFrame, type OkxCredentials } from './login.ts';
import { parseMessage, type OkxArg, type OkxMessage } from './schema.ts';
import { Subscriptions } from './subscriptions.ts';

/** O6. */
const HEARTBEAT = { mode: 'idle', ping: 'ping', pong: 'pong', everyMs: 25_000, answerMs: 5_000 } as const;
/** O7. */
const BACK_OFF = { firstMs: 5_000, capMs: 30_000 };
/** O5: 480 requests an hour a connection. Here at most 40 + 400, and none waits longer than 9 s for its turn. */
const REQUESTS = { burst: 40, everyMs: 9_000 };
/** What resyncs leave to what somebody waits for. */
const RESERVE = 10;
const ANSWER_MS = 10_000;
const RESYNC_FIRST_MS = 1_000;
const RESYNC_CAP_MS = 60_000;

export type Refusal =
  | { readonly kind: 'login'; readonly code: string; readonly message: string }
  | { readonly kind: 'subscription'; readonly arg: OkxArg; readonly code: string; readonly message: string }
  | { readonly kind: 'request'; readonly code: string; readonly message: string };

export interface LineHandlers {
  /** Data of a subscription that is wanted. */
  readonly data: (line: Line, message: OkxMessage & { readonly kind: 'data' }, receivedAt: number) => void;
  /** Anything else; errors come as refusals instead. */
  readonly other: (line: Line, message: OkxMessage, receivedAt: number) => void;
  readonly refused: (line: Line, refusal: Refusal) => void;
  readonly timedOut: (line: Line, what: string) => void;
  /** `args`: what had been subscribed. */
  readonly lost: (line: Line, loss: Loss, args: readonly OkxArg[]) => void;
  /** Its state, or what it has, is another. */
  readonly changed: (line: Line) => void;
}

export interface LineOptions {
  readonly url: string;
  readonly ports: SessionPorts;
  readonly stats: ConnectionRecorder;
  readonly connects: RateBudget;
  readonly credentials: OkxCredentials | undefined;
  readonly on: LineHandlers;
}

export class Line {
  readonly stats: ConnectionRecorder;
  readonly #options: LineOptions;
  readonly #connection: Connection;
  readonly #subscriptions = new Subscriptions();
  readonly #resyncs = new Map<string, { count: number; lastAt: number; cancel: (() => void) | undefined }>();
  #requests: RateBudget;
  /** `refused`: not tried again until somebody says so. */
  #login: 'out' | 'asked' | 'in' | 'refused' = 'out';
  #cancelFlush: (() => void) | undefined;
  #cancelCheck: (() => void) | undefined;
  #cancelLogin: (() => void) | undefined;

  constructor(options: LineOptions) {
    this.#options = options;
    this.stats = options.stats;
    const { url, ports, stats, connects } = options;
    this.#requests = new RateBudget(REQUESTS, ports.timers);
    this.#connection = createConnection({
      url,
      ports,
      stats,
      connects,
      backOff: BACK_OFF,
      heartbeat: HEARTBEAT,
      isSecret: (frame) => frame.includes('"login"'),
      on: {
        opened: () => this.#opened(),
        received: (text, receivedAt) => this.#received(text, receivedAt),
        lost: (loss) => this.#lost(loss),
        changed: () => options.on.changed(this),
      },
    });
  }

  get state(): Connection['state'] {
    return this.#connection.state;
  }

  get attempt(): number {
    return this.#connection.attempt;
  }

  /** Why it is not open; while it is waiting, until when. */
  get loss(): Loss | undefined {
    return this.#connection.loss;
  }

  /** Why it is not connected, where everything wanted of it was refused. */
  get refusal(): string | undefined {
    if (this.#connection.state !== 'idle' || !this.#subscriptions.isRefused) return undefined;
    return this.#login === 'refused' ? 'the keys were refused' : 'all subscriptions were refused';
  }

  /** Everything wanted is there: the line it replaces may go. */
  get isComplete(): boolean {
    return this.#connection.state === 'open' && this.#subscriptions.isComplete;
  }

  hasHeard(key: string): boolean {
    return this.#subscriptions.hasHeard(key);
  }

  /** The whole set; connects when there is something in it. */
  want(args: ReadonlyMap<string, OkxArg>): void {
    this.#subscriptions.want(args);
    if (this.#login === 'refused') this.#subscriptions.refuseAll(needsLogin);
    if (this.#subscriptions.hasWork) this.#connection.start();
    else this.#restIfRefused();
    this.#flushSoon(0);
  }

  /** A book has to start anew. The first time at once; one that keeps failing waits longer and longer. */
  resync(key: string): void {
    const { timers } = this.#options.ports;
    const now = timers.now();
    const before = this.#resyncs.get(key);
    if (before?.cancel) return;
    const count = before && now - before.lastAt < RESYNC_CAP_MS ? before.count : 0;
    const delay = count === 0 ? 0 : Math.min(RESYNC_CAP_MS, RESYNC_FIRST_MS * 2 ** (count - 1));
    const cancel = timers.after(delay, () => this.#resyncNow(key));
    this.#resyncs.set(key, { count: count + 1, lastAt: now + delay, cancel });
  }

  snapshotCame(key: string): void {
    this.#subscriptions.snapshotCame(key);
    this.#options.on.changed(this);
  }

  reconnect(): void {
    this.#forget();
    this.#subscriptions.lost();
    this.#subscriptions.forgive();
    this.#login = 'out';
    this.#connection.reconnect();
  }

  /** Nothing is wanted any more: no socket until something is. */
  rest(): void {
    this.#forget();
    this.#subscriptions.lost();
    if (this.#login !== 'refused') this.#login = 'out';
    this.#connection.stop();
  }

  close(): void {
    this.#forget();
    this.#connection.close();
  }

  #opened(): void {
    this.#requests = new RateBudget(REQUESTS, this.#options.ports.timers);
    this.#flush();
  }

  #received(text: string, receivedAt: number): void {
    const { on, stats } = this.#options;
    const message = parseMessage(text);
    if (message.kind === 'data') {
      const { channel } = message.arg;
      stats.typed(channel);
      const key = keyOf(message.arg);
      // What was in flight when it was unsubscribed, or what nobody asked for.
      if (!this.#subscriptions.takes(key)) return;
      this.#connection.succeeded();
      this.#subscriptions.heard(key);
      this.#count();
      return on.data(this, message, receivedAt);
    }
    stats.typed(message.kind === 'unknown' ? message.event : message.kind);
    switch (message.kind) {
      case 'ack':
        this.#connection.succeeded();
        this.#subscriptions.acked(message.op, keyOf(message.arg));
        this.#count();
        this.#flush();
        on.changed(this);
        return;
      case 'login':
        this.#loggedIn();
        return;
      case 'error':
        return this.#refused(message);
      case 'connections':
        if (message.refused) this.#refuseChannel(message.channel, message.count);
        return;
      case 'bad':
        stats.dropped();
        return on.other(this, message, receivedAt);
      case 'notice':
      case 'unknown':
      case 'pong':
        return on.other(this, message, receivedAt);
      default:
        return message satisfies never;
    }
  }

  #refused({ code, message, id, arg }: OkxMessage & { readonly kind: 'error' }): void {
    const { on } = this.#options;
    if (this.#login === 'asked' && !arg && isLoginError(code)) {
      this.#login = 'refused';
      on.refused(this, { kind: 'login', code, message });
      return this.#refuseLogin();
    }
    const about = this.#subscriptions.refuse(id, arg, message);
    if (about) on.refused(this, { kind: 'subscription', arg: about, code, message });
    else on.refused(this, { kind: 'request', code, message });
    this.#restIfRefused();
    this.#flush();
    on.changed(this);
  }

  #refuseChannel(channel: string, count: string): void {
    for (const arg of this.#subscriptions.refuseAll((each) => each === channel)) {
      const message = `${count} connections have ${channel}, more are not allowed`;
      this.#options.on.refused(this, { kind: 'subscription', arg, code: 'channel-conn-count-error', message });
    }
    this.#restIfRefused();
    this.#options.on.changed(this);
  }

  /** O8: not retried. What needs no login goes on. */
  #refuseLogin(): void {
    this.#cancelLogin?.();
    this.#cancelLogin = undefined;
    this.#subscriptions.refuseAll(needsLogin);
    this.#restIfRefused();
    this.#options.on.changed(this);
  }

  /** The venue closes on who subscribes to nothing (O7: 4003), again and again. */
  #restIfRefused(): void {
    if (this.#subscriptions.isRefused) this.rest();
  }

  #loggedIn(): void {
    if (this.#login !== 'asked') return;
    this.#cancelLogin?.();
    this.#cancelLogin = undefined;
    this.#login = 'in';
    this.#connection.succeeded();
    this.#flush();
  }

  #lost(loss: Loss): void {
    const { on } = this.#options;
    const args = this.#subscriptions.args();
    const wasLogin = this.#login === 'asked' && loss.code === CLOSED_FOR_LOGIN;
    this.#forget();
    this.#subscriptions.lost();
    this.#count();
    if (this.#login !== 'refused') this.#login = wasLogin ? 'refused' : 'out';
    on.lost(this, loss, args);
    if (!wasLogin) return;
    on.refused(this, { kind: 'login', code: String(loss.code), message: loss.reason || 'login failed' });
    this.#refuseLogin();
  }

  #flushSoon(ms: number): void {
    this.#cancelFlush ??= this.#options.ports.timers.after(ms, () => {
      this.#cancelFlush = undefined;
      this.#flush();
    });
  }

  /** Sends what is due, as far as the budget goes. */
  #flush(): void {
    if (this.#connection.state !== 'open') return;
    this.#logIn();
    const { timers } = this.#options.ports;
    const isLoggedIn = this.#login === 'in';
    while (this.#subscriptions.isDue(isLoggedIn)) {
      if (!this.#requests.take()) return this.#flushSoon(this.#requests.wait());
      const request = this.#subscriptions.next(isLoggedIn, timers.now());
      if (!request) return;
      this.#connection.send(JSON.stringify(request));
      this.#checkLater();
    }
  }

  #logIn(): void {
    const { credentials, ports, on } = this.#options;
    if (this.#login !== 'out' || !credentials || !this.#subscriptions.needsLogin) return;
    if (!this.#requests.take()) return this.#flushSoon(this.#requests.wait());
    this.#login = 'asked';
    this.#connection.send(loginFrame(credentials, ports.timers.now()), 'secret');
    this.#cancelLogin = ports.timers.after(ANSWER_MS, () => {
      on.timedOut(this, 'login');
      this.#connection.drop('no answer to the login');
    });
  }

  #resyncNow(key: string): void {
    const pending = this.#resyncs.get(key);
    if (!pending) return;
    if (!this.#requests.has(RESERVE)) {
      pending.cancel = this.#options.ports.timers.after(REQUESTS.everyMs, () => this.#resyncNow(key));
      return;
    }
    pending.cancel = undefined;
    if (this.#subscriptions.resync(key)) this.#flush();
  }

  /** One timer while anything waits for an answer. */
  #checkLater(): void {
    this.#cancelCheck ??= this.#options.ports.timers.after(ANSWER_MS, () => {
      this.#cancelCheck = undefined;
      this.#check();
    });
  }

  #check(): void {
    const { on, ports } = this.#options;
    const { unanswered, refused, bare } = this.#subscriptions.overdue(ports.timers.now(), ANSWER_MS);
    for (const arg of refused) {
      on.refused(this, { kind: 'subscription', arg, code: '', message: 'refused without saying why' });
    }
    this.#restIfRefused();
    if (unanswered) {
      on.timedOut(this, 'subscription');
      return this.#connection.drop('no answer to a subscription');
    }
    for (const key of bare) {
      this.#options.stats.resynced();
      this.resync(key);
    }
    this.#flush();
    if (this.#subscriptions.isPending) this.#checkLater();
    on.changed(this);
  }

  #count(): void {
    this.stats.subscriptions = this.#subscriptions.count;
  }

  /** No timer outlives a connection. */
  #forget(): void {
    this.#cancelFlush?.();
    this.#cancelCheck?.();
    this.#cancelLogin?.();
    this.#cancelFlush = this.#cancelCheck = this.#cancelLogin = undefined;
    for (const pending of this.#resyncs.values()) {
      pending.cancel?.();
      pending.cancel = undefined;
    }
  }
}
