/** How far runs, sweeps and imports are, each by its id, once a frame. */
import type { DataProgressEvent, SweepProgressEvent } from '#protocol/backtest-shapes.ts';
import type { ProgressEvent } from '#protocol/shapes.ts';
import { defineStore } from './environment.tsx';
import type { FrameScheduler } from './frame-scheduler.ts';
import { createFeed, type Feed } from './market-feed.ts';

export interface Progresses<E> {
  readonly of: ReadonlyMap<string, E>;
}

/** G21: of what comes late, the further one counts, so that a bar never goes back. */
function createProgressFeed<E extends { readonly id: string; readonly progress: number }>(
  frames: FrameScheduler,
  listen: (take: (event: E) => void) => () => void,
): Feed<Progresses<E>> {
  return createFeed<Progresses<E>>({ of: new Map() }, (set) => {
    const newest = new Map<string, E>();
    const publish = () => set({ of: new Map(newest) });
    return listen((event) => {
      const known = newest.get(event.id);
      if (known !== undefined && known.progress > event.progress) return;
      newest.set(event.id, event);
      frames.schedule(publish);
    });
  });
}

export const backtestProgressStore = defineStore(({ client, frames }) =>
  createProgressFeed<ProgressEvent>(frames, (take) =>
    client.subscribe('backtest.*.progress', ({ data }) => take(data)),
  ),
);

export const sweepProgressStore = defineStore(({ client, frames }) =>
  createProgressFeed<SweepProgressEvent>(frames, (take) =>
    client.subscribe('sweep.*.progress', ({ data }) => take(data)),
  ),
);

export const dataProgressStore = defineStore(({ client, frames }) =>
  createProgressFeed<DataProgressEvent>(frames, (take) =>
    client.subscribe('data.*.progress', ({ data }) => take(data)),
  ),
);
