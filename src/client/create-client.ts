/** The typed protocol client: joins session, commands and subscriptions, and routes the frames between them. */
import {
  channelKind,
  hasCurrentValue,
  isEventData,
  isEventName,
  type EventOf,
  type Family,
  type PatternEvent,
} from '#protocol/channels.ts';
import type { Action, Params, Result } from '#protocol/commands.ts';
import type { ServerFrame, ServerFrameOf } from '#protocol/envelope.ts';
import { COMMANDS_PER_S, MAX_SUBSCRIPTIONS, MESSAGES_PER_S } from '#protocol/limits.ts';
import { Commands } from './commands.ts';
import { offers } from './offers.ts';
import { onBrowserOnline, type ClientOptions, type Token } from './options.ts';
import { Outbox } from './outbox.ts';
import { parseFrame } from './parse-frame.ts';
import { ResumeCursor } from './resume-cursor.ts';
import { Routes, type Listener } from './routes.ts';
import { Session } from './session.ts';
import { StatsCounter } from './stats.ts';
import { Subscriptions } from './subscriptions.ts';
import { systemTimers } from './system-timers.ts';
import type { ClientStats, CommandOptions, ConnectionState, Peer, ProtocolClient, SubscriptionHooks } from './types.ts';
import { randomUuid } from './uuid.ts';

const STATS_EVERY_MS = 1_000;

export function createClient(options: ClientOptions): ProtocolClient {
  return new Client(options);
}

class Client implements ProtocolClient {
  readonly #timers: Required<ClientOptions>['timers'];
  readonly #session: Session;
  readonly #outbox: Outbox;
  readonly #commands: Commands;
  readonly #subscriptions: Subscriptions;
  readonly #routes: Routes;
  readonly #cursor = new ResumeCursor();
  readonly #stats = new StatsCounter();
  readonly #observers = new Set<() => void>();
  #statsDue = false;

  constructor(options: ClientOptions) {
    const timers = (this.#timers = options.timers ?? systemTimers);
    this.#session = new Session({
      url: options.url,
      tokenInUrl: options.tokenInUrl ?? false,
      getToken: options.getToken,
      refresh: () => this.#refreshToken(),
      timers,
      random: options.random ?? Math.random,
      WebSocket: options.WebSocket ?? WebSocket,
      onOnline: options.onOnline ?? onBrowserOnline,
      sendAuth: (token) => this.#outbox.control({ type: 'auth', token }),
      sendPing: () => this.#outbox.control({ type: 'ping' }),
      opened: () => this.#outbox.open(),
      greeted: ({ run, seq, capabilities }) => {
        if (this.#cursor.greet(run, seq)) this.#subscriptions.forgetNumbers();
        const { messages_per_s = MESSAGES_PER_S, commands_per_s = COMMANDS_PER_S } = capabilities?.limits ?? {};
        this.#outbox.setLimits(messages_per_s, commands_per_s);
      },
      begin: () => {
        this.#subscriptions.begin();
        this.#commands.resend();
        this.#outbox.letCommandsFlow();
      },
      unsay: () => this.#subscriptions.unsay(),
      closed: () => {
        this.#subscriptions.end();
        this.#outbox.close();
      },
      over: (error) => this.#commands.failAll(error),
      received: (data) => this.#received(data),
      changed: () => this.#changed(),
    });
    this.#outbox = new Outbox(timers, {
      transmit: (text) => this.#session.send(text),
      nextCommand: () => this.#commands.next(),
    });
    this.#commands = new Commands({
      timers,
      uuid: options.uuid ?? randomUuid,
      wake: () => this.#outbox.pump(),
      offered: (action) => this.peer === null || offers(this.peer, action),
      results: options.results,
      malformed: () => this.#reject(),
    });
    this.#subscriptions = new Subscriptions({
      timers,
      cursor: this.#cursor,
      send: (frame) => this.#outbox.control(frame),
      comparesBySegment: () => this.peer !== null && this.peer.capabilities === null,
      limit: () => this.peer?.capabilities?.limits.subscriptions ?? MAX_SUBSCRIPTIONS,
      changed: () => this.#routes.clear(),
    });
    this.#routes = new Routes(this.#subscriptions.patterns);
  }

  get state(): ConnectionState {
    return this.#session.state;
  }

  get peer(): Peer | null {
    return this.#session.peer;
  }

  get stats(): ClientStats {
    return this.#stats.shown;
  }

  onChange(listener: () => void): () => void {
    this.#observers.add(listener);
    return () => this.#observers.delete(listener);
  }

  connect(): void {
    this.#session.connect();
  }

  reconnect(): void {
    this.#session.reconnect();
  }

  close(): void {
    this.#session.close();
  }

  command<A extends Action>(action: A, params: Params<A>, options?: CommandOptions): Promise<Result<A>> {
    return this.#commands.send(action, params, options);
  }

  subscribe<P extends string>(
    pattern: P,
    handler: (event: PatternEvent<P>) => void,
    hooks: SubscriptionHooks = {},
  ): () => void {
    const listener: Listener = {
      // A channel that matches the pattern is of a family the pattern's type names: `FamilyOf` follows Z9.
      deliver: guarded(handler as (event: EventOf<Family>) => void),
      onGap: hooks.onGap && guarded(hooks.onGap),
      onDenied: hooks.onDenied && guarded(hooks.onDenied),
      since: this.#cursor.newest,
      valueSeq: -1,
    };
    return this.#subscriptions.add(pattern, listener);
  }

  refresh(pattern: string): void {
    this.#subscriptions.refresh(pattern);
  }

  #received(data: unknown): void {
    const now = this.#timers.now();
    this.#session.alive();
    this.#stats.received += 1;
    this.#stats.lastFrameAt = now;
    this.#showStatsSoon();
    if (typeof data !== 'string') return this.#reject();
    this.#stats.receivedBytes += data.length;
    const frame = parseFrame(data);
    if (frame === 'malformed') this.#reject();
    else if (frame !== 'unknown') this.#take(frame, now);
  }

  #take(frame: ServerFrame, now: number): void {
    switch (frame.type) {
      case 'event':
        return this.#dispatch(frame, now);
      case 'response':
        return this.#commands.answer(frame);
      case 'subscribed':
        return this.#subscriptions.subscribed(frame);
      case 'unsubscribed':
        return this.#subscriptions.unsubscribed(frame);
      case 'connected':
        return this.#session.connected(frame);
      case 'auth_result':
        return this.#session.authResult(frame);
      case 'ping':
        return this.#outbox.control({ type: 'pong' });
      case 'pong':
        this.#stats.roundTripMs = this.#session.pong() ?? this.#stats.roundTripMs;
        return undefined;
      case 'error':
        return this.#refused(frame);
    }
  }

  /** An `error` without an addressee (Z4: a frame type the peer does not know, say) changes nothing here. */
  #refused({ id, error }: ServerFrameOf<'error'>): void {
    if (this.#session.cameTooEarly(error.code)) return;
    if (id !== undefined) this.#commands.refuse(id, error);
    this.#subscriptions.refused(id, error);
  }

  #dispatch({ channel, event, data, seq, timestamp }: ServerFrameOf<'event'>, now: number): void {
    const { family, listeners } = this.#routes.of(channel);
    if (!family) return;
    const isDurable = channelKind(family) === 'durable';
    const isCurrentValue = isDurable && hasCurrentValue(family);
    // What is dropped below has been seen all the same: a replay would bring it no better.
    const isNew = seq === undefined || (isDurable ? this.#cursor.accept(seq) : this.#cursor.note(seq));
    if (!isEventName(family, event) || !(isNew || isCurrentValue)) return;
    if (!isEventData(family, event, data)) return this.#reject();
    // The guard above has checked the data against this family and event.
    const typed = { family, channel, event, data, timestamp: timestamp ?? now, ...(seq !== undefined && { seq }) };
    for (const listener of listeners) {
      if (seq !== undefined && isDurable) {
        // Z11: a late listener is told the current value under the number it once had.
        const seen = isCurrentValue ? listener.valueSeq : listener.since;
        if (seq <= seen) continue;
        if (isCurrentValue) listener.valueSeq = seq;
      }
      listener.deliver(typed as EventOf<Family>);
    }
  }

  /** Z8. */
  #refreshToken(): Promise<Token> | undefined {
    if (!this.peer || !offers(this.peer, 'auth.refresh')) return undefined;
    return this.command('auth.refresh', {}).then(({ token, expires_at }) => ({ token, expiresAt: expires_at }));
  }

  #reject(): void {
    this.#stats.rejected += 1;
  }

  #showStatsSoon(): void {
    if (this.#statsDue || this.#observers.size === 0) return;
    this.#statsDue = true;
    this.#timers.after(STATS_EVERY_MS, () => {
      this.#statsDue = false;
      this.#changed();
    });
  }

  #changed(): void {
    this.#stats.show(this.#session.reconnects);
    for (const observer of this.#observers) observer();
  }
}

/** A handler that throws is reported by the platform and keeps nothing from the others. */
function guarded<T extends unknown[]>(handler: (...args: T) => void): (...args: T) => void {
  return (...args) => {
    try {
      handler(...args);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  };
}
