/** What the commands of strategies do. Each checks everything first: a refused command changes nothing. */
import type { Desk } from '../../desk.ts';
import type { EngineError, Issue, Reply } from '../../effects.ts';
import { instrumentKey, type EngineCommand } from '../../events.ts';
import { buyCost, marketPrice } from '../../instrument-rules.ts';
import { formatQuote } from '../../ledger/money.ts';
import type { Market } from '../../market.ts';
import type { ParamValue } from '../spec.ts';
import { parseSetup, type StrategyTerms } from './setup.ts';
import { newStrategyData, type StrategySetup, type WarmupBar } from './state.ts';
import { Strategy } from './strategy.ts';
import { strategyPnl } from './view.ts';

export type StrategyCommand = Extract<EngineCommand, { action: `strategy.${string}` }>;
type Of<A extends StrategyCommand['action']> = Extract<StrategyCommand, { action: A }>;
type Refusal = { readonly ok: false; readonly error: EngineError };

const refuse = (code: EngineError['code'], message: string, issues?: readonly Issue[]): Refusal => ({
  ok: false,
  error: issues === undefined ? { code, message } : { code, message, issues },
});

const invalid = (issues: readonly Issue[]): Refusal =>
  refuse('VALIDATION_ERROR', issues.map(({ path, message }) => `${path} ${message}`).join('; '), issues);

export function executeStrategy(desk: Desk, command: StrategyCommand): Reply {
  switch (command.action) {
    case 'strategy.start':
      return start(desk, command);
    case 'strategy.stop':
      return stop(desk, command);
    case 'strategy.pause':
      return pause(desk, command);
    case 'strategy.resume':
      return resume(desk, command);
    case 'strategy.update_params':
      return update(desk, command);
  }
}

function start(desk: Desk, { strategy_id: id, setup, warmup }: Of<'strategy.start'>): Reply {
  if (desk.strategies.has(id)) return refuse('GRID_ALREADY_RUNNING', `strategy ${id} exists already`);
  if (desk.killSwitch.active)
    return refuse('KILL_SWITCH_ACTIVE', `the kill switch is active: ${desk.killSwitch.reason}`);
  const { venue, symbol } = setup;
  const market = desk.markets.get(instrumentKey({ venue, symbol }));
  if (!market) {
    const [path, message] = desk.accounts.has(venue)
      ? (['symbol', `${symbol} is not listed on ${venue}`] as const)
      : (['venue', `${venue} is not connected`] as const);
    return invalid([{ path, message, code: path === 'symbol' ? 'not_listed' : 'not_connected' }]);
  }
  const parsed = parseSetup(setup, desk.backtestStrategies ? 'backtest' : 'live');
  if (!parsed.ok) return invalid(parsed.issues);
  const { terms } = parsed;
  const { quote } = market.rules.instrument;
  const problem = tooSmall(desk, market, terms) ?? unwarmed(desk, terms, warmup, setup);
  if (problem) return problem;
  const host = desk.host(market);
  const free = host.account.free(quote);
  if (terms.capital > free) {
    const message = `the strategy needs ${formatQuote(terms.capital)} ${quote}; ${formatQuote(free)} ${quote} is free`;
    return refuse('INSUFFICIENT_FUNDS', message);
  }
  const { instrument, priceDecimals } = market.data;
  const data = newStrategyData(id, parsed.setup, instrument, priceDecimals, desk.now);
  const strategy = new Strategy(data, market.rules, terms, host);
  strategy.fund(terms.capital);
  strategy.warmUp(market.barsOf(warmup));
  data.state = 'running';
  data.startedAt = desk.now;
  strategy.report.lifecycle('started');
  desk.addStrategy(strategy, market);
  desk.settle();
  return { ok: true, action: 'strategy.start', strategy_id: id, status: data.state };
}

/** Money that buys nothing at today's price waits for signals in vain. */
function tooSmall(desk: Desk, market: Market, { capital }: StrategyTerms): Refusal | undefined {
  const { rules } = market;
  const price = market.price();
  if (price === undefined || desk.backtestStrategies) return undefined;
  const at = marketPrice(rules, price, 'buy', desk.slippage);
  const size = rules.minSize > rules.lot ? rules.minSize : rules.lot;
  const cost = buyCost(rules, size, at, rules.taker);
  const least = cost > rules.minNotional ? cost : rules.minNotional;
  if (capital >= least) return undefined;
  const { quote } = rules.instrument;
  const amount = formatQuote(least);
  const message = `must be at least ${amount} ${quote}: the smallest order at today's price`;
  return invalid([{ path: 'capital', message, code: 'order_too_small', values: { amount, currency: quote } }]);
}

function unwarmed(
  desk: Desk,
  { warmup: needed }: StrategyTerms,
  bars: readonly WarmupBar[],
  setup: StrategySetup,
): Refusal | undefined {
  // A backtest warms up on its own first rows.
  if (bars.length < needed && !desk.backtestStrategies) {
    const message = `the strategy needs ${needed} closed ${setup.timeframe} bars of ${setup.symbol}; ${needed - bars.length} are missing`;
    return refuse('VENUE_UNAVAILABLE', message);
  }
  const sound = bars.every(([ts, open, high, low, close], i) => {
    const isPrice = [open, high, low, close].every((price) => Number.isSafeInteger(price) && price > 0);
    return isPrice && high >= low && ts > (bars[i - 1]?.[0] ?? -1);
  });
  return sound ? undefined : refuse('VENUE_UNAVAILABLE', `the bars of ${setup.symbol} are no bars in order of time`);
}

function stop(desk: Desk, { id, close_position }: Of<'strategy.stop'>): Reply {
  const found = alive(desk, id);
  if (!found.ok) return found;
  const { strategy } = found;
  const market = desk.marketOf(strategy);
  // The account cannot owe base: a short ends with its strategy.
  const closes = close_position || strategy.data.base < 0n;
  if (closes && market.mark() > 0) strategy.closePosition(market.mark());
  strategy.end('stopped', closes ? 'stopped by the trader, position closed' : 'stopped by the trader');
  const final_pnl = formatQuote(strategyPnl(strategy, market.mark(), strategy.rules.priceDecimals));
  desk.touch(market);
  desk.settle();
  return { ok: true, action: 'strategy.stop', strategy_id: id, status: strategy.data.state, final_pnl };
}

function pause(desk: Desk, { id }: Of<'strategy.pause'>): Reply {
  const found = alive(desk, id);
  if (!found.ok) return found;
  const { strategy } = found;
  if (strategy.data.state === 'running') strategy.pause('paused by the trader');
  desk.touch(desk.marketOf(strategy));
  desk.settle();
  return { ok: true, action: 'strategy.pause', strategy_id: id, status: strategy.data.state };
}

function resume(desk: Desk, { id }: Of<'strategy.resume'>): Reply {
  const found = alive(desk, id);
  if (!found.ok) return found;
  const { strategy } = found;
  const { data } = strategy;
  if (data.state === 'paused') {
    data.state = 'running';
    data.reason = null;
    strategy.report.lifecycle('resumed');
    strategy.leaveIfMissed();
    desk.touch(desk.marketOf(strategy));
    desk.settle();
  }
  return { ok: true, action: 'strategy.resume', strategy_id: id, status: data.state };
}

function update(desk: Desk, { id, params: patch, warmup }: Of<'strategy.update_params'>): Reply {
  const found = alive(desk, id);
  if (!found.ok) return found;
  const { strategy } = found;
  const { data } = strategy;
  const market = desk.marketOf(strategy);
  const parsed = parseSetup(
    { ...data.setup, params: { ...data.setup.params, ...patch } },
    desk.backtestStrategies ? 'backtest' : 'live',
  );
  if (!parsed.ok) return invalid(parsed.issues);
  const { terms, setup } = parsed;
  const changed = changedParams(data.setup.params, setup.params);
  const done: Reply = { ok: true, action: 'strategy.update_params', strategy_id: id, updated_params: changed };
  if (changed.length === 0) return done;
  const problem = unwarmed(desk, terms, warmup, setup);
  if (problem) return problem;
  data.setup = setup;
  data.instrument = market.data.instrument;
  data.barDecimals = market.data.priceDecimals;
  strategy.change(terms, market.rules, market.barsOf(warmup));
  strategy.report.lifecycle('updated', `changed ${changed.join(', ')}`);
  desk.touch(market);
  desk.settle();
  return done;
}

function changedParams(
  before: Readonly<Record<string, ParamValue>>,
  after: Readonly<Record<string, ParamValue>>,
): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => before[name] !== after[name]);
}

function alive(desk: Desk, id: string): { readonly ok: true; readonly strategy: Strategy } | Refusal {
  const strategy = desk.strategies.get(id);
  if (!strategy) return refuse('NOT_FOUND', `there is no strategy ${id}`);
  if (strategy.ended) return refuse('GRID_NOT_RUNNING', `strategy ${id} has ended (${strategy.data.state})`);
  return { ok: true, strategy };
}
