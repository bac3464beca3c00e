/** How the engine connection is doing, for everybody to show. */
import { createStore } from 'zustand/vanilla';
import type { ClientStats, ConnectionState, Peer, ProtocolClient } from '#client/types.ts';
import { roleAllows, type Role } from '#protocol/roles.ts';
import { defineStore, useSelect } from './environment.tsx';

export interface ConnectionView {
  readonly connection: ConnectionState;
  readonly peer: Peer | null;
  readonly stats: ClientStats;
  /** Whether this page has been live before: then what is on screen is last known, not missing. */
  readonly wasLive: boolean;
}

export function createConnectionStore(client: ProtocolClient) {
  const read = (wasLive: boolean): ConnectionView => ({
    connection: client.state,
    peer: client.peer,
    stats: client.stats,
    wasLive: wasLive || client.state.phase === 'live',
  });
  const store = createStore<ConnectionView>()(() => read(false));
  client.onChange(() => store.setState(read(store.getState().wasLive), true));
  return store;
}

export const connectionStore = defineStore(({ client }) => createConnectionStore(client));

/** `live`: what is on screen is current; `stale`: it is last known; `loading`: nothing has come yet. */
export type Freshness = 'loading' | 'live' | 'stale';

export function freshnessOf({ connection, wasLive }: ConnectionView): Freshness {
  if (connection.phase === 'live') return connection.stale ? 'stale' : 'live';
  return wasLive ? 'stale' : 'loading';
}

export function useFreshness(): Freshness {
  return useSelect(connectionStore, freshnessOf);
}

/** Z7. Unknown roles (foreign engines) may try everything: the engine answers FORBIDDEN where it must. */
export function useMay(needed: Role): boolean {
  return useSelect(connectionStore, ({ peer }) => mayAs(peer, needed));
}

export function mayAs(peer: Peer | null, needed: Role): boolean {
  return peer === null || peer.role === null || roleAllows(peer.role, needed);
}

/** Z5: whether the engine offers an action at all. */
export function useOffers(action: string): boolean {
  return useSelect(connectionStore, ({ peer }) => {
    return peer === null || peer.capabilities === null || peer.capabilities.actions.includes(action);
  });
}
