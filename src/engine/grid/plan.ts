/**
 * A grid at a price: its lines, cells, amount and cost. One computation for the preview, the start and the
 * re-grid, so that what is shown is what is done (G9).
 */
import type { EngineError, Issue } from '../effects.ts';
import { floorLot, bought, marketPrice, notional, type Rules } from '../instrument-rules.ts';
import { formatBase, formatPrice, formatQuote, ONE, QUOTE_SCALE, ceilDiv } from '../ledger/money.ts';
import { earningRate, sellTick, worstSign } from './cell-profit.ts';
import { gridLines, largestCount, linesDiffer } from './lines.ts';
import { affordable, minimumAmount, quoteNeeded, type Layout } from './sizing.ts';
import type { GridSpec } from './spec.ts';

export interface Plan extends Layout {
  /** P: the price it was computed at. */
  readonly price: number;
  /** Base a cell. */
  readonly quantity: bigint;
  /** Base the holding cells need at once. */
  readonly purchase: bigint;
  /** Quote the start takes. */
  readonly need: bigint;
  /** Quote the grid begins with. */
  readonly invested: bigint;
  readonly minimumInvestment: bigint;
}

export type PlanResult =
  { readonly ok: true; readonly plan: Plan } | { readonly ok: false; readonly error: EngineError };

export interface PlanOptions {
  readonly slippage: bigint;
  /** Whether a grid with cells that lose after fees may run: in backtests and previews (G7). */
  readonly allowLosing: boolean;
}

export function validationError(issues: readonly Issue[]): EngineError {
  const text = issues.map(({ path, message }) => `${path} ${message}`).join('; ');
  return { code: 'VALIDATION_ERROR', message: text, issues };
}

export function layoutAt(spec: GridSpec, rules: Rules, price: number, slippage: bigint): Layout {
  const lines = gridLines(spec.range).map((line) => line * rules.tick);
  const sells = Array.from(
    { length: spec.range.count },
    (_, index) => sellTick(spec.range, index, spec.takeProfitRate) * rules.tick,
  );
  const holding = lines.findIndex((line, index) => index < spec.range.count && line >= price);
  return {
    lines,
    sells,
    firstHolding: holding < 0 ? spec.range.count : holding,
    marketPrice: marketPrice(rules, price, 'buy', slippage),
  };
}

/** What is wrong with the cells themselves, whatever their size: lines that coincide (G3), cells that lose (G7). */
export function rangeIssues(
  { range, takeProfitRate }: Pick<GridSpec, 'range' | 'takeProfitRate'>,
  rules: Rules,
  allowLosing: boolean,
): Issue[] {
  if (!linesDiffer(range)) {
    const most = largestCount({ ...range, count: Math.min(range.count, range.upper - range.lower) }, linesDiffer);
    const tick = rules.instrument.tickSize;
    if (most === 0) {
      const message = `leaves no room for two intervals of at least one tick (${tick})`;
      return [{ path: 'upper_price', message, code: 'no_room', values: { tick } }];
    }
    const message = `puts lines on the same tick (${tick}): at most ${most} fit this range`;
    return [{ path: 'grid_count', message, code: 'lines_coincide', values: { tick, most: String(most) } }];
  }
  if (allowLosing || worstSign(range, rules, takeProfitRate) >= 0) return [];
  if (takeProfitRate > 0n) {
    const least = formatBase(ceilDiv(earningRate(rules) * 100n, ONE / 10_000n) * (ONE / 10_000n));
    const message = `does not cover the fees of buying and selling: at least ${least} does`;
    return [{ path: 'take_profit_pct', message, code: 'target_under_fees', values: { least } }];
  }
  // A count that loses shows it in its first cells: the walk along all lines is for the one that earns.
  const most = largestCount(
    range,
    (candidate) => worstSign(candidate, rules, takeProfitRate) > 0 && linesDiffer(candidate),
  );
  if (most === 0) {
    const message = 'is so near the lower price that no cell earns its fees: widen the range';
    return [{ path: 'upper_price', message, code: 'range_under_fees' }];
  }
  const message = `gives cells that lose after fees: at most ${most} earn in this range`;
  return [{ path: 'grid_count', message, code: 'cells_lose', values: { most: String(most) } }];
}

/** G12: the limits must lie outside both the range and the price the grid starts at. */
export function limitIssues(spec: GridSpec, rules: Rules, price: number): Issue[] {
  const at = formatPrice(price, rules.priceDecimals);
  const values = { price: at };
  const issues: Issue[] = [];
  if (spec.stopLoss !== null && spec.stopLoss >= price) {
    const message = `must be below the price the grid starts at, ${at}`;
    issues.push({ path: 'stop_loss', message, code: 'below_start', values });
  }
  if (spec.takeProfit !== null && spec.takeProfit <= price) {
    const message = `must be above the price the grid starts at, ${at}`;
    issues.push({ path: 'take_profit', message, code: 'above_start', values });
  }
  return issues;
}

/** G5, G6. Every issue is found, not only the first. */
export function planGrid(spec: GridSpec, rules: Rules, price: number, options: PlanOptions): PlanResult {
  const issues = [...rangeIssues(spec, rules, options.allowLosing), ...limitIssues(spec, rules, price)];
  const layout = layoutAt(spec, rules, price, options.slippage);
  const { sizing } = spec;
  const quantity = sizing.kind === 'order_size' ? sizing.amount : affordable(rules, layout, sizing.quote);
  const least = minimumAmount(rules, layout);
  const minimumInvestment = quoteNeeded(rules, layout, least);
  if (quantity < least) issues.push(sizeIssue(spec, rules, least, minimumInvestment));
  if (issues.length > 0) return { ok: false, error: validationError(issues) };

  const need = quoteNeeded(rules, layout, quantity);
  const invested = spec.initialQuote ?? (sizing.kind === 'investment' ? sizing.quote : need);
  if (invested < need) {
    const { quote } = rules.instrument;
    const message = `the grid needs ${formatQuote(need)} ${quote} and starts with ${formatQuote(invested)} ${quote}`;
    return { ok: false, error: { code: 'INSUFFICIENT_FUNDS', message } };
  }
  const purchase = quantity * BigInt(layout.sells.length - layout.firstHolding);
  return { ok: true, plan: { ...layout, price, quantity, purchase, need, invested, minimumInvestment } };
}

export function sizeIssue(spec: GridSpec, rules: Rules, least: bigint, minimumInvestment: bigint): Issue {
  const { base, quote } = rules.instrument;
  const money = formatQuote(roundUp(minimumInvestment));
  if (spec.sizing.kind === 'order_size') {
    const amount = formatBase(least);
    return {
      path: 'order_size',
      message: `must be at least ${amount} ${base}, the venue's minimum order in every cell (${money} ${quote} in all)`,
      code: 'size_minimum',
      values: { least: amount, base, money, quote },
    };
  }
  const cells = String(spec.range.count);
  return {
    path: 'investment',
    message: `must be at least ${money} ${quote} for ${cells} cells of the venue's minimum order`,
    code: 'investment_minimum',
    values: { money, quote, cells },
  };
}

/** To a figure one would type: four digits, at least to the cent. Never less than what is needed. */
function roundUp(quote: bigint): bigint {
  const digits = String(quote).length;
  const step = 10n ** BigInt(Math.max(0, Math.min(digits - 4, QUOTE_SCALE - 2)));
  return ceilDiv(quote, step) * step;
}

/** Equity if the price falls to `price` having filled every buy on its way; sold there at market if `sold` (G9). */
export function equityAt(plan: Plan, rules: Rules, price: number, sold: { readonly slippage: bigint } | null): bigint {
  const { quantity, firstHolding, sells } = plan;
  const base =
    bought(rules, quantity, rules.maker) * BigInt(firstHolding) +
    bought(rules, quantity, rules.taker) * BigInt(sells.length - firstHolding);
  const quote = plan.invested - plan.need;
  if (!sold) return quote + notional(rules, base, price);
  const amount = floorLot(rules, base);
  const proceeds = notional(rules, amount, marketPrice(rules, price, 'sell', sold.slippage));
  return quote + proceeds - (proceeds * rules.taker) / ONE + notional(rules, base - amount, price);
}
