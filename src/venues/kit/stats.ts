import type { Clock } from '#domain/clock.ts';
import type { ConnectionStats, VenueEvent } from '../venue.ts';
import { LatencyHistogram } from './latency-histogram.ts';

/** A peer that makes up types must not fill the memory: further ones are counted together. */
const MOST_TYPES = 64;
const LONGEST_TYPE = 64;
const OTHER_TYPES = 'other';

/** What is counted of one connection, over all the sockets it had. */
export class ConnectionRecorder {
  readonly name: string;
  readonly #clock: Clock;
  readonly #types = new Map<string, { count: number; lastAt: number }>();
  readonly #latency = new LatencyHistogram();
  state: ConnectionStats['state'] = 'closed';
  subscriptions = 0;
  /** Which of its sockets' keepers is open: beside it another may be connecting, or closing. */
  #openBy: object | undefined;
  #connectedAt: number | null = null;
  #opened = 0;
  #messages = 0;
  #bytes = 0;
  #lastMessageAt: number | null = null;
  #roundTripMs: number | null = null;
  #resyncs = 0;
  #dropped = 0;

  constructor(name: string, clock: Clock) {
    this.name = name;
    this.#clock = clock;
  }

  get wasOpen(): boolean {
    return this.#opened > 0;
  }

  opened(by: object): void {
    this.#openBy = by;
    this.state = 'live';
    this.#opened += 1;
    this.#connectedAt = this.#clock.now();
  }

  /** It is not open (any more). */
  shut(state: Exclude<ConnectionStats['state'], 'live'>, by: object): void {
    if (this.#openBy && this.#openBy !== by) return;
    this.#openBy = undefined;
    this.state = state;
    this.#connectedAt = null;
  }

  /** Any frame; `size` is its UTF-16 length. */
  frame(size: number): void {
    this.#messages += 1;
    this.#bytes += size;
    this.#lastMessageAt = this.#clock.now();
  }

  /** The venue's type of the frame that just came. */
  typed(type: string): void {
    let entry = this.#types.get(type);
    if (!entry) {
      const key = this.#types.size < MOST_TYPES && type.length <= LONGEST_TYPE ? type : OTHER_TYPES;
      entry = this.#types.get(key) ?? { count: 0, lastAt: 0 };
      this.#types.set(key, entry);
    }
    entry.count += 1;
    entry.lastAt = this.#clock.now();
  }

  roundTrip(ms: number): void {
    this.#roundTripMs = ms;
  }

  /** Exchange time → received, of one frame. */
  latency(ms: number): void {
    this.#latency.add(ms);
  }

  /** The same, by the first event of a frame that tells the exchange's time. */
  latencyOf(events: readonly VenueEvent[], receivedAt: number): void {
    const sentAt = exchangeTime(events);
    if (sentAt !== undefined) this.#latency.add(receivedAt - sentAt);
  }

  resynced(): void {
    this.#resyncs += 1;
  }

  dropped(): void {
    this.#dropped += 1;
  }

  /** Begins a new span of latencies. */
  read(): ConnectionStats {
    return {
      name: this.name,
      state: this.state,
      connectedAt: this.#connectedAt,
      messages: this.#messages,
      bytes: this.#bytes,
      byType: Object.fromEntries(Array.from(this.#types, ([type, entry]) => [type, { ...entry }])),
      lastMessageAt: this.#lastMessageAt,
      roundTripMs: this.#roundTripMs,
      reconnects: Math.max(0, this.#opened - 1),
      resyncs: this.#resyncs,
      dropped: this.#dropped,
      latency: this.#latency.take(),
      subscriptions: this.subscriptions,
    };
  }
}

/** A candle's time is its bar's, which says nothing of when it was sent. */
function exchangeTime(events: readonly VenueEvent[]): number | undefined {
  for (const event of events) {
    if (event.type === 'ticker') return event.ticker.ts;
    if (event.type === 'trade') return event.trade.ts;
    if (event.type === 'book')
      return event.change.kind === 'update' ? event.change.update.ts : event.change.snapshot.ts;
  }
  return undefined;
}
