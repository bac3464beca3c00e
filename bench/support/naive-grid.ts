/** A grid as one writes it first: an object an order, and all of them looked at for each candle. */
import type { CandleColumns } from '#domain/candle-columns.ts';
import type { GridShape } from './grid-in-c.ts';

interface Order {
  readonly side: 'buy' | 'sell';
  readonly cell: number;
  readonly price: number;
  open: boolean;
}

/** Returns the number of fills. */
export function naiveGrid({ length, open, high, low, close }: CandleColumns, shape: GridShape): number {
  const bars = Array.from({ length }, (_, row) => ({
    open: open[row] ?? 0,
    high: high[row] ?? 0,
    low: low[row] ?? 0,
    close: close[row] ?? 0,
  }));
  const lines = Array.from(
    { length: shape.grid_count + 1 },
    (_, index) => (shape.lower_price + ((shape.upper_price - shape.lower_price) * index) / shape.grid_count) * 100,
  );
  const start = bars[0]?.open ?? 0;
  const orderOf = (side: Order['side'], cell: number): Order => ({
    side,
    cell,
    price: lines[side === 'buy' ? cell : cell + 1] ?? 0,
    open: true,
  });
  let orders = lines.slice(0, -1).map((line, cell) => orderOf(line >= start ? 'sell' : 'buy', cell));
  let quote = 1e6;
  let base = orders.filter(({ side }) => side === 'sell').length;
  let peak = quote + base * start;
  let worst = 0;
  let fills = 0;
  for (const bar of bars) {
    const placed: Order[] = [];
    for (const order of orders) {
      const reached = order.side === 'buy' ? bar.low <= order.price : bar.high >= order.price;
      if (!reached) continue;
      order.open = false;
      fills += 1;
      quote += order.side === 'buy' ? -order.price : order.price;
      base += order.side === 'buy' ? 1 : -1;
      placed.push(orderOf(order.side === 'buy' ? 'sell' : 'buy', order.cell));
    }
    orders = orders.filter((order) => order.open).concat(placed);
    const equity = quote + base * bar.close;
    peak = Math.max(peak, equity);
    worst = Math.max(worst, (peak - equity) / peak);
  }
  return fills + (worst > 2 ? 1 : 0);
}
