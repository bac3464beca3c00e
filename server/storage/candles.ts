/** Closed bars that are kept: a market's own history, or what a venue told of its. */
import type { Candle, Interval } from '#domain/market-data.ts';
import { transact, type Database } from './transaction.ts';

/** Whether it is closed follows from the time it is read at. */
export type StoredCandle = Omit<Candle, 'closed'>;

export interface CandleStore {
  /** Bars that open at `from` or later, oldest first, at most `limit`. */
  read(venue: string, symbol: string, from: number, limit: number): readonly StoredCandle[];
  /** Writes bars in one transaction; a bar that is there is replaced: it was still forming. Throws `StorageError`. */
  write(venue: string, symbol: string, candles: readonly StoredCandle[]): void;
  /** Forgets the bars that open before `before`. */
  prune(venue: string, symbol: string, before: number): void;
}

/** The bars of one interval. */
export function createCandleStore(db: Database, interval: Interval = '1m'): CandleStore {
  const select = db.prepare(
    `SELECT ts, open, high, low, close, volume FROM candles
     WHERE venue = ? AND symbol = ? AND interval = ? AND ts >= ? ORDER BY ts LIMIT ?`,
  );
  const upsert = db.prepare(
    `INSERT INTO candles (venue, symbol, interval, ts, open, high, low, close, volume) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (venue, symbol, interval, ts) DO UPDATE SET
       open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close, volume = excluded.volume`,
  );
  const remove = db.prepare('DELETE FROM candles WHERE venue = ? AND symbol = ? AND interval = ? AND ts < ?');
  return {
    read: (venue, symbol, from, limit) => select.all(venue, symbol, interval, from, limit) as StoredCandle[],
    write(venue, symbol, candles) {
      transact(db, () => {
        for (const { ts, open, high, low, close, volume } of candles) {
          upsert.run(venue, symbol, interval, ts, open, high, low, close, volume);
        }
      });
    },
    prune(venue, symbol, before) {
      remove.run(venue, symbol, interval, before);
    },
  };
}
