/** What is known of the candle data sets; their columns are files. */
import type * as z from 'zod/mini';
import { datasetView } from '#protocol/backtest-shapes.ts';
import type { Database } from './transaction.ts';

/** `DatasetView` as it travels. */
export type StoredDataset = z.infer<typeof datasetView>;

export class Datasets {
  readonly #list;
  readonly #get;
  readonly #byHash;
  readonly #save;
  readonly #remove;

  constructor(db: Database) {
    this.#list = db.prepare('SELECT dataset FROM datasets ORDER BY created_at DESC, id');
    this.#get = db.prepare('SELECT dataset FROM datasets WHERE id = ?');
    this.#byHash = db.prepare('SELECT dataset FROM datasets WHERE hash = ? ORDER BY created_at, id');
    this.#save = db.prepare('INSERT OR REPLACE INTO datasets (id, created_at, hash, dataset) VALUES (?, ?, ?, ?)');
    this.#remove = db.prepare('DELETE FROM datasets WHERE id = ?');
  }

  /** Newest first. */
  list(): readonly StoredDataset[] {
    return this.#list.all().flatMap(read);
  }

  get(id: string): StoredDataset | undefined {
    return [this.#get.get(id)].flatMap(read)[0];
  }

  /** All with the same candles, the oldest first. */
  withHash(hash: string): readonly StoredDataset[] {
    return this.#byHash.all(hash).flatMap(read);
  }

  save(dataset: StoredDataset): void {
    this.#save.run(dataset.id, dataset.created_at, dataset.hash, JSON.stringify(dataset));
  }

  remove(id: string): void {
    this.#remove.run(id);
  }
}

/** One of another version that is no data set here any more is left out. */
function read(row: unknown): StoredDataset[] {
  if (typeof row !== 'object' || row === null || !('dataset' in row)) return [];
  const parsed = datasetView.safeParse(JSON.parse(String(row.dataset)));
  return parsed.success ? [parsed.data] : [];
}
