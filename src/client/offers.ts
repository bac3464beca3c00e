import { PUBLISHED_ACTIONS } from '#protocol/published-actions.ts';
import type { Peer } from './types.ts';

/** Z5: whether this engine takes `action`; one that names no capabilities has the published actions only. */
export function offers(peer: Pick<Peer, 'capabilities'>, action: string): boolean {
  return (peer.capabilities?.actions ?? PUBLISHED_ACTIONS).includes(action);
}
