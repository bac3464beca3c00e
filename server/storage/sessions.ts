/** Signed-in browsers. */
import type { Database } from './transaction.ts';

export interface SessionRecord {
  readonly id: string;
  readonly user: string;
  /** Which of the session's refresh tokens is the valid one. */
  readonly generation: number;
  readonly rotated_at: number;
  readonly created_at: number;
  readonly seen_at: number;
  readonly expires_at: number;
  readonly agent: string;
}

const FIELDS = 'id, user, generation, rotated_at, created_at, seen_at, expires_at, agent';

export class Sessions {
  readonly #list;
  readonly #get;
  readonly #add;
  readonly #rotate;
  readonly #remove;
  readonly #removeExpired;

  constructor(db: Database) {
    this.#list = db.prepare(`SELECT ${FIELDS} FROM sessions WHERE expires_at > ? ORDER BY seen_at DESC`);
    this.#get = db.prepare(`SELECT ${FIELDS} FROM sessions WHERE id = ?`);
    this.#add = db.prepare(`INSERT INTO sessions (${FIELDS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
    this.#rotate = db.prepare(
      'UPDATE sessions SET generation = ?, rotated_at = ?, seen_at = ?, expires_at = ? WHERE id = ?',
    );
    this.#remove = db.prepare('DELETE FROM sessions WHERE id = ?');
    this.#removeExpired = db.prepare('DELETE FROM sessions WHERE expires_at <= ?');
  }

  list(now: number): SessionRecord[] {
    return this.#list.all(now) as unknown as SessionRecord[];
  }

  get(id: string): SessionRecord | undefined {
    return this.#get.get(id) as SessionRecord | undefined;
  }

  add(session: SessionRecord): void {
    const { id, user, generation, rotated_at, created_at, seen_at, expires_at, agent } = session;
    this.#add.run(id, user, generation, rotated_at, created_at, seen_at, expires_at, agent);
  }

  rotate(id: string, generation: number, now: number, expiresAt: number): void {
    this.#rotate.run(generation, now, now, expiresAt, id);
  }

  remove(id: string): boolean {
    return this.#remove.run(id).changes > 0;
  }

  removeExpired(now: number): void {
    this.#removeExpired.run(now);
  }
}
