/** What a client is built from; everything but `url` and `getToken` has the platform's own as default. */
import type { Timers } from '#domain/clock.ts';
import type { Random } from '#domain/random.ts';
import type { ResultParser } from './results.ts';

/** `expiresAt`: ms since the epoch by this machine's clock. */
export interface Token {
  readonly token: string;
  readonly expiresAt: number;
}

/** `signedOut`: there is nobody to be; the text says why. Anything that trying again may mend is a rejection. */
export type TokenAnswer = Token | { readonly signedOut: string };

export type WebSocketConstructor = new (url: string, protocols?: string | string[]) => WebSocket;

export interface ClientOptions {
  /** `ws:` or `wss:` address of the engine's `/ws`. */
  readonly url: string;
  /** Asked while the socket opens, whenever the token at hand is missing, old or refused. */
  readonly getToken: () => TokenAnswer | Promise<TokenAnswer>;
  /** What checks the answers to commands, loaded with the first of them: `results.ts`. */
  readonly results: () => ResultParser | Promise<ResultParser>;
  /** Z2: only for servers configured so, as URLs end in logs. */
  readonly tokenInUrl?: boolean;
  readonly timers?: Timers;
  readonly random?: Random;
  readonly uuid?: () => string;
  readonly WebSocket?: WebSocketConstructor;
  /** Calls the listener whenever the machine is back on a network; returns how to stop that. */
  readonly onOnline?: (listener: () => void) => () => void;
}

export function onBrowserOnline(listener: () => void): () => void {
  // Node has no such event; there a test or a script brings its own source.
  if (typeof addEventListener !== 'function') return () => undefined;
  addEventListener('online', listener);
  return () => removeEventListener('online', listener);
}
