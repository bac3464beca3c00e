/** What can be read of a grid (G8). */
import { unrealizedPnl, valueOf } from '../ledger/grid-ledger.ts';
import { formatBase, formatPrice, formatQuote } from '../ledger/money.ts';
import type { GridHoldings, GridSnapshot, OpenOrder } from '../views.ts';
import type { Grid } from './grid.ts';
import { orderId } from './report.ts';

/** The mark its figures are taken at: the market's while it is alive, its last one afterwards. */
function markOf({ data, host }: Grid): number {
  return data.endMark ?? host.mark();
}

export function equityOf(grid: Grid): bigint {
  return grid.data.quote + valueOf(grid.data.base, markOf(grid), grid.rules.priceDecimals);
}

/** All profit and loss since the start: `realized + unrealized = equity − invested`. */
export function totalPnl(grid: Grid): bigint {
  return grid.data.realized + unrealizedPnl(grid.data, markOf(grid), grid.rules.priceDecimals);
}

export function holdingsOf({ data }: Grid): GridHoldings {
  const { state, invested, quote, base, openSells } = data;
  return { state, invested, quote, base, sells: openSells > 0n };
}

export function snapshotOf(grid: Grid): GridSnapshot {
  const { data, rules } = grid;
  const count = (order: 'buy' | 'sell' | 'unfunded') => data.cells.filter((cell) => cell.order === order).length;
  return {
    id: data.id,
    state: data.state,
    ...(data.reason === null ? {} : { reason: data.reason }),
    params: data.params,
    created_at: data.createdAt,
    started_at: data.startedAt,
    ended_at: data.endedAt,
    quantity: formatBase(data.quantity),
    figures: {
      current_price: formatPrice(markOf(grid), rules.priceDecimals),
      position: formatBase(data.base),
      realized_pnl: formatQuote(data.realized),
      unrealized_pnl: formatQuote(unrealizedPnl(data, markOf(grid), rules.priceDecimals)),
      grid_profit: formatQuote(data.gridProfit),
      fees: formatQuote(data.fees),
      fees_quote: formatQuote(data.feesQuote),
      fees_base: formatBase(data.feesBase),
      quote: formatQuote(data.quote),
      equity: formatQuote(equityOf(grid)),
      invested: formatQuote(data.invested),
    },
    active_buy_orders: count('buy'),
    active_sell_orders: count('sell'),
    unfunded: count('unfunded'),
    cycles: data.cycles,
    total_trades: data.trades,
    risk_checks: data.riskChecks,
    orders_rejected: data.rejected,
  };
}

/** Its resting orders, lowest cell first. */
export function openOrdersOf({ data, rules }: Grid): OpenOrder[] {
  return data.cells.flatMap((cell, level) => {
    if (cell.order !== 'buy' && cell.order !== 'sell') return [];
    const price = (cell.order === 'buy' ? data.lines : data.sells)[level] ?? 0;
    return {
      order_id: orderId(data, cell.orderNumber),
      grid_id: data.id,
      level,
      side: cell.order,
      price: formatPrice(price, rules.priceDecimals),
      amount: formatBase(cell.amount),
      placed_at: cell.placedAt,
    };
  });
}
