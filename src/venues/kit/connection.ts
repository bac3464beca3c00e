/**
 * One address kept connected: one disposable socket at a time, back-off between them, a heartbeat on each. What a socket
 * that was given up still says is not heard. For make-before-break, open a second connection with the same recorder
 * and close the first when the second has taken over.
 */
import type { SessionPorts, VenueSocket } from '../venue.ts';
import { BackOff, type BackOffRange } from './back-off.ts';
import { Heartbeat, type HeartbeatOptions } from './heartbeat.ts';
import type { RateBudget } from './rate-budget.ts';
import type { ConnectionRecorder } from './stats.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const ABNORMAL_CLOSURE = 1006;

/** `impossible`: the platform refuses to build such a socket. `silent`: the heartbeat got no answer. */
export interface Loss {
  readonly cause: 'closed' | 'timeout' | 'silent' | 'impossible' | 'dropped';
  /** The peer's close code, 1006 where there was none. */
  readonly code: number;
  readonly reason: string;
  /** Whether it had opened. */
  readonly wasOpen: boolean;
  /** Losses since the last success, with this one. */
  readonly attempt: number;
  /** ms since the epoch. */
  readonly retryAt: number;
}

export interface ConnectionHandlers {
  readonly opened: () => void;
  /** A text frame that is not the heartbeat's answer. */
  readonly received: (text: string, receivedAt: number) => void;
  /** Called with the next try already planned; `stop` there calls it off. */
  readonly lost: (loss: Loss) => void;
  /** `state` has changed. */
  readonly changed?: () => void;
}

export interface ConnectionOptions {
  readonly url: string;
  readonly ports: Pick<SessionPorts, 'timers' | 'random' | 'openSocket' | 'tap'>;
  /** Its name is the connection's. */
  readonly stats: ConnectionRecorder;
  readonly backOff: BackOffRange;
  /** Shared by all connections of a session: opening waits for it. */
  readonly connects?: RateBudget;
  readonly heartbeat?: HeartbeatOptions;
  /** `asked`: only from `startHeartbeat` on. */
  readonly heartbeatFrom?: 'open' | 'asked';
  /** Incoming frames the tap must not get. */
  readonly isSecret?: (frame: string) => boolean;
  readonly on: ConnectionHandlers;
}

export interface Connection {
  /** `idle`: not started, or stopped. */
  readonly state: 'idle' | 'connecting' | 'open' | 'waiting' | 'closed';
  /** Losses since the last success: the number of the try under way. */
  readonly attempt: number;
  /** Why it is not open, since it was lost and until it opens. */
  readonly loss: Loss | undefined;
  start(): void;
  /** `false`: not open, nothing was sent. `secret`: not for the tap. */
  send(text: string, secret?: 'secret'): boolean;
  /** The venue's own notion of success: the next loss counts as the first. */
  succeeded(): void;
  startHeartbeat(): void;
  /** Gives this socket up as lost and tries again after the back-off. */
  drop(reason: string): void;
  /** Drops what is there and connects at once, with a fresh count; also after `stop`. */
  reconnect(): void;
  /** No socket and no further tries until `start` or `reconnect`. */
  stop(): void;
  /** For good. */
  close(): void;
}

export function createConnection(options: ConnectionOptions): Connection {
  return new SocketKeeper(options);
}

class SocketKeeper implements Connection {
  readonly #options: ConnectionOptions;
  readonly #backOff: BackOff;
  readonly #heartbeat: Heartbeat | undefined;
  #state: Connection['state'] = 'idle';
  #loss: Loss | undefined;
  #socket: VenueSocket | undefined;
  /** The one timer of connecting and waiting. */
  #cancel: (() => void) | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    const { timers, random } = options.ports;
    this.#backOff = new BackOff(options.backOff, random);
    this.#heartbeat =
      options.heartbeat &&
      new Heartbeat(options.heartbeat, {
        timers,
        ping: (text) => void this.send(text),
        dead: () => this.#lose('silent', ABNORMAL_CLOSURE, 'no answer to the heartbeat'),
      });
  }

  get state(): Connection['state'] {
    return this.#state;
  }

  get attempt(): number {
    return this.#backOff.losses;
  }

  get loss(): Loss | undefined {
    return this.#loss;
  }

  start(): void {
    if (this.#state === 'idle') this.#open();
  }

  send(text: string, secret?: 'secret'): boolean {
    if (this.#state !== 'open' || !this.#socket) return false;
    this.#socket.send(text);
    if (!secret) this.#tap('out', text);
    return true;
  }

  succeeded(): void {
    this.#backOff.reset();
  }

  startHeartbeat(): void {
    if (this.#state === 'open') this.#heartbeat?.start();
  }

  drop(reason: string): void {
    if (this.#socket) this.#lose('dropped', ABNORMAL_CLOSURE, reason);
  }

  reconnect(): void {
    if (this.#state === 'closed') return;
    this.#letGo();
    this.#backOff.reset();
    this.#open();
  }

  stop(): void {
    if (this.#state === 'closed') return;
    this.#letGo();
    this.#become('idle');
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#letGo();
    this.#become('closed');
  }

  #open(): void {
    const { ports, connects } = this.#options;
    this.#become('connecting');
    const wait = connects?.wait() ?? 0;
    if (wait > 0) {
      this.#cancel = ports.timers.after(wait, () => this.#open());
      return;
    }
    connects?.take();
    this.#cancel = ports.timers.after(CONNECT_TIMEOUT_MS, () =>
      this.#lose('timeout', ABNORMAL_CLOSURE, `no connection within ${CONNECT_TIMEOUT_MS / 1_000} s`),
    );
    try {
      this.#listen(ports.openSocket(this.#options.url));
    } catch (error) {
      this.#lose('impossible', ABNORMAL_CLOSURE, error instanceof Error ? error.message : String(error));
    }
  }

  #listen(socket: VenueSocket): void {
    this.#socket = socket;
    socket.onopen = () => this.#opened();
    socket.onmessage = ({ data }) => this.#received(data);
    socket.onclose = ({ code, reason }) => this.#lose('closed', code, reason);
    // The close that follows says what there is to say.
    socket.onerror = () => undefined;
  }

  #opened(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#loss = undefined;
    this.#options.stats.opened(this);
    this.#become('open');
    if (this.#options.heartbeatFrom !== 'asked') this.#heartbeat?.start();
    this.#options.on.opened();
  }

  #received(data: unknown): void {
    const { stats, ports, heartbeat, isSecret, on } = this.#options;
    if (typeof data !== 'string') {
      stats.frame(0);
      stats.dropped();
      this.#heartbeat?.frame();
      return;
    }
    stats.frame(data.length);
    this.#heartbeat?.frame();
    if (ports.tap && !isSecret?.(data)) this.#tap('in', data);
    if (heartbeat && heartbeat.mode !== 'silence' && data === heartbeat.pong) {
      stats.typed(data);
      const roundTrip = this.#heartbeat?.pong() ?? null;
      if (roundTrip !== null) stats.roundTrip(roundTrip);
      return;
    }
    on.received(data, ports.timers.now());
  }

  #lose(cause: Loss['cause'], code: number, reason: string): void {
    const { ports, stats, on } = this.#options;
    const wasOpen = this.#state === 'open';
    this.#letGo();
    const delay = this.#backOff.lost();
    this.#cancel = ports.timers.after(delay, () => this.#open());
    const retryAt = ports.timers.now() + delay;
    const loss = { cause, code, reason, wasOpen, attempt: this.#backOff.losses, retryAt };
    this.#loss = loss;
    this.#state = 'waiting';
    stats.shut('waiting', this);
    // What follows from the loss first, so that whoever looks at the state sees what it has come to.
    on.lost(loss);
    on.changed?.();
  }

  /** From here on nothing the old socket says is heard. */
  #letGo(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#heartbeat?.stop();
    const socket = this.#socket;
    this.#socket = undefined;
    if (!socket) return;
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }

  #become(state: Connection['state']): void {
    if (this.#state === state) return;
    this.#state = state;
    const { stats, on } = this.#options;
    if (state !== 'open') stats.shut(state === 'idle' ? 'closed' : state, this);
    on.changed?.();
  }

  #tap(dir: 'in' | 'out', frame: string): void {
    const { ports, stats } = this.#options;
    ports.tap?.({ t: ports.timers.now(), dir, connection: stats.name, frame });
  }
}
