/** Whether trading has been stopped by the kill switch, by whom and why. */
import type { ProtocolClient } from '#client/types.ts';
import type { KillSwitchEvent } from '#protocol/shapes.ts';
import { defineStore } from './environment.tsx';
import type { FrameScheduler } from './frame-scheduler.ts';
import { createFeed } from './market-feed.ts';

export interface KillSwitchState {
  /** `null` until known. */
  readonly active: boolean | null;
  readonly last: KillSwitchEvent | null;
}

export function createKillSwitchStore(client: ProtocolClient, frames: FrameScheduler) {
  let state: KillSwitchState = { active: null, last: null };
  return createFeed<KillSwitchState>(state, (set) => {
    const publish = () => set(state);
    return client.subscribe('system.kill_switch', ({ event, data }) => {
      state = { active: event === 'activated', last: data };
      frames.schedule(publish);
    });
  });
}

export const killSwitchStore = defineStore(({ client, frames }) => createKillSwitchStore(client, frames));
