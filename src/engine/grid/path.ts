/** From prices to fills: prints and quotes (G10), the legs of a bar (G11), limits (G12) and triggers (G13). */
import { trigger } from './begin.ts';
import type { Grid } from './grid.ts';
import { isEnded } from './state.ts';

interface Reach {
  /** The price the orders are compared with. */
  readonly orders: number;
  /** The price the limits are compared with. */
  readonly limits: number;
  /** What a limit that was reached sells around: its own price, or where the market jumped to. */
  readonly closeAt: number | null;
  /** Orders and limits younger than this are not reached by it. */
  readonly ts: number;
}

/** A trade print: everything at or through it, unless it is older than the order (G10). */
export function onPrint(grid: Grid, price: number, ts: number): void {
  const { data } = grid;
  if (data.state === 'waiting') {
    if (ts >= data.armedAt && touchesTrigger(grid, price)) trigger(grid, price);
    return;
  }
  const reach = { orders: price, limits: price, closeAt: price, ts };
  fall(grid, reach);
  rise(grid, reach);
}

/** Best prices of a market without trades: buys meet the ask, sells the bid, limits and triggers the mid. */
export function onQuote(grid: Grid, bid: number, ask: number, mid: number, ts: number): void {
  if (grid.data.state === 'waiting') {
    if (mid > 0 && touchesTrigger(grid, mid)) trigger(grid, mid);
    return;
  }
  fall(grid, { orders: ask > 0 ? ask : Infinity, limits: mid > 0 ? mid : Infinity, closeAt: mid, ts });
  rise(grid, { orders: bid, limits: mid, closeAt: mid, ts });
}

/** G11: one leg of a bar. A gap, from one bar's close to the next open, has no prices in between to trade at. */
export function onLeg(grid: Grid, from: number, to: number, gap: boolean): void {
  if (grid.data.state === 'waiting') {
    if (!touchesTrigger(grid, to)) return;
    const start = gap ? to : (grid.spec.trigger ?? to);
    trigger(grid, start);
    from = start;
  }
  const reach = { orders: to, limits: to, closeAt: gap ? to : null, ts: Infinity };
  if (to < from) fall(grid, reach);
  else if (to > from) rise(grid, reach);
}

/** Down to a price: the buys it reaches fill, highest first, then the stop (G12). */
function fall(grid: Grid, { orders, limits, closeAt, ts }: Reach): void {
  const { data, spec } = grid;
  const stop = spec.stopLoss !== null && limits <= spec.stopLoss && ts >= data.armedAt ? spec.stopLoss : 0;
  // `through` wants a price beyond the order's; prices are integers. The stop lies below every buy: they go first.
  const reached = spec.through ? orders + 1 : orders;
  for (let level = data.cells.length - 1; level >= 0; level -= 1) {
    const line = data.lines[level] ?? 0;
    if (line < reached) break;
    const cell = data.cells[level];
    if (cell?.order === 'buy' && cell.placedAt <= ts) grid.fill(level, 'maker');
  }
  if (stop > 0 && !isEnded(data.state)) closeAtLimit(grid, 'stop_loss', closeAt ?? stop);
}

/** Up to a price: the sells it reaches fill, lowest first, then the take profit (G12). */
function rise(grid: Grid, { orders, limits, closeAt, ts }: Reach): void {
  const { data, spec } = grid;
  if (isEnded(data.state)) return;
  const limit =
    spec.takeProfit !== null && limits >= spec.takeProfit && ts >= data.armedAt ? spec.takeProfit : Infinity;
  const reached = spec.through ? orders - 1 : orders;
  for (let level = 0; level < data.cells.length; level += 1) {
    const price = data.sells[level] ?? 0;
    if (price > reached || price >= limit) break;
    const cell = data.cells[level];
    if (cell?.order === 'sell' && cell.placedAt <= ts) grid.fill(level, 'maker');
  }
  if (limit < Infinity && !isEnded(data.state)) closeAtLimit(grid, 'take_profit', closeAt ?? limit);
}

function closeAtLimit(grid: Grid, state: 'stop_loss' | 'take_profit', price: number): void {
  grid.cancelAll();
  grid.closePosition(price);
  grid.end(state, state === 'stop_loss' ? 'stop loss reached' : 'take profit reached');
}

function touchesTrigger({ spec, data }: Grid, price: number): boolean {
  return spec.trigger !== null && (data.triggerAbove ? price >= spec.trigger : price <= spec.trigger);
}

/** Keeps the window of prices that change nothing: what makes a quiet price cheap. */
export function updateWindow(grid: Grid): void {
  const { data, spec } = grid;
  grid.low = 0;
  grid.high = Infinity;
  if (data.state === 'waiting') {
    if (data.triggerAbove) grid.high = spec.trigger ?? Infinity;
    else grid.low = spec.trigger ?? 0;
    return;
  }
  if (isEnded(data.state)) return;
  const beyond = spec.through ? 1 : 0;
  for (let level = data.cells.length - 1; level >= 0; level -= 1) {
    if (data.cells[level]?.order !== 'buy') continue;
    grid.low = (data.lines[level] ?? 0) - beyond;
    break;
  }
  // After each fill: an iterator over hundreds of cells would cost more than the fill.
  for (let level = 0; level < data.cells.length; level += 1) {
    if (data.cells[level]?.order !== 'sell') continue;
    grid.high = (data.sells[level] ?? Infinity) + beyond;
    break;
  }
  grid.low = Math.max(grid.low, spec.stopLoss ?? 0);
  grid.high = Math.min(grid.high, spec.takeProfit ?? Infinity);
}
