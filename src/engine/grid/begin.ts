/** How a grid begins: at once (G5), or when the price touches its trigger (G13). */
import type { EngineError } from '../effects.ts';
import { bought, floorLot } from '../instrument-rules.ts';
import { bookBuy } from '../ledger/grid-ledger.ts';
import { formatBase, formatQuote } from '../ledger/money.ts';
import type { OrderIntent, RiskApproved } from '../risk/gate.ts';
import type { Grid } from './grid.ts';
import type { Book } from './host.ts';
import { orderIntent } from './intent.ts';
import { planGrid, type Plan } from './plan.ts';
import { newCell } from './state.ts';

/** G5: begins at the plan's price with what it invests, or is refused by risk with nothing changed. */
export function begin(
  grid: Grid,
  plan: Plan,
  book: Book | null,
  event: 'started' | 'triggered',
): EngineError | undefined {
  const { data, rules, host } = grid;
  const cells = Array.from({ length: plan.sells.length }, newCell);
  const orders = cells.map((_, level) => {
    const holds = level >= plan.firstHolding;
    const amount = holds ? floorLot(rules, bought(rules, plan.quantity, rules.taker)) : plan.quantity;
    const price = (holds ? plan.sells : plan.lines)[level] ?? 0;
    return orderIntent(rules, { level, side: holds ? 'sell' : 'buy', price, amount }, book);
  });
  const market = grid.marketIntent('buy', plan.purchase, plan.marketPrice);
  const checked = grid.approveAll(plan.purchase > 0n ? [market, ...orders] : orders, plan.price);
  if (!checked.ok) return checked.error;

  Object.assign(data, { lines: [...plan.lines], sells: [...plan.sells], cells, quantity: plan.quantity });
  data.state = 'running';
  data.startedAt = host.now();
  data.armedAt = host.now();
  grid.report.lifecycle(event);
  warnOutside(grid, plan);
  const [first, ...rest] = checked.orders;
  if (plan.purchase > 0n && first) purchase(grid, first, plan);
  grid.placeAll(plan.purchase > 0n ? rest : checked.orders);
  return undefined;
}

/** G13: the price touched the trigger; what cannot start now ends in `error` and says why. */
export function trigger(grid: Grid, price: number): void {
  const { data, host, rules } = grid;
  const fail = (why: string): void => {
    grid.end('error', `could not start at its trigger: ${why}`);
  };
  const result = planGrid(grid.spec, rules, price, host);
  if (!result.ok) {
    fail(result.error.message);
    return;
  }
  const { quote } = rules.instrument;
  const missing = result.plan.invested - data.invested;
  if (missing > host.account.free(quote)) {
    fail(`it needs ${formatQuote(missing)} ${quote} more than is free`);
    return;
  }
  grid.fund(missing);
  const refused = begin(grid, result.plan, null, 'triggered');
  if (refused) fail(refused.message);
}

/** One market order for all holding cells, each of which takes its part. */
function purchase(grid: Grid, order: RiskApproved<OrderIntent>, plan: Plan): void {
  const { data, rules } = grid;
  const number = grid.nextOrder();
  grid.report.order('placed', order, number, rules);
  const before = data.feesBase + data.feesQuote;
  for (const cell of data.cells.slice(plan.firstHolding)) {
    bookBuy(data, rules, cell, plan.quantity, plan.marketPrice, rules.taker);
    cell.holding = true;
  }
  const fee = data.feesBase + data.feesQuote - before;
  grid.report.fill(order, number, { fee, feeInBase: rules.feeInBase, realized: 0n }, 'taker', rules);
}

function warnOutside({ report }: Grid, { price, lines, purchase: amount }: Plan): void {
  if (price > (lines.at(-1) ?? 0)) {
    report.log('warn', '[RANGE] the price is above the range: nothing to sell until it falls');
  } else if (price < (lines[0] ?? 0)) {
    report.log('warn', `[RANGE] the price is below the range: all cells buy at once, ${formatBase(amount)}`);
  }
}
