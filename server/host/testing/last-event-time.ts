import type { JournalEntry } from '#server/storage/journal.ts';
import type { Database } from '#server/storage/transaction.ts';

/** When the last durable price, clock or command event happened; `undefined` in a new journal. */
export function lastEventTime(db: Database): number | undefined {
  for (const row of db.prepare('SELECT entry FROM journal ORDER BY seq DESC').iterate()) {
    const entry = JSON.parse((row as { entry: string }).entry) as JournalEntry;
    if (entry.type !== 'options' && entry.type !== 'instrument') return entry.ts;
  }
  return undefined;
}
