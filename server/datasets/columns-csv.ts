/** Columns as our own CSV, in pieces of whole lines. */
import type { CandleColumns } from '#domain/candle-columns.ts';
import { formatDecimal, parseDecimal } from '#domain/decimal.ts';
import { plainUnits } from '#domain/order-book-units.ts';

const LINES = 2_000;

/** The header first; each piece ends with its last line's end. What reads it finds the same columns. */
export function* csvParts({ length, priceDecimals, ...columns }: CandleColumns): Generator<string> {
  const { ts, open, high, low, close, volume } = columns;
  yield 'ts_ms,open,high,low,close,volume\n';
  for (let from = 0; from < length; from += LINES) {
    let text = '';
    for (let row = from; row < Math.min(length, from + LINES); row += 1) {
      const prices = [open, high, low, close].map((column) => plainUnits(column[row] ?? 0, priceDecimals));
      text += `${ts[row] ?? 0},${prices.join(',')},${plainNumber(volume[row] ?? 0)}\n`;
    }
    yield text;
  }
}

/** Without an exponent. */
export function plainNumber(value: number): string {
  const parsed = parseDecimal(value);
  return parsed === undefined ? '0' : formatDecimal(parsed);
}
