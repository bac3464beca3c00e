/**
 * A session with OKX: routes what is wanted to the three URLs (O2), keeps only those connected that are needed, and
 * turns frames into events. The same code runs in the browser's worker and in the engine; live or demo is the URL (O1).
 */
import type { Timers } from '#domain/clock.ts';
import { RateBudget } from '../kit/rate-budget.ts';
import { ConnectionRecorder } from '../kit/stats.ts';
import type {
  ConnectionStats,
  DecoderOptions,
  SessionPorts,
  SessionStatus,
  Subscription,
  VenueEvent,
  VenueProblem,
  VenueSession,
} from '../venue.ts';
import {
  argsOf,
  feedOf,
  isBookChannel,
  keyOf,
  lineOf,
  LINES,
  needsLogin,
  type BookChannel,
  type LineName,
} from './channels.ts';
import { addressOf } from './address.ts';
import { createOkxDecoder } from './decoder.ts';
import { CLOSING_SOON, describeLoss } from './errors.ts';
import { Line, type LineHandlers, type Refusal } from './line.ts';
import type { OkxCredentials } from './login.ts';
import type { OkxArg, OkxMessage } from './schema.ts';

/** O5: three connects a second an IP; in no second more than two and one. */
const CONNECTS = { burst: 2, everyMs: 1_000 };

/** For sessions that connect from one address to share. */
export function okxConnects(timers: Timers): RateBudget {
  return new RateBudget(CONNECTS, timers);
}

/** How long a connection that nobody needs any more is kept: leaving a chart and coming back costs none. */
const LINGER_MS = 30_000;

export interface OkxSessionOptions extends DecoderOptions {
  /** Base URL: `wss://ws.okx.com:8443`, `wss://wspap.okx.com:8443` for the demo. */
  readonly url: string;
  /** For `account`; given only in the engine. */
  readonly credentials?: OkxCredentials;
  /** O5: what it shares with other sessions of this machine; its own if not given. */
  readonly connects?: RateBudget;
  /** `books` unless said otherwise. */
  readonly book?: BookChannel;
}

/** One of the three URLs: the line in use, and the one that is to replace it (O4). */
interface Slot {
  readonly name: LineName;
  readonly stats: ConnectionRecorder;
  wanted: ReadonlyMap<string, OkxArg>;
  current: Line | undefined;
  next: Line | undefined;
  cancelLinger: (() => void) | undefined;
}

export function createOkxSession(options: OkxSessionOptions, ports: SessionPorts): VenueSession {
  return new OkxSession(options, ports);
}

class OkxSession implements VenueSession {
  readonly #options: OkxSessionOptions;
  readonly #ports: SessionPorts;
  readonly #decoder;
  readonly #connects: RateBudget;
  readonly #slots: readonly Slot[];
  #subscriptions: readonly Subscription[] = [];
  #symbols = new Set<string>();
  #status: SessionStatus = { phase: 'idle' };
  #isStarted = false;
  #isClosed = false;
  #hasToldMissingKeys = false;

  constructor(options: OkxSessionOptions, ports: SessionPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#decoder = createOkxDecoder(options);
    this.#connects = options.connects ?? okxConnects(ports.timers);
    this.#slots = LINES.map((name) => ({
      name,
      stats: new ConnectionRecorder(name, ports.timers),
      wanted: new Map(),
      current: undefined,
      next: undefined,
      cancelLinger: undefined,
    }));
  }

  get status(): SessionStatus {
    return this.#status;
  }

  stats(): readonly ConnectionStats[] {
    return this.#slots.filter(({ current, stats }) => current || stats.wasOpen).map(({ stats }) => stats.read());
  }

  want(subscriptions: readonly Subscription[]): void {
    this.#subscriptions = subscriptions;
    if (this.#isStarted && !this.#isClosed) this.#apply();
  }

  start(): void {
    if (this.#isStarted || this.#isClosed) return;
    this.#isStarted = true;
    this.#apply();
  }

  reconnect(): void {
    if (this.#isClosed) return;
    this.#isStarted = true;
    for (const slot of this.#slots) {
      slot.next?.close();
      slot.next = undefined;
      if (!slot.current) continue;
      this.#cut(slot, slot.wanted.values(), new Set());
      if (slot.wanted.size > 0) slot.current.reconnect();
    }
    this.#apply();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const slot of this.#slots) this.#release(slot);
    this.#setStatus({ phase: 'closed' });
  }

  #apply(): void {
    const wanted = new Map(LINES.map((name) => [name, new Map<string, OkxArg>()]));
    this.#symbols = new Set(this.#subscriptions.map(({ symbol }) => symbol));
    for (const { feed, symbol } of this.#subscriptions) {
      for (const arg of argsOf(feed, symbol, this.#options.book ?? 'books')) {
        if (needsLogin(arg.channel) && !this.#options.credentials) continue;
        wanted.get(lineOf(arg.channel))?.set(keyOf(arg), arg);
      }
    }
    this.#tellMissingKeys();
    for (const slot of this.#slots) this.#want(slot, wanted.get(slot.name) ?? new Map());
    this.#refresh();
  }

  #tellMissingKeys(): void {
    const isAccountWanted = this.#subscriptions.some(({ feed }) => feed === 'account');
    if (!isAccountWanted || this.#options.credentials) {
      this.#hasToldMissingKeys = false;
    } else if (!this.#hasToldMissingKeys) {
      this.#hasToldMissingKeys = true;
      this.#problem('subscription_refused', 'the account needs keys, which are set up in the engine', {
        feed: 'account',
      });
    }
  }

  #want(slot: Slot, args: ReadonlyMap<string, OkxArg>): void {
    for (const [key, { channel, instId }] of slot.wanted) {
      if (isBookChannel(channel) && instId !== undefined && !args.has(key)) this.#decoder.forget(instId);
    }
    slot.wanted = args;
    slot.cancelLinger?.();
    slot.cancelLinger = undefined;
    if (args.size > 0) slot.current ??= this.#createLine(slot);
    slot.current?.want(args);
    slot.next?.want(args);
    if (args.size === 0 && slot.current) {
      slot.cancelLinger = this.#ports.timers.after(LINGER_MS, () => {
        this.#release(slot);
        this.#refresh();
      });
    }
  }

  #release(slot: Slot): void {
    slot.cancelLinger?.();
    slot.cancelLinger = undefined;
    slot.next?.close();
    slot.current?.close();
    slot.next = undefined;
    slot.current = undefined;
  }

  #createLine(slot: Slot): Line {
    const { url, credentials } = this.#options;
    const on: LineHandlers = {
      data: (line, message, receivedAt) => this.#data(slot, line, message, receivedAt),
      other: (line, message, receivedAt) => this.#other(slot, line, message, receivedAt),
      refused: (_, refusal) => this.#refused(refusal),
      timedOut: (_, what) => this.#problem('timeout', `${slot.name}: no answer to a ${what}`),
      lost: (line, _, args) => this.#lost(slot, line, args),
      changed: (line) => this.#changed(slot, line),
    };
    return new Line({
      url: addressOf(url, slot.name),
      ports: this.#ports,
      stats: slot.stats,
      connects: this.#connects,
      credentials,
      on,
    });
  }

  #data(slot: Slot, line: Line, message: OkxMessage & { readonly kind: 'data' }, receivedAt: number): void {
    const key = keyOf(message.arg);
    // O4: each subscription switches over when its new line has spoken.
    if (line === slot.current && slot.next?.hasHeard(key)) return;
    const events = this.#decoder.take(message);
    slot.stats.latencyOf(events, receivedAt);
    for (const event of events) {
      if (event.type === 'book' && event.change.kind === 'snapshot') line.snapshotCame(key);
      if (event.type === 'book_state' && event.state.trust === 'resyncing') {
        slot.stats.resynced();
        line.resync(key);
      }
      if (event.type === 'problem' && event.problem.code === 'bad_frame') slot.stats.dropped();
    }
    const wanted = message.arg.channel === 'instruments' ? this.#onlyWanted(events) : events;
    if (wanted.length > 0) this.#ports.emit(wanted, receivedAt);
  }

  /** The venue tells of all instruments of a type. */
  #onlyWanted(events: readonly VenueEvent[]): readonly VenueEvent[] {
    return events.flatMap((event): VenueEvent[] => {
      if (event.type !== 'instruments') return [event];
      const instruments = event.instruments.filter(({ symbol }) => this.#symbols.has(symbol));
      return instruments.length > 0 ? [{ type: 'instruments', instruments }] : [];
    });
  }

  #other(slot: Slot, line: Line, message: OkxMessage, receivedAt: number): void {
    if (message.kind === 'notice' && message.code === CLOSING_SOON) return this.#replace(slot, line);
    const events = this.#decoder.take(message);
    if (events.length > 0) this.#ports.emit(events, receivedAt);
  }

  #refused(refusal: Refusal): void {
    const { code, message } = refusal;
    const text = [code, message].filter(Boolean).join(' ');
    if (refusal.kind === 'login') return this.#problem('login_refused', text, { venueCode: code });
    if (refusal.kind === 'request') return this.#problem('refused', text, { venueCode: code });
    const { channel, instId } = refusal.arg;
    const feed = feedOf(channel);
    this.#problem('subscription_refused', `${keyOf(refusal.arg)}: ${text}`, {
      venueCode: code,
      ...(instId === undefined ? {} : { symbol: instId }),
      ...(feed === undefined ? {} : { feed }),
    });
  }

  #lost(slot: Slot, line: Line, args: readonly OkxArg[]): void {
    if (line === slot.next) return;
    const heard = new Set(args.map(keyOf).filter((key) => slot.next?.hasHeard(key)));
    this.#cut(slot, args, heard);
    if (slot.next) this.#promote(slot);
  }

  /** What these carried is no longer up to date, but for what the replacement already carries. */
  #cut(slot: Slot, args: Iterable<OkxArg>, carried: ReadonlySet<string>): void {
    const symbols: string[] = [];
    for (const arg of args) {
      if (carried.has(keyOf(arg))) continue;
      if (isBookChannel(arg.channel) && arg.instId !== undefined) symbols.push(arg.instId);
      if (needsLogin(arg.channel)) this.#decoder.forgetAccount(arg.channel);
    }
    if (slot.name !== 'public' || symbols.length === 0) return;
    const events = this.#decoder.lost(symbols);
    if (events.length > 0) this.#ports.emit(events, this.#ports.timers.now());
  }

  /** O4: the server closes in 60 s. The replacement opens first. */
  #replace(slot: Slot, line: Line): void {
    if (line === slot.next) this.#promote(slot);
    if (slot.next || slot.wanted.size === 0) return;
    slot.next = this.#createLine(slot);
    slot.next.want(slot.wanted);
  }

  #promote(slot: Slot): void {
    const old = slot.current;
    slot.current = slot.next;
    slot.next = undefined;
    old?.close();
  }

  #changed(slot: Slot, line: Line): void {
    if (line === slot.next && line.isComplete) this.#promote(slot);
    this.#refresh();
  }

  #refresh(): void {
    if (!this.#isClosed) this.#setStatus(this.#isStarted ? this.#combine() : { phase: 'idle' });
  }

  /** The worst of the lines that are needed; one of which everything is refused leaves the others as they are. */
  #combine(): SessionStatus {
    const lines = this.#slots.flatMap(({ current, wanted }) => (current && wanted.size > 0 ? [current] : []));
    if (lines.length === 0) return { phase: 'idle' };
    const usable = lines.filter((line) => line.refusal === undefined);
    if (usable.length === 0) return { phase: 'refused', reason: lines[0]?.refusal ?? '' };
    let waiting: Line | undefined;
    for (const line of usable) {
      if (line.state === 'waiting' && line.loss && line.loss.retryAt < (waiting?.loss?.retryAt ?? Infinity))
        waiting = line;
    }
    if (waiting?.loss) {
      const { attempt, retryAt } = waiting.loss;
      return { phase: 'waiting', attempt, retryAt, reason: describeLoss(waiting.loss) };
    }
    const opening = usable.find((line) => line.state !== 'open');
    return opening ? { phase: 'connecting', attempt: opening.attempt } : { phase: 'live', silentSince: null };
  }

  #setStatus(status: SessionStatus): void {
    if (JSON.stringify(status) === JSON.stringify(this.#status)) return;
    this.#status = status;
    this.#ports.onStatus(status);
  }

  #problem(code: VenueProblem['code'], message: string, about: Partial<VenueProblem> = {}): void {
    this.#ports.emit([{ type: 'problem', problem: { ...about, code, message } }], this.#ports.timers.now());
  }
}
