/** `ticks.db`: every trade, ticker and best price of the engine's market, for research. Beside the trading database. */
import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import type { Ticker, Trade } from '#domain/market-data.ts';
import { transact, type Database } from './transaction.ts';

/** The best levels of a book, after a change of one of them. */
export interface TopOfBook {
  readonly venue: string;
  readonly symbol: string;
  readonly ts: number;
  /** `null`: that side is empty. */
  readonly bid: readonly [price: string, size: string] | null;
  readonly ask: readonly [price: string, size: string] | null;
}

/** `received`: ms, when the engine told of it. */
export type Tick = { readonly received: number } & (
  | { readonly kind: 'trade'; readonly trade: Trade }
  | { readonly kind: 'ticker'; readonly ticker: Ticker }
  | { readonly kind: 'top'; readonly top: TopOfBook }
);

export interface TickStore {
  /** All or nothing, in one transaction. Throws what SQLite says. */
  write(ticks: readonly Tick[]): void;
  close(): void;
}

// No indices: it is written all the time and read hardly ever; who reads makes those that the question needs.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS trades (
    ts INTEGER NOT NULL, received INTEGER NOT NULL, venue TEXT NOT NULL, symbol TEXT NOT NULL,
    id TEXT NOT NULL, side TEXT NOT NULL, price TEXT NOT NULL, size TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS tickers (
    ts INTEGER NOT NULL, received INTEGER NOT NULL, venue TEXT NOT NULL, symbol TEXT NOT NULL,
    last TEXT, bid TEXT, bid_size TEXT, ask TEXT, ask_size TEXT,
    open_24h TEXT, high_24h TEXT, low_24h TEXT, volume_24h TEXT
  ) STRICT;
  CREATE TABLE IF NOT EXISTS tops (
    ts INTEGER NOT NULL, received INTEGER NOT NULL, venue TEXT NOT NULL, symbol TEXT NOT NULL,
    bid TEXT, bid_size TEXT, ask TEXT, ask_size TEXT
  ) STRICT;
`;

/** The journal is on the same disk: ticks never take the room that trading needs. */
const KEPT_FREE_BYTES = 256 * 1024 ** 2;

function freeBytes(file: string): number {
  const { bavail, bsize } = statfsSync(dirname(file));
  return bavail * bsize;
}

export function openTicks(file: string, free: () => number = () => freeBytes(file)): TickStore {
  const db = new DatabaseSync(file);
  try {
    db.exec('PRAGMA busy_timeout = 0');
    db.exec('PRAGMA journal_mode = WAL');
    // A second of ticks may go with the power; waiting for the disk would hold up prices.
    db.exec('PRAGMA synchronous = OFF');
    const store = createTickStore(db, () => db.close());
    return {
      write(ticks) {
        if (free() < KEPT_FREE_BYTES) throw new Error('the disk is nearly full; the rest of it is for trading');
        store.write(ticks);
      },
      close: () => store.close(),
    };
  } catch (error) {
    db.close();
    throw error;
  }
}

export function createTickStore(db: Database, close: () => void = () => {}): TickStore {
  db.exec(SCHEMA);
  const trades = db.prepare('INSERT INTO trades VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const tickers = db.prepare('INSERT INTO tickers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const tops = db.prepare('INSERT INTO tops VALUES (?, ?, ?, ?, ?, ?, ?, ?)');

  function insert(tick: Tick): void {
    const { received } = tick;
    switch (tick.kind) {
      case 'trade': {
        const { ts, venue, instrument, id, side, price, size } = tick.trade;
        trades.run(ts, received, venue, instrument, id, side, price, size);
        return;
      }
      case 'ticker': {
        const { ts, venue, instrument, last, bid, ask, open24h, high24h, low24h, volume24h, ...t } = tick.ticker;
        const { bidSize = null, askSize = null } = t;
        const day = [open24h, high24h, low24h, volume24h];
        tickers.run(ts, received, venue, instrument, last, bid, bidSize, ask, askSize, ...day);
        return;
      }
      case 'top': {
        const { ts, venue, symbol, bid, ask } = tick.top;
        tops.run(ts, received, venue, symbol, bid?.[0] ?? null, bid?.[1] ?? null, ask?.[0] ?? null, ask?.[1] ?? null);
        return;
      }
    }
  }

  return {
    write: (ticks) => transact(db, () => ticks.forEach(insert)),
    close,
  };
}
