/** What one cycle of a cell earns (G9), and whether it earns at all (G7). */
import type { Rules } from '../instrument-rules.ts';
import { ONE, ceilDiv } from '../ledger/money.ts';
import { lineAt, type Range } from './lines.ts';

/** The sell price of a cell that buys at `buy` (G4); prices in ticks. */
export function sellTick(range: Range, index: number, takeProfitRate: bigint): number {
  if (takeProfitRate === 0n) return lineAt(range, index + 1);
  return Number(ceilDiv(BigInt(lineAt(range, index)) * (ONE + takeProfitRate), ONE));
}

/** A cycle's net profit as a fraction of what its buy costs: `gain / cost`, exact. */
export interface CellProfit {
  readonly gain: bigint;
  readonly cost: bigint;
}

export function cellProfit(rules: Rules, buy: number, sell: number): CellProfit {
  const fee = rules.maker;
  const p = BigInt(buy);
  const s = BigInt(sell);
  if (rules.feeInBase) return { gain: s * (ONE - fee) * (ONE - fee) - p * ONE * ONE, cost: p * ONE * ONE };
  return { gain: s * (ONE - fee) - p * (ONE + fee), cost: p * (ONE + fee) };
}

/** The worst sign among the cells: -1 if one loses, 0 if one breaks even, 1 if all earn. */
export function worstSign(range: Range, rules: Rules, takeProfitRate: bigint): -1 | 0 | 1 {
  let worst: -1 | 0 | 1 = 1;
  // The highest cells are the narrowest in proportion: looking there first finds a loss early.
  for (let index = range.count - 1; index >= 0; index -= 1) {
    const { gain } = cellProfit(rules, lineAt(range, index), sellTick(range, index, takeProfitRate));
    if (gain < 0n) return -1;
    if (gain === 0n) worst = 0;
  }
  return worst;
}

/** The smallest take-profit rate that earns whatever the tick's rounding does. */
export function earningRate({ feeInBase, maker }: Rules): bigint {
  const [paid, kept] = feeInBase ? [ONE * ONE, (ONE - maker) * (ONE - maker)] : [ONE + maker, ONE - maker];
  return ((paid - kept) * ONE) / kept + 1n;
}
