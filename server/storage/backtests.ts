/** Backtests: what was asked for, what came of it, and the pages of its trades and fills. */
import type {
  BacktestConfig,
  BacktestMetrics,
  BacktestResult,
  BacktestState,
  BacktestView,
} from '#protocol/backtest-shapes.ts';
import type { PageKind, ResultPage } from '#server/workers/messages.ts';
import { unpack, unpackRows } from '#server/workers/packing.ts';
import { JobRows, withoutRows } from './job-rows.ts';
import type { Database } from './transaction.ts';

/** What goes first when there are too many: whole runs, and before that the trades and fills of old ones. */
export const BACKTESTS_KEPT = 1_000;
export const PAGES_KEPT_BYTES = 512 * 1024 * 1024;

export interface BacktestEnd {
  readonly state: Exclude<BacktestState, 'queued' | 'running'>;
  readonly progress: number;
  readonly ts: number;
  readonly reason?: string | undefined;
  readonly metrics?: BacktestMetrics;
}

export interface BacktestFilter {
  readonly strategy?: string | undefined;
  readonly state?: BacktestState | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
}

interface Row {
  readonly id: string;
  readonly user: string;
  readonly name: string;
  readonly strategy: string;
  readonly state: BacktestState;
  readonly reason: string | null;
  readonly progress: number;
  readonly created_at: number;
  readonly started_at: number | null;
  readonly ended_at: number | null;
  readonly config: string;
  readonly dataset: string | null;
  readonly metrics: string | null;
}

const COLUMNS =
  'id, user, name, strategy, state, reason, progress, created_at, started_at, ended_at, config, dataset, metrics';

export class Backtests {
  readonly #db: Database;
  readonly #rows: JobRows;
  readonly #insert;
  readonly #get;
  readonly #list;
  readonly #end;
  readonly #rename;
  readonly #putPage;
  readonly #page;
  readonly #total;
  readonly #dropPages;
  readonly #sizes;

  constructor(db: Database) {
    this.#db = db;
    this.#rows = new JobRows(db, 'backtests');
    this.#insert = db.prepare(
      `INSERT INTO backtests (id, user, name, strategy, state, progress, created_at, config)
        VALUES (?, ?, ?, ?, 'queued', 0, ?, ?)`,
    );
    this.#get = db.prepare(`SELECT ${COLUMNS} FROM backtests WHERE id = ?`);
    this.#list = db.prepare(
      `SELECT ${COLUMNS} FROM backtests
        WHERE created_at < :before AND (:strategy IS NULL OR strategy = :strategy)
          AND (:state IS NULL OR state = :state)
        ORDER BY created_at DESC LIMIT :limit`,
    );
    this.#end = db.prepare(
      'UPDATE backtests SET state = ?, reason = ?, progress = ?, ended_at = ?, metrics = ? WHERE id = ?',
    );
    this.#rename = db.prepare('UPDATE backtests SET name = ? WHERE id = ?');
    this.#putPage = db.prepare(
      'INSERT INTO backtest_pages (backtest, kind, page, length, content) VALUES (?, ?, ?, ?, ?)',
    );
    this.#page = db.prepare('SELECT content FROM backtest_pages WHERE backtest = ? AND kind = ? AND page = ?');
    this.#total = db.prepare(
      'SELECT coalesce(sum(length), 0) AS total FROM backtest_pages WHERE backtest = ? AND kind = ?',
    );
    this.#dropPages = db.prepare(`DELETE FROM backtest_pages WHERE backtest = ? AND kind <> ?`);
    this.#sizes = db.prepare(
      `SELECT backtest AS id, sum(length(content)) AS bytes FROM backtest_pages JOIN backtests ON backtests.id = backtest
        WHERE kind <> 'result' GROUP BY backtest ORDER BY created_at DESC`,
    );
  }

  /** Time of the newest run's creation, ms; 0 for none. */
  newest(): number {
    return this.#rows.newest();
  }

  insert(run: {
    readonly id: string;
    readonly user: string;
    readonly name: string;
    readonly config: BacktestConfig;
    readonly created_at: number;
  }): void {
    const { id, user, name, config, created_at } = run;
    this.#insert.run(id, user, name, config.strategy, created_at, JSON.stringify(config));
  }

  get(id: string): BacktestView | undefined {
    const row = this.#get.get(id) as Row | undefined;
    return row && toView(row);
  }

  /** Newest first. Rows that came with a request are left out of its `config`: `get` has them. */
  list({ strategy, state, before, limit }: BacktestFilter): BacktestView[] {
    const rows = this.#list.all({
      strategy: strategy ?? null,
      state: state ?? null,
      before: before ?? Number.MAX_SAFE_INTEGER,
      limit,
    }) as unknown as Row[];
    return rows.map((row) => withoutRows(toView(row)));
  }

  start(id: string, ts: number, dataset: BacktestView['dataset']): void {
    this.#rows.start(id, ts, dataset);
  }

  /** One that did not complete keeps no pages. */
  end(id: string, { state, reason, progress, ts, metrics }: BacktestEnd): void {
    this.#end.run(state, reason ?? null, progress, ts, metrics ? JSON.stringify(metrics) : null, id);
    if (state !== 'completed') this.#dropPages.run(id, '');
  }

  rename(id: string, name: string): void {
    this.#rename.run(name, id);
  }

  remove(id: string): void {
    this.#rows.remove(id);
  }

  /** What was open when the engine ended without a word. Returns how many. */
  interruptOpen(ts: number, reason: string): number {
    this.#db
      .prepare(
        `DELETE FROM backtest_pages WHERE backtest IN (SELECT id FROM backtests WHERE state IN ('queued', 'running'))`,
      )
      .run();
    return this.#rows.interruptOpen(ts, reason);
  }

  addPages(id: string, pages: readonly ResultPage[]): void {
    for (const { kind, page, length, content } of pages) this.#putPage.run(id, kind, page, length, content);
  }

  /** Deflated JSON. */
  putResult(id: string, content: Uint8Array): void {
    this.#putPage.run(id, 'result', 0, 1, content);
  }

  result(id: string): BacktestResult['result'] {
    const row = this.#page.get(id, 'result', 0) as { content: Uint8Array } | undefined;
    return row ? (unpack(row.content) as BacktestResult['result']) : null;
  }

  /** Trades or fills of one page; `undefined`: no such page. */
  page(id: string, kind: PageKind, page: number): Record<string, unknown>[] | undefined {
    const row = this.#page.get(id, kind, page) as { content: Uint8Array } | undefined;
    return row && unpackRows(row.content);
  }

  total(id: string, kind: PageKind): number {
    return (this.#total.get(id, kind) as { total: number }).total;
  }

  /** Lets go of what is too much. Only inside a transaction. */
  prune(keep: { readonly runs: number; readonly bytes: number } = { runs: BACKTESTS_KEPT, bytes: PAGES_KEPT_BYTES }) {
    this.#rows.prune(keep.runs);
    let bytes = 0;
    for (const row of this.#sizes.all() as { id: string; bytes: number }[]) {
      bytes += row.bytes;
      if (bytes > keep.bytes) this.#dropPages.run(row.id, 'result');
    }
  }
}

/** Written by this class, so of these shapes. */
function toView({ reason, config, dataset, metrics, ...row }: Row): BacktestView {
  return {
    ...row,
    ...(reason !== null && { reason }),
    config: JSON.parse(config) as BacktestConfig,
    dataset: dataset === null ? null : (JSON.parse(dataset) as BacktestView['dataset']),
    metrics: metrics === null ? null : (JSON.parse(metrics) as BacktestMetrics),
  };
}
