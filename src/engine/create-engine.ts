/** The engine: `process(event)` → effects, over a `Desk`. */
import { INTERVAL_MS } from '#domain/market-data.ts';
import { execute, prepare } from './commands.ts';
import { Desk } from './desk.ts';
import type { Effect, Outcome, Reply } from './effects.ts';
import type { Engine, EngineOptions, PreviewResult } from './engine.ts';
import type { EngineCommand, EngineEvent, GridParams } from './events.ts';
import { previewOf } from './grid/preview.ts';
import { holdingsOf, openOrdersOf, snapshotOf } from './grid/view.ts';
import { accountsOf } from './ledger/view.ts';
import { readSnapshot, writeSnapshot } from './snapshot.ts';
import { strategySnapshot } from './strategy/machine/view.ts';

const NOTHING: readonly Effect[] = Object.freeze([]);
const QUIET: Outcome = Object.freeze({ quiet: true, effects: NOTHING });

/** Commands that may place orders; the others must work whatever has been lost. */
const TRADES: ReadonlySet<EngineCommand['action']> = new Set([
  'grid.start',
  'grid.resume',
  'grid.update_params',
  'strategy.start',
  'strategy.resume',
  'strategy.update_params',
]);

/** An empty engine. Throws a `RangeError` for options that are no decimals or out of range. */
export function createEngine(options: EngineOptions): Engine {
  return engineOver(new Desk(options));
}

/** The engine a snapshot was taken of. Throws `SnapshotError` where it is not one of this version. */
export function restoreEngine(snapshot: string, options: EngineOptions): Engine {
  return engineOver(readSnapshot(snapshot, options));
}

function engineOver(desk: Desk): Engine {
  return {
    process: (event) => processEvent(desk, event),
    snapshot: () => writeSnapshot(desk),
    preview: (params, depth) => preview(desk, params, depth),
    grids: () => [...desk.grids.values()].map(snapshotOf),
    grid: (id) => {
      const grid = desk.grids.get(id);
      return grid && snapshotOf(grid);
    },
    holdings: (gridId) => {
      const grid = desk.grids.get(gridId);
      return grid && holdingsOf(grid);
    },
    strategies: () => [...desk.strategies.values()].map(strategySnapshot),
    strategy: (id) => {
      const strategy = desk.strategies.get(id);
      return strategy && strategySnapshot(strategy);
    },
    openOrders: (gridId) => {
      const grids = gridId === undefined ? [...desk.grids.values()] : [desk.grids.get(gridId)];
      return grids.flatMap((grid) => (grid ? openOrdersOf(grid) : []));
    },
    accounts: () => accountsOf(desk),
    killSwitch: () => desk.killSwitch,
  };
}

function processEvent(desk: Desk, event: EngineEvent): Outcome {
  // A bar's close is where it is known; its own time is that of its open.
  desk.now = event.type === 'candle' ? event.ts + INTERVAL_MS[event.interval] : event.ts;
  // A new day's opening figures are taken before the day's first event (G16).
  const newDay = desk.rollDay(desk.now);
  switch (event.type) {
    case 'print':
    case 'quote':
    case 'bar':
    case 'candle':
    case 'feed_gap': {
      const market = desk.markets.get(event.key);
      const watch = () => {
        desk.watchDailyLoss();
      };
      if (!market?.apply(event, watch)) return newDay ? outcome(desk) : QUIET;
      desk.touch(market);
      break;
    }
    case 'instrument':
      if (!desk.list(event) && !newDay) return QUIET;
      break;
    case 'clock':
      if (!desk.rollMinute(event.ts)) return newDay ? outcome(desk) : QUIET;
      break;
    case 'command': {
      if (TRADES.has(event.command.action)) desk.checkDailyLoss();
      const reply = execute(desk, event.command);
      desk.watchDailyLoss();
      desk.settle();
      return outcome(desk, reply);
    }
  }
  desk.watchDailyLoss();
  desk.settle();
  return outcome(desk);
}

function outcome(desk: Desk, reply?: Reply): Outcome {
  const effects = desk.effects;
  desk.effects = [];
  return reply === undefined ? { quiet: false, effects } : { quiet: false, effects, reply };
}

function preview(desk: Desk, params: GridParams, depth: Parameters<Engine['preview']>[1]): PreviewResult {
  const prepared = prepare(desk, params, true);
  if (!prepared.ok) return prepared;
  const { plan, spec, market } = prepared;
  return { ok: true, preview: previewOf(plan, spec, market.rules, desk.slippage, depth) };
}
