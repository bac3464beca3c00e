/** One engine connection through its phases: connect → connected → auth → live, and back again after a cut. */
import type { Timers } from '#domain/clock.ts';
import type { Random } from '#domain/random.ts';
import type { ServerFrameOf } from '#protocol/envelope.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { CloseCode, RECONNECT_TRIES } from '#protocol/limits.ts';
import { Authentication } from './authentication.ts';
import { BackOff } from './back-off.ts';
import { Heartbeat } from './heartbeat.ts';
import type { Token, TokenAnswer, WebSocketConstructor } from './options.ts';
import { Transport, type Loss } from './transport.ts';
import type { ConnectionState, Peer } from './types.ts';

export interface SessionPorts {
  readonly url: string;
  readonly tokenInUrl: boolean;
  readonly getToken: () => TokenAnswer | Promise<TokenAnswer>;
  readonly refresh: () => Promise<Token> | undefined;
  readonly timers: Timers;
  readonly random: Random;
  readonly WebSocket: WebSocketConstructor;
  readonly onOnline: (listener: () => void) => () => void;
  readonly sendAuth: (token: string) => void;
  readonly sendPing: () => void;
  /** The socket is open: `auth` and `ping` may leave. */
  readonly opened: () => void;
  /** What the engine is, by its `connected`; nothing, where it sends none. */
  readonly greeted: (greeting: ServerFrameOf<'connected'>['data']) => void;
  /** Subscriptions and commands may leave. */
  readonly begin: () => void;
  /** What has left since `begin` came too early and was refused; another `begin` follows. */
  readonly unsay: () => void;
  readonly closed: () => void;
  /** No connection will come by itself: nobody shall wait for an answer. */
  readonly over: (error: ProtocolError) => void;
  readonly received: (data: unknown) => void;
  readonly changed: () => void;
}

const UNKNOWN_PEER: Peer = { server: '', run: null, capabilities: null, user: null, role: null, authRequired: true };

export class Session {
  readonly #ports: SessionPorts;
  readonly #backOff: BackOff;
  readonly #heartbeat: Heartbeat;
  readonly #authentication: Authentication;
  #transport: Transport | undefined;
  #stopListening: (() => void) | undefined;
  #state: ConnectionState = { phase: 'idle' };
  #peer: Peer | null = null;
  #greeted = false;
  #tokenIsInUrl = false;
  /** Subscriptions and commands leave; perhaps ahead of `auth_result`. */
  #flowing = false;
  /** Some of them came too early for this engine. */
  #refused = false;
  #connections = 0;

  constructor(ports: SessionPorts) {
    this.#ports = ports;
    this.#backOff = new BackOff(ports.random);
    this.#heartbeat = new Heartbeat({
      timers: ports.timers,
      ping: ports.sendPing,
      stale: (stale) => {
        if (this.isLive) this.#enter({ phase: 'live', stale });
      },
      dead: () => this.#transport?.drop(),
    });
    this.#authentication = new Authentication({
      timers: ports.timers,
      getToken: ports.getToken,
      refresh: ports.refresh,
      send: ports.sendAuth,
      sent: () => this.#flow(),
      signedOut: (reason) => this.#signOut(reason),
      unanswered: () => this.#transport?.drop(),
    });
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get peer(): Peer | null {
    return this.#peer;
  }

  get isLive(): boolean {
    return this.#state.phase === 'live';
  }

  /** Times a connection was live again after a cut. */
  get reconnects(): number {
    return Math.max(0, this.#connections - 1);
  }

  connect(): void {
    const { phase } = this.#state;
    if (phase === 'idle' || phase === 'offline' || phase === 'signed_out') this.reconnect();
  }

  reconnect(): void {
    this.#shut();
    this.#backOff.reset();
    this.#stopListening ??= this.#ports.onOnline(() => {
      const { phase } = this.#state;
      if (phase === 'waiting' || (phase === 'offline' && this.#backOff.exhausted)) this.reconnect();
    });
    this.#enter({ phase: 'connecting', attempt: 0 });
    if (!this.#ports.tokenInUrl) return this.#dial();
    void this.#authentication.prepare().then(() => {
      if (!this.#transport && this.#state.phase === 'connecting') this.#dial();
    });
  }

  close(): void {
    this.#stopListening?.();
    this.#stopListening = undefined;
    this.#end({ phase: 'idle' }, new ProtocolError('OFFLINE', 'the connection was closed'));
  }

  send(text: string): void {
    this.#transport?.send(text);
  }

  /** A frame arrived, of whatever kind. */
  alive(): void {
    this.#heartbeat.frame();
  }

  pong(): number | undefined {
    return this.#heartbeat.pong();
  }

  connected({ data }: ServerFrameOf<'connected'>): void {
    const authRequired = data.auth_required ?? true;
    this.#greet(data);
    this.#authentication.needed(authRequired);
    if (!this.#transport) return;
    if (!authRequired) this.#goLive();
    else if (!data.capabilities) this.#tokenWasNotInUrl();
    this.#flow();
  }

  authResult(frame: ServerFrameOf<'auth_result'>): void {
    if (!frame.success) {
      this.#authentication.failed(frame.error?.message ?? frame.data?.message ?? 'the token was refused');
      return;
    }
    if (!this.#greeted) this.#greet({});
    const { user = null, role = null } = frame.data ?? {};
    if (this.#peer) this.#peer = { ...this.#peer, user, role };
    this.#authentication.succeeded(frame);
    this.#goLive();
  }

  /** `AUTH_REQUIRED` before success: what was sent early must be sent again. Returns whether it was that. */
  cameTooEarly(code: string): boolean {
    if (code !== 'AUTH_REQUIRED' || this.isLive) return false;
    this.#refused = true;
    this.#tokenWasNotInUrl();
    return true;
  }

  #dial(): void {
    this.#transport = new Transport({
      url: () => this.#url(),
      WebSocket: this.#ports.WebSocket,
      nextDelay: () => this.#backOff.delay(),
      attempting: () => {
        this.#enter({ phase: 'connecting', attempt: this.#backOff.tries });
        if (!this.#ports.tokenInUrl) void this.#authentication.prepare();
      },
      opened: () => {
        this.#enter({ phase: 'authenticating' });
        this.#heartbeat.start();
        this.#ports.opened();
        this.#authentication.opened(this.#tokenIsInUrl);
      },
      received: this.#ports.received,
      lost: (loss) => this.#lost(loss),
      impossible: (reason) => this.#end({ phase: 'offline', reason }, new ProtocolError('OFFLINE', reason)),
    });
  }

  #url(): string {
    const { token } = this.#authentication;
    this.#tokenIsInUrl = this.#ports.tokenInUrl && token !== undefined;
    if (!this.#tokenIsInUrl || token === undefined) return this.#ports.url;
    return `${this.#ports.url}${this.#ports.url.includes('?') ? '&' : '?'}token=${encodeURIComponent(token)}`;
  }

  #greet(data: ServerFrameOf<'connected'>['data']): void {
    this.#greeted = true;
    this.#peer = {
      ...UNKNOWN_PEER,
      server: data.server ?? '',
      run: data.run ?? null,
      capabilities: data.capabilities ?? null,
      authRequired: data.auth_required ?? true,
    };
    this.#ports.greeted(data);
    this.#ports.changed();
  }

  #tokenWasNotInUrl(): void {
    if (!this.#tokenIsInUrl) return;
    this.#tokenIsInUrl = false;
    this.#authentication.offerAgain();
  }

  #goLive(): void {
    if (this.isLive) return this.#ports.changed();
    this.#backOff.reset();
    this.#connections += 1;
    this.#enter({ phase: 'live', stale: false });
    if (this.#refused) {
      this.#refused = false;
      this.#flowing = false;
      this.#ports.unsay();
    }
    this.#flow();
    this.#heartbeat.ping();
  }

  /** An engine with capabilities takes frames in order: what follows `auth` need not wait for its result. */
  #flow(): void {
    const inOrder = this.#greeted && this.#peer?.capabilities != null && this.#authentication.wasAsked;
    if (this.#flowing || !(this.isLive || inOrder)) return;
    this.#flowing = true;
    this.#ports.begin();
  }

  #lost({ code, reason, retryInMs }: Loss): void {
    const wantsSignIn = this.#authentication.wasAsked || this.#authentication.isSignedOut;
    this.#hangUp();
    this.#backOff.lost();
    const why = reason || `closed with ${code}`;
    // Before a token was sent, 4401 says only that it was long in coming.
    if (code === CloseCode.authentication && wantsSignIn) return this.#signOut(why);
    if (code === CloseCode.forbidden || this.#backOff.exhausted) {
      return this.#end({ phase: 'offline', reason: why }, new ProtocolError('OFFLINE', why));
    }
    this.#enter({
      phase: 'waiting',
      attempt: this.#backOff.tries,
      tries: RECONNECT_TRIES,
      retryAt: this.#ports.timers.now() + retryInMs,
      reason: why,
    });
    if (this.#ports.tokenInUrl) void this.#authentication.prepare();
  }

  #signOut(reason: string): void {
    this.#authentication.forget();
    this.#end({ phase: 'signed_out', reason }, new ProtocolError('AUTH_REQUIRED', reason));
  }

  #end(state: ConnectionState, error: ProtocolError): void {
    this.#shut();
    this.#enter(state);
    this.#ports.over(error);
  }

  #shut(): void {
    this.#transport?.close();
    this.#transport = undefined;
    this.#hangUp();
  }

  #hangUp(): void {
    this.#greeted = false;
    this.#flowing = false;
    this.#refused = false;
    this.#heartbeat.stop();
    this.#authentication.lost();
    this.#ports.closed();
  }

  #enter(state: ConnectionState): void {
    this.#state = state;
    this.#ports.changed();
  }
}
