/** What can be traded: asked for once a connection, because only a restarted engine knows others. */
import type { ProtocolClient } from '#client/types.ts';
import type { Result } from '#protocol/commands.ts';
import { defineStore } from './environment.tsx';
import type { FrameScheduler } from './frame-scheduler.ts';
import { isLive, watchLive } from './market-connection.ts';
import { createFeed } from './market-feed.ts';
import { tickerKey } from './market-tickers-feed.ts';

export type ListedInstrument = Result<'market.instruments'>['instruments'][number];

/** By `tickerKey`. */
export type Instruments = ReadonlyMap<string, ListedInstrument>;

export function createInstrumentsStore(client: ProtocolClient, frames: FrameScheduler) {
  return createFeed<Instruments>(new Map(), (set) => {
    const load = () => {
      client.command('market.instruments', {}).then(
        ({ instruments }) => {
          const byKey = new Map(instruments.map((one) => [tickerKey(one.venue, one.symbol), one]));
          frames.schedule(() => set(byKey));
        },
        // Prices then show without their tick sizes; the next connection asks again.
        () => undefined,
      );
    };
    if (isLive(client)) load();
    return watchLive(client, (live) => live && load());
  });
}

export const instrumentsStore = defineStore(({ client, frames }) => createInstrumentsStore(client, frames));
