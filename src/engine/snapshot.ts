/** The engine's state as text and back. Equal states give equal bytes: fields and entries have one order. */
import { Desk, type KillSwitchData } from './desk.ts';
import type { EngineOptions } from './engine.ts';
import { Grid } from './grid/grid.ts';
import type { GridData } from './grid/state.ts';
import { parseRules } from './instrument-rules.ts';
import { Account, type AccountData } from './ledger/account.ts';
import { Market, type MarketData } from './market.ts';
import { instrumentKey } from './events.ts';
import type { StrategyData } from './strategy/machine/state.ts';
import { Strategy } from './strategy/machine/strategy.ts';

const VERSION = 2;
/** Before there were strategies. */
const WITHOUT_STRATEGIES = 1;

interface EngineState {
  readonly version: number;
  readonly day: number;
  readonly minute: number;
  readonly killSwitch: KillSwitchData;
  readonly markets: readonly MarketData[];
  readonly accounts: readonly AccountData[];
  readonly grids: readonly GridData[];
  readonly strategies: readonly StrategyEntry[];
}

interface StrategyEntry {
  readonly data: StrategyData;
  /** What its signals saved: also of one that has ended, whose last figures are shown. */
  readonly signals: unknown;
}

export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
}

export function writeSnapshot(desk: Desk): string {
  const state: EngineState = {
    version: VERSION,
    day: desk.day,
    minute: desk.minute,
    killSwitch: desk.killSwitch,
    markets: [...desk.markets.values()].map((market) => market.data),
    accounts: [...desk.accounts.values()].map((account) => account.data),
    grids: [...desk.grids.values()].map((grid) => grid.data),
    strategies: [...desk.strategies.values()].map(({ data, signals }) => ({ data, signals: signals.save() })),
  };
  return JSON.stringify(state, (_, value: unknown) => (typeof value === 'bigint' ? { n: value.toString() } : value));
}

/** Throws `SnapshotError` for text that is not a snapshot of this version or the one before it. */
export function readSnapshot(text: string, options: EngineOptions): Desk {
  const state = parse(text);
  const desk = new Desk(options);
  desk.day = state.day;
  desk.minute = state.minute;
  desk.killSwitch = state.killSwitch;
  for (const data of state.accounts) desk.accounts.set(data.venue, new Account(data));
  for (const data of state.markets) {
    const rules = parseRules(data.instrument, data.priceDecimals);
    if (typeof rules === 'string') throw new SnapshotError(`${data.key}: ${rules}`);
    desk.markets.set(data.key, new Market(data, rules));
  }
  for (const data of state.grids) {
    const market = desk.markets.get(instrumentKey(data.instrument));
    if (!market) throw new SnapshotError(`grid ${data.id} has no market`);
    desk.add(Grid.revive(data, market.data.priceDecimals, desk.host(market)), market);
  }
  for (const { data, signals } of state.strategies) {
    const market = desk.markets.get(instrumentKey(data.instrument));
    if (!market) throw new SnapshotError(`strategy ${data.id} has no market`);
    desk.addStrategy(Strategy.revive(data, signals, market.data.priceDecimals, desk.host(market)), market);
  }
  desk.settle();
  return desk;
}

function parse(text: string): EngineState {
  let value: unknown;
  try {
    value = JSON.parse(text, (_, item: unknown) => (isBigint(item) ? BigInt(item.n) : item));
  } catch (cause) {
    throw new SnapshotError('the snapshot is not JSON', { cause });
  }
  if (isState(value, WITHOUT_STRATEGIES)) return { ...value, version: VERSION, strategies: [] };
  if (!isState(value, VERSION)) throw new SnapshotError(`the snapshot is not of version ${VERSION}`);
  return value;
}

/** The only objects with a single field `n` are numbers too large for JSON. */
function isBigint(value: unknown): value is { readonly n: string } {
  if (typeof value !== 'object' || value === null || !('n' in value)) return false;
  return typeof value.n === 'string' && Object.keys(value).length === 1;
}

/** What stands inside was written by that version and sealed by the journal's transaction. */
function isState(value: unknown, version: number): value is EngineState {
  if (typeof value !== 'object' || value === null) return false;
  if (!('version' in value) || value.version !== version) return false;
  const lists = version === WITHOUT_STRATEGIES ? LISTS : [...LISTS, 'strategies'];
  return lists.every((field) => Array.isArray(Object.getOwnPropertyDescriptor(value, field)?.value));
}

const LISTS = ['markets', 'accounts', 'grids'];
