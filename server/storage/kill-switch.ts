/** Who stopped everything, when and why. */
import type { Effect } from '#engine/effects.ts';
import type { Database } from './transaction.ts';

export type KillSwitchEffect = Extract<Effect, { type: 'kill_switch' }>;

export class KillSwitchHistory {
  readonly #insert;
  readonly #list;

  constructor(db: Database) {
    this.#insert = db.prepare('INSERT INTO kill_switch (ts, entry) VALUES (?, ?)');
    this.#list = db.prepare('SELECT entry FROM kill_switch ORDER BY id DESC LIMIT ?');
  }

  record(effect: KillSwitchEffect): void {
    this.#insert.run(effect.ts, JSON.stringify(effect));
  }

  /** Newest first. */
  list(limit: number): KillSwitchEffect[] {
    return (this.#list.all(limit) as { entry: string }[]).map((row) => JSON.parse(row.entry) as KillSwitchEffect);
  }
}
