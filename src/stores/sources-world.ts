/** For tests: sources over venues in memory, in virtual time. */
import { seededRandom } from '#domain/random.ts';
import type { Ticker } from '#domain/market-data.ts';
import type { SourceConfig } from '#domain/source.ts';
import { type LocalFeed, localFeed } from '#workers/local-feed.ts';
import { createFrameScheduler, type FrameScheduler } from './frame-scheduler.ts';
import { FakeClient } from './market-fake-client.ts';
import type { SourcePorts } from './source-ports.ts';
import { createSourcesStore, type SourcesStore } from './sources.ts';

/** The parts of a test's world that sources need. */
export interface Surroundings {
  readonly timers: SourcePorts['timers'];
  readonly WebSocket: SourcePorts['WebSocket'];
}

export interface SourcesWorld {
  readonly client: FakeClient;
  readonly frames: FrameScheduler;
  readonly store: SourcesStore;
  readonly ports: SourcePorts;
  /** Newest of each, by qualified venue and symbol. */
  readonly tickers: ReadonlyMap<string, Ticker>;
  /** Every worker that was started, in order. */
  readonly workers: readonly LocalFeed[];
  /** What the page asked over HTTP, answered by `answer`. */
  readonly asked: readonly { readonly url: string; readonly init: RequestInit | undefined }[];
  answer: (url: string) => Response | Promise<Response>;
  /** The page's own policy forbids something. */
  block(): void;
  /** The machine is back on a network. */
  online(): void;
}

export function createSourcesWorld({ timers, WebSocket }: Surroundings): SourcesWorld {
  const client = new FakeClient();
  const idle = () => () => {};
  const frames = createFrameScheduler({ requestFrame: idle, after: idle, hidden: () => false }, (error) => {
    throw error;
  });
  const random = seededRandom(7);
  const workers: LocalFeed[] = [];
  const tickers = new Map<string, Ticker>();
  const asked: { url: string; init: RequestInit | undefined }[] = [];
  const blocked = new Set<() => void>();
  const online = new Set<() => void>();
  const ports: SourcePorts = {
    client,
    timers,
    random,
    WebSocket,
    fetch: async (input, init) => {
      const url = String(input);
      asked.push({ url, init });
      return world.answer(url);
    },
    spawnFeed() {
      const worker = localFeed({ timers, random, WebSocket });
      workers.push(worker);
      return worker;
    },
    bearer: async () => 'engine-token',
    onBlocked(listener) {
      blocked.add(listener);
      return () => blocked.delete(listener);
    },
    onOnline(listener) {
      online.add(listener);
      return () => online.delete(listener);
    },
    page: { origin: 'http://desk.test', isSecure: false },
  };
  const store = createSourcesStore({ frames, now: () => timers.now() }, ports, (list) => {
    for (const ticker of list) tickers.set(`${ticker.venue}:${ticker.instrument}`, ticker);
  });
  const world: SourcesWorld = {
    client,
    frames,
    store,
    ports,
    tickers,
    workers,
    asked,
    answer: () => Response.json({}),
    block: () => blocked.forEach((listener) => listener()),
    online: () => online.forEach((listener) => listener()),
  };
  return world;
}

export function sourceConfig(config: Partial<SourceConfig> & Pick<SourceConfig, 'id' | 'kind' | 'url'>): SourceConfig {
  return { name: config.id, via: 'direct', enabled: true, instruments: [], auth: 'none', ...config };
}
