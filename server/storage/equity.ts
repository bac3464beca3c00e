/** The account's equity over time, one sample a minute. */
import type { Database } from './transaction.ts';

export interface EquitySample {
  readonly ts: number;
  readonly equity: string;
}

export class Equity {
  readonly #insert;
  readonly #span;
  readonly #sampled;

  constructor(db: Database) {
    this.#insert = db.prepare('INSERT OR REPLACE INTO equity (ts, equity) VALUES (?, ?)');
    this.#span = db.prepare('SELECT min(ts) AS first, max(ts) AS last, count(*) AS count FROM equity WHERE ts >= ?');
    // With one max() SQLite takes the other columns from the row of the maximum: the last sample of each span.
    this.#sampled = db.prepare(
      'SELECT max(ts) AS ts, equity FROM equity WHERE ts >= ? GROUP BY (ts - ?) / ? ORDER BY ts',
    );
  }

  record({ ts, equity }: EquitySample): void {
    this.#insert.run(ts, equity);
  }

  /** At most `limit` samples since `from`, oldest first, evenly spread, the newest always among them. */
  list(from: number, limit: number): EquitySample[] {
    const { first, last, count } = this.#span.get(from) as { first: number | null; last: number; count: number };
    if (first === null) return [];
    const span = count <= limit ? 1 : Math.ceil((last - first + 1) / limit);
    return this.#sampled.all(from, first, span) as EquitySample[];
  }
}
