/** What commands do. Each checks everything first: a refused command changes nothing. */
import { formatDecimal, parseDecimal } from '#domain/decimal.ts';
import type { Desk } from './desk.ts';
import type { EngineError, Issue, Reply } from './effects.ts';
import { instrumentKey, type EngineCommand, type GridParams, type GridParamsPatch } from './events.ts';
import { begin } from './grid/begin.ts';
import type { Grid } from './grid/grid.ts';
import { limitIssues, planGrid, rangeIssues, validationError, type Plan } from './grid/plan.ts';
import { regrid } from './grid/regrid.ts';
import { parseSpec, type GridSpec, type SpecResult } from './grid/spec.ts';
import { isEnded } from './grid/state.ts';
import { totalPnl } from './grid/view.ts';
import type { Rules } from './instrument-rules.ts';
import { formatQuote } from './ledger/money.ts';
import type { Market } from './market.ts';
import { executeStrategy } from './strategy/machine/commands.ts';

type Of<A extends EngineCommand['action']> = Extract<EngineCommand, { action: A }>;
type Malformed = Extract<SpecResult, { ok: false }>;
type Refusal = { readonly ok: false; readonly error: EngineError };

const refuse = (code: EngineError['code'], message: string, issues?: readonly Issue[]): Refusal => ({
  ok: false,
  error: issues === undefined ? { code, message } : { code, message, issues },
});

const invalid = (path: keyof GridParams, message: string, code: string, values?: Issue['values']): Refusal =>
  refuse('VALIDATION_ERROR', `${path} ${message}`, [{ path, message, code, ...(values && { values }) }]);

/** Runs a command and settles it; the reply tells what was done. */
export function execute(desk: Desk, command: EngineCommand): Reply {
  switch (command.action) {
    case 'grid.start':
      return start(desk, command);
    case 'grid.stop':
      return stop(desk, command);
    case 'grid.update_params':
      return update(desk, command);
    case 'grid.pause':
      return pause(desk, command);
    case 'grid.resume':
      return resume(desk, command);
    case 'strategy.start':
    case 'strategy.stop':
    case 'strategy.pause':
    case 'strategy.resume':
    case 'strategy.update_params':
      return executeStrategy(desk, command);
    case 'kill_switch.activate': {
      const none = { grids_stopped: 0, strategies_stopped: 0, orders_cancelled: 0, positions_closed: 0 };
      const affected = desk.killSwitch.active ? none : desk.kill(command.reason, command.by, command.close_positions);
      desk.settle();
      return { ok: true, action: 'kill_switch', active: true, affected };
    }
    case 'kill_switch.deactivate':
      return deactivate(desk, command);
  }
}

/** The parameters against an instrument and its price, as far as they can be checked before anything happens. */
export type Prepared =
  | {
      readonly ok: true;
      readonly market: Market;
      readonly params: GridParams;
      readonly spec: GridSpec;
      readonly plan: Plan;
    }
  | Refusal;

export function prepare(desk: Desk, params: GridParams, allowLosing: boolean): Prepared {
  const { venue, pair } = params;
  const market = desk.markets.get(instrumentKey({ venue, symbol: pair }));
  if (!market) {
    return desk.accounts.has(venue)
      ? invalid('pair', `${pair} is not listed on ${venue}`, 'not_listed', { pair, venue })
      : invalid('venue', `${venue} is not connected`, 'not_connected', { venue });
  }
  const parsed = parseSpec(params, market.rules);
  if (!parsed.ok) return { ok: false, error: malformed(parsed, market.rules, allowLosing) };
  const price = market.price();
  if (price === undefined) return refuse('VENUE_UNAVAILABLE', `no price of ${params.pair} on ${params.venue} yet`);
  const { spec } = parsed;
  // G13: a grid with a trigger will start there.
  const result = planGrid(spec, market.rules, spec.trigger ?? price, { slippage: desk.slippage, allowLosing });
  return result.ok ? { ok: true, market, params: parsed.params, spec, plan: result.plan } : result;
}

/** All that is wrong with the fields, and with the lines where they could be read. */
function malformed({ issues, cells }: Malformed, rules: Rules, allowLosing: boolean): EngineError {
  const more = cells ? rangeIssues(cells, rules, allowLosing) : [];
  const known = new Set(issues.map(({ path }) => path));
  return validationError([...issues, ...more.filter(({ path }) => !known.has(path))]);
}

function start(desk: Desk, { grid_id, params }: Of<'grid.start'>): Reply {
  if (desk.grids.has(grid_id)) return refuse('GRID_ALREADY_RUNNING', `grid ${grid_id} exists already`);
  if (desk.killSwitch.active)
    return refuse('KILL_SWITCH_ACTIVE', `the kill switch is active: ${desk.killSwitch.reason}`);
  const prepared = prepare(desk, params, desk.allowLosing);
  if (!prepared.ok) return prepared;
  const { market, plan, spec } = prepared;
  const grid = desk.newGrid(grid_id, prepared.params, spec, market);
  const short = shortOf(grid, plan.invested);
  if (short) return short;
  if (spec.trigger !== null && spec.trigger !== market.price()) {
    wait(grid, plan, market);
    grid.report.lifecycle('started');
  } else {
    grid.fund(plan.invested);
    const refused = begin(grid, plan, market.book(), 'started');
    if (refused) {
      grid.fund(-plan.invested);
      return { ok: false, error: refused };
    }
  }
  desk.add(grid, market);
  desk.settle();
  return { ok: true, action: 'grid.start', grid_id, status: grid.data.state === 'waiting' ? 'waiting' : 'starting' };
}

/** G13: the money is reserved at once, so that it is there when the price comes. */
function wait(grid: Grid, plan: Plan, market: Market): void {
  grid.fund(plan.invested);
  grid.data.state = 'waiting';
  grid.data.armedAt = grid.host.now();
  grid.data.triggerAbove = (grid.spec.trigger ?? 0) > (market.price() ?? 0);
}

function shortOf({ rules, host }: Grid, amount: bigint): Refusal | undefined {
  const { quote } = rules.instrument;
  const free = host.account.free(quote);
  if (amount <= free) return undefined;
  const message = `the grid needs ${formatQuote(amount)} ${quote}; ${formatQuote(free)} ${quote} is free`;
  return refuse('INSUFFICIENT_FUNDS', message);
}

/** G14. */
function stop(desk: Desk, { id, cancel_orders, close_position }: Of<'grid.stop'>): Reply {
  const found = alive(desk, id);
  if (!found.ok) return found;
  if (close_position && !cancel_orders) {
    const message = 'also cancels the orders';
    return refuse('VALIDATION_ERROR', `close_position ${message}`, [{ path: 'close_position', message }]);
  }
  const { grid } = found;
  const market = desk.marketOf(grid);
  const { data } = grid;
  if (cancel_orders || data.state === 'waiting' || data.state === 'paused') {
    grid.cancelAll();
    if (close_position && market.mark() > 0) grid.closePosition(market.mark());
    grid.end('stopped', close_position ? 'stopped by the trader, position closed' : 'stopped by the trader');
  } else if (data.state === 'running') {
    data.state = 'stopping';
    data.reason = 'stopped by the trader, its orders stay';
    for (const cell of data.cells) if (cell.order === 'unfunded') cell.order = 'none';
    grid.report.lifecycle('stopped', data.reason);
  }
  desk.touch(market);
  desk.settle();
  return {
    ok: true,
    action: 'grid.stop',
    grid_id: id,
    status: data.state,
    final_pnl: formatQuote(totalPnl(grid)),
    total_trades: data.trades,
  };
}

function pause(desk: Desk, { id }: Of<'grid.pause'>): Reply {
  const found = alive(desk, id);
  if (!found.ok) return found;
  const { grid } = found;
  if (grid.data.state !== 'running' && grid.data.state !== 'paused') {
    return refuse('GRID_NOT_RUNNING', `grid ${id} is ${grid.data.state}: only a running grid can be paused`);
  }
  if (grid.data.state === 'running') grid.pause('paused by the trader');
  desk.touch(desk.marketOf(grid));
  desk.settle();
  return { ok: true, action: 'grid.pause', grid_id: id, status: grid.data.state };
}

function resume(desk: Desk, { id }: Of<'grid.resume'>): Reply {
  const found = alive(desk, id);
  if (!found.ok) return found;
  const { grid } = found;
  const { data } = grid;
  if (data.state === 'running') return { ok: true, action: 'grid.resume', grid_id: id, status: 'running' };
  if (data.state !== 'paused') return refuse('GRID_NOT_RUNNING', `grid ${id} is ${data.state}, not paused`);
  const market = desk.marketOf(grid);
  const book = market.book();
  const checked = grid.approveAll(
    data.cells.map((_, level) => grid.intentOf(level, book)),
    market.mark(),
  );
  if (!checked.ok) return checked;
  data.state = 'running';
  data.reason = null;
  grid.report.lifecycle('started', 'resumed');
  grid.placeAll(checked.orders);
  desk.touch(market);
  desk.settle();
  return { ok: true, action: 'grid.resume', grid_id: id, status: data.state };
}

function deactivate(desk: Desk, { reason, by }: Of<'kill_switch.deactivate'>): Reply {
  const affected = { grids_stopped: 0, strategies_stopped: 0, orders_cancelled: 0, positions_closed: 0 };
  if (desk.killSwitch.active) {
    desk.killSwitch = { active: false, reason, since: null };
    desk.emit({ type: 'kill_switch', ts: desk.now, active: false, reason, by, affected });
    desk.log('info', `[KILL] kill switch deactivated by ${by}: ${reason}`);
  }
  return { ok: true, action: 'kill_switch', active: false, affected };
}

/** G15. */
function update(desk: Desk, { id, params: patch }: Of<'grid.update_params'>): Reply {
  const found = alive(desk, id);
  if (!found.ok) return found;
  const { grid } = found;
  const { data } = grid;
  const market = desk.marketOf(grid);
  const merged = mergeParams(data.params, patch);
  const changed = changedFields(data.params, merged);
  for (const field of ['pair', 'venue'] as const) {
    if (changed.includes(field)) return invalid(field, 'cannot change: start another grid', 'fixed');
  }
  const structural = changed.some((field) => STRUCTURE.has(field));
  const rules = structural ? market.rules : grid.rules;
  const parsed = parseSpec(merged, rules);
  if (!parsed.ok) return { ok: false, error: malformed(parsed, rules, desk.allowLosing) };
  const done: Reply = { ok: true, action: 'grid.update_params', grid_id: id, updated_params: changed };
  if (changed.length === 0) return done;

  const refused =
    data.state === 'waiting'
      ? updateWaiting(desk, grid, market, merged)
      : updateRunning(grid, market, parsed, changed, structural);
  if (refused) return refused;
  desk.touch(market);
  desk.settle();
  return done;
}

/** Nothing has been traded yet: it is checked and reserved as a new one would be. */
function updateWaiting(desk: Desk, grid: Grid, market: Market, merged: GridParams): Refusal | undefined {
  const { data } = grid;
  const prepared = prepare(desk, merged, desk.allowLosing);
  if (!prepared.ok) return prepared;
  const { plan, spec, params } = prepared;
  const short = shortOf(grid, plan.invested - data.invested);
  if (short) return short;
  const before = { rules: grid.rules, spec: grid.spec };
  const fields = { params: data.params, instrument: data.instrument, invested: data.invested };
  Object.assign(grid, { spec, rules: market.rules });
  Object.assign(data, { params, instrument: market.data.instrument });
  grid.fund(plan.invested - data.invested);
  if (spec.trigger !== null && spec.trigger !== market.price()) {
    grid.fund(-data.invested);
    wait(grid, plan, market);
    grid.report.lifecycle('updated');
    return undefined;
  }
  const refused = begin(grid, plan, market.book(), 'triggered');
  if (!refused) return undefined;
  grid.fund(fields.invested - data.invested);
  Object.assign(grid, before);
  Object.assign(data, fields);
  return { ok: false, error: refused };
}

function updateRunning(
  grid: Grid,
  market: Market,
  parsed: { readonly spec: GridSpec; readonly params: GridParams },
  changed: readonly string[],
  structural: boolean,
): Refusal | undefined {
  const { data } = grid;
  const { spec, params } = parsed;
  if (changed.includes('trigger_price')) return invalid('trigger_price', CANNOT_NOW, 'started');
  if (changed.includes('initial_quote')) return invalid('initial_quote', CANNOT_NOW, 'started');
  if (structural) {
    if (data.state !== 'running') {
      const message = `grid ${data.id} is ${data.state}: range, count, spacing and size change on a running grid only`;
      return refuse('GRID_NOT_RUNNING', message);
    }
    const price = market.price();
    if (price === undefined) return refuse('VENUE_UNAVAILABLE', `no price of ${params.pair} on ${params.venue} yet`);
    const resized = changed.includes('order_size') || changed.includes('investment');
    const error = regrid(grid, { params, spec, rules: market.rules, price, book: market.book(), resized });
    return error ? { ok: false, error } : undefined;
  }
  const issues = limitIssues(spec, grid.rules, market.mark()).filter(({ path }) => changed.includes(path));
  if (issues.length > 0) return { ok: false, error: validationError(issues) };
  grid.spec = spec;
  data.params = params;
  data.armedAt = grid.host.now();
  grid.report.lifecycle('updated');
  return undefined;
}

const CANNOT_NOW = 'cannot change once the grid has started';

const STRUCTURE: ReadonlySet<string> = new Set([
  'upper_price',
  'lower_price',
  'grid_count',
  'spacing',
  'order_size',
  'investment',
  'take_profit_pct',
]);

/** `null` takes a field away; giving one of the two sizes replaces the other. */
function mergeParams(params: GridParams, patch: GridParamsPatch): GridParams {
  const merged: Record<string, unknown> = { ...params };
  if (typeof patch.order_size === 'string' && patch.investment === undefined) delete merged.investment;
  if (typeof patch.investment === 'string' && patch.order_size === undefined) delete merged.order_size;
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete merged[field];
    else if (value !== undefined) merged[field] = value;
  }
  // Its fields are not what the type says until `parseSpec` has looked at every one of them, which the caller does next.
  return merged as unknown as GridParams;
}

/** Fields whose value differs, `100.0` and `100` being the same. */
function changedFields(before: GridParams, after: GridParams): string[] {
  const plain = (params: GridParams): Map<string, string> =>
    new Map(
      Object.entries(params).map(([field, value]) => {
        const number = field === 'name' ? undefined : parseDecimal(String(value));
        return [field, number ? formatDecimal(number) : String(value)];
      }),
    );
  const [old, now] = [plain(before), plain(after)];
  return [...new Set([...old.keys(), ...now.keys()])].filter((field) => old.get(field) !== now.get(field));
}

function alive(desk: Desk, id: string): { readonly ok: true; readonly grid: Grid } | Refusal {
  const grid = desk.grids.get(id);
  if (!grid) return refuse('NOT_FOUND', `there is no grid ${id}`);
  if (isEnded(grid.data.state)) return refuse('GRID_NOT_RUNNING', `grid ${id} has ended (${grid.data.state})`);
  return { ok: true, grid };
}
