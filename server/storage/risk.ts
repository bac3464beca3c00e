/** What the risk checks decided, newest kept up to a bound: far more approvals than refusals come by. */
import type { Effect } from '#engine/effects.ts';
import type { Database } from './transaction.ts';

export type RiskEffect = Extract<Effect, { type: 'risk' }>;

export interface RiskQuery {
  readonly gridId?: string | undefined;
  /** Decided before this time. */
  readonly before?: number | undefined;
  readonly limit: number;
}

export class RiskDecisions {
  readonly #insert;
  readonly #all;
  readonly #ofGrid;
  readonly #prune;

  constructor(db: Database) {
    this.#insert = db.prepare('INSERT INTO risk (grid_id, ts, approved, decision) VALUES (?, ?, ?, ?)');
    this.#all = db.prepare('SELECT decision FROM risk WHERE ts < ? ORDER BY ts DESC, id DESC LIMIT ?');
    this.#ofGrid = db.prepare(
      'SELECT decision FROM risk WHERE grid_id = ? AND ts < ? ORDER BY ts DESC, id DESC LIMIT ?',
    );
    this.#prune = db.prepare(
      `DELETE FROM risk WHERE approved = ? AND id <=
         (SELECT id FROM risk WHERE approved = ? ORDER BY id DESC LIMIT 1 OFFSET ?)`,
    );
  }

  record(risk: RiskEffect): void {
    this.#insert.run(risk.grid_id, risk.ts, approvedFlag(risk.decision === 'approved'), JSON.stringify(risk));
  }

  /** Newest first. */
  list({ gridId, before, limit }: RiskQuery): RiskEffect[] {
    const until = before ?? Number.MAX_SAFE_INTEGER;
    const rows = gridId === undefined ? this.#all.all(until, limit) : this.#ofGrid.all(gridId, until, limit);
    return (rows as { decision: string }[]).map((row) => JSON.parse(row.decision) as RiskEffect);
  }

  /** Keeps the newest so many approvals, and so many of what was not approved: the flood of one must not wash out the other. */
  prune(kept: { readonly approved: number; readonly others: number }): void {
    for (const approved of [true, false]) {
      const flag = approvedFlag(approved);
      this.#prune.run(flag, flag, approved ? kept.approved : kept.others);
    }
  }
}

function approvedFlag(approved: boolean): 0 | 1 {
  return approved ? 1 : 0;
}
