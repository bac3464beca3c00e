/** What a book's depth says about a size (G9). */
import { compareDecimals, decimal, formatDecimal, type Decimal } from '#domain/decimal.ts';
import type { BookLevel, BookSnapshot } from '#domain/market-data.ts';
import type { DepthHint } from '#engine/engine.ts';

/** Base available within 1 % of the mid, on the thinner side; `undefined` for a one-sided book. */
export function depthHint(book: BookSnapshot): DepthHint | undefined {
  const bid = book.bids[0];
  const ask = book.asks[0];
  if (!bid || !ask) return undefined;
  const mid = times(add(decimal(bid[0]), decimal(ask[0])), { units: 5n, scale: 1 });
  const lowest = times(mid, { units: 99n, scale: 2 });
  const highest = times(mid, { units: 101n, scale: 2 });
  const bids = sum(book.bids, (price) => compareDecimals(price, lowest) >= 0);
  const asks = sum(book.asks, (price) => compareDecimals(price, highest) <= 0);
  return { amount: formatDecimal(compareDecimals(bids, asks) < 0 ? bids : asks) };
}

function sum(levels: readonly BookLevel[], near: (price: Decimal) => boolean): Decimal {
  let total: Decimal = { units: 0n, scale: 0 };
  for (const [price, size] of levels) {
    if (near(decimal(price))) total = add(total, decimal(size));
  }
  return total;
}

function add(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  const at = (value: Decimal) => value.units * 10n ** BigInt(scale - value.scale);
  return { units: at(a) + at(b), scale };
}

function times(a: Decimal, b: Decimal): Decimal {
  return { units: a.units * b.units, scale: a.scale + b.scale };
}
