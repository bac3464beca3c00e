/** What sources need of the platform. */
import type { Timers } from '#domain/clock.ts';
import type { Random } from '#domain/random.ts';
import { systemTimers } from '#client/system-timers.ts';
import type { WebSocketConstructor } from '#client/options.ts';
import type { ProtocolClient } from '#client/types.ts';
import type { FeedPort } from '#workers/feed-protocol.ts';
import { spawnFeed } from '#workers/spawn-feed.ts';

export interface SourcePorts {
  /** Our own engine: keeps the settings, opens relays. */
  readonly client: ProtocolClient;
  readonly timers: Timers;
  readonly random: Random;
  readonly WebSocket: WebSocketConstructor;
  readonly fetch: typeof fetch;
  /** A worker that may connect to `address`. */
  readonly spawnFeed: (address: string) => FeedPort;
  /** A token for our own engine's REST; `null` where it asks for none. */
  readonly bearer: () => Promise<string | null>;
  /** Calls back where the page's own policy has forbidden a connection; returns how to stop. */
  readonly onBlocked: (listener: () => void) => () => void;
  /** As the client's option of that name. */
  readonly onOnline?: (listener: () => void) => () => void;
  /** The page's address: its origin, and whether mixed content is forbidden. */
  readonly page: { readonly origin: string; readonly isSecure: boolean };
}

export function browserPorts(client: ProtocolClient, bearer: SourcePorts['bearer']): SourcePorts {
  return {
    client,
    timers: systemTimers,
    random: Math.random,
    WebSocket,
    fetch: (input, init) => fetch(input, init),
    spawnFeed,
    bearer,
    onBlocked(listener) {
      const heard = ({ effectiveDirective }: SecurityPolicyViolationEvent) => {
        if (effectiveDirective === 'connect-src') listener();
      };
      document.addEventListener('securitypolicyviolation', heard);
      return () => document.removeEventListener('securitypolicyviolation', heard);
    },
    page: { origin: location.origin, isSecure: location.protocol === 'https:' },
  };
}
