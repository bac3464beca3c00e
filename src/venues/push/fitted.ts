/** What of a whole book's digits can be kept: services write doubles as they fall out of a calculation. */
import { formatDecimal, parseDecimal } from '#domain/decimal.ts';
import type { BookLevel } from '#domain/market-data.ts';
import { decimalsOf, MAX_DECIMALS } from '#domain/order-book-units.ts';

/** A double has this many for sure, and a book's prices, or sizes, are counted in one unit. */
const DIGITS = 15;

export interface Fitted {
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
  /** Something had more digits than the largest of its kind leaves room for. */
  readonly isRounded: boolean;
}

/** Prices, and sizes, to fifteen digits, counted from the first one of the largest. Levels nothing is left of go. */
export function fitted(bids: readonly BookLevel[], asks: readonly BookLevel[]): Fitted {
  const levels = [...bids, ...asks];
  const prices = roomFor(levels.map(([price]) => price));
  const sizes = roomFor(levels.map(([, size]) => size));
  const fits = ([price, size]: BookLevel) => decimalsOf(price) <= prices && decimalsOf(size) <= sizes;
  if (levels.every(fits)) return { bids, asks, isRounded: false };
  const round = (side: readonly BookLevel[]): BookLevel[] =>
    side
      .map(([price, size]): BookLevel => [rounded(price, prices), rounded(size, sizes)])
      .filter(([price, size]) => price !== '0' && size !== '0');
  return { bids: round(bids), asks: round(asks), isRounded: true };
}

/** Decimals. */
function roomFor(texts: readonly string[]): number {
  let room = MAX_DECIMALS;
  for (const text of texts) room = Math.min(room, DIGITS - placesOf(text));
  return Math.max(0, room);
}

/** Of its first digit: 2 for `12.5`, 0 for `0.5`, −2 for `0.005`. */
function placesOf(text: string): number {
  const [whole = '', fraction = ''] = text.split('.');
  if (whole !== '0') return whole.length;
  const zeros = fraction.search(/[1-9]/);
  return zeros < 0 ? -MAX_DECIMALS : -zeros;
}

function rounded(text: string, decimals: number): string {
  const value = decimalsOf(text) > decimals ? parseDecimal(text) : undefined;
  if (!value) return text;
  const unit = 10n ** BigInt(value.scale - decimals);
  return formatDecimal({ units: (value.units + unit / 2n) / unit, scale: decimals });
}
