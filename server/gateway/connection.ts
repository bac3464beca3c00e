/** One client's connection, from `connected` to its close code: the server side of Z4–Z20. */
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Timers } from '#domain/clock.ts';
import type { ClientFrame, ServerFrame, ServerFrameOf, WireError } from '#protocol/envelope.ts';
import { ProtocolError, type ErrorCode } from '#protocol/errors.ts';
import { AUTH_DEADLINE_MS, CloseCode, EXCESS_CLOSE_MS, MAX_REQUEST_ID_LENGTH } from '#protocol/limits.ts';
import { readFrame } from './client-frame.ts';
import type { Dispatcher } from './dispatcher.ts';
import { Seat, type EventHub } from './event-hub.ts';
import type { StoredResponse } from './handlers.ts';
import type { Identity, TokenVerifier } from './identity.ts';
import { Liveness } from './liveness.ts';
import { Outbox, type OutboxLimits } from './outbox.ts';
import { ExcessWatch, TokenBucket } from './rate-limit.ts';
import { authError, error, idOf, serverFrame, withId } from './server-frame.ts';
import { subscribeTo } from './subscribing.ts';

export interface ConnectionLimits extends OutboxLimits {
  readonly messagesPerSecond: number;
  readonly commandsPerSecond: number;
  readonly subscriptions: number;
}

export interface ConnectionOptions {
  readonly ws: WebSocket;
  /** The socket under `ws`; whole frames are written to it directly. */
  readonly socket: Duplex;
  readonly hub: EventHub;
  readonly dispatcher: Dispatcher;
  readonly verifier: TokenVerifier;
  readonly timers: Timers;
  readonly limits: ConnectionLimits;
  /** `data` of the `connected` frame (Z5). */
  readonly greeting: ServerFrameOf<'connected'>['data'];
  /** Z2, Z6: known from the handshake, or because the engine serves without sign-in. */
  readonly identity: Identity | undefined;
  /** Z19: it is about to be cut off. */
  readonly onSlow: () => void;
  readonly onClosed: (connection: Connection) => void;
}

export const SESSION_ENDED = error('AUTH_INVALID', 'the session has ended');

/** How long a peer may take to answer our close frame. */
const CLOSE_GRACE_MS = 3_000;

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #outbox: Outbox;
  readonly #liveness: Liveness;
  readonly #messages: TokenBucket;
  readonly #commands: TokenBucket;
  readonly #excess = new ExcessWatch(EXCESS_CLOSE_MS);
  readonly #seat: Seat;
  #identity: Identity | undefined;
  /** Frames that came while an `auth` frame is being checked: they wait for it, in order. */
  #waiting: ClientFrame[] | undefined;
  #cancelDeadline: () => void = () => {};
  #closed = false;

  constructor(options: ConnectionOptions) {
    const { ws, socket, hub, timers, limits } = options;
    this.#options = options;
    this.#messages = new TokenBucket(limits.messagesPerSecond, timers.now());
    this.#commands = new TokenBucket(limits.commandsPerSecond, timers.now());
    this.#outbox = new Outbox(socket, limits, {
      isOpen: () => ws.readyState === ws.OPEN,
      settle: () => this.#seat.group?.flush(),
      newest: (frame) => (frame.family === 'market.book' ? (hub.currentOf(frame.channel) ?? frame) : frame),
      onOverflow: () => {
        options.onSlow();
        this.close(CloseCode.slowConsumer, error('SLOW_CONSUMER', 'too slow for the events asked for'));
      },
    });
    this.#seat = new Seat(this.#outbox, 'viewer');
    this.#liveness = new Liveness(timers, {
      ping: () => {
        if (this.#isSignedIn()) this.#send({ type: 'ping' });
      },
      onSilence: () => this.close(CloseCode.heartbeat),
    });
    ws.on('message', (data, isBinary) => this.#receive(data, isBinary));
    ws.on('ping', () => this.#liveness.heard());
    ws.on('close', () => this.#ended());
    // `ws` closes by itself with the right code (1007, 1009, 1002); 'close' follows.
    ws.on('error', () => {});
    this.#send({ type: 'connected', data: options.greeting });
    this.#cancelDeadline = timers.after(AUTH_DEADLINE_MS, () =>
      this.close(CloseCode.authentication, error('AUTH_REQUIRED', 'no sign-in within 10 s')),
    );
    if (options.identity) this.#accept(options.identity, undefined);
  }

  get identity(): Identity | undefined {
    return this.#identity;
  }

  get backedUp(): boolean {
    return this.#outbox.backedUp;
  }

  /** Z20. Nothing of what is still unsent goes out, only `reason`. */
  close(code: number, reason?: WireError): void {
    if (this.#closed) return;
    const { ws, socket, timers } = this.#options;
    this.#release();
    // Past the outbox, which may be what is full.
    if (reason && ws.readyState === ws.OPEN) socket.write(this.#encode({ type: 'error', error: reason }));
    ws.close(code, reason?.message ?? '');
    const cancel = timers.after(CLOSE_GRACE_MS, () => ws.terminate());
    ws.once('close', cancel);
  }

  #release(): void {
    this.#closed = true;
    this.#cancelDeadline();
    this.#liveness.stop();
    this.#options.hub.leave(this.#seat);
    this.#outbox.close();
  }

  #ended(): void {
    if (!this.#closed) this.#release();
    this.#options.onClosed(this);
  }

  #receive(data: WebSocket.RawData, isBinary: boolean): void {
    if (this.#closed) return;
    this.#liveness.heard();
    if (isBinary) {
      this.close(CloseCode.unsupportedData, error('INVALID_MESSAGE', 'frames are text'));
      return;
    }
    const retryAfter = this.#messages.take(this.#options.timers.now());
    const read = readFrame(String(data));
    if (retryAfter > 0) {
      this.#limited(read.ok ? read.frame : { id: read.id }, retryAfter);
    } else if (!read.ok) {
      this.#error(read.code, read.message, read.details, read.id);
    } else if (this.#waiting) {
      this.#waiting.push(read.frame);
    } else {
      this.#handle(read.frame);
    }
  }

  #handle(frame: ClientFrame): void {
    switch (frame.type) {
      case 'auth':
        void this.#authenticate(frame.token, frame.id);
        return;
      case 'ping':
        this.#send({ type: 'pong' });
        return;
      case 'pong':
        return;
      case 'subscribe':
      case 'unsubscribe':
      case 'command':
        if (this.#identity) this.#serve(frame, this.#identity);
        else this.#error('AUTH_REQUIRED', 'authenticate first', undefined, idOf(frame));
        return;
      default:
        frame satisfies never;
    }
  }

  #serve(frame: Extract<ClientFrame, { type: 'subscribe' | 'unsubscribe' | 'command' }>, identity: Identity): void {
    const { hub, limits } = this.#options;
    switch (frame.type) {
      case 'subscribe': {
        const { denied, data, frames } = subscribeTo(hub, this.#seat, frame, limits.subscriptions);
        this.#send({ type: 'subscribed', ...withId(frame.id), data }, frames);
        for (const { channel, code, message } of denied) this.#error(code, message, { channel }, frame.id);
        return;
      }
      case 'unsubscribe': {
        hub.unsubscribe(this.#seat, frame.channels);
        const channels = [...this.#seat.patterns.keys()];
        const data = { channels, active_subscriptions: channels.length };
        this.#send({ type: 'unsubscribed', ...withId(frame.id), data });
        return;
      }
      case 'command':
        void this.#command(frame, identity);
        return;
      default:
        frame satisfies never;
    }
  }

  /** Z6: closes the connection of a session that was ended behind the gateway's back. */
  #isSignedIn(): boolean {
    if (!this.#identity || this.#options.verifier.isOpen(this.#identity.sessionId)) return true;
    this.close(CloseCode.authentication, SESSION_ENDED);
    return false;
  }

  async #command(frame: Extract<ClientFrame, { type: 'command' }>, identity: Identity): Promise<void> {
    const { id, action, params } = frame;
    if (typeof id !== 'string' || id.length === 0 || id.length > MAX_REQUEST_ID_LENGTH) {
      const message = `a command needs an id of 1 to ${MAX_REQUEST_ID_LENGTH} characters`;
      this.#error('INVALID_COMMAND', message, [{ path: 'id', message }], idOf(frame));
      return;
    }
    const retryAfter = this.#commands.take(this.#options.timers.now());
    if (retryAfter > 0) {
      this.#limited(frame, retryAfter);
      return;
    }
    if (!this.#isSignedIn()) return;
    const response = await this.#options.dispatcher.execute({ ...identity, id, action, params });
    this.#respond(id, response);
  }

  /** Z6, Z8. A second `auth` renews the first; it cannot make the connection somebody else's. */
  async #authenticate(token: string, id: string | undefined): Promise<void> {
    this.#waiting = [];
    try {
      const identity = await this.#options.verifier.verify(token);
      if (this.#closed) return;
      if (this.#identity && this.#identity.user !== identity.user) {
        throw new ProtocolError('AUTH_INVALID', 'this connection is another user’s');
      }
      this.#accept(identity, id);
    } catch (fault) {
      this.#send({ type: 'auth_result', ...withId(id), success: false, error: authError(fault) });
    }
    const waiting = this.#waiting;
    this.#waiting = undefined;
    for (const [index, frame] of waiting.entries()) {
      this.#handle(frame);
      if (this.#waiting) {
        this.#waiting = waiting.slice(index + 1);
        return;
      }
    }
  }

  #accept(identity: Identity, id: string | undefined): void {
    const { user, role, expiresAt } = identity;
    const { timers, hub } = this.#options;
    this.#identity = identity;
    this.#cancelDeadline();
    this.#cancelDeadline =
      expiresAt === null
        ? () => {}
        : timers.after(Math.max(0, expiresAt - timers.now()), () =>
            this.close(CloseCode.authentication, error('AUTH_EXPIRED', 'the token has expired')),
          );
    if (this.#seat.role !== role) {
      this.#seat.role = role;
      hub.reseat(this.#seat);
    }
    this.#send({
      type: 'auth_result',
      ...withId(id),
      success: true,
      data: { user, role, ...(expiresAt === null ? {} : { expires_at: expiresAt }) },
    });
  }

  /** Z18. */
  #limited(frame: ClientFrame | { readonly id: string | undefined }, retryAfterMs: number): void {
    const details = { retry_after_ms: retryAfterMs };
    const id = idOf(frame);
    if ('type' in frame && frame.type === 'command' && id !== undefined) {
      this.#respond(id, { success: false, error: error('RATE_LIMITED', 'too many messages', details) });
    } else {
      this.#error('RATE_LIMITED', 'too many messages', details, id);
    }
    if (this.#excess.note(this.#options.timers.now())) {
      this.close(CloseCode.rate, error('RATE_LIMITED', 'too many messages for 10 s', details));
    }
  }

  #respond(id: string, response: StoredResponse): void {
    this.#send({ type: 'response', id, ...response });
  }

  #error(code: ErrorCode, message: string, details: unknown, id: string | undefined): void {
    this.#send({ type: 'error', ...withId(id), error: error(code, message, details) });
  }

  #encode(frame: ServerFrame): Buffer {
    return serverFrame(frame, this.#options.timers.now());
  }

  #send(frame: ServerFrame, following: readonly { readonly bytes: Buffer }[] = []): void {
    if (this.#closed) return;
    const bytes = this.#encode(frame);
    this.#outbox.send(following.length > 0 ? Buffer.concat([bytes, ...following.map((next) => next.bytes)]) : bytes);
  }
}
