/** What must hold after every event, whatever happened: checked from outside, on what the engine shows. */
import { decimal, formatDecimal, type Decimal } from '#domain/decimal.ts';
import type { Engine } from '../engine.ts';
import type { AccountSnapshot, GridSnapshot, StrategySnapshot } from '../views.ts';

export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** Throws an `InvariantError` that names the rule and the grid. */
export function assertInvariants(engine: Engine): void {
  for (const grid of engine.grids()) {
    checkCells(engine, grid);
    checkIdentity(grid);
  }
  for (const strategy of engine.strategies()) {
    checkIdentity(strategy);
    const { position } = strategy.figures;
    if (isNegative(strategy.figures.quote)) fail(`G2: ${strategy.id} has spent more quote than it had`);
    if (isNegative(position)) fail(`G2: ${strategy.id} is short`);
    if (strategy.waiting && strategy.state !== 'running') fail(`G19: ${strategy.id} is ${strategy.state} and trades`);
  }
  for (const account of engine.accounts()) {
    checkAccount(engine, account);
    for (const { currency, total, reserved, free } of account.balances) {
      if (isNegative(free) || isNegative(reserved)) fail(`G2: overdraft of ${currency} on ${account.venue}`);
      if (formatDecimal(add(decimal(free), decimal(reserved))) !== total) fail(`G2: ${currency} does not add up`);
    }
  }
}

/** The account adds up, and its positions are what its grids and strategies hold. */
function checkAccount(engine: Engine, account: AccountSnapshot): void {
  const sum = (a: string, b: string) => formatDecimal(add(decimal(a), decimal(b)));
  if (sum(account.available, account.used) !== account.equity) fail(`G2: equity of ${account.venue} does not add up`);
  if (sum(account.realized_pnl, account.unrealized_pnl) !== account.total_pnl) {
    fail(`G8: PnL of ${account.venue} does not add up`);
  }
  const held = new Map<string, Decimal>();
  for (const { params, figures, ended_at } of engine.grids()) {
    if (params.venue !== account.venue || ended_at !== null) continue;
    held.set(params.pair, add(held.get(params.pair) ?? { units: 0n, scale: 0 }, decimal(figures.position)));
  }
  for (const { setup, figures, ended_at } of engine.strategies()) {
    if (setup.venue !== account.venue || ended_at !== null) continue;
    held.set(setup.symbol, add(held.get(setup.symbol) ?? { units: 0n, scale: 0 }, decimal(figures.position)));
  }
  for (const [symbol, size] of held) {
    const shown = account.positions.find((position) => position.symbol === symbol)?.size ?? '0';
    if (shown !== formatDecimal(size)) fail(`G8: the position in ${symbol} is ${formatDecimal(size)}, not ${shown}`);
  }
}

/** G4, G7: a running grid has in each of its N cells one order or none for want of quote; one at rest has no order. */
function checkCells(engine: Engine, grid: GridSnapshot): void {
  const orders = engine.openOrders(grid.id);
  const levels = new Set(orders.map(({ level }) => level));
  if (levels.size !== orders.length) fail(`G4: ${grid.id} has two orders in a cell`);
  if (grid.state === 'running' && orders.length + grid.unfunded !== grid.params.grid_count) {
    fail(`G4: ${grid.id} has ${orders.length} orders and ${grid.unfunded} unfunded of ${grid.params.grid_count} cells`);
  }
  const atRest = grid.state !== 'running' && grid.state !== 'stopping';
  if (atRest && (orders.length > 0 || grid.unfunded > 0)) fail(`G4: ${grid.id} is ${grid.state} and has orders`);
  let buys: Decimal = { units: 0n, scale: 0 };
  let sells: Decimal = { units: 0n, scale: 0 };
  for (const { side, price, amount } of orders) {
    if (side === 'buy') buys = add(buys, multiply(decimal(price), decimal(amount)));
    else sells = add(sells, decimal(amount));
  }
  if (isNegative(subtract(decimal(grid.figures.quote), buys))) fail(`G2: ${grid.id} has more buys than quote`);
  if (isNegative(subtract(decimal(grid.figures.position), sells))) fail(`G2: ${grid.id} has more sells than base`);
}

/** G8: `realized + unrealized = equity − invested`, to the last digit. */
function checkIdentity({ id, figures }: GridSnapshot | StrategySnapshot): void {
  const pnl = add(decimal(figures.realized_pnl), decimal(figures.unrealized_pnl));
  const gained = subtract(decimal(figures.equity), decimal(figures.invested));
  if (formatDecimal(pnl) !== formatDecimal(gained)) fail(`G8: ${id}: ${formatDecimal(pnl)} ≠ ${formatDecimal(gained)}`);
  const value = add(decimal(figures.quote), multiply(decimal(figures.position), decimal(figures.current_price)));
  if (formatDecimal(value) !== figures.equity) fail(`G8: ${id}: equity is not quote + base · mark`);
}

function fail(message: string): never {
  throw new InvariantError(message);
}

export function add(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { units: a.units * 10n ** BigInt(scale - a.scale) + b.units * 10n ** BigInt(scale - b.scale), scale };
}

export function subtract(a: Decimal, b: Decimal): Decimal {
  return add(a, { units: -b.units, scale: b.scale });
}

export function multiply(a: Decimal, b: Decimal): Decimal {
  return { units: a.units * b.units, scale: a.scale + b.scale };
}

function isNegative(value: string | Decimal): boolean {
  return (typeof value === 'string' ? decimal(value) : value).units < 0n;
}
