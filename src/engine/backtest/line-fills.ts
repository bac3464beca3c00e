/** What each cell of a grid did: its fills and what they realized (G20). */
import type { CandleColumns } from '#domain/candle-columns.ts';
import type { RunTrace } from './trace.ts';

export interface LineFills {
  readonly level: number;
  readonly buy_price: number;
  readonly sell_price: number;
  readonly buys: number;
  readonly sells: number;
  /** Quote; sales of the initial base included. */
  readonly profit: number;
}

/** One entry a cell, the lowest first. A take profit of the cells' own shows in the price they sold at. */
export function lineFills({ grid, fills }: RunTrace, { priceDecimals }: CandleColumns): LineFills[] {
  const lines = grid?.lines ?? [];
  const cells = Math.max(0, lines.length - 1);
  const sellPrice = Float64Array.from(lines.slice(1));
  const buys = new Int32Array(cells);
  const sells = new Int32Array(cells);
  const profit = new Float64Array(cells);
  for (let index = 0; index < fills.length; index += 1) {
    const level = fills.level[index] ?? -1;
    if (level < 0) continue;
    if ((fills.side[index] ?? 0) > 0) buys[level] = (buys[level] ?? 0) + 1;
    else {
      sells[level] = (sells[level] ?? 0) + 1;
      sellPrice[level] = fills.price[index] ?? 0;
      profit[level] = (profit[level] ?? 0) + (fills.realized[index] ?? 0);
    }
  }
  const plain = (price: number) => price / 10 ** priceDecimals;
  return Array.from(buys, (count, level) => ({
    level,
    buy_price: plain(lines[level] ?? 0),
    sell_price: plain(sellPrice[level] ?? 0),
    buys: count,
    sells: sells[level] ?? 0,
    profit: profit[level] ?? 0,
  }));
}
