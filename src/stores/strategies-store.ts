/** All strategies with their figures: the list by command, then status, signal and lifecycle events. */
import type { ProtocolClient } from '#client/types.ts';
import type { SignalView, StrategyView } from '#protocol/strategy-shapes.ts';
import { isStrategyStatus } from '#protocol/event-guards.ts';
import { defineStore } from './environment.tsx';
import type { FrameScheduler } from './frame-scheduler.ts';
import { watchLive } from './market-connection.ts';
import { createFeed, type Feed, keyed } from './market-feed.ts';
import { createStrategyFeed, type StrategyFeed } from './strategies-detail-feed.ts';
import { toSignal, withStatus } from './strategies-merge.ts';

export interface StrategiesState {
  readonly status: 'loading' | 'ready' | 'error';
  readonly error: Error | null;
  readonly strategies: ReadonlyMap<string, StrategyView>;
  /** The newest of each strategy. */
  readonly signals: ReadonlyMap<string, SignalView>;
}

export interface StrategiesStore extends Feed<StrategiesState> {
  /** Asks for the list again. */
  retry(): void;
  /** One strategy with its signals and fills. */
  detail(id: string): StrategyFeed;
}

const LIST_LIMIT = 1000;
const SIGNALS_LIMIT = 1000;

export function createStrategiesStore(client: ProtocolClient, frames: FrameScheduler): StrategiesStore {
  let strategies = new Map<string, StrategyView>();
  let signals = new Map<string, SignalView>();
  let status: StrategiesState['status'] = 'loading';
  let error: Error | null = null;
  let publish = () => {};
  const state = (): StrategiesState => ({ status, error, strategies, signals });

  const fail = (reason: unknown) => {
    error = reason instanceof Error ? reason : new Error(String(reason));
    if (status === 'loading') status = 'error';
    frames.schedule(publish);
  };
  const take = (signal: SignalView) => {
    const known = signals.get(signal.strategy_id);
    if (!known || known.ts <= signal.ts) signals.set(signal.strategy_id, signal);
  };
  const load = () => {
    client.command('strategy.list', { limit: LIST_LIMIT }).then((list) => {
      strategies = new Map(list.strategies.map((strategy) => [strategy.id, strategy]));
      status = 'ready';
      error = null;
      frames.schedule(publish);
    }, fail);
    client.command('strategy.signals', { limit: SIGNALS_LIMIT }).then(
      (list) => {
        list.signals.forEach(take);
        frames.schedule(publish);
      },
      // The list is whole without them, and the next ones come by event.
      () => {},
    );
  };
  /** A strategy began or changed its parameters: only its view has the whole of it. */
  const loadOne = (id: string) => {
    client.command('strategy.get', { id }).then((view) => {
      strategies.set(view.id, view);
      frames.schedule(publish);
    }, fail);
  };

  const feed = createFeed<StrategiesState>(state(), (set) => {
    publish = () => {
      // New maps a frame, so that selectors see a change.
      strategies = new Map(strategies);
      signals = new Map(signals);
      set(state());
    };
    const stops = [
      client.subscribe(
        'strategy.*.status',
        ({ data }) => {
          if (!isStrategyStatus(data)) return;
          const view = strategies.get(data.id);
          // An unknown one announced itself by its lifecycle, or is in the list that is on its way.
          if (!view) return;
          strategies.set(data.id, withStatus(view, data));
          frames.schedule(publish);
        },
        { onGap: load },
      ),
      client.subscribe('strategy.*.signal', ({ data, timestamp }) => {
        take(toSignal(data, timestamp));
        frames.schedule(publish);
      }),
      client.subscribe('strategy.*.lifecycle', ({ data }) => loadOne(data.id), { onGap: load }),
      watchLive(client, (live) => live && load()),
    ];
    load();
    return () => stops.forEach((stop) => stop());
  });

  return {
    ...feed,
    retry() {
      status = 'loading';
      publish();
      load();
    },
    detail: keyed(
      (id: string) => id,
      (id) => createStrategyFeed(client, frames, id),
    ),
  };
}

export const strategiesStore = defineStore(({ client, frames }) => createStrategiesStore(client, frames));
