/** Every command once: who may, what it takes, what it gives. Types, validation and docs follow from here. */
import * as z from 'zod/mini';
import { INTERVALS } from '#domain/market-data.ts';
import { accountFillView } from './account-shapes.ts';
import {
  backtestConfig,
  backtestFill,
  backtestResult,
  backtestState,
  backtestTrade,
  backtestView,
  datasetView,
  sweepConfig,
  sweepResult,
  sweepView,
} from './backtest-shapes.ts';
import {
  signalView,
  strategyConfig,
  strategyFill,
  strategyParams,
  strategySpecView,
  strategyStatus,
  strategyView,
} from './strategy-shapes.ts';
import { ROLES, type Role } from './roles.ts';
import { sourceConfig } from './source-shapes.ts';
import {
  candleView,
  fillView,
  gridConfig,
  gridConfigPatch,
  gridPreview,
  gridView,
  healthEvent,
  instrumentView,
  killAffected,
  killSwitchEvent,
  logLevel,
  logRecord,
  orderView,
  riskView,
} from './shapes.ts';

interface CommandSpec<P extends z.ZodMiniType, R extends z.ZodMiniType> {
  readonly role: Role;
  /** Whether it changes something: such commands are journaled, deduplicated durably and audited. */
  readonly writes: boolean;
  readonly params: P;
  readonly result: R;
}

function command<P extends z.ZodMiniType, R extends z.ZodMiniType>(
  role: Role,
  kind: 'reads' | 'writes',
  params: P,
  result: R,
): CommandSpec<P, R> {
  return { role, writes: kind === 'writes', params, result };
}

const id = z.string().check(z.minLength(1), z.maxLength(64));
const limit = (max: number) => z.optional(z.int().check(z.gte(1), z.lte(max)));
const time = z.optional(z.number().check(z.gte(0)));
const nothing = z.object({});
const name = z.string().check(z.minLength(1), z.maxLength(80));
const userName = z.string().check(z.regex(/^[A-Za-z0-9._-]{1,64}$/, 'use 1 to 64 letters, digits, dots, dashes'));
const password = z.string().check(z.minLength(10), z.maxLength(256));
const user = z.object({ name: z.string(), role: z.enum(ROLES), created_at: z.number() });

export const commands = {
  'grid.start': command('trader', 'writes', gridConfig, z.object({ grid_id: z.string(), status: z.string() })),
  'grid.stop': command(
    'trader',
    'writes',
    z.object({ id, cancel_orders: z.optional(z.boolean()), close_position: z.optional(z.boolean()) }).check(
      z.refine((stop) => !(stop.close_position === true && stop.cancel_orders === false), {
        path: ['close_position'],
        error: 'closing the position also cancels the orders',
      }),
    ),
    z.object({
      grid_id: z.string(),
      status: z.string(),
      final_pnl: z.number(),
      total_trades: z.number(),
    }),
  ),
  'grid.update_params': command(
    'trader',
    'writes',
    z.object({ id, params: gridConfigPatch }),
    z.object({ grid_id: z.string(), updated_params: z.array(z.string()) }),
  ),
  'grid.pause': command('trader', 'writes', z.object({ id }), z.object({ grid_id: z.string(), status: z.string() })),
  'grid.resume': command('trader', 'writes', z.object({ id }), z.object({ grid_id: z.string(), status: z.string() })),
  'grid.preview': command('viewer', 'reads', gridConfig, gridPreview),
  'grid.list': command(
    'viewer',
    'reads',
    z.object({ limit: limit(1000), before: time }),
    z.object({ grids: z.array(gridView) }),
  ),
  'grid.get': command('viewer', 'reads', z.object({ id }), gridView),
  /** Newest first; `before` is an order's or fill's time. Without `id`: of all grids. */
  'grid.orders': command(
    'viewer',
    'reads',
    z.object({ id: z.optional(id), state: z.optional(z.enum(['open', 'all'])), limit: limit(2000), before: time }),
    z.object({ orders: z.array(orderView) }),
  ),
  'grid.fills': command(
    'viewer',
    'reads',
    z.object({ id: z.optional(id), limit: limit(2000), before: time }),
    z.object({ fills: z.array(fillView) }),
  ),
  /** What the risk checks decided, newest first; `before` is a decision's time. Without `id`: of all grids. */
  'grid.risk': command(
    'viewer',
    'reads',
    z.object({ id: z.optional(id), limit: limit(2000), before: time }),
    z.object({ decisions: z.array(riskView) }),
  ),
  /** Equity of the account over time, oldest first, at most `limit` points. */
  'account.equity': command(
    'viewer',
    'reads',
    z.object({ from: time, limit: limit(2000) }),
    z.object({
      currency: z.string(),
      points: z.array(z.object({ ts: z.number(), equity: z.number() })),
    }),
  ),
  /** Fills of a venue's own account, newest first; those of paper grids are `grid.fills`. */
  'account.fills': command(
    'viewer',
    'reads',
    z.object({ venue: z.optional(z.string()), limit: limit(2000), before: time }),
    z.object({ fills: z.array(z.extend(accountFillView, { venue: z.string() })) }),
  ),
  'source.list': command('viewer', 'reads', nothing, z.object({ sources: z.array(sourceConfig) })),
  /**
   * Adds a source or replaces that of its id. One that goes through the engine makes the engine connect to its address:
   * other than to the venues' own hosts this needs admin (the handler checks).
   */
  'source.save': command('trader', 'writes', z.object({ source: sourceConfig }), z.object({ source: sourceConfig })),
  'source.delete': command('trader', 'writes', z.object({ id }), z.object({ id: z.string() })),
  /**
   * Opens a way to a source through the engine: a path on the engine's own address, good for one WebSocket within
   * `expires_in_ms`. `path` of the wanted address where a source has several (OKX's `public` and `business`).
   */
  'source.relay': command(
    'viewer',
    'reads',
    z.object({ id, path: z.optional(z.string().check(z.maxLength(300))) }),
    z.object({ path: z.string(), expires_in_ms: z.number() }),
  ),
  'backtest.run': command(
    'trader',
    'writes',
    backtestConfig,
    z.object({ backtest_id: z.string(), status: backtestState }),
  ),
  'backtest.cancel': command(
    'trader',
    'writes',
    z.object({ id }),
    z.object({ backtest_id: z.string(), status: backtestState, progress: z.number() }),
  ),
  /** Newest first; `before` is a run's creation time. */
  'backtest.list': command(
    'viewer',
    'reads',
    z.object({
      strategy: z.optional(id),
      state: z.optional(backtestState),
      limit: limit(1000),
      before: time,
    }),
    z.object({ backtests: z.array(backtestView) }),
  ),
  'backtest.get': command('viewer', 'reads', z.object({ id }), backtestResult),
  /** In order of their exits. */
  'backtest.trades': command(
    'viewer',
    'reads',
    z.object({ id, offset: z.optional(z.int().check(z.gte(0))), limit: limit(2000) }),
    z.object({ trades: z.array(backtestTrade), total: z.number() }),
  ),
  'backtest.fills': command(
    'viewer',
    'reads',
    z.object({ id, offset: z.optional(z.int().check(z.gte(0))), limit: limit(2000) }),
    z.object({ fills: z.array(backtestFill), total: z.number() }),
  ),
  'backtest.rename': command('trader', 'writes', z.object({ id, name }), z.object({ backtest_id: z.string(), name })),
  'backtest.delete': command('trader', 'writes', z.object({ id }), z.object({ backtest_id: z.string() })),
  'sweep.run': command(
    'trader',
    'writes',
    sweepConfig,
    z.object({ sweep_id: z.string(), status: backtestState, cells: z.number() }),
  ),
  'sweep.cancel': command(
    'trader',
    'writes',
    z.object({ id }),
    z.object({ sweep_id: z.string(), status: backtestState, progress: z.number() }),
  ),
  'sweep.list': command(
    'viewer',
    'reads',
    z.object({ limit: limit(1000), before: time }),
    z.object({ sweeps: z.array(sweepView) }),
  ),
  /** `brief`: of each cell only the sweep's metric and the total return. */
  'sweep.get': command('viewer', 'reads', z.object({ id, brief: z.optional(z.boolean()) }), sweepResult),
  'sweep.delete': command('trader', 'writes', z.object({ id }), z.object({ sweep_id: z.string() })),
  'data.list': command('viewer', 'reads', nothing, z.object({ datasets: z.array(datasetView) })),
  /** Fetches history of a venue's instrument; files come over `POST /api/v2/data/import`. */
  'data.import': command(
    'trader',
    'writes',
    z.object({
      venue: z.string().check(z.minLength(1), z.maxLength(64)),
      instrument: z.string().check(z.minLength(1), z.maxLength(64)),
      timeframe: z.enum(INTERVALS),
      from: time,
      to: time,
      name: z.optional(name),
    }),
    z.object({ dataset: datasetView }),
  ),
  'data.rename': command('trader', 'writes', z.object({ id, name }), z.object({ dataset: datasetView })),
  'data.delete': command('trader', 'writes', z.object({ id }), z.object({ id: z.string() })),
  /** For charts: oldest first, at most `limit` from `from` on, resampled to `timeframe` where it is given. */
  'data.candles': command(
    'viewer',
    'reads',
    z.object({ id, timeframe: z.optional(z.enum(INTERVALS)), from: time, to: time, limit: limit(5000) }),
    z.object({ candles: z.array(candleView) }),
  ),
  'strategy.catalog': command('viewer', 'reads', nothing, z.object({ strategies: z.array(strategySpecView) })),
  'strategy.start': command(
    'trader',
    'writes',
    strategyConfig,
    z.object({ strategy_id: z.string(), status: z.string() }),
  ),
  'strategy.stop': command(
    'trader',
    'writes',
    z.object({ id, close_position: z.optional(z.boolean()) }),
    z.object({ strategy_id: z.string(), status: z.string(), final_pnl: z.number() }),
  ),
  'strategy.pause': command(
    'trader',
    'writes',
    z.object({ id }),
    z.object({ strategy_id: z.string(), status: z.string() }),
  ),
  'strategy.resume': command(
    'trader',
    'writes',
    z.object({ id }),
    z.object({ strategy_id: z.string(), status: z.string() }),
  ),
  'strategy.update_params': command(
    'trader',
    'writes',
    z.object({ id, params: strategyParams }),
    z.object({ strategy_id: z.string(), updated_params: z.array(z.string()) }),
  ),
  'strategy.list': command(
    'viewer',
    'reads',
    z.object({ limit: limit(1000), before: time }),
    z.object({ strategies: z.array(strategyView) }),
  ),
  'strategy.get': command('viewer', 'reads', z.object({ id }), strategyView),
  'strategy.status': command('viewer', 'reads', z.object({ id }), strategyStatus),
  /** Newest first, as are fills. Without `id`: of all strategies. */
  'strategy.signals': command(
    'viewer',
    'reads',
    z.object({ id: z.optional(id), limit: limit(2000), before: time }),
    z.object({ signals: z.array(signalView) }),
  ),
  'strategy.fills': command(
    'viewer',
    'reads',
    z.object({ id: z.optional(id), limit: limit(2000), before: time }),
    z.object({ fills: z.array(strategyFill) }),
  ),
  'system.kill_switch': command(
    // Deactivating needs admin: the handler checks, because the role depends on the parameter.
    'trader',
    'writes',
    z.object({
      action: z.enum(['activate', 'deactivate']),
      reason: z.string().check(z.minLength(1), z.maxLength(500)),
      close_positions: z.optional(z.boolean()),
    }),
    z.object({ kill_switch: z.boolean(), affected: killAffected }),
  ),
  'system.kill_switch_history': command(
    'viewer',
    'reads',
    z.object({ limit: limit(200) }),
    z.object({ active: z.boolean(), history: z.array(killSwitchEvent) }),
  ),
  'system.health': command('viewer', 'reads', nothing, healthEvent),
  'system.logs': command(
    'trader',
    'reads',
    z.object({
      /** This level and the graver ones. */
      level: z.optional(logLevel),
      source: z.optional(z.string().check(z.maxLength(128))),
      q: z.optional(z.string().check(z.maxLength(256))),
      /** Records with a smaller `id`. */
      before: z.optional(z.int()),
      limit: limit(5000),
    }),
    z.object({ logs: z.array(logRecord) }),
  ),
  'market.instruments': command(
    'viewer',
    'reads',
    z.object({ venue: z.optional(z.string()) }),
    z.object({
      instruments: z.array(
        z.extend(instrumentView, {
          simulated: z.boolean(),
          /** `false`: no order book to be had, as of a replay of candles. */
          has_book: z.optional(z.boolean()),
        }),
      ),
    }),
  ),
  /** Oldest first; without `from`, the newest `limit`. */
  'market.candles': command(
    'viewer',
    'reads',
    z.object({
      venue: z.string(),
      instrument: z.string(),
      interval: z.enum(INTERVALS),
      from: time,
      to: time,
      limit: limit(5000),
    }),
    z.object({ candles: z.array(candleView) }),
  ),
  'market.trades': command(
    'viewer',
    'reads',
    z.object({ venue: z.string(), instrument: z.string(), limit: limit(500) }),
    z.object({
      trades: z.array(
        z.object({
          venue: z.string(),
          instrument: z.string(),
          id: z.string(),
          ts: z.number(),
          side: z.enum(['buy', 'sell']),
          price: z.string(),
          size: z.string(),
        }),
      ),
    }),
  ),
  'user.list': command('admin', 'reads', nothing, z.object({ users: z.array(user) })),
  'user.add': command('admin', 'writes', z.object({ name: userName, password, role: z.enum(ROLES) }), user),
  'user.remove': command('admin', 'writes', z.object({ name: userName }), z.object({ name: z.string() })),
  /** One's own password; an admin may set another's by `name`, without `current`. */
  'user.password': command(
    'viewer',
    'writes',
    z.object({ name: z.optional(userName), current: z.optional(z.string()), password }),
    z.object({ name: z.string() }),
  ),
  'session.list': command(
    'admin',
    'reads',
    nothing,
    z.object({
      sessions: z.array(
        z.object({ id: z.string(), user: z.string(), created_at: z.number(), seen_at: z.number(), agent: z.string() }),
      ),
    }),
  ),
  'session.revoke': command('admin', 'writes', z.object({ id }), z.object({ id: z.string() })),
  'audit.list': command(
    'admin',
    'reads',
    z.object({ limit: limit(1000), before: z.optional(z.int()) }),
    z.object({
      records: z.array(
        z.object({
          id: z.number(),
          ts: z.number(),
          user: z.string(),
          action: z.string(),
          params: z.string(),
          outcome: z.string(),
        }),
      ),
    }),
  ),
  'auth.refresh': command('viewer', 'reads', nothing, z.object({ token: z.string(), expires_at: z.number() })),
} as const satisfies Record<string, CommandSpec<z.ZodMiniType, z.ZodMiniType>>;

export type Action = keyof typeof commands;
export type Params<A extends Action> = z.infer<(typeof commands)[A]['params']>;
export type Result<A extends Action> = z.infer<(typeof commands)[A]['result']>;

export function isAction(action: string): action is Action {
  return Object.hasOwn(commands, action);
}
