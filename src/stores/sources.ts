/** The desk's sources beside its own engine: their settings, which the engine keeps, and what runs of each. */
import { createStore } from 'zustand/vanilla';
import { OWN_ENGINE, type SourceConfig } from '#domain/source.ts';
import { defineStore, type StoreEnvironment } from './environment.tsx';
import { isLive, watchLive } from './market-connection.ts';
import type { Feed } from './market-feed.ts';
import { openLink } from './open-link.ts';
import { OwnRecorder } from './own-recorder.ts';
import type { ReplayDesk } from './replay-desk.ts';
import { fromWire, toWire } from './source-config-wire.ts';
import { type HubTopic, SourceHub } from './source-hub.ts';
import type { LinkPorts } from './source-link.ts';
import { browserPorts, type SourcePorts } from './source-ports.ts';
import type { SourceActions, SourceSecrets, SourcesState } from './source-types.ts';
import { tickersStore } from './tickers.ts';

export interface SourcesStore extends Feed<SourcesState>, SourceActions {
  readonly hub: SourceHub;
  /** For good: ends every source. */
  close(): void;
}

/** Begins at once: sources run whether or not somebody looks at their list. */
export function createSourcesStore(
  { frames, now, tap = { current: null } }: Pick<StoreEnvironment, 'frames' | 'now' | 'tap'>,
  ports: SourcePorts,
  tickers: LinkPorts['tickers'],
): SourcesStore {
  const { client } = ports;
  const hub = new SourceHub();
  /** In memory only: they must be typed again after a reload. */
  const secrets = new Map<string, SourceSecrets>();
  const store = createStore<SourcesState>()(() => ({
    status: 'loading',
    error: null,
    sources: [],
    ownRecording: null,
    replay: null,
  }));
  let configs: readonly SourceConfig[] = [];

  const publish = () => {
    const sources = configs.flatMap(({ id }) => hub.get(id)?.view() ?? []);
    store.setState({ sources });
  };
  hub.on('view', () => frames.schedule(publish));

  const linkPorts = { ...ports, frames, now, changed: (topic: HubTopic) => hub.tell(topic), tickers };
  const run = (config: SourceConfig) => hub.set(config.id, openLink(config, secrets.get(config.id), linkPorts));
  const own = new OwnRecorder(tap, ports, now, (ownRecording) => store.setState({ ownRecording }));
  // Whoever replays nothing loads nothing of it.
  let replay: Promise<ReplayDesk> | undefined;
  const loadReplay = () => {
    replay ??= import('./replay-desk.ts').then(
      (module) => new module.ReplayDesk(linkPorts, hub, (state) => store.setState({ replay: state })),
    );
    return replay;
  };
  const apply = (next: readonly SourceConfig[]) => {
    const byId = new Map(next.map((config) => [config.id, config]));
    for (const before of configs) {
      const config = byId.get(before.id);
      if (!config) hub.set(before.id, undefined);
      // Typed for where it led then; somebody else may have led it elsewhere.
      if (!config || !isSamePlace(before, config)) secrets.delete(before.id);
    }
    configs = next;
    for (const config of next) {
      if (JSON.stringify(hub.get(config.id)?.config) !== JSON.stringify(config)) run(config);
    }
    frames.schedule(publish);
  };

  const load = () => {
    client.command('source.list', {}).then(
      ({ sources }) => {
        store.setState({ status: 'ready', error: null });
        apply(sources.map(fromWire));
      },
      (reason: unknown) => {
        const error = reason instanceof Error ? reason : new Error(String(reason));
        // What runs goes on; the next connection asks again.
        store.setState(({ status }) => ({ error, status: status === 'ready' ? status : 'error' }));
      },
    );
  };
  const unwatch = watchLive(client, (live) => live && load());
  if (isLive(client)) load();

  return {
    getState: store.getState,
    getInitialState: store.getInitialState,
    subscribe: store.subscribe,
    hub,
    close() {
      unwatch();
      own.record(false);
      void replay?.then((desk) => desk.close());
      for (const { id } of configs) hub.set(id, undefined);
    },
    async save(config) {
      const answer = await client.command('source.save', { source: toWire(config) });
      const source = fromWire(answer.source);
      const known = configs.some(({ id }) => id === source.id);
      apply(known ? configs.map((one) => (one.id === source.id ? source : one)) : [...configs, source]);
    },
    async remove(id) {
      await client.command('source.delete', { id });
      apply(configs.filter((config) => config.id !== id));
    },
    reconnect: (id) => hub.get(id)?.reconnect(),
    async authenticate(id, given) {
      secrets.set(id, given);
      await hub.get(id)?.authenticate(given);
    },
    async test(config, given) {
      const { testSource } = await import('./source-test.ts');
      const saved = configs.find(({ id }) => id === config.id);
      return testSource(ports, config, given ?? secrets.get(config.id), saved);
    },
    async search(config, query, signal) {
      const { searchInstruments } = await import('./source-search.ts');
      return searchInstruments(ports, config, query, signal);
    },
    record(id, on) {
      if (id === OWN_ENGINE) own.record(on);
      else hub.get(id)?.record(on);
    },
    async takeRecording(id) {
      if (id === OWN_ENGINE) return own.file();
      const link = hub.get(id);
      if (!link) throw new Error(`there is no source ${id}`);
      return link.takeRecording();
    },
    openReplay: async (name, text) => (await loadReplay()).open(name, text),
    seekReplay: (at) => void replay?.then((desk) => desk.seek(at)),
    playReplay: (playing, speed) => void replay?.then((desk) => desk.play(playing, speed)),
    closeReplay: () => void replay?.then((desk) => desk.close()),
  };
}

function isSamePlace(a: SourceConfig, b: SourceConfig): boolean {
  return a.kind === b.kind && a.url === b.url && a.loginUrl === b.loginUrl && a.auth === b.auth;
}

export const sourcesStore = defineStore((environment) =>
  createSourcesStore(
    environment,
    browserPorts(environment.client, environment.bearer ?? (async () => null)),
    (tickers) => tickersStore(environment).put(tickers),
  ),
);

export const sourceHub = defineStore((environment) => sourcesStore(environment).hub);
