/** Z13: the responses to recent commands, so that a repeat gets the first answer and does nothing twice. */
import type { RequestKey, ResponseStore, StoredResponse } from '#server/gateway/handlers.ts';
import type { Database } from './transaction.ts';

export class SqliteResponses implements ResponseStore {
  readonly #find;
  readonly #insert;
  readonly #prune;

  constructor(db: Database) {
    this.#find = db.prepare('SELECT digest, response FROM responses WHERE user = ? AND id = ?');
    this.#insert = db.prepare(
      'INSERT OR IGNORE INTO responses (user, id, digest, ts, response) VALUES (?, ?, ?, ?, ?)',
    );
    this.#prune = db.prepare('DELETE FROM responses WHERE ts < ?');
  }

  find(user: string, id: string): { digest: string; response: StoredResponse } | undefined {
    const row = this.#find.get(user, id) as { digest: string; response: string } | undefined;
    return row && { digest: row.digest, response: JSON.parse(row.response) as StoredResponse };
  }

  record({ user, id, digest }: RequestKey, response: StoredResponse, ts: number): void {
    this.#insert.run(user, id, digest, ts, JSON.stringify(response));
  }

  /** Forgets what was answered before `ts`. */
  prune(ts: number): void {
    this.#prune.run(ts);
  }
}
