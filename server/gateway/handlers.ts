/** What answers commands: one table for the WebSocket and for REST. */
import type { Action, Params, Result } from '#protocol/commands.ts';
import type { Role } from '#protocol/roles.ts';

/** Z13: who asked, and how an identical request is recognised. */
export interface RequestKey {
  readonly user: string;
  readonly id: string;
  /** Of the action and its parameters. */
  readonly digest: string;
}

export interface Call extends RequestKey {
  readonly role: Role;
  /** The session the call came through, for `auth.refresh`, `session.*` and the audit. */
  readonly sessionId: string;
}

/** Answers one command or throws a `ProtocolError`. Parameters are already validated, the role checked. */
export type Handler<A extends Action> = (params: Params<A>, call: Call) => Promise<Result<A>>;

/** An action without a handler is not listed in the capabilities and answers `UNKNOWN_ACTION`. */
export type Handlers = { readonly [A in Action]?: Handler<A> };

/** A response as it was first given, kept for repeats of the same request. */
export type StoredResponse =
  | { readonly success: true; readonly data: unknown }
  | {
      readonly success: false;
      readonly error: { readonly code: string; readonly message: string; readonly details?: unknown };
    };

/** Z13: remembered for 5 minutes, across restarts. Engine commands are recorded in the journal's own transaction. */
export interface ResponseStore {
  find(user: string, id: string): { readonly digest: string; readonly response: StoredResponse } | undefined;
  /** Keeps the first response; recording the same request again changes nothing. */
  record(request: RequestKey, response: StoredResponse, ts: number): void;
}
