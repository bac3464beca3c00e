/** All instruments there are: our own engine's and every source's. */
import type { ProtocolClient } from '#client/types.ts';
import { defineStore, useSelect } from './environment.tsx';
import type { FrameScheduler } from './frame-scheduler.ts';
import { isLive, watchLive } from './market-connection.ts';
import { createFeed, type Feed } from './market-feed.ts';
import type { SourceHub } from './source-hub.ts';
import type { ListedInstrument } from './source-types.ts';
import { sourceHub } from './sources.ts';

export interface ListingsState {
  /** Of our own engine's list: the sources' come beside it as they are known. */
  readonly status: 'loading' | 'ready' | 'error';
  readonly error: Error | null;
  readonly listings: readonly ListedInstrument[];
}

export function createListingsStore(
  client: ProtocolClient,
  frames: FrameScheduler,
  hub: SourceHub,
): Feed<ListingsState> {
  let own: readonly ListedInstrument[] = [];
  let status: ListingsState['status'] = 'loading';
  let error: Error | null = null;
  const state = (): ListingsState => ({
    status,
    error,
    listings: [...own, ...hub.links.flatMap((link) => link.listings())],
  });
  return createFeed<ListingsState>(state(), (set) => {
    let open = true;
    const publish = () => {
      if (open) set(state());
    };
    const load = () => {
      client.command('market.instruments', {}).then(
        ({ instruments }) => {
          own = instruments;
          status = 'ready';
          error = null;
          frames.schedule(publish);
        },
        (reason: unknown) => {
          error = reason instanceof Error ? reason : new Error(String(reason));
          if (status !== 'ready') status = 'error';
          frames.schedule(publish);
        },
      );
    };
    const stops = [
      watchLive(client, (live) => live && load()),
      hub.on('listings', () => frames.schedule(publish)),
      () => {
        open = false;
      },
    ];
    if (isLive(client)) load();
    frames.schedule(publish);
    return () => stops.forEach((stop) => stop());
  });
}

export const listingsStore = defineStore((environment) =>
  createListingsStore(environment.client, environment.frames, sourceHub(environment)),
);

export function useListings(): ListingsState {
  return useSelect(listingsStore, (state) => state);
}
