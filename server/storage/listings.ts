/** The instruments as the core last heard of them, so that only a change is an event. */
import * as z from 'zod/mini';
import type { Instrument } from '#domain/instrument.ts';
import { instrumentKey, type EngineEvent, type InstrumentKey } from '#engine/events.ts';
import { instrumentView } from '#protocol/shapes.ts';
import type { Database } from './transaction.ts';

/** As `canonical` writes it. */
const LISTING = z.tuple([z.array(z.tuple([z.string(), z.string()])), z.number()]);

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

  /** An instrument as the core last heard of it; `undefined`: never, or by another version's rules. */
  get(key: InstrumentKey): Listing | undefined {
    const row = this.#get.get(key) as { listing: string } | undefined;
    const read = row && LISTING.safeParse(JSON.parse(row.listing));
    if (!read?.success) return undefined;
    const [entries, priceDecimals] = read.data;
    const instrument = instrumentView.safeParse(Object.fromEntries(entries));
    return instrument.success ? { instrument: instrument.data, priceDecimals } : undefined;
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
