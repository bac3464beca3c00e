/** The open orders of all grids: asked for, then by events. */
import type { ProtocolClient } from '#client/types.ts';
import type { OrderView } from '#protocol/shapes.ts';
import { defineStore } from './environment.tsx';
import type { FrameScheduler } from './frame-scheduler.ts';
import { OpenOrders } from './grids-merge.ts';
import { watchLive } from './market-connection.ts';
import { createFeed } from './market-feed.ts';

export interface OpenOrdersState {
  readonly orders: readonly OrderView[];
}

const LIMIT = 2000;

export function createOpenOrdersStore(client: ProtocolClient, frames: FrameScheduler) {
  const open = new OpenOrders();
  return createFeed<OpenOrdersState>({ orders: [] }, (set) => {
    let loaded = false;
    let loads = 0;
    const publish = () => set({ orders: open.all });
    const load = () => {
      const turn = ++loads;
      open.beginList();
      client.command('grid.orders', { state: 'open', limit: LIMIT }).then(
        ({ orders }) => {
          if (turn !== loads) return;
          loaded = true;
          open.applyList(orders);
          frames.schedule(publish);
        },
        // Orders are a marking on what else is shown; the next connection asks again.
        () => {},
      );
    };
    const stops = [
      client.subscribe(
        'grid.*.order',
        ({ event, data, timestamp }) => {
          open.applyEvent(event, data, timestamp);
          frames.schedule(publish);
        },
        { onGap: load },
      ),
      watchLive(client, (live) => {
        if (live && !loaded) load();
      }),
    ];
    load();
    return () => {
      stops.forEach((stop) => stop());
      loads += 1;
    };
  });
}

export const openOrdersStore = defineStore(({ client, frames }) => createOpenOrdersStore(client, frames));
