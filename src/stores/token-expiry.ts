/** When a token runs out, as a JWT says of itself; others are taken to be good until they are refused. */
const DAY_MS = 24 * 3_600_000;

/** ms since the epoch. */
export function tokenExpiry(token: string, now: number): number {
  try {
    const [, payload = ''] = token.split('.');
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
    if (typeof claims === 'object' && claims !== null && 'exp' in claims && typeof claims.exp === 'number') {
      return claims.exp * 1000;
    }
  } catch {
    // No JWT.
  }
  return now + DAY_MS;
}
