/** What feeds need to know of the connection: is it live, and when is it live again after a cut? */
import type { ProtocolClient } from '#client/types.ts';

export function isLive(client: ProtocolClient): boolean {
  return client.state.phase === 'live';
}

/** Calls back on every change between live and not live; returns how to stop. */
export function watchLive(client: ProtocolClient, listener: (live: boolean) => void): () => void {
  let live = isLive(client);
  return client.onChange(() => {
    if (isLive(client) === live) return;
    live = !live;
    listener(live);
  });
}
