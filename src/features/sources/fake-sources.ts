/** For tests: sources whose states, answers and refusals the test plays, keeping the contract of `SourceActions`. */
import { createStore } from 'zustand/vanilla';
import type { SourceConfig, SourceInstrument } from '#domain/source.ts';
import type {
  ReplayState,
  SourceActions,
  SourceSecrets,
  SourcesState,
  SourceState,
  SourceView,
  TestReport,
} from '#stores/source-types.ts';

const NO_FIGURES = { p50: null, p99: null };

export function sourceView(config: SourceConfig, changes: Partial<SourceView> = {}): SourceView {
  return {
    config,
    state: config.enabled ? { phase: 'live', silentSince: null } : { phase: 'disabled' },
    connections: [],
    history: { messagesPerSecond: [], bytesPerSecond: [], roundTripMs: [], latencyMs: [] },
    typeRates: {},
    latency: { received: NO_FIGURES, painted: NO_FIGURES },
    problems: [],
    service: null,
    server: null,
    recording: null,
    ...changes,
  };
}

export function config(changes: Partial<SourceConfig> = {}): SourceConfig {
  return {
    id: 'okx',
    kind: 'okx',
    name: 'OKX',
    url: 'wss://ws.okx.com:8443',
    via: 'direct',
    enabled: true,
    instruments: [],
    auth: 'none',
    ...changes,
  };
}

type Connection = SourceView['connections'][number];

export function connection(changes: Partial<Connection> = {}): Connection {
  return {
    name: 'public',
    state: 'live',
    connectedAt: 0,
    messages: 0,
    bytes: 0,
    byType: {},
    lastMessageAt: null,
    roundTripMs: null,
    reconnects: 0,
    resyncs: 0,
    dropped: 0,
    latency: null,
    subscriptions: 0,
    ...changes,
  };
}

export class FakeSources implements SourceActions {
  readonly #store = createStore<SourcesState>()(() => ({ status: 'ready', error: null, sources: [], replay: null }));
  readonly getState = this.#store.getState;
  readonly getInitialState = this.#store.getInitialState;
  readonly subscribe = this.#store.subscribe;
  /** What was asked, in order. */
  readonly saved: SourceConfig[] = [];
  readonly authenticated: (SourceSecrets & { readonly id: string })[] = [];
  readonly reconnected: string[] = [];
  readonly tested: { readonly config: SourceConfig; readonly secrets: SourceSecrets | undefined }[] = [];
  readonly searched: string[] = [];
  readonly sought: number[] = [];
  /** Of the next `save`, `remove`, `authenticate` or `openReplay`. */
  refusal: Error | null = null;
  answer: TestReport = { ok: true, passed: [], failed: null, cause: null, detail: null, roundTripMs: null };
  found: readonly SourceInstrument[] = [];

  set(...sources: readonly SourceView[]): void {
    this.#store.setState({ sources });
  }

  state(id: string, state: SourceState): void {
    this.#change(id, { state });
  }

  #change(id: string, changes: Partial<SourceView>): void {
    this.#store.setState(({ sources }) => ({
      sources: sources.map((source) => (source.config.id === id ? { ...source, ...changes } : source)),
    }));
  }

  #refuse(): void {
    const { refusal } = this;
    this.refusal = null;
    if (refusal) throw refusal;
  }

  readonly save = async (saved: SourceConfig) => {
    this.#refuse();
    this.saved.push(saved);
    const others = this.getState().sources.filter(({ config: { id } }) => id !== saved.id);
    this.set(...others, sourceView(saved));
  };

  readonly remove = async (id: string) => {
    this.#refuse();
    this.set(...this.getState().sources.filter(({ config: other }) => other.id !== id));
  };

  readonly reconnect = (id: string) => {
    this.reconnected.push(id);
  };

  readonly authenticate = async (id: string, secrets: SourceSecrets) => {
    this.#refuse();
    this.authenticated.push({ id, ...secrets });
    this.state(id, { phase: 'connecting', attempt: 1 });
  };

  readonly test = async (tested: SourceConfig, secrets?: SourceSecrets) => {
    this.tested.push({ config: tested, secrets });
    return this.answer;
  };

  readonly search = async (_config: SourceConfig, query: string, signal: AbortSignal) => {
    signal.throwIfAborted();
    this.searched.push(query);
    return this.found;
  };

  readonly record = (id: string, on: boolean) => {
    const recording = on ? { since: 0, frames: 0, bytes: 0, truncated: false } : null;
    if (id === 'engine') this.#store.setState({ ownRecording: recording });
    else this.#change(id, { recording });
  };

  readonly takeRecording = async (id: string) => new Blob([`{"source":"${id}"}\n`]);

  readonly openReplay = async (name: string, text: string) => {
    this.#refuse();
    const frames = text.split('\n').filter((line) => line !== '').length;
    this.replay({ name, from: 0, to: 60_000, at: 0, playing: false, speed: 1, frames, source: 'replay' });
  };

  replay(replay: ReplayState | null): void {
    this.#store.setState({ replay });
  }

  readonly seekReplay = (at: number) => {
    this.sought.push(at);
    const { replay } = this.getState();
    if (replay) this.replay({ ...replay, at });
  };

  readonly playReplay = (playing: boolean, speed?: number) => {
    const { replay } = this.getState();
    if (replay) this.replay({ ...replay, playing, speed: speed ?? replay.speed });
  };

  readonly closeReplay = () => this.replay(null);
}
