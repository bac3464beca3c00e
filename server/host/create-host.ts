/** The engine's host: the pure core between the markets, the disk and the bus. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { Timers } from '#domain/clock.ts';
import type { Effect } from '#engine/effects.ts';
import { createEngine, restoreEngine } from '#engine/create-engine.ts';
import type { EngineOptions } from '#engine/engine.ts';
import type { EngineEvent } from '#engine/events.ts';
import type { ExchangeEvent, HealthEvent, LogLevel } from '#protocol/shapes.ts';
import { IDEMPOTENCY_WINDOW_MS } from '#protocol/limits.ts';
import type { Bus } from '#server/bus.ts';
import type { ResponseStore } from '#server/gateway/handlers.ts';
import type { Market } from '#server/markets/market.ts';
import { lockEngine } from '#server/storage/engine-lock.ts';
import { Store } from '#server/storage/store.ts';
import { Broadcaster } from './broadcaster.ts';
import { missedBars, tradedSymbols } from './catch-up.ts';
import type { CoreFactory } from './core.ts';
import { CoreLoop } from './core-loop.ts';
import { createHandlers } from './handlers.ts';
import { isEnded } from './grid-state.ts';
import { Logger } from './logger.ts';
import { MarketFeed } from './market-feed.ts';
import { LoopMetrics, type LoopFigures } from './metrics.ts';
import { publishEffect } from './publisher.ts';
import { systemTimers } from './system-timers.ts';
import { toKillSwitchEvent, toResponse } from './wire.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const HEALTH_MS = 5_000;
const PRUNE_PAUSE_MS = 200;

export const DEFAULT_ENGINE_OPTIONS: EngineOptions = {
  startBalance: '100000',
  slippage: '0.0005',
  risk: {
    maxPosition: null,
    maxOpenNotional: null,
    maxOrder: null,
    maxMarketDeviation: '0.05',
    // G16: 5 % of the day's opening equity.
    maxDailyLoss: '0.05',
  },
};

export interface HostOptions {
  readonly engine?: EngineOptions;
  /** A snapshot is taken after so many journal entries, which bounds how long a start replays. */
  readonly snapshotEvery?: number;
  /**
   * Journal entries older than this are removed once no kept snapshot needs them; `null` keeps the journal for ever.
   * Orders, fills and equity are kept whatever the journal does.
   */
  readonly journalDays?: number | null;
  readonly logRecords?: number;
}

export interface HostDeps {
  readonly db: DatabaseSyncInstance;
  /** The first is where a grid without a `venue` trades. */
  readonly markets: readonly [Market, ...Market[]];
  readonly bus: Bus;
  readonly timers?: Timers;
  /** Connected clients, for the health report. */
  readonly clients?: () => number;
  readonly core?: CoreFactory;
  readonly options?: HostOptions;
}

export interface HostMetrics extends LoopFigures {
  readonly queueLength: number;
  readonly journalEntries: number;
  readonly runningGrids: number;
  readonly eventLoopLagMs: number;
  readonly storageUp: boolean;
}

export interface Host {
  readonly handlers: ReturnType<typeof createHandlers>;
  readonly responses: ResponseStore;
  /** Starts the markets, catches up (G18) and lets the events flow. */
  start(): Promise<void>;
  /** Stops the markets, works off what waits and leaves a snapshot for a fast start. */
  stop(): Promise<void>;
  health(): HealthEvent;
  metrics(): HostMetrics;
  /** Never throws, never waits. `message` must not hold secrets. */
  log(level: LogLevel, source: string, message: string): void;
}

const DEFAULTS = { snapshotEvery: 20_000, journalDays: 30, logRecords: 200_000 } as const;

/**
 * Recovers the core from the database. Throws `StorageError` where its state cannot be known or another engine is
 * running on it.
 */
export async function createHost(deps: HostDeps): Promise<Host> {
  const { db, markets, bus, timers = systemTimers, clients = () => 0 } = deps;
  const core = deps.core ?? { create: createEngine, restore: restoreEngine };
  const options = { ...DEFAULTS, ...deps.options };
  const file = db.location();
  const unlock = file === null ? () => undefined : lockEngine(file);
  try {
    return assemble();
  } catch (error) {
    unlock();
    throw error;
  }

  function assemble(): Host {
    const store = new Store(db);
    const logger = new Logger(bus, store.logs, timers);
    const metrics = new LoopMetrics();
    const statuses = new Map<string, ExchangeEvent>();
    const engineNow = () => (feeds.length === 1 && feeds[0] ? feeds[0].now() : timers.now());
    const loop = new CoreLoop({
      store,
      core,
      engineOptions: options.engine ?? DEFAULT_ENGINE_OPTIONS,
      timers,
      engineClock: { now: engineNow },
      metrics,
      snapshotEvery: options.snapshotEvery,
      publish,
      respond: toResponse,
      onStorageFailure: (error) =>
        logger.log('error', 'storage', `${error.message}; trading is halted until it is mended`),
      onResume: () => {
        logger.log('info', 'storage', 'the disk takes writes again; catching up');
        catchUp(timers.now()).catch((error: unknown) => loop.suspend(error));
      },
      onWarning: (message) => logger.log('warn', 'engine', message),
    });
    const lastPrice = (venue: string) => (symbol: string) => store.journal.lastPriceTime({ venue, symbol });
    const feeds = markets.map((market) => {
      const { venue } = market;
      const traded = tradedSymbols(loop.engine, venue);
      return new MarketFeed({
        market,
        bus,
        clock: timers,
        event: take,
        status: (status) => {
          statuses.set(venue, status);
          logger.log(status.state === 'connected' ? 'info' : 'warn', `market.${venue}`, describe(status));
        },
        warn: (message) => logger.log('warn', 'engine', message),
        // A replay without grids may begin anew; one with grids goes on.
        resumeAfter: (symbol) => (traded.has(symbol) ? lastPrice(venue)(symbol) : undefined),
      });
    });
    logger.writeThrough((write) => loop.write(write));
    const broadcaster = new Broadcaster({
      bus,
      loop,
      timers,
      engineNow,
      equitySampled: (equity, ts) => loop.write({ write: () => store.equity.record({ ts, equity }) }),
    });
    const lag = monitorEventLoopDelay({ resolution: 10 });
    const startedAt = timers.now();
    const cancels = new Map<string, () => void>();

    function take(event: EngineEvent): void {
      broadcaster.priced(event);
      loop.event(event);
    }

    function publish(effects: readonly Effect[]): void {
      for (const effect of effects) publishEffect(bus, effect);
      broadcaster.committed(effects);
    }

    /** G18: whole bars of the time away, then the gap, then what came live since `until`. */
    async function catchUp(until: number): Promise<void> {
      const first: EngineEvent[] = [];
      for (const feed of feeds) {
        for (const { instrument, priceDecimals } of feed.market.instruments()) {
          if (store.listings.knows({ instrument, priceDecimals })) continue;
          first.push({ type: 'instrument', ts: feed.now(), instrument, priceDecimals });
        }
        first.push(...(await barsUntil(feed, until)));
        // As of `until`: prices that came while the bars were fetched are of after the gap.
        first.push(...feed.gaps(until));
      }
      loop.release(first);
    }

    async function barsUntil(feed: MarketFeed, until: number): Promise<readonly EngineEvent[]> {
      try {
        const bars = await missedBars(feed, loop.engine, lastPrice(feed.market.venue), until);
        if (bars.length > 0) logger.log('info', 'engine', `caught up ${bars.length} bars of ${feed.market.venue}`);
        return bars;
      } catch (error) {
        logger.log('warn', 'engine', `${feed.market.venue} has no bars of the time away: ${String(error)}`);
        return [];
      }
    }

    function every(name: string, ms: () => number, task: () => void): void {
      cancels.set(
        name,
        timers.after(ms(), () => {
          task();
          every(name, ms, task);
        }),
      );
    }

    /** G16: days change though no price does. A replay's time passes with its bars. */
    function minute(): void {
      if (feeds.some(({ market }) => market.granularity === 'trades')) loop.event({ type: 'clock', ts: engineNow() });
      const now = timers.now();
      loop.write({
        write: () => {
          store.responses.prune(now - 2 * IDEMPOTENCY_WINDOW_MS);
          store.logs.prune(options.logRecords);
        },
      });
      if (options.journalDays !== null) pruneJournal(now - options.journalDays * DAY_MS);
    }

    /** Bounded steps, so that no turn waits for a large deletion. */
    function pruneJournal(before: number): void {
      let removed = 0;
      loop.write({
        write: () => {
          removed = store.journal.prune(before);
        },
        committed: () => {
          if (removed > 0)
            cancels.set(
              'prune',
              timers.after(PRUNE_PAUSE_MS, () => pruneJournal(before)),
            );
        },
      });
    }

    function runningGrids(): number {
      return loop.engine.grids().filter(({ state }) => !isEnded(state)).length;
    }

    function lagMs(): number {
      return Math.max(0, Math.round((lag.mean / 1e6 - 10) * 100) / 100) || 0;
    }

    function health(): HealthEvent {
      const storage = loop.healthy ? 'up' : 'down';
      const venues = feeds.map((feed) => [`market.${feed.market.venue}`, feed.connected ? 'up' : 'down'] as const);
      const components = { storage, ...Object.fromEntries(venues) } as const;
      return {
        status: Object.values(components).every((state) => state === 'up') ? 'healthy' : 'degraded',
        components,
        running_grids: loop.healthy ? runningGrids() : 0,
        running_strategies: 0,
        running_backtests: 0,
        kill_switch: loop.healthy && loop.engine.killSwitch().active,
        memory_mb: Math.round(process.memoryUsage.rss() / 1e5) / 10,
        uptime_seconds: Math.floor((timers.now() - startedAt) / 1000),
        clients: clients(),
        event_loop_lag_ms: lagMs(),
      };
    }

    function provideSystem(): void {
      bus.provide('system.health', () => ({ event: 'update', timestamp: timers.now(), data: health() }));
      bus.provide('system.kill_switch', () => {
        const [last] = store.killSwitch.list(1);
        return (
          last && {
            event: last.active ? 'activated' : 'deactivated',
            timestamp: last.ts,
            data: toKillSwitchEvent(last),
          }
        );
      });
      bus.provide('system.exchange', () => {
        const all = [...statuses.values()];
        const shown = all.find(({ state }) => state !== 'connected') ?? all[0];
        return shown && { event: shown.state, timestamp: timers.now(), data: shown };
      });
    }

    return {
      handlers: createHandlers({ loop, store, markets, engineNow, health }),
      responses: store.responses,
      health,
      log: (level, source, message) => logger.log(level, source, message),
      metrics: () => ({
        ...metrics.figures(),
        queueLength: loop.queued,
        journalEntries: store.journal.last,
        runningGrids: loop.healthy ? runningGrids() : 0,
        eventLoopLagMs: lagMs(),
        storageUp: loop.healthy,
      }),
      async start() {
        lag.enable();
        provideSystem();
        broadcaster.start();
        const until = timers.now();
        for (const feed of feeds) await feed.start();
        await catchUp(until);
        every('minute', () => MINUTE_MS - (timers.now() % MINUTE_MS), minute);
        every(
          'health',
          () => HEALTH_MS,
          () => {
            bus.publish({ channel: 'system.health', event: 'update', timestamp: timers.now(), data: health() });
            lag.reset();
          },
        );
      },
      async stop() {
        for (const cancel of cancels.values()) cancel();
        broadcaster.stop();
        for (const feed of feeds) await feed.stop();
        loop.close();
        lag.disable();
        unlock();
      },
    };
  }
}

function describe({ venue, state, reason }: ExchangeEvent): string {
  return reason === undefined ? `${venue} is ${state}` : `${venue} is ${state}: ${reason}`;
}
