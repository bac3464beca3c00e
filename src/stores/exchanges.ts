/** The engine's connections to its venues. */
import type { ProtocolClient } from '#client/types.ts';
import type { ExchangeEvent } from '#protocol/shapes.ts';
import { defineStore } from './environment.tsx';
import type { FrameScheduler } from './frame-scheduler.ts';
import { createFeed } from './market-feed.ts';

export interface ExchangeState extends ExchangeEvent {
  readonly event: 'connected' | 'disconnected' | 'error';
  readonly reportedAt: number;
}

export interface ExchangesState {
  readonly exchanges: readonly ExchangeState[];
}

export function createExchangesStore(client: ProtocolClient, frames: FrameScheduler) {
  const byVenue = new Map<string, ExchangeState>();
  return createFeed<ExchangesState>({ exchanges: [] }, (set) => {
    const publish = () => set({ exchanges: [...byVenue.values()] });
    return client.subscribe('system.exchange', ({ data, event, timestamp }) => {
      byVenue.set(data.venue, { ...data, event, reportedAt: timestamp });
      frames.schedule(publish);
    });
  });
}

export const exchangesStore = defineStore(({ client, frames }) => createExchangesStore(client, frames));
