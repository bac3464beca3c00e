/** Fills of venues' own accounts; a newer one of the same trade replaces the older (M13). */
import type { AccountFill } from '#domain/account.ts';
import type { Database } from './transaction.ts';

export class AccountFills {
  readonly #upsert;
  readonly #all;
  readonly #ofVenue;

  constructor(db: Database) {
    this.#upsert = db.prepare(
      `INSERT INTO account_fills (venue, id, ts, fill) VALUES (?, ?, ?, ?)
       ON CONFLICT (venue, id) DO UPDATE SET ts = excluded.ts, fill = excluded.fill`,
    );
    this.#all = db.prepare('SELECT venue, fill FROM account_fills WHERE ts < ? ORDER BY ts DESC, id DESC LIMIT ?');
    this.#ofVenue = db.prepare(
      'SELECT venue, fill FROM account_fills WHERE venue = ? AND ts < ? ORDER BY ts DESC, id DESC LIMIT ?',
    );
  }

  record(venue: string, fill: AccountFill): void {
    this.#upsert.run(venue, fill.id, fill.ts, JSON.stringify(fill));
  }

  /** Newest first, older than `before`. */
  list(
    venue: string | undefined,
    before: number | undefined,
    limit: number,
  ): { readonly venue: string; readonly fill: AccountFill }[] {
    const until = before ?? Number.MAX_SAFE_INTEGER;
    const rows = venue === undefined ? this.#all.all(until, limit) : this.#ofVenue.all(venue, until, limit);
    return (rows as { venue: string; fill: string }[]).map((row) => ({
      venue: row.venue,
      fill: JSON.parse(row.fill) as AccountFill,
    }));
  }
}
