/**
 * G15: new range, count, spacing or size on a running grid, in one step: cancel, recompute at today's price, trade the
 * difference once. Money that a new size needs or frees moves between the account and the grid, and changes
 * what is invested by exactly that, so PnL carries on.
 */
import type { EngineError } from '../effects.ts';
import type { GridParams } from '../events.ts';
import { bought, buyCost, floorLot, marketPrice, notional, type Rules } from '../instrument-rules.ts';
import { averageBasis, takeBuy, valueOf } from '../ledger/grid-ledger.ts';
import { formatQuote, maxOf, minOf, share } from '../ledger/money.ts';
import type { OrderIntent } from '../risk/gate.ts';
import type { Grid } from './grid.ts';
import type { Book } from './host.ts';
import { orderIntent } from './intent.ts';
import { layoutAt, limitIssues, rangeIssues, sizeIssue, validationError } from './plan.ts';
import { affordable, minimumAmount, quoteNeeded, type Layout } from './sizing.ts';
import type { GridSpec } from './spec.ts';
import { newCell } from './state.ts';

export interface Regrid {
  readonly params: GridParams;
  readonly spec: GridSpec;
  readonly rules: Rules;
  readonly price: number;
  readonly book: Book | null;
  /** Whether the trader changed the size, not only the lines. */
  readonly resized: boolean;
}

/** What one amount a cell would mean: the market order it takes, and the quote left once all buys rest. */
interface Settlement {
  readonly buy: bigint;
  readonly sell: bigint;
  readonly left: bigint;
}

/** Applies it, or says why not and leaves the grid exactly as it was. */
export function regrid(grid: Grid, change: Regrid): EngineError | undefined {
  const { data, host } = grid;
  const { spec, rules, price } = change;
  const issues = [...rangeIssues(spec, rules, host.allowLosing), ...limitIssues(spec, rules, price)];
  const layout = layoutAt(spec, rules, price, host.slippage);
  const sellAt = marketPrice(rules, price, 'sell', host.slippage);
  const holding = BigInt(layout.sells.length - layout.firstHolding);

  const settle = (amount: bigint, added: bigint): Settlement => {
    const target = amount * holding;
    const atHand = floorLot(rules, data.base);
    const [buy, sell] = target > atHand ? [target - atHand, 0n] : [0n, atHand - target];
    const proceeds = notional(rules, sell, sellAt);
    const cash =
      data.quote +
      added -
      buyCost(rules, buy, layout.marketPrice, rules.taker) +
      proceeds -
      share(proceeds, rules.taker);
    return { buy, sell, left: cash - flatCost(rules, layout, amount) };
  };

  const { sizing } = spec;
  const wanted = change.resized && sizing.kind === 'investment' ? sizing.quote - data.invested : 0n;
  const worth = data.quote + valueOf(data.base, price, rules.priceDecimals) + maxOf(wanted, 0n);
  const quantity =
    sizing.kind === 'order_size'
      ? sizing.amount
      : largestAmount(
          affordable(rules, layout, minOf(sizing.quote, worth)),
          rules.lot,
          (amount) => settle(amount, maxOf(wanted, 0n)).left >= 0n,
        );
  const least = minimumAmount(rules, layout);
  if (quantity < least) issues.push(sizeIssue(spec, rules, least, quoteNeeded(rules, layout, least)));
  if (issues.length > 0) return validationError(issues);

  const added = sizing.kind === 'order_size' ? maxOf(0n, -settle(quantity, 0n).left) : maxOf(wanted, 0n);
  const { quote } = rules.instrument;
  const free = host.account.free(quote);
  if (added > free) {
    const message = `the new size needs ${formatQuote(added)} ${quote} more; ${formatQuote(free)} ${quote} is free`;
    return { code: 'INSUFFICIENT_FUNDS', message };
  }
  const { buy, sell, left } = settle(quantity, added);
  const taken = data.base + bought(rules, buy, rules.taker) - sell;
  const perCell = holding > 0n ? taken / holding : 0n;

  const difference: OrderIntent[] = [];
  if (buy > 0n) difference.push(grid.marketIntent('buy', buy, layout.marketPrice));
  if (sell > 0n) difference.push(grid.marketIntent('sell', sell, sellAt));
  const orders = layout.sells.map((sellPrice, level) =>
    level >= layout.firstHolding
      ? orderIntent(rules, { level, side: 'sell', price: sellPrice, amount: floorLot(rules, perCell) }, change.book)
      : orderIntent(rules, { level, side: 'buy', price: layout.lines[level] ?? 0, amount: quantity }, change.book),
  );
  const checked = grid.approveAll([...difference, ...orders], price, grid);
  if (!checked.ok) return checked.error;

  grid.cancelAll();
  grid.fund(added);
  Object.assign(grid, { spec, rules });
  Object.assign(data, { params: change.params, instrument: rules.instrument, quantity, armedAt: host.now() });
  const [order] = difference.length > 0 ? checked.orders : [];
  if (order?.side === 'buy') {
    const number = grid.nextOrder();
    grid.report.order('placed', order, number, rules);
    const { fee, cost } = takeBuy(data, rules, order.amount, order.price, rules.taker);
    data.basis += cost;
    grid.report.fill(order, number, fee, 'taker', rules);
  } else if (order) {
    // With nothing left to hold, what remains is dust, and dust has basis 0 (G7a).
    grid.trade(order, holding === 0n ? data.basis : averageBasis(data.basis, order.amount, data.base));
  }
  handOver(grid, layout);
  grid.report.lifecycle('updated');
  grid.placeAll(checked.orders.slice(difference.length));
  const back = minOf(-wanted, minOf(left, data.quote - data.reserved));
  if (back > 0n) grid.fund(-back);
  return undefined;
}

/** The new cells take all base in equal parts at its average basis; none of it is a line buy (G15). */
function handOver({ data }: Grid, layout: Layout): void {
  data.lines = [...layout.lines];
  data.sells = [...layout.sells];
  data.cells = layout.sells.map(newCell);
  const holders = data.cells.slice(layout.firstHolding);
  const count = BigInt(holders.length);
  for (const cell of holders) {
    cell.holding = true;
    cell.base = data.base / count;
    cell.basis = data.basis / count;
  }
  const [first] = holders.length > 0 ? holders : data.cells;
  if (!first) return;
  first.base += data.base - (count > 0n ? (data.base / count) * count : 0n);
  first.basis += data.basis - (count > 0n ? (data.basis / count) * count : 0n);
}

function flatCost(rules: Rules, layout: Layout, amount: bigint): bigint {
  let flat = 0n;
  for (let i = 0; i < layout.firstHolding; i += 1) flat += BigInt(layout.lines[i] ?? 0);
  return buyCost(rules, amount * flat, 1, rules.maker);
}

/** The largest whole-lot amount up to `most` that the grid's cash covers after the one market order. */
function largestAmount(most: bigint, lot: bigint, covered: (amount: bigint) => boolean): bigint {
  if (covered(most)) return most;
  let low = 0n;
  let high = most / lot;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (covered(middle * lot)) low = middle;
    else high = middle;
  }
  return low * lot;
}
