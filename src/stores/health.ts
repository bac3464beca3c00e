/** The engine's health, with a short history for sparklines. */
import type { ProtocolClient } from '#client/types.ts';
import type { HealthEvent } from '#protocol/shapes.ts';
import { defineStore } from './environment.tsx';
import type { FrameScheduler } from './frame-scheduler.ts';
import { createFeed } from './market-feed.ts';

/** One figure's values, oldest first. */
export type Series = readonly number[];

export interface HealthState {
  readonly latest: HealthEvent | null;
  readonly memory: Series;
  readonly lag: Series;
  readonly clients: Series;
  /** What this page receives, in messages and bytes a second. */
  readonly messages: Series;
  readonly bytes: Series;
  readonly roundTrip: Series;
}

/** Ten minutes of the engine's report every 5 s. */
const KEPT = 120;

const INITIAL: HealthState = {
  latest: null,
  memory: [],
  lag: [],
  clients: [],
  messages: [],
  bytes: [],
  roundTrip: [],
};

function append(series: Series, value: number | null | undefined): Series {
  return value === null || value === undefined ? series : [...series.slice(1 - KEPT), value];
}

export function createHealthStore(client: ProtocolClient, frames: FrameScheduler, now: () => number) {
  let state = INITIAL;
  return createFeed<HealthState>(INITIAL, (set) => {
    let counted = { at: now(), received: client.stats.received, bytes: client.stats.receivedBytes };
    let pending: HealthEvent | null = null;
    const publish = () => {
      if (pending === null) return;
      const { received, receivedBytes, roundTripMs } = client.stats;
      const at = now();
      const seconds = (at - counted.at) / 1000;
      // Several reports in one flush (a tab waking up) make no rate.
      const rate = (count: number) => (seconds < 0.5 ? undefined : Math.max(0, count) / seconds);
      state = {
        latest: pending,
        memory: append(state.memory, pending.memory_mb),
        lag: append(state.lag, pending.event_loop_lag_ms),
        clients: append(state.clients, pending.clients),
        messages: append(state.messages, rate(received - counted.received)),
        bytes: append(state.bytes, rate(receivedBytes - counted.bytes)),
        roundTrip: append(state.roundTrip, roundTripMs),
      };
      pending = null;
      if (seconds >= 0.5) counted = { at, received, bytes: receivedBytes };
      set(state);
    };
    return client.subscribe('system.health', ({ data }) => {
      pending = data;
      frames.schedule(publish);
    });
  });
}

export const healthStore = defineStore(({ client, frames, now }) => createHealthStore(client, frames, now));
