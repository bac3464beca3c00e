/** The instruments as the core last heard of them, so that only a change is an event. */
import type { Database } from './transaction.ts';

export class Listings {
  readonly #get;
  readonly #set;

  constructor(db: Database) {
    this.#get = db.prepare('SELECT listing FROM listings WHERE key = ?');
    this.#set = db.prepare('INSERT OR REPLACE INTO listings (key, listing) VALUES (?, ?)');
  }

  get(key: string): string | undefined {
    return (this.#get.get(key) as { listing: string } | undefined)?.listing;
  }

  set(key: string, listing: string): void {
    this.#set.run(key, listing);
  }
}
