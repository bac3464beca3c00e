/** What sources need of the platform. */
import type { Timers } from '#domain/clock.ts';
import type { Random } from '#domain/random.ts';
import { systemTimers } from '#client/system-timers.ts';
import type { WebSocketConstructor } from '#client/options.ts';
import type { ProtocolClient } from '#client/types.ts';

export interface SourcePorts {
  /** Our own engine: keeps the settings, opens relays. */
  readonly client: ProtocolClient;
  readonly timers: Timers;
  readonly random: Random;
  readonly WebSocket: WebSocketConstructor;
  readonly fetch: typeof fetch;
  /** A token for our own engine's REST; `null` where it asks for none. */
  readonly bearer: () => Promise<string | null>;
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
    bearer,
    page: { origin: location.origin, isSecure: location.protocol === 'https:' },
  };
}
