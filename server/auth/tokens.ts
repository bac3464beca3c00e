/** Access tokens (Z7): short-lived HS256 JWTs with `sub`, `role`, `sid` and `exp`. */
import { errors, jwtVerify, SignJWT } from 'jose';
import type { Clock } from '#domain/clock.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { ROLES, type Role } from '#protocol/roles.ts';

const ISSUER = 'griddesk';

export interface Claims {
  readonly user: string;
  readonly role: Role;
  readonly sessionId: string;
  /** ms since the epoch. */
  readonly expiresAt: number;
}

export class Tokens {
  readonly #key: Uint8Array;
  readonly #clock: Clock;
  readonly #lifetimeMs: number;

  constructor(key: Uint8Array, clock: Clock, lifetimeMs: number) {
    this.#key = key;
    this.#clock = clock;
    this.#lifetimeMs = lifetimeMs;
  }

  async issue(
    user: string,
    role: Role,
    sessionId: string,
  ): Promise<{ readonly token: string; readonly expiresAt: number }> {
    const now = this.#clock.now();
    const exp = Math.floor((now + this.#lifetimeMs) / 1000);
    const token = await new SignJWT({ role, sid: sessionId })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(ISSUER)
      .setSubject(user)
      .setIssuedAt(Math.floor(now / 1000))
      .setExpirationTime(exp)
      .sign(this.#key);
    return { token, expiresAt: exp * 1000 };
  }

  /** Throws `ProtocolError` `AUTH_EXPIRED` or `AUTH_INVALID`. */
  async verify(token: string): Promise<Claims> {
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        algorithms: ['HS256'],
        issuer: ISSUER,
        requiredClaims: ['exp', 'sub', 'role', 'sid'],
        currentDate: new Date(this.#clock.now()),
      });
      const { sub, exp, role, sid } = payload;
      const known = ROLES.find((candidate) => candidate === role);
      if (sub === undefined || exp === undefined || known === undefined || typeof sid !== 'string') throw invalid();
      return { user: sub, role: known, sessionId: sid, expiresAt: exp * 1000 };
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new ProtocolError('AUTH_EXPIRED', 'the token has expired');
      throw invalid();
    }
  }
}

function invalid(): ProtocolError {
  return new ProtocolError('AUTH_INVALID', 'the token is not valid');
}
