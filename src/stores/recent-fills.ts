/** The newest fills of all grids, and of all strategies: asked for once, then by events. */
import type { ProtocolClient } from '#client/types.ts';
import type { StrategyFill } from '#protocol/strategy-shapes.ts';
import type { FillView } from '#protocol/shapes.ts';
import { defineStore } from './environment.tsx';
import type { FrameScheduler } from './frame-scheduler.ts';
import { mergeFills, toFill } from './grids-merge.ts';
import { createFeed } from './market-feed.ts';
import { mergeStrategyFills } from './strategies-merge.ts';

export interface Recent<Fill> {
  /** Newest first; `null` until known. */
  readonly fills: readonly Fill[] | null;
  readonly error: Error | null;
}

interface FillSource<Fill> {
  readonly ask: () => Promise<readonly Fill[]>;
  readonly listen: (take: (fill: Fill) => void, onGap: () => void) => () => void;
  /** Newest first, each once. */
  readonly merge: (known: readonly Fill[], incoming: readonly Fill[]) => readonly Fill[];
}

function createRecentStore<Fill>(source: FillSource<Fill>, frames: FrameScheduler, kept: number) {
  let known: readonly Fill[] | null = null;
  let error: Error | null = null;
  return createFeed<Recent<Fill>>({ fills: null, error: null }, (set) => {
    let arrived: Fill[] = [];
    const publish = () => {
      if (known !== null) {
        known = source.merge(known, arrived).slice(0, kept);
        arrived = [];
      }
      set({ fills: known, error });
    };
    const load = () => {
      source.ask().then(
        (fills) => {
          known ??= [];
          error = null;
          arrived.push(...fills);
          frames.schedule(publish);
        },
        (reason: unknown) => {
          error = reason instanceof Error ? reason : new Error(String(reason));
          frames.schedule(publish);
        },
      );
    };
    const take = (fill: Fill) => {
      arrived.push(fill);
      // While the list is on its way, the newest are enough.
      if (arrived.length > 4 * kept) arrived = arrived.slice(-kept);
      frames.schedule(publish);
    };
    const stop = source.listen(take, load);
    load();
    return stop;
  });
}

export function createRecentFillsStore(client: ProtocolClient, frames: FrameScheduler, kept: number) {
  const source: FillSource<FillView> = {
    ask: () => client.command('grid.fills', { limit: kept }).then(({ fills }) => fills),
    listen: (take, onGap) =>
      client.subscribe('grid.*.trade', ({ data, timestamp }) => take(toFill(data, timestamp)), { onGap }),
    merge: mergeFills,
  };
  return createRecentStore(source, frames, kept);
}

export function createStrategyFillsStore(client: ProtocolClient, frames: FrameScheduler, kept: number) {
  const source: FillSource<StrategyFill> = {
    ask: () => client.command('strategy.fills', { limit: kept }).then(({ fills }) => fills),
    listen: (take, onGap) => client.subscribe('strategy.*.trade', ({ data }) => take(data), { onGap }),
    merge: mergeStrategyFills,
  };
  return createRecentStore(source, frames, kept);
}

const FOR_LISTS = 50;
const FOR_CHARTS = 1000;

export const recentFillsStore = defineStore(({ client, frames }) => createRecentFillsStore(client, frames, FOR_LISTS));
export const chartFillsStore = defineStore(({ client, frames }) => createRecentFillsStore(client, frames, FOR_CHARTS));
export const recentStrategyFillsStore = defineStore(({ client, frames }) =>
  createStrategyFillsStore(client, frames, FOR_LISTS),
);
export const chartStrategyFillsStore = defineStore(({ client, frames }) =>
  createStrategyFillsStore(client, frames, FOR_CHARTS),
);
