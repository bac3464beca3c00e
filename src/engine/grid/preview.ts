/** G9: what a grid would do, before anything starts. */
import { formatDecimal } from '#domain/decimal.ts';
import type { DepthHint } from '../engine.ts';
import { bought, buyCost, floorLot, type Rules } from '../instrument-rules.ts';
import { BASE_SCALE, formatBase, formatPrice, formatQuote, maxOf, parseUnits } from '../ledger/money.ts';
import type { GridPreviewFigures, PreviewWarning, WorstCase } from '../views.ts';
import { cellProfit, worstSign, type CellProfit } from './cell-profit.ts';
import { equityAt, rangeIssues, type Plan } from './plan.ts';
import { quoteNeeded } from './sizing.ts';
import type { GridSpec } from './spec.ts';

export function previewOf(
  plan: Plan,
  spec: GridSpec,
  rules: Rules,
  slippage: bigint,
  depth: DepthHint | undefined,
): GridPreviewFigures {
  const price = (value: number) => formatPrice(value, rules.priceDecimals);
  const worstCase = (at: number, sold: { slippage: bigint } | null): WorstCase => {
    const equity = equityAt(plan, rules, at, sold);
    return { price: price(at), equity: formatQuote(equity), pnl: formatQuote(equity - plan.invested) };
  };
  const last = plan.sells.length - 1;
  return {
    price: price(plan.price),
    lines: plan.lines.map(price),
    quantity: formatBase(plan.quantity),
    invested: formatQuote(plan.invested),
    buys: plan.firstHolding,
    sells: plan.sells.length - plan.firstHolding,
    initial_purchase: {
      amount: formatBase(plan.purchase),
      price: price(plan.marketPrice),
      cost: formatQuote(buyCost(rules, plan.purchase, plan.marketPrice, rules.taker)),
    },
    profit_per_grid_pct: {
      lowest: percent(profitOf(plan, rules, 0)),
      highest: percent(profitOf(plan, rules, last)),
    },
    minimum_investment: formatQuote(plan.minimumInvestment),
    worst_case: {
      lower: worstCase(plan.lines[0] ?? 0, null),
      stop: spec.stopLoss === null ? null : worstCase(spec.stopLoss, { slippage }),
    },
    warnings: warningsOf(plan, spec, rules, depth),
  };
}

function profitOf(plan: Plan, rules: Rules, cell: number): CellProfit {
  return cellProfit(rules, plan.lines[cell] ?? 0, plan.sells[cell] ?? 0);
}

/** In percent, to 12 decimals, half away from zero. */
export function percent({ gain, cost }: CellProfit): string {
  const scaled = gain * 10n ** 14n * 2n;
  const rounded = (scaled + (gain < 0n ? -cost : cost)) / (cost * 2n);
  return formatDecimal({ units: rounded, scale: 12 });
}

function warningsOf(plan: Plan, spec: GridSpec, rules: Rules, depth: DepthHint | undefined): PreviewWarning[] {
  const { base, quote } = rules.instrument;
  const warnings: PreviewWarning[] = [];
  if (worstSign(spec.range, rules, spec.takeProfitRate) < 0) {
    const [issue] = rangeIssues(spec, rules, false);
    warnings.push({ code: 'cell_loses', message: issue ? `${issue.path} ${issue.message}` : '' });
  }
  const [lower = 0] = plan.lines;
  const upper = plan.lines.at(-1) ?? 0;
  if (plan.price > upper) {
    const message = 'the price is above the range: the grid buys nothing, and can sell nothing, until it falls';
    warnings.push({ code: 'price_outside_range', message });
  } else if (plan.price < lower) {
    const message = 'the price is below the range: every cell is bought at once, and sells only as the price rises';
    warnings.push({ code: 'price_outside_range', message });
  }
  if (lotEatsProfit(plan, spec, rules)) {
    const message = `rounding to the lot (${rules.instrument.lotSize} ${base}) costs more than a tenth of the profit: invest more`;
    warnings.push({ code: 'lot_rounding', message });
  }
  const available = depth === undefined ? undefined : parseUnits(depth.amount, BASE_SCALE);
  const largest = maxOf(plan.purchase, plan.quantity);
  if (available !== undefined && largest > available) {
    const message =
      `an order of ${formatBase(largest)} ${base} is more than the book holds within 1 % (${formatBase(available)} ${base}): ` +
      `it would move the ${base}/${quote} market, which paper trading does not show`;
    warnings.push({ code: 'book_depth', message });
  }
  return warnings;
}

/** Either the amount a cell loses to rounding, or the dust a cycle leaves behind, is over a tenth of what it earns. */
function lotEatsProfit(plan: Plan, spec: GridSpec, rules: Rules): boolean {
  if (spec.sizing.kind === 'investment' && quoteNeeded(rules, plan, plan.quantity) * 10n < spec.sizing.quote * 9n) {
    return true;
  }
  if (!rules.feeInBase) return false;
  const yielded = bought(rules, plan.quantity, rules.maker);
  const dust = yielded - floorLot(rules, yielded);
  const { gain, cost } = profitOf(plan, rules, 0);
  return gain > 0n && dust * cost * 10n > plan.quantity * gain;
}
