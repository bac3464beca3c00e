/** The one SQLite file: opening it safely, and its schema, step by step. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';

export class StorageError extends Error {
  override readonly name = 'StorageError';
}

/** Each entry brings the schema from its index to the next; entries are never edited once released. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE journal (
    seq INTEGER PRIMARY KEY,
    ts INTEGER NOT NULL,
    entry TEXT NOT NULL,
    crc INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE snapshots (
    seq INTEGER PRIMARY KEY,
    ts INTEGER NOT NULL,
    options TEXT NOT NULL,
    state TEXT NOT NULL,
    crc INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE listings (
    key TEXT PRIMARY KEY,
    listing TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE responses (
    user TEXT NOT NULL,
    id TEXT NOT NULL,
    digest TEXT NOT NULL,
    ts INTEGER NOT NULL,
    response TEXT NOT NULL,
    PRIMARY KEY (user, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX responses_ts ON responses (ts);
  CREATE TABLE orders (
    order_id TEXT PRIMARY KEY,
    grid_id TEXT NOT NULL,
    level INTEGER NOT NULL,
    side TEXT NOT NULL,
    price TEXT NOT NULL,
    amount TEXT NOT NULL,
    state TEXT NOT NULL,
    placed_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX orders_grid ON orders (grid_id, updated_at);
  CREATE INDEX orders_time ON orders (updated_at);
  CREATE INDEX orders_open ON orders (grid_id, updated_at) WHERE state = 'open';
  CREATE TABLE fills (
    id INTEGER PRIMARY KEY,
    grid_id TEXT NOT NULL,
    trade_id TEXT NOT NULL,
    ts INTEGER NOT NULL,
    fill TEXT NOT NULL,
    UNIQUE (grid_id, trade_id)
  ) STRICT;
  CREATE INDEX fills_grid ON fills (grid_id, ts);
  CREATE INDEX fills_time ON fills (ts);
  CREATE TABLE kill_switch (
    id INTEGER PRIMARY KEY,
    ts INTEGER NOT NULL,
    entry TEXT NOT NULL
  ) STRICT;
  CREATE TABLE risk (
    id INTEGER PRIMARY KEY,
    grid_id TEXT NOT NULL,
    ts INTEGER NOT NULL,
    approved INTEGER NOT NULL,
    decision TEXT NOT NULL
  ) STRICT;
  CREATE INDEX risk_grid ON risk (grid_id, ts);
  CREATE INDEX risk_time ON risk (ts);
  CREATE INDEX risk_approved ON risk (approved, id);
  CREATE TABLE equity (
    ts INTEGER PRIMARY KEY,
    equity TEXT NOT NULL
  ) STRICT;
  CREATE TABLE logs (
    id INTEGER PRIMARY KEY,
    ts INTEGER NOT NULL,
    level TEXT NOT NULL,
    source TEXT NOT NULL,
    message TEXT NOT NULL
  ) STRICT;
  CREATE TABLE candles (
    venue TEXT NOT NULL,
    symbol TEXT NOT NULL,
    ts INTEGER NOT NULL,
    open TEXT NOT NULL,
    high TEXT NOT NULL,
    low TEXT NOT NULL,
    close TEXT NOT NULL,
    volume TEXT NOT NULL,
    PRIMARY KEY (venue, symbol, ts)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE users (
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    password TEXT,
    created_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    user TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    generation INTEGER NOT NULL,
    rotated_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    agent TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    ts INTEGER NOT NULL,
    user TEXT NOT NULL,
    action TEXT NOT NULL,
    params TEXT NOT NULL,
    outcome TEXT NOT NULL
  ) STRICT;
  CREATE TABLE secrets (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  // Sources; fills of venues' own accounts; candles of every interval.
  `
  CREATE TABLE account_fills (
    venue TEXT NOT NULL,
    id TEXT NOT NULL,
    ts INTEGER NOT NULL,
    fill TEXT NOT NULL,
    PRIMARY KEY (venue, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX account_fills_time ON account_fills (ts);
  CREATE INDEX account_fills_venue ON account_fills (venue, ts);
  CREATE TABLE sources (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  ALTER TABLE candles RENAME TO minutes;
  CREATE TABLE candles (
    venue TEXT NOT NULL,
    symbol TEXT NOT NULL,
    interval TEXT NOT NULL,
    ts INTEGER NOT NULL,
    open TEXT NOT NULL,
    high TEXT NOT NULL,
    low TEXT NOT NULL,
    close TEXT NOT NULL,
    volume TEXT NOT NULL,
    PRIMARY KEY (venue, symbol, interval, ts)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO candles
    SELECT venue, symbol, '1m', ts, open, high, low, close, volume FROM minutes ORDER BY venue, symbol, ts;
  DROP TABLE minutes;
  `,
  // Backtests and sweeps; signals and fills of strategies.
  `
  CREATE TABLE backtests (
    id TEXT PRIMARY KEY,
    user TEXT NOT NULL,
    name TEXT NOT NULL,
    strategy TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    progress REAL NOT NULL,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    ended_at INTEGER,
    config TEXT NOT NULL,
    dataset TEXT,
    metrics TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX backtests_time ON backtests (created_at);
  CREATE INDEX backtests_open ON backtests (created_at) WHERE state IN ('queued', 'running');
  CREATE TABLE backtest_pages (
    backtest TEXT NOT NULL REFERENCES backtests (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    page INTEGER NOT NULL,
    length INTEGER NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (backtest, kind, page)
  ) STRICT;
  CREATE TABLE sweeps (
    id TEXT PRIMARY KEY,
    user TEXT NOT NULL,
    name TEXT NOT NULL,
    strategy TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    ended_at INTEGER,
    config TEXT NOT NULL,
    dataset TEXT,
    total INTEGER NOT NULL,
    done INTEGER NOT NULL,
    best INTEGER,
    island TEXT,
    walk TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sweeps_time ON sweeps (created_at);
  CREATE INDEX sweeps_open ON sweeps (created_at) WHERE state IN ('queued', 'running');
  CREATE TABLE sweep_cells (
    sweep TEXT NOT NULL REFERENCES sweeps (id) ON DELETE CASCADE,
    cell INTEGER NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (sweep, cell)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE strategy_signals (
    strategy_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    ts INTEGER NOT NULL,
    signal TEXT NOT NULL,
    PRIMARY KEY (strategy_id, number)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX strategy_signals_time ON strategy_signals (ts);
  CREATE TABLE strategy_fills (
    strategy_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    ts INTEGER NOT NULL,
    fill TEXT NOT NULL,
    PRIMARY KEY (strategy_id, number)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX strategy_fills_time ON strategy_fills (ts);
  CREATE TABLE datasets (
    id TEXT PRIMARY KEY,
    created_at INTEGER NOT NULL,
    hash TEXT NOT NULL,
    dataset TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX datasets_hash ON datasets (hash);
  `,
];

/**
 * Opens (and creates) the database. WAL with `synchronous=FULL`: a committed transaction survives `kill -9` and
 * power loss. Throws `StorageError` with a cause a trader can act on: unreadable, corrupt, locked, too new, disk full.
 */
export function openDatabase(file: string): DatabaseSyncInstance {
  let db: DatabaseSyncInstance | undefined;
  try {
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
    db = new DatabaseSync(file);
    db.exec('PRAGMA busy_timeout = 2000');
    db.exec('PRAGMA journal_mode = WAL');
    db.exec('PRAGMA synchronous = FULL');
    db.exec('PRAGMA foreign_keys = ON');
    migrate(db, file);
    return db;
  } catch (error) {
    db?.close();
    if (error instanceof StorageError) throw error;
    throw new StorageError(`cannot open the database ${file}: ${(error as Error).message}`, { cause: error });
  }
}

/** To read beside an engine that writes, or after it. Throws `StorageError`: unreadable, or not of this version. */
export function openForReading(file: string): DatabaseSyncInstance {
  let db: DatabaseSyncInstance | undefined;
  try {
    db = new DatabaseSync(file, { readOnly: true });
    db.exec('PRAGMA busy_timeout = 2000');
    if (versionOf(db) === MIGRATIONS.length) return db;
    throw new StorageError(`the database ${file} is of another version of Griddesk; start the engine on it once`);
  } catch (error) {
    db?.close();
    if (error instanceof StorageError) throw error;
    throw new StorageError(`cannot read the database ${file}: ${(error as Error).message}`, { cause: error });
  }
}

function migrate(db: DatabaseSyncInstance, file: string): void {
  if (versionOf(db) > MIGRATIONS.length) {
    throw new StorageError(`the database ${file} was written by a newer Griddesk; update, or choose another --data`);
  }
  if (versionOf(db) === MIGRATIONS.length) return;
  db.exec('BEGIN IMMEDIATE');
  // Under the lock once more: another process may have opened the same new database.
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index >= versionOf(db)) db.exec(`${sql} PRAGMA user_version = ${index + 1};`);
  }
  db.exec('COMMIT');
}

function versionOf(db: DatabaseSyncInstance): number {
  const row = db.prepare('PRAGMA user_version').get() as { user_version: number };
  return row.user_version;
}
