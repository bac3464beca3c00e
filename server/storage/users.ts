/** Who may sign in. */
import type { Role } from '#protocol/roles.ts';
import type { Database } from './transaction.ts';

export interface UserRecord {
  readonly name: string;
  readonly role: Role;
  /** A scrypt hash; `null`: signs in by one-time link only. */
  readonly password: string | null;
  readonly created_at: number;
}

export class Users {
  readonly #list;
  readonly #get;
  readonly #add;
  readonly #remove;
  readonly #setPassword;

  constructor(db: Database) {
    this.#list = db.prepare('SELECT name, role, password, created_at FROM users ORDER BY name');
    this.#get = db.prepare('SELECT name, role, password, created_at FROM users WHERE name = ?');
    this.#add = db.prepare('INSERT OR IGNORE INTO users (name, role, password, created_at) VALUES (?, ?, ?, ?)');
    this.#remove = db.prepare('DELETE FROM users WHERE name = ?');
    this.#setPassword = db.prepare('UPDATE users SET password = ? WHERE name = ?');
  }

  list(): UserRecord[] {
    return this.#list.all() as unknown as UserRecord[];
  }

  get(name: string): UserRecord | undefined {
    return this.#get.get(name) as UserRecord | undefined;
  }

  /** `false`: the name is taken. */
  add({ name, role, password, created_at }: UserRecord): boolean {
    return this.#add.run(name, role, password, created_at).changes > 0;
  }

  /** With the sessions of that user. `false`: there is none. */
  remove(name: string): boolean {
    return this.#remove.run(name).changes > 0;
  }

  setPassword(name: string, password: string): void {
    this.#setPassword.run(password, name);
  }
}
