/** Candle files as rows of plain decimals, for what is not done by columns. */
import type { Candle } from '#domain/market-data.ts';
import { plainUnits } from '#domain/order-book-units.ts';
import { plainNumber } from './columns-csv.ts';
import { MAX_TEXT_BYTES, readCandlePieces } from './read-candles.ts';

/** As in the file; whether a bar is closed is the player's business. */
export type CandleRow = Omit<Candle, 'closed'>;

/** Oldest first. Throws `CandleFileError` for what is wrong with it, unreadable and damaged files included. */
export async function readCandleRows(path: string): Promise<CandleRow[]> {
  const rows: CandleRow[] = [];
  for (const { length, priceDecimals, ...columns } of await readCandlePieces(path, { maxBytes: MAX_TEXT_BYTES })) {
    const price = (column: ArrayLike<number>, row: number) => plainUnits(column[row] ?? 0, priceDecimals);
    for (let row = 0; row < length; row += 1) {
      rows.push({
        ts: columns.ts[row] ?? 0,
        open: price(columns.open, row),
        high: price(columns.high, row),
        low: price(columns.low, row),
        close: price(columns.close, row),
        volume: plainNumber(columns.volume[row] ?? 0),
      });
    }
  }
  return rows;
}
