/** One-minute bars of markets that have to remember their own history. */
import type { DatabaseSyncInstance } from '@photostructure/sqlite';

/** Prices and volume are plain decimal strings, as everywhere in the database. */
export interface StoredCandle {
  /** Open time, ms. */
  readonly ts: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
}

export interface CandleStore {
  /** Bars that open at `from` or later, oldest first, at most `limit`. */
  read(venue: string, symbol: string, from: number, limit: number): readonly StoredCandle[];
  /** Writes bars in one transaction; a bar that is there is replaced: it was still forming. */
  write(venue: string, symbol: string, candles: readonly StoredCandle[]): void;
  /** Forgets the bars that open before `before`. */
  prune(venue: string, symbol: string, before: number): void;
}

export function createCandleStore(db: DatabaseSyncInstance): CandleStore {
  const select = db.prepare(
    `SELECT ts, open, high, low, close, volume FROM candles
     WHERE venue = ? AND symbol = ? AND ts >= ? ORDER BY ts LIMIT ?`,
  );
  const upsert = db.prepare(
    `INSERT INTO candles (venue, symbol, ts, open, high, low, close, volume) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (venue, symbol, ts) DO UPDATE SET
       open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close, volume = excluded.volume`,
  );
  const remove = db.prepare('DELETE FROM candles WHERE venue = ? AND symbol = ? AND ts < ?');
  return {
    read: (venue, symbol, from, limit) => select.all(venue, symbol, from, limit) as StoredCandle[],
    write(venue, symbol, candles) {
      db.exec('BEGIN IMMEDIATE');
      try {
        for (const { ts, open, high, low, close, volume } of candles) {
          upsert.run(venue, symbol, ts, open, high, low, close, volume);
        }
        db.exec('COMMIT');
      } catch (error) {
        db.exec('ROLLBACK');
        throw error;
      }
    },
    prune(venue, symbol, before) {
      remove.run(venue, symbol, before);
    },
  };
}
