/** How much a cell trades, and what the whole grid needs (G6). */
import { bought, buyCost, floorLot, type Rules } from '../instrument-rules.ts';
import { ONE, ceilDiv, maxOf } from '../ledger/money.ts';

/** The cells as they stand at a start: their prices, and from which cell on they hold (G5). */
export interface Layout {
  /** The N+1 lines, lowest first. */
  readonly lines: readonly number[];
  /** The N sell prices. */
  readonly sells: readonly number[];
  /** Cells from here on have `p_i ≥ P`: they start holding. */
  readonly firstHolding: number;
  /** Fill price of the market order that buys for them. */
  readonly marketPrice: number;
}

/** Quote the start takes for `amount` a cell; linear in the amount, exact for whole lots. */
export function quoteNeeded(rules: Rules, layout: Layout, amount: bigint): bigint {
  let flat = 0n;
  for (let i = 0; i < layout.firstHolding; i += 1) flat += BigInt(layout.lines[i] ?? 0);
  const holding = BigInt(layout.sells.length - layout.firstHolding);
  // The fee is on the sum here and on each order there: equal, because fees of whole lots are exact.
  return (
    buyCost(rules, amount * flat, 1, rules.maker) + buyCost(rules, amount * holding, layout.marketPrice, rules.taker)
  );
}

/** The largest whole-lot amount a cell that `quote` pays for. */
export function affordable(rules: Rules, layout: Layout, quote: bigint): bigint {
  return (quote / quoteNeeded(rules, layout, rules.lot)) * rules.lot;
}

/** The smallest amount a cell whose every buy and sell satisfies the venue's minimum size and notional. */
export function minimumAmount(rules: Rules, layout: Layout): bigint {
  const smallestOrder = (price: number): bigint => {
    const size = maxOf(rules.minSize, ceilDiv(rules.minNotional, BigInt(price) * rules.toQuote));
    return maxOf(rules.lot, ceilDiv(size, rules.lot) * rules.lot);
  };
  const [lowest = 1] = layout.lines;
  const [lowestSell = 1] = layout.sells;
  let amount = maxOf(smallestOrder(lowest), beforeFee(rules, smallestOrder(lowestSell), rules.maker));
  const firstHeldSell = layout.sells[layout.firstHolding];
  if (firstHeldSell !== undefined) {
    amount = maxOf(amount, beforeFee(rules, smallestOrder(firstHeldSell), rules.taker));
  }
  return amount;
}

/** G7a: the smallest buy whose yield still sells `sold` after rounding down to the lot. */
function beforeFee(rules: Rules, sold: bigint, fee: bigint): bigint {
  if (!rules.feeInBase) return sold;
  const amount = ceilDiv(ceilDiv(sold * ONE, ONE - fee), rules.lot) * rules.lot;
  return floorLot(rules, bought(rules, amount, fee)) >= sold ? amount : amount + rules.lot;
}
