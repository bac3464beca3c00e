/** What the rest of the dashboard sees of an engine connection. */
import type { PatternEvent } from '#protocol/channels.ts';
import type { Action, Params, Result } from '#protocol/commands.ts';
import type { Capabilities } from '#protocol/envelope.ts';
import type { Role } from '#protocol/roles.ts';

export type ConnectionState =
  | { readonly phase: 'idle' }
  | { readonly phase: 'connecting'; readonly attempt: number }
  | { readonly phase: 'authenticating' }
  /** `stale`: no frame for 35 s (Z16); what is on screen may be old. */
  | { readonly phase: 'live'; readonly stale: boolean }
  /** Waiting for the next try; `retryAt` is in ms since the epoch. */
  | {
      readonly phase: 'waiting';
      readonly attempt: number;
      readonly tries: number;
      readonly retryAt: number;
      readonly reason: string;
    }
  /** Out of tries, or closed for a reason that trying again will not mend; *Reconnect* starts anew. */
  | { readonly phase: 'offline'; readonly reason: string }
  /** The server wants a (new) sign-in (4401). */
  | { readonly phase: 'signed_out'; readonly reason: string };

export interface Peer {
  readonly server: string;
  readonly run: string | null;
  /** `null`: a foreign engine that names none; only the published actions are offered (Z5). */
  readonly capabilities: Capabilities | null;
  readonly user: string | null;
  readonly role: Role | null;
  /** Does the engine serve without sign-in? */
  readonly authRequired: boolean;
}

export interface ClientStats {
  readonly roundTripMs: number | null;
  readonly lastFrameAt: number | null;
  readonly reconnects: number;
  readonly received: number;
  readonly receivedBytes: number;
  /** Frames that did not parse or did not fit their shape. */
  readonly rejected: number;
}

export interface CommandOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** For the caller that resends by hand; by default a new UUID. */
  readonly id?: string;
}

export interface SubscriptionHooks {
  /** The server could not replay everything since the cut (Z12): refetch what you keep. */
  readonly onGap?: () => void;
  readonly onDenied?: (code: string) => void;
}

export interface ProtocolClient {
  readonly state: ConnectionState;
  readonly peer: Peer | null;
  readonly stats: ClientStats;
  /** Called on every change of `state` or `peer`, and at most once a second for `stats`. */
  onChange(listener: () => void): () => void;
  connect(): void;
  /** Z17: drops the socket, if any, and starts at once with a fresh count. */
  reconnect(): void;
  close(): void;
  /**
   * Sends one command; resent after a reconnect with the same id until answered (Z13). Rejects with
   * `ProtocolError`: the server's code, `TIMEOUT` after 30 s, or the connection's.
   */
  command<A extends Action>(action: A, params: Params<A>, options?: CommandOptions): Promise<Result<A>>;
  /** Ref-counted a pattern; the last release is delayed, so that a page change does not churn the server. */
  subscribe<P extends string>(
    pattern: P,
    handler: (event: PatternEvent<P>) => void,
    hooks?: SubscriptionHooks,
  ): () => void;
  /**
   * Sends `subscribe` for an already subscribed pattern once more, so that the server answers with the current values
   * of its stateful channels (Z11): the way back of an order book that missed an update.
   * An unknown pattern is ignored; while disconnected nothing is needed, resubscribing brings them anyway.
   */
  refresh(pattern: string): void;
}
