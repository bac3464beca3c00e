/** Keys made once for this installation. */
import { randomBytes } from 'node:crypto';
import type { Database } from './transaction.ts';

/** 32 random bytes, the same at every start. */
export function secret(db: Database, name: string): Buffer {
  const fresh = randomBytes(32).toString('base64url');
  db.prepare('INSERT OR IGNORE INTO secrets (name, value) VALUES (?, ?)').run(name, fresh);
  const row = db.prepare('SELECT value FROM secrets WHERE name = ?').get(name) as { value: string };
  return Buffer.from(row.value, 'base64url');
}
