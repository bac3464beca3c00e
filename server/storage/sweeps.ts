/** Sweeps and their cells. */
import type { BacktestState, SweepCell, SweepConfig, SweepResult, SweepView } from '#protocol/backtest-shapes.ts';
import { JobRows, withoutRows } from './job-rows.ts';
import type { Database } from './transaction.ts';

/** The oldest go first. */
export const SWEEPS_KEPT = 200;

interface Row {
  readonly id: string;
  readonly user: string;
  readonly name: string;
  readonly strategy: string;
  readonly state: BacktestState;
  readonly reason: string | null;
  readonly created_at: number;
  readonly started_at: number | null;
  readonly ended_at: number | null;
  readonly config: string;
  readonly dataset: string | null;
  readonly total: number;
  readonly done: number;
  readonly best: number | null;
  readonly island: string | null;
}

/** Its windows and their parts out of sample together. */
export type SweepWalk = Pick<SweepResult, 'walk' | 'walk_total'>;

export interface SweepEnd {
  readonly state: Exclude<BacktestState, 'queued' | 'running'>;
  readonly ts: number;
  readonly reason?: string | undefined;
  readonly best: number | null;
  readonly island?: SweepView['island'];
  readonly walk?: SweepWalk | undefined;
}

const COLUMNS = `id, user, name, strategy, state, reason, created_at, started_at, ended_at, config, dataset, total, done,
  best, island`;

export class Sweeps {
  readonly #rows: JobRows;
  readonly #insert;
  readonly #get;
  readonly #walk;
  readonly #list;
  readonly #end;
  readonly #putCell;
  readonly #progress;
  readonly #cells;

  constructor(db: Database) {
    this.#rows = new JobRows(db, 'sweeps');
    this.#insert = db.prepare(
      `INSERT INTO sweeps (id, user, name, strategy, state, created_at, config, total, done)
        VALUES (?, ?, ?, ?, 'queued', ?, ?, ?, 0)`,
    );
    this.#get = db.prepare(`SELECT ${COLUMNS} FROM sweeps WHERE id = ?`);
    this.#walk = db.prepare('SELECT walk FROM sweeps WHERE id = ?');
    this.#list = db.prepare(`SELECT ${COLUMNS} FROM sweeps WHERE created_at < ? ORDER BY created_at DESC LIMIT ?`);
    this.#end = db.prepare(
      'UPDATE sweeps SET state = ?, reason = ?, ended_at = ?, best = ?, island = ?, walk = ? WHERE id = ?',
    );
    this.#putCell = db.prepare('INSERT INTO sweep_cells (sweep, cell, content) VALUES (?, ?, ?)');
    this.#progress = db.prepare('UPDATE sweeps SET done = ?, best = ? WHERE id = ?');
    this.#cells = db.prepare('SELECT content FROM sweep_cells WHERE sweep = ? ORDER BY cell');
  }

  /** Time of the newest sweep's creation, ms; 0 for none. */
  newest(): number {
    return this.#rows.newest();
  }

  insert(sweep: {
    readonly id: string;
    readonly user: string;
    readonly name: string;
    readonly config: SweepConfig;
    readonly created_at: number;
    readonly total: number;
  }): void {
    const { id, user, name, config, created_at, total } = sweep;
    this.#insert.run(id, user, name, config.strategy, created_at, JSON.stringify(config), total);
  }

  get(id: string): SweepView | undefined {
    const row = this.#get.get(id) as Row | undefined;
    return row && toView(row);
  }

  /** Newest first. Rows that came with a request are left out of its `config`: `get` has them. */
  list(before: number | undefined, limit: number): SweepView[] {
    return (this.#list.all(before ?? Number.MAX_SAFE_INTEGER, limit) as unknown as Row[]).map((row) =>
      withoutRows(toView(row)),
    );
  }

  start(id: string, ts: number, dataset: NonNullable<SweepView['dataset']>): void {
    this.#rows.start(id, ts, dataset);
  }

  /** Cells that were computed, with how many there are now and the best of them. */
  addCells(id: string, cells: readonly SweepCell[], done: number, best: number | null): void {
    for (const cell of cells) this.#putCell.run(id, cell.index, JSON.stringify(cell));
    this.#progress.run(done, best, id);
  }

  end(id: string, { state, reason, ts, best, island, walk }: SweepEnd): void {
    const text = (value: unknown) => (value == null ? null : JSON.stringify(value));
    this.#end.run(state, reason ?? null, ts, best, text(island), text(walk), id);
  }

  remove(id: string): void {
    this.#rows.remove(id);
  }

  /** What was open when the engine ended without a word keeps the cells it had. Returns how many. */
  interruptOpen(ts: number, reason: string): number {
    return this.#rows.interruptOpen(ts, reason);
  }

  /** In the order of their indices. Written by this class, so of these shapes, as is all below. */
  cells(id: string): SweepCell[] {
    return (this.#cells.all(id) as { content: string }[]).map(({ content }) => JSON.parse(content) as SweepCell);
  }

  walk(id: string): SweepWalk {
    const row = this.#walk.get(id) as { walk: string | null } | undefined;
    return row?.walk == null ? {} : (JSON.parse(row.walk) as SweepWalk);
  }

  /** Only inside a transaction. */
  prune(kept = SWEEPS_KEPT): void {
    this.#rows.prune(kept);
  }
}

function toView({ reason, config, dataset, island, ...row }: Row): SweepView {
  return {
    ...row,
    progress: row.state === 'completed' ? 1 : row.done / Math.max(1, row.total),
    ...(reason !== null && { reason }),
    config: JSON.parse(config) as SweepConfig,
    dataset: dataset === null ? null : (JSON.parse(dataset) as SweepView['dataset']),
    island: island === null ? null : (JSON.parse(island) as SweepView['island']),
  };
}
