/** One connection to a push server: nothing to subscribe, heartbeats to answer (P4), a reconnect as of Z17 (P8). */
import type { SourceInstrument } from '#domain/source.ts';
import { createConnection, type Connection, type Loss } from '../kit/connection.ts';
import { ConnectionRecorder } from '../kit/stats.ts';
import type { ConnectionStats, SessionPorts, SessionStatus, VenueEvent, VenueSession } from '../venue.ts';
import { createPushDecoder, type PushDecoder } from './decoder.ts';
import { isRefusal, reasonOf } from './errors.ts';

export interface PushSessionOptions {
  /** `ws://host:8000/ws`. */
  readonly url: string;
  /** Name in tickers. */
  readonly venue: string;
  readonly instruments: readonly SourceInstrument[];
  /** P5: goes into the address, and nowhere else. */
  readonly token?: string;
  readonly zoneOffsetMs?: number;
}

const CONNECTION = 'push';
/** P8. */
const SILENCE_LIMIT_MS = 65_000;
/** Z17. */
const BACK_OFF = { firstMs: 1_000, capMs: 30_000 };
const MOST_TRIES = 10;

export function createPushSession(options: PushSessionOptions, ports: SessionPorts): VenueSession {
  return new PushSession(options, ports);
}

class PushSession implements VenueSession {
  readonly #ports: SessionPorts;
  readonly #token: string | undefined;
  readonly #decoder: PushDecoder;
  readonly #stats: ConnectionRecorder;
  readonly #connection: Connection;
  #status: SessionStatus = { phase: 'idle' };

  constructor(options: PushSessionOptions, ports: SessionPorts) {
    this.#ports = ports;
    this.#token = options.token;
    this.#decoder = createPushDecoder(options);
    this.#stats = new ConnectionRecorder(CONNECTION, ports.timers);
    this.#connection = createConnection({
      url: addressOf(options),
      ports,
      stats: this.#stats,
      backOff: BACK_OFF,
      heartbeat: { mode: 'silence', limitMs: SILENCE_LIMIT_MS },
      on: {
        opened: () => this.#become({ phase: 'live', silentSince: null }),
        received: (text, receivedAt) => this.#received(text, receivedAt),
        lost: (loss) => this.#lost(loss),
        changed: () => {
          if (this.#connection.state === 'connecting') this.#connecting();
        },
      },
    });
  }

  get status(): SessionStatus {
    return this.#status;
  }

  stats(): readonly ConnectionStats[] {
    return [this.#stats.read()];
  }

  /** P2: everybody is told everything. */
  want(): void {}

  start(): void {
    this.#connection.start();
  }

  reconnect(): void {
    if (this.#status.phase === 'closed') return;
    this.#emit(this.#decoder.lost());
    this.#connection.reconnect();
  }

  close(): void {
    this.#connection.close();
    this.#become({ phase: 'closed' });
  }

  #connecting(): void {
    this.#become({ phase: 'connecting', attempt: this.#connection.attempt });
  }

  #received(text: string, receivedAt: number): void {
    this.#connection.succeeded();
    const { resyncs } = this.#decoder;
    const { type, events, isTimed } = this.#decoder.read(text, receivedAt);
    this.#stats.typed(type);
    if (type === 'ping') this.#connection.send('pong');
    if (isTimed) this.#stats.latencyOf(events, receivedAt);
    for (const event of events) {
      if (event.type === 'problem' && event.problem.code === 'bad_frame') this.#stats.dropped();
    }
    if (this.#decoder.resyncs > resyncs) this.#stats.resynced();
    this.#emit(events, receivedAt);
  }

  #lost(loss: Loss): void {
    const reason = reasonOf(loss, this.#token);
    this.#emit(this.#decoder.lost());
    if (isRefusal(loss)) {
      this.#connection.stop();
      this.#become({ phase: 'refused', reason });
    } else if (loss.attempt > MOST_TRIES) {
      this.#connection.stop();
      this.#become({ phase: 'offline', reason });
    } else {
      const { attempt, retryAt } = loss;
      this.#become({ phase: 'waiting', attempt, retryAt, reason, tries: MOST_TRIES });
    }
  }

  #emit(events: readonly VenueEvent[], receivedAt = this.#ports.timers.now()): void {
    if (events.length > 0) this.#ports.emit(events, receivedAt);
  }

  #become(status: SessionStatus): void {
    if (this.#status.phase === 'closed') return;
    this.#status = status;
    this.#ports.onStatus(status);
  }
}

/** P5. */
function addressOf({ url, token }: PushSessionOptions): string {
  if (token === undefined) return url;
  return `${url}${url.includes('?') ? '&' : '?'}token=${encodeURIComponent(token)}`;
}
