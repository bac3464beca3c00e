/** All-or-nothing writes. */
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { StorageError } from './database.ts';

/** What the repositories need of a database handle; tests put a failing disk behind it. */
export type Database = Pick<DatabaseSyncInstance, 'prepare' | 'exec' | 'isTransaction'>;

/**
 * Runs `work` in one transaction: on return everything is on the disk, on a throw nothing is. What the disk says
 * becomes a `StorageError`; an error of `work` itself passes through.
 */
export function transact<T>(db: Database, work: () => T): T {
  return naming(() => {
    db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      db.exec('COMMIT');
      return result;
    } catch (error) {
      rollback(db);
      throw error;
    }
  });
}

/** SQLite may have rolled back by itself (a full disk does that); a failing rollback changes nothing more. */
export function rollback(db: Database): void {
  try {
    if (db.isTransaction) db.exec('ROLLBACK');
  } catch {
    // The next BEGIN says what is wrong.
  }
}

/** Runs `work` and turns what SQLite throws into a `StorageError`. */
export function naming<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw isSqliteError(error) ? new StorageError(`storage: ${error.message}`, { cause: error }) : error;
  }
}

/** What SQLite itself throws: a full disk, a damaged file. */
export function isSqliteError(error: unknown): error is Error & { readonly code: 'ERR_SQLITE_ERROR' } {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR';
}
