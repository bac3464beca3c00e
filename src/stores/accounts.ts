/** Every account the desk knows of: our own engine's, one a venue, and those of every source. */
import type { ProtocolClient } from '#client/types.ts';
import { OWN_ENGINE } from '#domain/source.ts';
import type { AccountFigures } from './account-book.ts';
import { EngineAccounts } from './engine-accounts.ts';
import { defineStore } from './environment.tsx';
import type { FrameScheduler } from './frame-scheduler.ts';
import { isLive, watchLive } from './market-connection.ts';
import { createFeed, type Feed } from './market-feed.ts';
import type { SourceHub } from './source-hub.ts';
import { sourceHub } from './sources.ts';

export interface AccountView extends AccountFigures {
  /** `engine`: our own. */
  readonly source: string;
  /** Qualified, so it is unique. */
  readonly venue: string;
  /** The source's name; an engine with several accounts adds the venue's. */
  readonly name: string;
  /** Simulated money: never summed with real. */
  readonly paper: boolean;
  /** The connection is down: these are the last known figures. */
  readonly stale: boolean;
}

export interface AccountsState {
  readonly accounts: readonly AccountView[];
}

export function createAccountsStore(
  client: ProtocolClient,
  frames: FrameScheduler,
  hub: SourceHub,
): Feed<AccountsState> {
  return createFeed<AccountsState>({ accounts: [] }, (set) => {
    const own = new EngineAccounts(() => frames.schedule(publish));
    const publish = () => {
      const accounts: AccountView[] = own.all.map(({ venue, figures, paper, stale }) => ({
        ...figures,
        source: OWN_ENGINE,
        venue,
        name: venue,
        paper,
        stale: stale || !isLive(client),
      }));
      for (const link of hub.links) {
        for (const { figures, ...account } of link.accounts()) {
          accounts.push({ ...figures, ...account, source: link.config.id, stale: link.stale });
        }
      }
      set({ accounts });
    };
    const stops = [
      own.follow(client),
      watchLive(client, () => frames.schedule(publish)),
      hub.on('accounts', () => frames.schedule(publish)),
    ];
    frames.schedule(publish);
    return () => stops.forEach((stop) => stop());
  });
}

export const accountsStore = defineStore((environment) =>
  createAccountsStore(environment.client, environment.frames, sourceHub(environment)),
);
