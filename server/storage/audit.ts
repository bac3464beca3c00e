/** Who changed what, and what came of it. */
import type { Database } from './transaction.ts';

export interface AuditRecord {
  readonly id: number;
  readonly ts: number;
  readonly user: string;
  readonly action: string;
  /** JSON without secrets. */
  readonly params: string;
  readonly outcome: string;
}

export class Audit {
  readonly #add;
  readonly #list;

  constructor(db: Database) {
    this.#add = db.prepare('INSERT INTO audit (ts, user, action, params, outcome) VALUES (?, ?, ?, ?, ?)');
    this.#list = db.prepare(
      'SELECT id, ts, user, action, params, outcome FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?',
    );
  }

  add({ ts, user, action, params, outcome }: Omit<AuditRecord, 'id'>): void {
    this.#add.run(ts, user, action, params, outcome);
  }

  /** Newest first; `before` is a record's id. */
  list(limit: number, before = Number.MAX_SAFE_INTEGER): AuditRecord[] {
    return this.#list.all(before, limit) as unknown as AuditRecord[];
  }
}
