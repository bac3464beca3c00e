/**
 * Refresh tokens: `<session>.<generation>.<mac>`. They are derived, not stored, so that every parallel tab that shows
 * the last one can be handed the very same next one.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

export class RefreshTokens {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  of(sessionId: string, generation: number): string {
    const name = `${sessionId}.${generation}`;
    return `${name}.${this.#mac(name)}`;
  }

  read(token: string): { readonly sessionId: string; readonly generation: number } | undefined {
    const [sessionId, generation, mac, ...rest] = token.split('.');
    if (sessionId === undefined || generation === undefined || mac === undefined || rest.length > 0) return undefined;
    const expected = Buffer.from(this.#mac(`${sessionId}.${generation}`));
    const given = Buffer.from(mac);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    return { sessionId, generation: Number(generation) };
  }

  #mac(name: string): string {
    return createHmac('sha256', this.#key).update(name).digest('base64url');
  }
}
