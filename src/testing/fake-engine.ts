/**
 * An engine in memory that speaks zigquant-v2 as the page says, without any trading behind it: it records what it got,
 * answers from a script, and can be made to behave as foreign engines do.
 */
import { channelMatches, isChannelPattern } from '#domain/channel.ts';
import type { Timers } from '#domain/clock.ts';
import { channelKind, familyOf, hasCurrentValue } from '#protocol/channels.ts';
import { commands } from '#protocol/commands.ts';
import { clientFrames, type Capabilities, type ClientFrame, type WireError } from '#protocol/envelope.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { CloseCode, COMMANDS_PER_S, MAX_SUBSCRIPTIONS, MESSAGES_PER_S, PING_INTERVAL_MS } from '#protocol/limits.ts';
import type { ServerSocket } from './socket-pair.ts';

export const FULL_CAPABILITIES: Capabilities = {
  actions: Object.keys(commands),
  channels: ['*'],
  limits: { messages_per_s: MESSAGES_PER_S, subscriptions: MAX_SUBSCRIPTIONS, commands_per_s: COMMANDS_PER_S },
  heartbeat_ms: PING_INTERVAL_MS,
};

export interface EngineHabits {
  /** `null`: a foreign engine, which names none, has no runs or numbers, and matches segment by segment. */
  readonly capabilities: Capabilities | null;
  readonly authRequired: boolean;
  /** How long a token takes to check; frames that come meanwhile wait, or are refused by foreign engines. */
  readonly authMs: number;
  readonly waitsForAuth: boolean;
  /** Durable events kept for replay. */
  readonly ring: number;
  readonly greets: boolean;
  readonly answersPing: boolean;
  /** Whether `subscribed` comes ahead of the replayed events. */
  readonly answersFirst: boolean;
}

const OURS: EngineHabits = {
  capabilities: FULL_CAPABILITIES,
  authRequired: true,
  authMs: 0,
  waitsForAuth: true,
  ring: 10_000,
  greets: true,
  answersPing: true,
  answersFirst: true,
};

export const FOREIGN: Partial<EngineHabits> = { capabilities: null, waitsForAuth: false };

export interface RanCommand {
  readonly id: string;
  readonly action: string;
  readonly params: unknown;
}

type CommandFrame = Extract<ClientFrame, { type: 'command' }>;
type Script = (params: unknown, id: string) => unknown;

interface Wire {
  readonly type: 'event';
  readonly channel: string;
  readonly event: string;
  readonly timestamp: number;
  readonly seq?: number;
  readonly data: unknown;
}

interface Connection {
  readonly socket: ServerSocket;
  readonly patterns: Set<string>;
  readonly received: ClientFrame[];
  readonly waiting: ClientFrame[];
  isChecking: boolean;
  isAuthenticated: boolean;
}

export class FakeEngine {
  readonly #timers: Timers;
  readonly #scripts = new Map<string, Script>();
  readonly #responses = new Map<string, { readonly digest: string; readonly answer: object | undefined }>();
  readonly #ring: Wire[] = [];
  readonly #current = new Map<string, Wire>();
  #seq = 0;
  #forgotten = 0;
  habits: EngineHabits;
  run = 'run-1';
  /** What an `auth` frame's token is worth. */
  checkToken: (token: string) => { user: string; role: string; expires_at: number } | WireError;
  /** The next `subscribe` or `unsubscribe` gets this instead of an answer. */
  refuseNext: WireError | undefined;
  readonly connections: Connection[] = [];
  /** Commands that took effect, each once. */
  readonly ran: RanCommand[] = [];

  constructor(timers: Timers, habits: Partial<EngineHabits> = {}) {
    this.#timers = timers;
    this.habits = { ...OURS, ...habits };
    this.checkToken = () => ({ user: 'ada', role: 'admin', expires_at: timers.now() + 900_000 });
  }

  get seq(): number {
    return this.#seq;
  }

  /** The connection made last. */
  get last(): Connection {
    const connection = this.connections[this.connections.length - 1];
    if (!connection) throw new Error('nobody has connected');
    return connection;
  }

  readonly accept = (socket: ServerSocket): void => {
    const connection: Connection = {
      socket,
      patterns: new Set(),
      received: [],
      waiting: [],
      isChecking: false,
      isAuthenticated: !this.habits.authRequired,
    };
    this.connections.push(connection);
    socket.onText = (text) => this.#receive(connection, text);
    socket.onClose = () => connection.patterns.clear();
    const { capabilities, authRequired, greets } = this.habits;
    if (!greets) return;
    const ours = { capabilities, run: this.run, seq: this.#seq };
    this.send(connection, {
      type: 'connected',
      data: {
        protocol: 'zigquant-v2',
        server: 'fake 1.0',
        ...(capabilities && ours),
        ...(!authRequired && { auth_required: false }),
      },
    });
    const token = new URL(socket.url).searchParams.get('token');
    if (token !== null && capabilities) this.#authenticate(connection, token, undefined);
  };

  /** Frames of one type that the last connection, or the given one, has brought. */
  got<T extends ClientFrame['type']>(type: T, connection = this.last): Extract<ClientFrame, { type: T }>[] {
    return connection.received.filter((frame): frame is Extract<ClientFrame, { type: T }> => frame.type === type);
  }

  /** Answers `action` from now on: with what `script` returns or, where that is a `ProtocolError`, with an error. */
  on(action: string, script: Script): void {
    this.#scripts.set(action, script);
  }

  publish(channel: string, event: string, data: unknown): void {
    const family = familyOf(channel);
    this.#seq += 1;
    const numbered = this.habits.capabilities ? { seq: this.#seq } : {};
    const wire: Wire = { type: 'event', channel, event, timestamp: this.#timers.now(), ...numbered, data };
    if (family && channelKind(family) === 'durable') {
      this.#ring.push(wire);
      if (this.#ring.length > this.habits.ring) this.#forgotten = this.#ring.shift()?.seq ?? 0;
    }
    if (family && hasCurrentValue(family)) this.#current.set(channel, wire);
    for (const connection of this.connections) {
      if ([...connection.patterns].some((pattern) => this.#matches(pattern, channel))) this.send(connection, wire);
    }
  }

  /** A new run: numbers start anew and nothing can be replayed. */
  restart(run: string): void {
    this.run = run;
    this.#seq = 0;
    this.#forgotten = 0;
    this.#ring.length = 0;
    for (const [channel, wire] of this.#current) this.#current.set(channel, { ...wire, seq: 0 });
    for (const { socket } of this.connections) socket.close(CloseCode.shuttingDown);
  }

  send(connection: Connection, frame: object): void {
    connection.socket.send(JSON.stringify({ timestamp: this.#timers.now(), ...frame }));
  }

  #receive(connection: Connection, text: string): void {
    const frame = parseClientFrame(text);
    connection.received.push(frame);
    if (connection.isChecking && this.habits.waitsForAuth) connection.waiting.push(frame);
    else this.#handle(connection, frame);
  }

  #handle(connection: Connection, frame: ClientFrame): void {
    if (!connection.socket.isOpen && frame.type !== 'command') return;
    if (frame.type === 'auth') return this.#authenticate(connection, frame.token, frame.id);
    if (frame.type === 'ping') {
      if (this.habits.answersPing) this.send(connection, { type: 'pong' });
      return;
    }
    if (!connection.isAuthenticated) {
      return this.#error(connection, frame, { code: 'AUTH_REQUIRED', message: 'authenticate first' });
    }
    if (this.refuseNext && frame.type !== 'command' && frame.type !== 'pong') {
      this.#error(connection, frame, this.refuseNext);
      this.refuseNext = undefined;
      return undefined;
    }
    switch (frame.type) {
      case 'subscribe':
        return this.#subscribe(connection, frame);
      case 'unsubscribe':
        for (const channel of frame.channels) connection.patterns.delete(channel);
        return this.send(connection, { type: 'unsubscribed', ...echo(frame), data: this.#active(connection) });
      case 'command':
        return this.#command(connection, frame);
      case 'pong':
        if (!this.habits.capabilities) this.#error(connection, frame, { code: 'UNKNOWN_TYPE', message: 'pong?' });
        return undefined;
    }
  }

  #authenticate(connection: Connection, token: string, id: string | undefined): void {
    connection.isChecking = true;
    const finish = () => {
      connection.isChecking = false;
      const verdict = this.checkToken(token);
      const head = { type: 'auth_result', ...(id !== undefined && { id }) };
      if ('code' in verdict) {
        const reason = this.habits.capabilities ? { error: verdict } : { data: { message: verdict.message } };
        this.send(connection, { ...head, success: false, ...reason });
      } else {
        connection.isAuthenticated = true;
        this.send(connection, { ...head, success: true, data: verdict });
      }
      for (const frame of connection.waiting.splice(0)) this.#handle(connection, frame);
    };
    if (this.habits.authMs > 0) this.#timers.after(this.habits.authMs, finish);
    else finish();
  }

  #subscribe(connection: Connection, frame: Extract<ClientFrame, { type: 'subscribe' }>): void {
    const denied: { channel: string; code: string }[] = [];
    for (const channel of frame.channels) {
      if (!isChannelPattern(channel)) denied.push({ channel, code: 'INVALID_CHANNEL' });
      else if (channel === 'forbidden.*') denied.push({ channel, code: 'FORBIDDEN' });
      else if (connection.patterns.size >= MAX_SUBSCRIPTIONS && !connection.patterns.has(channel)) {
        denied.push({ channel, code: 'SUBSCRIPTION_LIMIT' });
      } else connection.patterns.add(channel);
    }
    const concerned = ({ channel }: Wire) => frame.channels.some((pattern) => this.#matches(pattern, channel));
    const { after } = frame;
    const gap = after && (after.run !== this.run || after.seq < this.#forgotten);
    const replay = after && !gap ? this.#ring.filter((wire) => (wire.seq ?? 0) > after.seq && concerned(wire)) : [];
    const answer = this.habits.capabilities
      ? {
          ...this.#active(connection),
          ...(denied.length > 0 && { denied }),
          ...(after && (gap ? { gap: true } : { replayed: replay.length })),
        }
      : { count: frame.channels.length, active_subscriptions: connection.patterns.size };
    const subscribed = { type: 'subscribed', ...(this.habits.capabilities && echo(frame)), data: answer };
    if (this.habits.answersFirst) this.send(connection, subscribed);
    for (const wire of replay) this.send(connection, wire);
    if (!this.habits.answersFirst) this.send(connection, subscribed);
    for (const { channel, code } of denied) this.#error(connection, frame, { code, message: '', details: { channel } });
    if (!this.habits.capabilities) return;
    for (const wire of this.#current.values()) if (concerned(wire)) this.send(connection, wire);
  }

  #command(connection: Connection, frame: CommandFrame): void {
    const { action, params } = frame;
    if (typeof frame.id !== 'string') {
      return this.#error(connection, frame, { code: 'INVALID_COMMAND', message: 'id is missing' });
    }
    const { id } = frame;
    const digest = JSON.stringify([action, params]);
    const known = this.#responses.get(id);
    if (known && known.digest !== digest) {
      return this.#respond(connection, id, failure(new ProtocolError('INVALID_COMMAND', 'id reused')));
    }
    if (known) return known.answer && this.#respond(connection, id, known.answer);
    const script = this.#scripts.get(action);
    if (!script) return this.#respond(connection, id, failure(new ProtocolError('UNKNOWN_ACTION', action)));
    const result = script(params, id);
    // A refused excess is no answer to remember: the command was not run.
    if (result instanceof ProtocolError && result.code === 'RATE_LIMITED') {
      return this.#respond(connection, id, failure(result));
    }
    this.ran.push({ id, action, params });
    const answer =
      result === undefined
        ? undefined
        : result instanceof ProtocolError
          ? failure(result)
          : { success: true, data: result };
    this.#responses.set(id, { digest, answer });
    if (answer) this.#respond(connection, id, answer);
  }

  #respond(connection: Connection, id: string, answer: object): void {
    this.send(connection, { type: 'response', id, ...answer });
  }

  #error(connection: Connection, frame: ClientFrame, error: WireError): void {
    this.send(connection, { type: 'error', ...(this.habits.capabilities && echo(frame)), error });
  }

  #active(connection: Connection): object {
    return { channels: [...connection.patterns], active_subscriptions: connection.patterns.size };
  }

  /** Z9: the published server compares segment by segment. */
  #matches(pattern: string, channel: string): boolean {
    const bySegment = pattern.split('.').length === channel.split('.').length;
    return channelMatches(pattern, channel) && (this.habits.capabilities !== null || bySegment);
  }
}

function parseClientFrame(text: string): ClientFrame {
  const frame: { type: ClientFrame['type'] } = JSON.parse(text);
  return clientFrames[frame.type].parse(frame);
}

function echo(frame: ClientFrame): { id?: unknown } {
  return 'id' in frame && frame.id !== undefined ? { id: frame.id } : {};
}

function failure({ code, message, details }: ProtocolError): object {
  return { success: false, error: { code, message, details } };
}
