/** What backtests and sweeps have in common as rows: what is open, when they were made, and that the oldest go first. */
import type { BacktestConfig, BacktestView } from '#protocol/backtest-shapes.ts';
import type { Database } from './transaction.ts';

export class JobRows {
  readonly #start;
  readonly #remove;
  readonly #interrupt;
  readonly #prune;
  readonly #newest;

  constructor(db: Database, table: 'backtests' | 'sweeps') {
    this.#start = db.prepare(`UPDATE ${table} SET state = 'running', started_at = ?, dataset = ? WHERE id = ?`);
    this.#remove = db.prepare(`DELETE FROM ${table} WHERE id = ?`);
    this.#interrupt = db.prepare(
      `UPDATE ${table} SET state = 'interrupted', reason = ?, ended_at = ? WHERE state IN ('queued', 'running')`,
    );
    this.#prune = db.prepare(
      `DELETE FROM ${table} WHERE state NOT IN ('queued', 'running') AND id IN (
        SELECT id FROM ${table} ORDER BY created_at DESC LIMIT -1 OFFSET ?)`,
    );
    this.#newest = db.prepare(`SELECT coalesce(max(created_at), 0) AS ts FROM ${table}`);
  }

  /** Time of the newest one's creation, ms; 0 for none. */
  newest(): number {
    return (this.#newest.get() as { ts: number }).ts;
  }

  start(id: string, ts: number, dataset: BacktestView['dataset']): void {
    this.#start.run(ts, dataset && JSON.stringify(dataset), id);
  }

  remove(id: string): void {
    this.#remove.run(id);
  }

  /** What was open when the engine ended without a word. Returns how many. */
  interruptOpen(ts: number, reason: string): number {
    return Number(this.#interrupt.run(reason, ts).changes);
  }

  /** Those that have ended and are older than the newest `kept`. */
  prune(kept: number): void {
    this.#prune.run(kept);
  }
}

/** As lists have them: rows that came with a request are left out. */
export function withoutRows<V extends { readonly config: BacktestConfig }>(view: V): V {
  const { rows, ...data } = view.config.data;
  return rows === undefined ? view : { ...view, config: { ...view.config, data } };
}
