/** The commands of strategies, behind the gateway's validation, roles and limits. */
import { createHash } from 'node:crypto';
import { decimal, formatDecimal } from '#domain/decimal.ts';
import type { EngineCommand } from '#engine/events.ts';
import { STRATEGIES } from '#engine/strategy/catalog.ts';
import { parseSetup } from '#engine/strategy/machine/setup.ts';
import type { StrategySetup, WarmupBar } from '#engine/strategy/machine/state.ts';
import type { StrategySnapshot } from '#engine/views.ts';
import type { StrategyConfig } from '#protocol/strategy-shapes.ts';
import type { Action, Result } from '#protocol/commands.ts';
import { ProtocolError } from '#protocol/errors.ts';
import type { Call, Handler, Handlers } from '#server/gateway/handlers.ts';
import type { HandlerOptions } from './handlers.ts';
import type { StrategyBars } from './strategy-bars.ts';
import { toSignalView, toStrategyFill, toStrategyStatus, toStrategyView } from './strategy-wire.ts';

export interface StrategyHandlerOptions extends Omit<HandlerOptions, 'health'> {
  /** The closed bars of a venue. */
  readonly bars: (venue: string) => StrategyBars | undefined;
}

type StrategyHandlers = { readonly [A in Extract<Action, `strategy.${string}`>]-?: Handler<A> };

/** As a grid's, where neither it nor a size is given (G6). */
const DEFAULT_CAPITAL = 1000;

export function createStrategyHandlers(options: StrategyHandlerOptions): StrategyHandlers & Handlers {
  return { ...commandHandlers(options), ...queryHandlers(options) };
}

function commandHandlers({ loop, store, markets, bars }: StrategyHandlerOptions) {
  async function run<A extends Action>(_action: A, command: EngineCommand, call: Call): Promise<Result<A>> {
    const response = await loop.command(command, call);
    // Written by `toResponse` for this very command, so of this shape; a replayed one was when it was recorded.
    if (response.success) return response.data as Result<A>;
    const { code, message, details } = response.error;
    throw new ProtocolError(code, message, details);
  }

  /**
   * Runs what starts with the newest closed bars, and with its parameters whole, so that the journal does not depend on
   * today's defaults. Where it is refused anyway the bars are not asked for.
   */
  function warmed<T>(
    setup: StrategySetup,
    begin: (warmup: readonly WarmupBar[], setup: StrategySetup) => Promise<T>,
  ): Promise<T> {
    const { venue, symbol, timeframe } = setup;
    const parsed = parseSetup(setup, 'live');
    const source = bars(venue);
    const isListed = source?.market.instruments().some(({ instrument }) => instrument.symbol === symbol);
    if (!parsed.ok || !source || isListed !== true) return begin([], setup);
    const { terms, setup: whole } = parsed;
    return source.warmUp({ symbol, interval: timeframe, count: terms.warmup }, (warmup) => begin(warmup, whole));
  }

  /** Unique for ever, and the same for the same request, as grids' are. */
  function newStrategyId({ user, id, digest }: Call): string {
    for (let attempt = 0; ; attempt++) {
      const hash = createHash('sha256')
        .update(JSON.stringify([user, id, digest, attempt]))
        .digest('hex');
      const strategyId = `strategy_${hash.slice(0, attempt < 8 ? 6 : 12)}`;
      if (!loop.engine.strategy(strategyId) && !store.strategies.knows(strategyId)) return strategyId;
    }
  }

  const handlers = {
    'strategy.start': async (config, call) => {
      const strategy_id = config.id ?? newStrategyId(call);
      return warmed(toSetup(config, markets[0].venue), (warmup, setup) =>
        run('strategy.start', { action: 'strategy.start', strategy_id, setup, warmup }, call),
      );
    },
    'strategy.stop': ({ id, close_position = false }, call) =>
      run('strategy.stop', { action: 'strategy.stop', id, close_position }, call),
    'strategy.pause': ({ id }, call) => run('strategy.pause', { action: 'strategy.pause', id }, call),
    'strategy.resume': ({ id }, call) => run('strategy.resume', { action: 'strategy.resume', id }, call),
    'strategy.update_params': async ({ id, params }, call) => {
      const command = (warmup: readonly WarmupBar[]) =>
        run('strategy.update_params', { action: 'strategy.update_params', id, params, warmup }, call);
      const setup = loop.engine.strategy(id)?.setup;
      return setup ? warmed({ ...setup, params: { ...setup.params, ...params } }, command) : command([]);
    },
  } satisfies Handlers;
  return handlers;
}

function queryHandlers({ loop, store, engineNow }: StrategyHandlerOptions) {
  function find(id: string): StrategySnapshot {
    const strategy = loop.engine.strategy(id);
    if (!strategy) throw new ProtocolError('NOT_FOUND', `there is no strategy ${id}`);
    return strategy;
  }

  const handlers = {
    'strategy.catalog': async () => ({
      strategies: STRATEGIES.map((spec) => ({
        ...spec,
        params: spec.params.map((param) =>
          param.type === 'choice' ? { ...param, choices: [...param.choices] } : { ...param },
        ),
      })),
    }),
    'strategy.list': async ({ limit = 100, before = Infinity }) => {
      const strategies = loop.engine.strategies().filter(({ created_at }) => created_at < before);
      const newest = strategies.toSorted((a, b) => b.created_at - a.created_at || (a.id < b.id ? 1 : -1));
      return { strategies: newest.slice(0, limit).map((strategy) => toStrategyView(strategy, engineNow())) };
    },
    'strategy.get': async ({ id }) => toStrategyView(find(id), engineNow()),
    'strategy.status': async ({ id }) => toStrategyStatus(find(id), engineNow()),
    'strategy.signals': async ({ id, limit = 200, before }) => ({
      signals: store.strategies.signals({ strategyId: id, before, limit }).map(toSignalView),
    }),
    'strategy.fills': async ({ id, limit = 200, before }) => ({
      fills: store.strategies.fills({ strategyId: id, before, limit }).map(toStrategyFill),
    }),
  } satisfies Handlers;
  return handlers;
}

/** Throws `VALIDATION_ERROR` on `mode`: this engine trades on paper only. */
function toSetup(
  { strategy, symbol, timeframe, params, name, ...config }: StrategyConfig,
  venue: string,
): StrategySetup {
  if (config.mode !== undefined && config.mode !== 'paper') {
    const issue = { path: 'mode', message: 'this engine trades on paper only', code: 'paper_only' };
    throw new ProtocolError('VALIDATION_ERROR', `mode ${issue.message}`, [issue]);
  }
  return {
    strategy,
    symbol,
    venue: config.venue ?? venue,
    timeframe,
    capital: formatDecimal(decimal(config.capital ?? DEFAULT_CAPITAL)),
    params,
    ...(name !== undefined && { name }),
  };
}
