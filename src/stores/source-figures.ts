/** The figures of one source as they are shown: a reading a second, a short history, percentiles over the last seconds. */
import type { PredictionMarket } from '#domain/prediction-market.ts';
import type { SourceConfig } from '#domain/source.ts';
import type { ConnectionStats, ServiceFigures, VenueProblem } from '#venues/venue.ts';
import type { RecordingState, SourceHistory, SourceLatency, SourceState, SourceView } from './source-types.ts';

/** Two minutes of a reading a second. */
const KEPT_READINGS = 120;
const KEPT_PROBLEMS = 50;
const KEPT_MARKETS = 50;
/** Readings a latency is told over. */
const LATENCY_READINGS = 10;
const KEPT_PAINTS = 512;
/** Readings a type's rate is told over. */
const RATE_READINGS = 10;

const NOTHING_MEASURED: SourceLatency = { p50: null, p99: null };
const NO_HISTORY: SourceHistory = { messagesPerSecond: [], bytesPerSecond: [], roundTripMs: [], latencyMs: [] };

type Reading = NonNullable<ConnectionStats['latency']>;

function append(series: readonly number[], value: number | null): readonly number[] {
  return value === null ? series : [...series.slice(1 - KEPT_READINGS), value];
}

/** Nearest-rank percentiles of a few hundred values. */
export function percentiles(values: readonly number[]): SourceLatency {
  if (values.length === 0) return NOTHING_MEASURED;
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
  return { p50: at(0.5), p99: at(0.99) };
}

/** Several readings as one: the median weighted by how much it stands for, the worst of the 99th. */
function joined(readings: readonly Reading[]): SourceLatency {
  const count = readings.reduce((sum, reading) => sum + reading.count, 0);
  if (count === 0) return NOTHING_MEASURED;
  return {
    p50: readings.reduce((sum, reading) => sum + reading.p50 * reading.count, 0) / count,
    p99: Math.max(...readings.map(({ p99 }) => p99)),
  };
}

function countsByType(connections: readonly ConnectionStats[]): ReadonlyMap<string, number> {
  return new Map(
    connections.flatMap(({ name, byType }) =>
      Object.entries(byType).map(([type, { count }]) => [`${name} ${type}`, count] as const),
    ),
  );
}

export class SourceFigures {
  readonly #config: SourceConfig;
  #state: SourceState;
  #connections: readonly ConnectionStats[] = [];
  #counted: { readonly at: number; readonly messages: number; readonly bytes: number } | null = null;
  #history = NO_HISTORY;
  /** Counts by type of the last readings, oldest first. */
  #typeCounts: readonly { readonly at: number; readonly counts: ReadonlyMap<string, number> }[] = [];
  #readings: readonly Reading[] = [];
  #paints: number[] = [];
  #problems: SourceView['problems'] = [];
  #service: ServiceFigures | null = null;
  #server: string | null = null;
  #recording: RecordingState | null = null;
  #newMarkets: readonly PredictionMarket[] = [];
  #view: SourceView | null = null;

  constructor(config: SourceConfig, state: SourceState) {
    this.#config = config;
    this.#state = state;
  }

  get state(): SourceState {
    return this.#state;
  }

  set state(state: SourceState) {
    this.#state = state;
    this.#view = null;
  }

  set service(service: ServiceFigures) {
    this.#service = service;
    this.#view = null;
  }

  set server(server: string | null) {
    this.#server = server;
    this.#view = null;
  }

  set recording(recording: RecordingState | null) {
    this.#recording = recording;
    this.#view = null;
  }

  get recording(): RecordingState | null {
    return this.#recording;
  }

  /** The reading of every second; `now` in ms. */
  read(connections: readonly ConnectionStats[], now: number): void {
    const sum = (pick: (one: ConnectionStats) => number) => connections.reduce((total, one) => total + pick(one), 0);
    const counted = { at: now, messages: sum(({ messages }) => messages), bytes: sum(({ bytes }) => bytes) };
    const before = this.#counted;
    // Readings bunch up where a tab was asleep; counters begin anew with a connection.
    const seconds = before === null ? 0 : (now - before.at) / 1000;
    const rate = (pick: 'messages' | 'bytes') =>
      before === null || seconds < 0.5 ? null : Math.max(0, counted[pick] - before[pick]) / seconds;
    const latencies = connections.flatMap(({ latency }) => (latency === null ? [] : [latency]));
    const trips = connections.flatMap(({ roundTripMs }) => (roundTripMs === null ? [] : [roundTripMs]));
    this.#readings = [...this.#readings.slice(1 - LATENCY_READINGS), ...latencies].slice(-LATENCY_READINGS);
    this.#history = {
      messagesPerSecond: append(this.#history.messagesPerSecond, rate('messages')),
      bytesPerSecond: append(this.#history.bytesPerSecond, rate('bytes')),
      roundTripMs: append(this.#history.roundTripMs, trips.length === 0 ? null : Math.max(...trips)),
      latencyMs: append(this.#history.latencyMs, joined(latencies).p50),
    };
    if (before === null || seconds >= 0.5) this.#counted = counted;
    this.#typeCounts = [...this.#typeCounts.slice(-RATE_READINGS), { at: now, counts: countsByType(connections) }];
    this.#connections = connections;
    this.#view = null;
  }

  /** M10. */
  newMarket(market: PredictionMarket): void {
    const others = this.#newMarkets.filter(({ id }) => id !== market.id);
    // One that is over is no news.
    this.#newMarkets = market.state === 'open' ? [market, ...others].slice(0, KEPT_MARKETS) : others;
    this.#view = null;
  }

  /** How long the newest event of a batch took from its arrival to the frame that drew it. */
  painted(ms: number): void {
    this.#paints.push(ms);
    if (this.#paints.length > KEPT_PAINTS) this.#paints.splice(0, KEPT_PAINTS / 2);
  }

  problem(problem: VenueProblem & { readonly ts: number }): void {
    this.#problems = [...this.#problems.slice(1 - KEPT_PROBLEMS), problem];
    this.#view = null;
  }

  #typeRates(): Record<string, number> {
    const [oldest] = this.#typeCounts;
    const newest = this.#typeCounts.at(-1);
    const seconds = oldest && newest ? (newest.at - oldest.at) / 1000 : 0;
    if (!oldest || !newest || seconds <= 0) return {};
    return Object.fromEntries(
      // A counter that began anew has counted this much since.
      [...newest.counts].map(([type, count]) => {
        const before = oldest.counts.get(type) ?? 0;
        return [type, (count >= before ? count - before : count) / seconds];
      }),
    );
  }

  view(): SourceView {
    this.#view ??= {
      config: this.#config,
      state: this.#state,
      connections: this.#connections,
      history: this.#history,
      typeRates: this.#typeRates(),
      latency: { received: joined(this.#readings), painted: percentiles(this.#paints) },
      problems: this.#problems,
      service: this.#service,
      server: this.#server,
      recording: this.#recording,
      newMarkets: this.#newMarkets,
    };
    return this.#view;
  }
}
