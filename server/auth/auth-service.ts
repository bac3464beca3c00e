/** Signing in, staying signed in, being signed out. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '#domain/clock.ts';
import { ProtocolError } from '#protocol/errors.ts';
import type { Role } from '#protocol/roles.ts';
import type { Identity, TokenVerifier } from '#server/gateway/identity.ts';
import { secret } from '#server/storage/secrets.ts';
import { Sessions, type SessionRecord } from '#server/storage/sessions.ts';
import type { Database } from '#server/storage/transaction.ts';
import { Users, type UserRecord } from '#server/storage/users.ts';
import { Passwords } from './passwords.ts';
import { RefreshTokens } from './refresh-tokens.ts';
import { Tokens } from './tokens.ts';

export interface SignedIn {
  readonly token: string;
  /** ms since the epoch. */
  readonly expiresAt: number;
  readonly user: string;
  readonly role: Role;
  /** For the cookie. */
  readonly refreshToken: string;
}

export interface AuthOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly passwords?: Passwords;
}

const ACCESS_LIFETIME_MS = 15 * 60_000;
export const SESSION_LIFETIME_MS = 30 * 24 * 3_600_000;
/** Tabs that refresh at once, or a response lost on the way, show the previous token once more. */
const REUSE_TOLERANCE_MS = 60_000;
/** Who signs in by link where there is no user yet. */
const FIRST_ADMIN = 'admin';

export class AuthService implements TokenVerifier {
  readonly users: Users;
  readonly passwords: Passwords;
  readonly #sessions: Sessions;
  readonly #tokens: Tokens;
  readonly #refreshTokens: RefreshTokens;
  readonly #clock: Clock;
  readonly #revoked = new Set<(sessionId: string) => void>();
  #link: Buffer | undefined;

  constructor(options: AuthOptions) {
    const { db, clock } = options;
    this.users = new Users(db);
    this.passwords = options.passwords ?? new Passwords();
    this.#sessions = new Sessions(db);
    this.#tokens = new Tokens(secret(db, 'access-token'), clock, ACCESS_LIFETIME_MS);
    this.#refreshTokens = new RefreshTokens(secret(db, 'refresh-token'));
    this.#clock = clock;
  }

  /** Hears of every session that ended before its time. */
  onRevoked(listener: (sessionId: string) => void): void {
    this.#revoked.add(listener);
  }

  /** The role is the user's of now, not the one of when the token was made. */
  async verify(token: string): Promise<Identity> {
    const { user, sessionId, expiresAt } = await this.#tokens.verify(token);
    const session = this.#sessions.get(sessionId);
    const record = this.users.get(user);
    if (!session || session.user !== user || !record) throw new ProtocolError('AUTH_INVALID', 'the session has ended');
    return { user, role: record.role, sessionId, expiresAt };
  }

  isOpen(sessionId: string): boolean {
    try {
      return this.#sessions.get(sessionId) !== undefined;
    } catch {
      // A disk that fails must not sign out who would pull the kill switch.
      return true;
    }
  }

  /** Throws `AUTH_INVALID`. */
  async login(name: string, password: string, agent: string): Promise<SignedIn> {
    const user = this.users.get(name);
    const right = await this.passwords.verify(password, user?.password ?? null);
    if (!user || !right) throw new ProtocolError('AUTH_INVALID', 'wrong name or password');
    return this.#open(user, agent);
  }

  /** A fresh one-time link token; the one before is void. `null`: an admin can sign in by password. */
  offerLink(): string | null {
    if (this.users.list().some(({ role, password }) => role === 'admin' && password !== null)) return null;
    this.#link = randomBytes(24);
    return this.#link.toString('base64url');
  }

  /** Throws `AUTH_INVALID`: used, of an earlier start, or wrong. */
  async redeemLink(token: string, agent: string): Promise<SignedIn> {
    const given = Buffer.from(token, 'base64url');
    const link = this.#link;
    if (!link || given.length !== link.length || !timingSafeEqual(given, link)) {
      throw new ProtocolError('AUTH_INVALID', 'this link has been used or is of an earlier start');
    }
    this.#link = undefined;
    const created_at = this.#clock.now();
    const admin = this.users.list().find(({ role }) => role === 'admin');
    const user = admin ?? { name: this.#freeName(), role: 'admin', password: null, created_at };
    if (!admin) this.users.add(user);
    return this.#open(user, agent);
  }

  /** Rotates the refresh token. Throws `AUTH_INVALID`; a token shown too late ends its session: it may be stolen. */
  async refresh(refreshToken: string): Promise<SignedIn> {
    const now = this.#clock.now();
    const read = this.#refreshTokens.read(refreshToken);
    const session = read && this.#sessions.get(read.sessionId);
    const user = session && this.users.get(session.user);
    if (!read || !session || !user || session.expires_at <= now) throw ended();
    if (read.generation === session.generation) {
      this.#sessions.rotate(session.id, session.generation + 1, now, now + SESSION_LIFETIME_MS);
      return this.#sign(user, session.id, session.generation + 1);
    }
    if (read.generation === session.generation - 1 && now - session.rotated_at <= REUSE_TOLERANCE_MS) {
      return this.#sign(user, session.id, session.generation);
    }
    this.revoke(session.id);
    throw ended();
  }

  /** A new access token for a session at work (Z8). Throws `AUTH_INVALID`. */
  async renew(sessionId: string): Promise<{ readonly token: string; readonly expiresAt: number }> {
    const session = this.#sessions.get(sessionId);
    const user = session && this.users.get(session.user);
    if (!session || !user || session.expires_at <= this.#clock.now()) throw ended();
    return this.#tokens.issue(user.name, user.role, sessionId);
  }

  logout(refreshToken: string): void {
    const read = this.#refreshTokens.read(refreshToken);
    if (read) this.revoke(read.sessionId);
  }

  sessions(): SessionRecord[] {
    return this.#sessions.list(this.#clock.now());
  }

  /** `false`: there is no such session. */
  revoke(sessionId: string): boolean {
    const existed = this.#sessions.remove(sessionId);
    if (existed) for (const listener of this.#revoked) listener(sessionId);
    return existed;
  }

  /** Ends the sessions of a user, but for `except`. */
  revokeUser(name: string, except?: string): void {
    for (const { id, user } of this.sessions()) if (user === name && id !== except) this.revoke(id);
  }

  async #open(user: UserRecord, agent: string): Promise<SignedIn> {
    const now = this.#clock.now();
    const id = randomBytes(18).toString('base64url');
    // Where the list grows it is kept short, too.
    this.#sessions.removeExpired(now);
    this.#sessions.add({
      id,
      user: user.name,
      generation: 1,
      rotated_at: now,
      created_at: now,
      seen_at: now,
      expires_at: now + SESSION_LIFETIME_MS,
      agent: agent.slice(0, 256),
    });
    return this.#sign(user, id, 1);
  }

  async #sign({ name, role }: UserRecord, sessionId: string, generation: number): Promise<SignedIn> {
    const { token, expiresAt } = await this.#tokens.issue(name, role, sessionId);
    return { token, expiresAt, user: name, role, refreshToken: this.#refreshTokens.of(sessionId, generation) };
  }

  #freeName(): string {
    for (let i = 1; ; i += 1) {
      const name = i === 1 ? FIRST_ADMIN : `${FIRST_ADMIN}-${i}`;
      if (!this.users.get(name)) return name;
    }
  }
}

function ended(): ProtocolError {
  return new ProtocolError('AUTH_INVALID', 'the session has ended, sign in again');
}
