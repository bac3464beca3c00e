/** What every fill of a cell pays, computed once a run: a fill then only adds. */
import { bought, buyCost, floorLot, notional, type Rules } from '../instrument-rules.ts';
import type { Plan } from '../grid/plan.ts';
import { BASE_SCALE, share } from '../ledger/money.ts';
import { quoteNumber } from './grid-core-money.ts';
import { fitsLimbs, MoneyTable } from './grid-kernel-money.ts';

/**
 * What a cell sells. `LESS` and `MORE`: what a buy on its line left of it, one lot more where the dust of before made
 * it whole (G7a; only with the fee in base). `FIRST`: its part of the initial purchase.
 */
export const LESS = 0;
export const MORE = 1;
export const FIRST = 2;
export const KINDS = 3;

/** One kind of sale of one cell; amounts in quote units. */
export interface SaleTerms {
  readonly fee: bigint;
  readonly yielded: bigint;
  readonly realized: bigint;
}

export interface Scales {
  /** Decimals of quote, and those of base. */
  readonly quote: number;
  readonly base: number;
}

export class GridTerms {
  readonly plan: Plan;
  readonly rules: Rules;
  readonly scales: Scales;
  readonly count: number;
  /** By cell, in the run's price units. */
  readonly lines: Float64Array;
  readonly sells: Float64Array;
  /** Of a buy on its line. */
  readonly costs: MoneyTable;
  readonly buyFees: Float64Array;
  /** By cell and kind, at `cell · KINDS + kind`. */
  readonly yields: MoneyTable;
  readonly saleFees: Float64Array;
  readonly realized: Float64Array;
  /** Lots sold by kind. */
  readonly lots: Float64Array;
  /** In whole units of base: a lot, and what a buy yields on its line and at the start. */
  readonly lot: number;
  readonly lineYield: number;
  readonly firstYield: number;
  /** What the base of one cell cost at the start. */
  readonly firstCost: bigint;

  /** `fills`: whether each fill's fee and profit will be asked for. */
  constructor(plan: Plan, rules: Rules, scales: Scales, fills: boolean) {
    this.plan = plan;
    this.rules = rules;
    this.scales = scales;
    this.count = plan.sells.length;
    const { count } = this;
    this.lines = Float64Array.from(plan.lines.slice(0, count));
    this.sells = Float64Array.from(plan.sells);
    const unit = baseUnit(scales);
    const lineYield = bought(rules, plan.quantity, rules.maker);
    const firstYield = bought(rules, plan.quantity, rules.taker);
    const less = floorLot(rules, lineYield);
    this.lot = Number(rules.lot / unit);
    this.lineYield = Number(lineYield / unit);
    this.firstYield = Number(firstYield / unit);
    this.lots = Float64Array.of(
      Number(less / rules.lot),
      Number(less / rules.lot) + 1,
      Number(floorLot(rules, firstYield) / rules.lot),
    );
    this.firstCost = buyCost(rules, plan.quantity, plan.marketPrice, rules.taker);
    this.costs = new MoneyTable(count, scales.quote);
    this.yields = new MoneyTable(count * KINDS, scales.quote);
    this.buyFees = new Float64Array(fills ? count : 0);
    this.saleFees = new Float64Array(fills ? count * KINDS : 0);
    this.realized = new Float64Array(fills ? count * KINDS : 0);
    for (let cell = 0; cell < count; cell += 1) this.#price(cell, fills);
  }

  costOf(cell: number): bigint {
    return buyCost(this.rules, this.plan.quantity, this.lines[cell] ?? 0, this.rules.maker);
  }

  buyFeeOf(cell: number): bigint {
    const { rules, plan } = this;
    return share(notional(rules, plan.quantity, this.lines[cell] ?? 0), rules.maker);
  }

  saleOf(cell: number, kind: number): SaleTerms {
    const { rules } = this;
    const proceeds = notional(rules, BigInt(this.lots[kind] ?? 0) * rules.lot, this.sells[cell] ?? 0);
    const fee = share(proceeds, rules.maker);
    const yielded = proceeds - fee;
    return { fee, yielded, realized: yielded - (kind === FIRST ? this.firstCost : this.costOf(cell)) };
  }

  #price(cell: number, fills: boolean): void {
    this.costs.set(cell, this.costOf(cell));
    if (fills) this.buyFees[cell] = quoteNumber(this.buyFeeOf(cell));
    for (let kind = 0; kind < KINDS; kind += 1) {
      if ((kind === MORE && !this.rules.feeInBase) || (kind === FIRST && cell < this.plan.firstHolding)) continue;
      const at = cell * KINDS + kind;
      const { fee, yielded, realized } = this.saleOf(cell, kind);
      this.yields.set(at, yielded);
      if (!fills) continue;
      this.saleFees[at] = quoteNumber(fee);
      this.realized[at] = quoteNumber(realized);
    }
  }
}

/** Base units a unit of the kernel's. */
export const baseUnit = (scales: Scales): bigint => 10n ** BigInt(BASE_SCALE - scales.base);

/** Whether all that the cells can ever hold and be paid is exact in the kernel's numbers. */
export function fitsKernel(plan: Plan, rules: Rules, scales: Scales): boolean {
  const most = (plan.quantity + rules.lot) * BigInt(plan.sells.length);
  const highest = Math.max(plan.sells.at(-1) ?? 0, plan.marketPrice);
  return (
    most / baseUnit(scales) <= BigInt(Number.MAX_SAFE_INTEGER) &&
    fitsLimbs(plan.invested + notional(rules, most, highest), scales.quote)
  );
}
