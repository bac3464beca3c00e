/** The sources that were set up, without secrets: those never come here. */
import type * as z from 'zod/mini';
import { sourceConfig } from '#protocol/source-shapes.ts';
import type { Database } from './transaction.ts';

/** `SourceConfig` as it travels. */
export type StoredSource = z.infer<typeof sourceConfig>;

export class Sources {
  readonly #list;
  readonly #get;
  readonly #save;
  readonly #remove;
  readonly #changed = new Set<(id: string) => void>();
  /** Asked for with every page and worker that is served. */
  #all: readonly StoredSource[] | undefined;

  constructor(db: Database) {
    this.#list = db.prepare('SELECT source FROM sources ORDER BY id');
    this.#get = db.prepare('SELECT source FROM sources WHERE id = ?');
    this.#save = db.prepare('INSERT OR REPLACE INTO sources (id, source) VALUES (?, ?)');
    this.#remove = db.prepare('DELETE FROM sources WHERE id = ?');
  }

  /** Hears of every source that was saved or removed, once that is durable (`announce`). */
  onChanged(listener: (id: string) => void): void {
    this.#changed.add(listener);
  }

  list(): readonly StoredSource[] {
    this.#all ??= this.#list.all().flatMap(read);
    return this.#all;
  }

  get(id: string): StoredSource | undefined {
    return [this.#get.get(id)].flatMap(read)[0];
  }

  save(source: StoredSource): void {
    this.#save.run(source.id, JSON.stringify(source));
  }

  remove(id: string): void {
    this.#remove.run(id);
  }

  announce(id: string): void {
    this.#all = undefined;
    for (const listener of this.#changed) listener(id);
  }
}

/** One of another version that is no source here any more is left out. */
function read(row: unknown): StoredSource[] {
  if (typeof row !== 'object' || row === null || !('source' in row)) return [];
  const parsed = sourceConfig.safeParse(JSON.parse(String(row.source)));
  return parsed.success ? [parsed.data] : [];
}
