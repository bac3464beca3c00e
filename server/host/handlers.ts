/** The engine's commands, behind the gateway's validation, roles and limits. */
import { createHash } from 'node:crypto';
import type { EngineCommand } from '#engine/events.ts';
import type { Action, Result } from '#protocol/commands.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { roleAllows } from '#protocol/roles.ts';
import type { HealthEvent } from '#protocol/shapes.ts';
import type { Call, Handler, Handlers } from '#server/gateway/handlers.ts';
import type { Market } from '#server/markets/market.ts';
import type { Store } from '#server/storage/store.ts';
import type { CoreLoop } from './core-loop.ts';
import { depthHint } from './depth.ts';
import { toGridParams, toGridParamsPatch } from './grid-params.ts';
import { toFillView, toGridPreview, toGridView, toKillSwitchEvent, toOrderView, toRiskView } from './wire.ts';

export interface HandlerOptions {
  readonly loop: CoreLoop;
  readonly store: Store;
  /** The first is where a grid without a `venue` trades. */
  readonly markets: readonly [Market, ...Market[]];
  readonly engineNow: () => number;
  readonly health: () => HealthEvent;
}

/** The actions the engine's host answers. */
type HostHandlers = {
  readonly [
    A in Extract<Action, `grid.${string}` | `market.${string}` | 'account.equity' | `system.${string}`>
  ]-?: Handler<A>;
};

export function createHandlers(options: HandlerOptions): HostHandlers & Handlers {
  return { ...commandHandlers(options), ...gridQueries(options), ...systemQueries(options), ...marketQueries(options) };
}

function commandHandlers({ loop, store, markets }: HandlerOptions) {
  /** Runs a command through the core and gives its durable response back as the handler's own. */
  async function run<A extends Action>(_action: A, command: EngineCommand, call: Call): Promise<Result<A>> {
    const response = await loop.command(command, call);
    // Written by `toResponse` for this very command, so of this shape; a replayed one was when it was recorded.
    if (response.success) return response.data as Result<A>;
    const { code, message, details } = response.error;
    throw new ProtocolError(code, message, details);
  }

  /**
   * Unique for ever, and the same for the same request: a request that comes again, after a crash even, cannot
   * start a second grid under another name.
   */
  function newGridId({ user, id, digest }: Call): string {
    for (let attempt = 0; ; attempt++) {
      const hash = createHash('sha256')
        .update(JSON.stringify([user, id, digest, attempt]))
        .digest('hex');
      const gridId = `grid_${hash.slice(0, attempt < 8 ? 6 : 12)}`;
      if (!loop.engine.grid(gridId) && !store.orders.knows(gridId)) return gridId;
    }
  }

  const handlers = {
    'grid.start': (config, call) =>
      run(
        'grid.start',
        { action: 'grid.start', grid_id: newGridId(call), params: toGridParams(config, markets[0].venue) },
        call,
      ),
    'grid.stop': ({ id, cancel_orders = true, close_position = false }, call) =>
      run('grid.stop', { action: 'grid.stop', id, cancel_orders, close_position }, call),
    'grid.update_params': async ({ id, params }, call) => {
      const patch = toGridParamsPatch(params, loop.engine.grid(id)?.params);
      return run('grid.update_params', { action: 'grid.update_params', id, params: patch }, call);
    },
    'grid.pause': ({ id }, call) => run('grid.pause', { action: 'grid.pause', id }, call),
    'grid.resume': ({ id }, call) => run('grid.resume', { action: 'grid.resume', id }, call),
    'system.kill_switch': async ({ action, reason, close_positions = false }, call) => {
      const by = call.user;
      if (action === 'activate') {
        return run('system.kill_switch', { action: 'kill_switch.activate', reason, by, close_positions }, call);
      }
      // Z7: only an admin lets trading begin again.
      if (!roleAllows(call.role, 'admin')) {
        throw new ProtocolError('FORBIDDEN', 'deactivating the kill switch needs the admin role');
      }
      return run('system.kill_switch', { action: 'kill_switch.deactivate', reason, by }, call);
    },
  } satisfies Handlers;
  return handlers;
}

function gridQueries({ loop, store, markets, engineNow }: HandlerOptions) {
  const handlers = {
    'grid.preview': async (config) => {
      const params = toGridParams(config, markets[0].venue);
      const book = markets.find(({ venue }) => venue === params.venue)?.book(params.pair);
      const result = loop.engine.preview(params, book && depthHint(book));
      if (result.ok) return toGridPreview(params.pair, result.preview);
      throw new ProtocolError(result.error.code, result.error.message, result.error.issues);
    },
    'grid.list': async ({ limit = 100, before = Infinity }) => {
      const grids = loop.engine.grids().filter((grid) => grid.created_at < before);
      const newest = grids.toSorted((a, b) => b.created_at - a.created_at || (a.id < b.id ? 1 : -1)).slice(0, limit);
      return { grids: newest.map((grid) => toGridView(grid, engineNow())) };
    },
    'grid.get': async ({ id }) => {
      const grid = loop.engine.grid(id);
      if (!grid) throw new ProtocolError('NOT_FOUND', `there is no grid ${id}`);
      return toGridView(grid, engineNow());
    },
    'grid.orders': async ({ id, state = 'all', limit = 200, before }) => {
      const rows = store.orders.list({ gridId: id, openOnly: state === 'open', before, limit });
      return { orders: rows.map(toOrderView) };
    },
    'grid.fills': async ({ id, limit = 200, before }) => ({
      fills: store.fills.list(id, before, limit).map(toFillView),
    }),
    'grid.risk': async ({ id, limit = 200, before }) => ({
      decisions: store.risk.list({ gridId: id, before, limit }).map(toRiskView),
    }),
    'account.equity': async ({ from = 0, limit = 500 }) => ({
      currency: loop.engine.accounts()[0]?.currency ?? '',
      points: store.equity.list(from, limit).map(({ ts, equity }) => ({ ts, equity: Number(equity) })),
    }),
  } satisfies Handlers;
  return handlers;
}

function systemQueries({ loop, store, health }: HandlerOptions) {
  const handlers = {
    'system.kill_switch_history': async ({ limit = 50 }) => ({
      active: loop.engine.killSwitch().active,
      history: store.killSwitch.list(limit).map(toKillSwitchEvent),
    }),
    'system.health': async () => health(),
    'system.logs': async ({ level, source, q, before, limit = 200 }) => ({
      logs: store.logs.list({ level, source, q, before, limit }),
    }),
  } satisfies Handlers;
  return handlers;
}

function marketQueries({ markets }: HandlerOptions) {
  function find(venue: string, instrument: string): Market {
    const market = markets.find((each) => each.venue === venue);
    if (!market) throw new ProtocolError('NOT_FOUND', `there is no venue ${venue} here`);
    if (market.instruments().some(({ instrument: { symbol } }) => symbol === instrument)) return market;
    throw new ProtocolError('NOT_FOUND', `${venue} has no instrument ${instrument}`);
  }

  const handlers = {
    'market.instruments': async ({ venue }) => ({
      instruments: markets
        .filter((market) => venue === undefined || market.venue === venue)
        .flatMap((market) =>
          market.instruments().map(({ instrument }) => ({
            ...instrument,
            simulated: market.simulated,
            has_book: market.granularity === 'trades',
          })),
        ),
    }),
    'market.candles': async ({ venue, instrument, interval, from, to, limit = 500 }) => {
      const range = { limit, ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
      const candles = await find(venue, instrument).candles(instrument, interval, range);
      return { candles: candles.map((candle) => ({ ...candle })) };
    },
    'market.trades': async ({ venue, instrument, limit = 100 }) => ({
      trades: find(venue, instrument)
        .trades(instrument, limit)
        .map((trade) => ({ ...trade })),
    }),
  } satisfies Handlers;
  return handlers;
}
