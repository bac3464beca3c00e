/** Commands as they may be written down: passwords never are, neither in the audit nor in a digest. */
import { createHash } from 'node:crypto';

const SECRET_FIELDS: ReadonlySet<string> = new Set(['password', 'current', 'token']);

/** Whether objects and lists lie within each other more than `limit` times: nothing of ours does, and recursion ends. */
export function isDeeperThan(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return limit === 0 || Object.values(value).some((inner) => isDeeperThan(inner, limit - 1));
}

/** JSON with sorted keys, so that equal parameters give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (key: string, inner: unknown) => {
    if (SECRET_FIELDS.has(key) && typeof inner === 'string') return '…';
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}

/** Z13: tells whether a request is the same as before. */
export function requestDigest(action: string, params: unknown): string {
  return createHash('sha256')
    .update(`${action}\n${canonicalJson(params ?? {})}`)
    .digest('base64url');
}
