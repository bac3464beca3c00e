/** The money of one fill (G2, G7, G8): how it moves a grid's balances. */
import type { Cell, GridData } from '../grid/state.ts';
import { bought, buyCost, floorLot, notional, type Rules } from '../instrument-rules.ts';
import { BASE_SCALE, QUOTE_SCALE, share } from './money.ts';

/** One fill as it is reported: the fee in its own currency, everything else in quote units. */
export interface Fill {
  readonly fee: bigint;
  readonly feeInBase: boolean;
  readonly realized: bigint;
}

/** Base bought for a cell; `rate` is the fee rate that applies. */
export function bookBuy(grid: GridData, rules: Rules, cell: Cell, amount: bigint, price: number, rate: bigint): Fill {
  const { fee, cost, yielded } = takeBuy(grid, rules, amount, price, rate);
  cell.base += yielded;
  cell.basis += cost;
  grid.basis += cost;
  return fee;
}

/** The balances' side of a buy; what it cost and yielded still belongs to no cell. */
export function takeBuy(
  grid: GridData,
  rules: Rules,
  amount: bigint,
  price: number,
  rate: bigint,
): { readonly fee: Fill; readonly cost: bigint; readonly yielded: bigint } {
  const cost = buyCost(rules, amount, price, rate);
  const yielded = bought(rules, amount, rate);
  const value = notional(rules, amount, price);
  grid.quote -= cost;
  grid.base += yielded;
  if (grid.quote < 0n) throw new RangeError(`grid ${grid.id} overdrew its quote`);
  const fee = rules.feeInBase ? amount - yielded : cost - value;
  if (rules.feeInBase) grid.feesBase += fee;
  else grid.feesQuote += fee;
  grid.fees += share(value, rate);
  return { fee: { fee, feeInBase: rules.feeInBase, realized: 0n }, cost, yielded };
}

/** Base sold whose buy cost `basis`. A sell's fee is in quote always. */
export function bookSell(
  grid: GridData,
  rules: Rules,
  amount: bigint,
  price: number,
  rate: bigint,
  basis: bigint,
): Fill {
  const proceeds = notional(rules, amount, price);
  const fee = share(proceeds, rate);
  const realized = proceeds - fee - basis;
  grid.quote += proceeds - fee;
  grid.base -= amount;
  if (grid.base < 0n) throw new RangeError(`grid ${grid.id} overdrew its base`);
  grid.basis -= basis;
  grid.realized += realized;
  grid.feesQuote += fee;
  grid.fees += fee;
  return { fee, feeInBase: false, realized };
}

/** G7a: what a cell can sell; the rest is dust and stays in it. */
export function sellable(rules: Rules, cell: Cell): bigint {
  return floorLot(rules, cell.base);
}

/** G8: base at the mark, in quote units; exact for any amount of base, dust too. */
export function valueOf(base: bigint, mark: number, priceDecimals: number): bigint {
  return base * BigInt(mark) * 10n ** BigInt(QUOTE_SCALE - BASE_SCALE - priceDecimals);
}

/** G8: `Σ_holding (mark·q − basis) + mark·dust`, which is all base at the mark less all bases. */
export function unrealizedPnl(grid: GridData, mark: number, priceDecimals: number): bigint {
  return valueOf(grid.base, mark, priceDecimals) - grid.basis;
}

/** `part` of `whole` at its average cost, the remainder of the division staying behind. */
export function averageBasis(basis: bigint, part: bigint, whole: bigint): bigint {
  return part >= whole ? basis : (basis * part) / whole;
}
