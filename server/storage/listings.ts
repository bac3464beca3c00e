/** The instruments as the core last heard of them, so that only a change is an event. */
import type { Instrument } from '#domain/instrument.ts';
import { instrumentKey, type EngineEvent } from '#engine/events.ts';
import type { Database } from './transaction.ts';

export class Listings {
  readonly #get;
  readonly #set;

  constructor(db: Database) {
    this.#get = db.prepare('SELECT listing FROM listings WHERE key = ?');
    this.#set = db.prepare('INSERT OR REPLACE INTO listings (key, listing) VALUES (?, ?)');
  }

  record({ instrument, priceDecimals }: Extract<EngineEvent, { type: 'instrument' }>): void {
    this.#set.run(instrumentKey(instrument), canonical({ instrument, priceDecimals }));
  }

  /** Whether the core knows this instrument by exactly these rules. */
  knows({ instrument, priceDecimals }: Listing): boolean {
    const row = this.#get.get(instrumentKey(instrument)) as { listing: string } | undefined;
    return row?.listing === canonical({ instrument, priceDecimals });
  }
}

interface Listing {
  readonly instrument: Instrument;
  readonly priceDecimals: number;
}

function canonical({ instrument, priceDecimals }: Listing): string {
  return JSON.stringify([Object.entries(instrument).toSorted(([a], [b]) => (a < b ? -1 : 1)), priceDecimals]);
}
