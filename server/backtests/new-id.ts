import { createHash } from 'node:crypto';
import type { RequestKey } from '#server/gateway/handlers.ts';

/** Unique for ever, and the same for the same request, as a grid's id is. */
export function newId(prefix: string, { user, id, digest }: RequestKey, isTaken: (id: string) => boolean): string {
  for (let attempt = 0; ; attempt += 1) {
    const hash = createHash('sha256')
      .update(JSON.stringify([prefix, user, id, digest, attempt]))
      .digest('hex');
    const candidate = `${prefix}_${hash.slice(0, attempt < 8 ? 8 : 16)}`;
    if (!isTaken(candidate)) return candidate;
  }
}
