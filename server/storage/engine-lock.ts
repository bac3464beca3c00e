/** One engine a database: two would trade the same account from two memories. */
import { DatabaseSync } from '@photostructure/sqlite';
import { StorageError } from './database.ts';

/**
 * Takes the lock beside `file`; the returned function gives it back. It is the system's own file lock, so it is gone
 * with the process, however that ends. Throws `StorageError` where another engine holds it.
 */
export function lockEngine(file: string): () => void {
  const lock = new DatabaseSync(`${file}.lock`);
  try {
    lock.exec('PRAGMA busy_timeout = 0');
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    throw new StorageError(`another engine is running on ${file}; stop it, or choose another --data directory`, {
      cause: error,
    });
  }
  return () => lock.close();
}
