/** All grids with their figures: the list by command, then status and lifecycle events. */
import type { ProtocolClient } from '#client/types.ts';
import type { GridStatus, GridView } from '#protocol/shapes.ts';
import { defineStore } from './environment.tsx';
import type { FrameScheduler } from './frame-scheduler.ts';
import { createGridFeed, type GridFeed } from './grids-detail-feed.ts';
import { watchLive } from './market-connection.ts';
import { createFeed, type Feed, keyed } from './market-feed.ts';

export interface GridsState {
  readonly status: 'loading' | 'ready' | 'error';
  readonly error: Error | null;
  readonly grids: ReadonlyMap<string, GridView>;
}

export interface GridsStore extends Feed<GridsState> {
  /** Asks for the list again. */
  retry(): void;
  /** One grid with its orders, fills and risk decisions. */
  detail(id: string): GridFeed;
}

/** The newest status in its view; the state words of both agree. */
export function withStatus(view: GridView, status: GridStatus): GridView {
  return { ...view, status, state: status.state ?? view.state };
}

const LIST_LIMIT = 1000;

export function createGridsStore(client: ProtocolClient, frames: FrameScheduler): GridsStore {
  let grids = new Map<string, GridView>();
  let status: GridsState['status'] = 'loading';
  let error: Error | null = null;
  let publish = () => {};
  const state = (): GridsState => ({ status, error, grids });

  const fail = (reason: unknown) => {
    error = reason instanceof Error ? reason : new Error(String(reason));
    if (status === 'loading') status = 'error';
    frames.schedule(publish);
  };
  const load = () => {
    client.command('grid.list', { limit: LIST_LIMIT }).then((list) => {
      grids = new Map(list.grids.map((grid) => [grid.id, grid]));
      status = 'ready';
      error = null;
      frames.schedule(publish);
    }, fail);
  };
  /** A grid began or changed its parameters: only its view has the whole of it. */
  const loadOne = (id: string) => {
    client.command('grid.get', { id }).then((view) => {
      grids.set(view.id, view);
      frames.schedule(publish);
    }, fail);
  };

  const feed = createFeed<GridsState>(state(), (set) => {
    publish = () => {
      // A new map a frame, so that selectors see a change.
      grids = new Map(grids);
      set(state());
    };
    const stops = [
      client.subscribe(
        'grid.*.status',
        ({ data }) => {
          const view = grids.get(data.id);
          // An unknown one announced itself by its lifecycle, or is in the list that is on its way.
          if (!view) return;
          grids.set(data.id, withStatus(view, data));
          frames.schedule(publish);
        },
        { onGap: load },
      ),
      client.subscribe('grid.*.lifecycle', ({ data }) => loadOne(data.id), { onGap: load }),
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
      (id) => createGridFeed(client, frames, id),
    ),
  };
}

export const gridsStore = defineStore(({ client, frames }) => createGridsStore(client, frames));
