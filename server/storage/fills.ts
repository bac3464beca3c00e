/** Every fill, kept for ever as the core told it. */
import type { Effect } from '#engine/effects.ts';
import type { Database } from './transaction.ts';

export type TradeEffect = Extract<Effect, { type: 'trade' }>;

export class Fills {
  readonly #insert;
  readonly #all;
  readonly #ofGrid;

  constructor(db: Database) {
    // No OR IGNORE: a fill told twice is a defect that must not pass unseen.
    this.#insert = db.prepare('INSERT INTO fills (grid_id, trade_id, ts, fill) VALUES (?, ?, ?, ?)');
    this.#all = db.prepare('SELECT fill FROM fills WHERE ts < ? ORDER BY ts DESC, id DESC LIMIT ?');
    this.#ofGrid = db.prepare('SELECT fill FROM fills WHERE grid_id = ? AND ts < ? ORDER BY ts DESC, id DESC LIMIT ?');
  }

  record(fill: TradeEffect): void {
    this.#insert.run(fill.grid_id, fill.trade_id, fill.ts, JSON.stringify(fill));
  }

  /** Newest first, older than `before`. */
  list(gridId: string | undefined, before: number | undefined, limit: number): TradeEffect[] {
    const until = before ?? Number.MAX_SAFE_INTEGER;
    const rows = gridId === undefined ? this.#all.all(until, limit) : this.#ofGrid.all(gridId, until, limit);
    return (rows as { fill: string }[]).map((row) => JSON.parse(row.fill) as TradeEffect);
  }
}
