/** Who is on a connection or behind a request. */
import type { Role } from '#protocol/roles.ts';

export interface Identity {
  readonly user: string;
  readonly role: Role;
  readonly sessionId: string;
  /** ms since the epoch; `null`: never (an engine that serves without sign-in). */
  readonly expiresAt: number | null;
}

export interface TokenVerifier {
  /** Throws `ProtocolError` `AUTH_INVALID` or `AUTH_EXPIRED`. */
  verify(token: string): Promise<Identity>;
  /** Whether a session goes on; another process may have ended it (`griddesk user remove`). */
  isOpen(sessionId: string): boolean;
}

/** Everybody, on an engine that serves without sign-in. */
export const ANONYMOUS: Identity = { user: 'local', role: 'admin', sessionId: 'local', expiresAt: null };

/** For clients that insist on having a token there. */
export const ANONYMOUS_TOKEN = { token: 'local', lifetimeMs: 24 * 3_600_000 };

export const ANYBODY: TokenVerifier = { verify: async () => ANONYMOUS, isOpen: () => true };
