/** The newest fills of all grids: asked for once, then by events. */
import type { ProtocolClient } from '#client/types.ts';
import type { FillView } from '#protocol/shapes.ts';
import { defineStore } from './environment.tsx';
import type { FrameScheduler } from './frame-scheduler.ts';
import { mergeFills, toFill } from './grids-merge.ts';
import { createFeed } from './market-feed.ts';

export interface RecentFills {
  /** Newest first; `null` until known. */
  readonly fills: readonly FillView[] | null;
  readonly error: Error | null;
}

export function createRecentFillsStore(client: ProtocolClient, frames: FrameScheduler, kept: number) {
  let known: readonly FillView[] | null = null;
  let error: Error | null = null;
  return createFeed<RecentFills>({ fills: null, error: null }, (set) => {
    let arrived: FillView[] = [];
    const publish = () => {
      if (known !== null) {
        known = mergeFills(known, arrived).slice(0, kept);
        arrived = [];
      }
      set({ fills: known, error });
    };
    const load = () => {
      client.command('grid.fills', { limit: kept }).then(
        ({ fills }) => {
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
    const stop = client.subscribe(
      'grid.*.trade',
      ({ data, timestamp }) => {
        arrived.push(toFill(data, timestamp));
        // While the list is on its way, the newest are enough.
        if (arrived.length > 4 * kept) arrived = arrived.slice(-kept);
        frames.schedule(publish);
      },
      { onGap: load },
    );
    load();
    return stop;
  });
}

/** For a list. */
export const recentFillsStore = defineStore(({ client, frames }) => createRecentFillsStore(client, frames, 50));

/** For charts. */
export const chartFillsStore = defineStore(({ client, frames }) => createRecentFillsStore(client, frames, 1000));
