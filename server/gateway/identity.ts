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
}

export const ANONYMOUS: Identity = { user: 'local', role: 'admin', sessionId: 'local', expiresAt: null };
