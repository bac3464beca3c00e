/** The engine's host: the pure core between the markets, the disk and the bus. */
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { Timers } from '#domain/clock.ts';
import type { Effect } from '#engine/effects.ts';
import { createEngine, restoreEngine } from '#engine/create-engine.ts';
import type { EngineOptions } from '#engine/engine.ts';
import type { EngineEvent } from '#engine/events.ts';
import { defaultRiskLimits } from '#engine/risk/limits.ts';
import type { ExchangeEvent, HealthEvent, LogLevel } from '#protocol/shapes.ts';
import type { Bus } from '#server/bus.ts';
import type { ResponseStore } from '#server/gateway/handlers.ts';
import type { Market } from '#server/markets/market.ts';
import { lockEngine } from '#server/storage/engine-lock.ts';
import type { KillSwitchEffect } from '#server/storage/kill-switch.ts';
import { Store } from '#server/storage/store.ts';
import { Broadcaster } from './broadcaster.ts';
import { inOrder, missedBars, tradedSymbols } from './catch-up.ts';
import type { CoreFactory } from './core.ts';
import { CoreLoop } from './core-loop.ts';
import { createHandlers } from './handlers.ts';
import { HealthMonitor } from './health-monitor.ts';
import { Housekeeping } from './housekeeping.ts';
import { Logger } from './logger.ts';
import { MarketFeed } from './market-feed.ts';
import { LoopMetrics, type LoopFigures } from './metrics.ts';
import { publishEffect } from './publisher.ts';
import { StrategyBars } from './strategy-bars.ts';
import { StrategyBroadcaster } from './strategy-broadcaster.ts';
import { createStrategyHandlers } from './strategy-handlers.ts';
import { systemTimers } from './system-timers.ts';
import { toKillSwitchEvent, toResponse } from './wire.ts';

export const DEFAULT_ENGINE_OPTIONS: EngineOptions = {
  startBalance: '100000',
  slippage: '0.0005',
  risk: defaultRiskLimits('100000'),
};

export interface HostOptions {
  readonly engine?: EngineOptions;
  /** A snapshot is taken after so many journal entries, which bounds how long a start replays. */
  readonly snapshotEvery?: number;
}

export interface HostDeps {
  readonly db: DatabaseSyncInstance;
  /** The first is where a grid without a `venue` trades. */
  readonly markets: readonly [Market, ...Market[]];
  readonly bus: Bus;
  readonly timers?: Timers;
  /** Connected clients, for the health report. */
  readonly clients?: () => number;
  /** Backtests and sweeps that have not ended, for the same report. */
  readonly backtests?: () => number;
  /** What else is to be up for the engine to be healthy, for the same report. */
  readonly components?: () => Readonly<Record<string, 'up' | 'down'>>;
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
  readonly handlers: ReturnType<typeof createHandlers> & ReturnType<typeof createStrategyHandlers>;
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

const DEFAULTS: Required<HostOptions> = {
  engine: DEFAULT_ENGINE_OPTIONS,
  snapshotEvery: 20_000,
};

/** Z11: the switch has a value before anybody has used it. */
const NEVER_KILLED: KillSwitchEffect = {
  type: 'kill_switch',
  ts: 0,
  active: false,
  reason: '',
  by: '',
  affected: { grids_stopped: 0, strategies_stopped: 0, orders_cancelled: 0, positions_closed: 0 },
};

/**
 * Recovers the core from the database. Throws `StorageError` where its state cannot be known or another engine is
 * running on it.
 */
export async function createHost(deps: HostDeps): Promise<Host> {
  const file = deps.db.location();
  const unlock = file === null ? () => undefined : lockEngine(file);
  try {
    return new EngineHost(deps, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

class EngineHost implements Host {
  readonly handlers: Host['handlers'];
  readonly responses: ResponseStore;
  readonly #bus: Bus;
  readonly #timers: Timers;
  readonly #unlock: () => void;
  readonly #store: Store;
  readonly #logger: Logger;
  readonly #figures = new LoopMetrics();
  readonly #loop: CoreLoop;
  readonly #feeds: readonly MarketFeed[];
  /** By venue. */
  readonly #bars = new Map<string, StrategyBars>();
  readonly #statuses = new Map<string, ExchangeEvent>();
  readonly #broadcaster: Broadcaster;
  readonly #strategies: StrategyBroadcaster;
  readonly #monitor: HealthMonitor;
  readonly #housekeeping: Housekeeping;

  constructor(
    {
      db,
      markets,
      bus,
      timers = systemTimers,
      clients = () => 0,
      backtests = () => 0,
      components = () => ({}),
      core,
      options,
    }: HostDeps,
    unlock: () => void,
  ) {
    const { engine, snapshotEvery } = { ...DEFAULTS, ...options };
    this.#bus = bus;
    this.#timers = timers;
    this.#unlock = unlock;
    const store = new Store(db);
    this.#store = store;
    this.#logger = new Logger(bus, store.logs, timers);
    const engineNow = () => this.#engineNow();
    const loop = new CoreLoop({
      store,
      core: core ?? { create: createEngine, restore: restoreEngine },
      engineOptions: engine,
      timers,
      engineClock: { now: engineNow },
      metrics: this.#figures,
      snapshotEvery,
      publish: (effects) => this.#publish(effects),
      respond: toResponse,
      onStorageFailure: ({ message }) =>
        this.log('error', 'storage', `${message}; trading is halted until it is mended`),
      onResume: () => {
        this.log('info', 'storage', 'the disk takes writes again; catching up');
        this.#catchUp(timers.now()).catch((error: unknown) => loop.suspend(error));
      },
      onWarning: (message) => this.log('warn', 'engine', message),
    });
    this.#loop = loop;
    this.#feeds = markets.map((market) => this.#feed(market));
    this.#logger.writeThrough((write) => loop.write(write));
    this.#broadcaster = new Broadcaster({
      bus,
      loop,
      timers,
      engineNow,
      equitySampled: (equity, ts) => loop.write({ write: () => store.equity.record({ ts, equity }) }),
    });
    this.#strategies = new StrategyBroadcaster({ bus, loop, timers, engineNow });
    this.#monitor = new HealthMonitor({
      loop,
      feeds: this.#feeds,
      bus,
      timers,
      clients,
      backtests,
      others: components,
    });
    this.#housekeeping = new Housekeeping({ loop, store, timers });
    const shared = { loop, store, markets, engineNow };
    this.handlers = {
      ...createHandlers({ ...shared, health: () => this.health() }),
      ...createStrategyHandlers({ ...shared, bars: (venue) => this.#bars.get(venue) }),
    };
    this.responses = store.responses;
  }

  async start(): Promise<void> {
    this.#provideSystem();
    this.#monitor.start();
    this.#broadcaster.start();
    this.#strategies.start();
    const until = this.#timers.now();
    for (const feed of this.#feeds) await feed.start();
    await this.#catchUp(until);
    this.#housekeeping.start(() => this.#clock());
  }

  async stop(): Promise<void> {
    this.#housekeeping.stop();
    this.#monitor.stop();
    this.#broadcaster.stop();
    this.#strategies.stop();
    for (const feed of this.#feeds) await feed.stop();
    this.#loop.close();
    this.#unlock();
  }

  health(): HealthEvent {
    return this.#monitor.report();
  }

  metrics(): HostMetrics {
    return {
      ...this.#figures.figures(),
      queueLength: this.#loop.queued,
      journalEntries: this.#store.journal.last,
      runningGrids: this.#monitor.runningGrids(),
      eventLoopLagMs: this.#monitor.lagMs(),
      storageUp: this.#loop.healthy,
    };
  }

  log(level: LogLevel, source: string, message: string): void {
    this.#logger.log(level, source, message);
  }

  /** The engine's own time: a replayed market's is that of its bars. */
  #engineNow(): number {
    const [feed, ...others] = this.#feeds;
    return feed && others.length === 0 ? feed.now() : this.#timers.now();
  }

  #feed(market: Market): MarketFeed {
    const { venue } = market;
    const traded = tradedSymbols(this.#loop.engine, venue);
    const bars = new StrategyBars({
      market,
      event: (event) => this.#loop.event(event),
      candleEvent: (...candle) => feed.candleEvent(...candle),
      warn: (message) => this.log('warn', 'engine', message),
    });
    this.#bars.set(venue, bars);
    const feed = new MarketFeed({
      market,
      bus: this.#bus,
      clock: this.#timers,
      event: (event) => {
        this.#broadcaster.priced(event);
        this.#loop.event(event);
      },
      candle: (...candle) => bars.take(...candle),
      status: (status, isNews) => {
        this.#statuses.set(venue, status);
        if (isNews) this.log(status.state === 'connected' ? 'info' : 'warn', `market.${venue}`, describe(status));
      },
      warn: (message) => this.log('warn', 'engine', message),
      // A replay without grids may begin anew; one with grids goes on.
      resumeAfter: (symbol) => (traded.has(symbol) ? this.#lastPriceTime(venue, symbol) : undefined),
    });
    return feed;
  }

  #lastPriceTime(venue: string, symbol: string): number | undefined {
    return this.#store.journal.lastPriceTime({ venue, symbol });
  }

  #publish(effects: readonly Effect[]): void {
    for (const effect of effects) publishEffect(this.#bus, effect);
    this.#broadcaster.committed(effects);
    if (!this.#strategies.committed(effects)) return;
    for (const bars of this.#bars.values()) bars.follow(this.#loop.engine);
  }

  /** G18: whole bars of the time away, then the gap, then what came live since `until`. */
  async #catchUp(until: number): Promise<void> {
    const first: EngineEvent[] = [];
    for (const bars of this.#bars.values()) bars.restart(this.#loop.engine);
    for (const feed of this.#feeds) {
      for (const { instrument, priceDecimals } of feed.market.instruments()) {
        if (this.#store.listings.knows({ instrument, priceDecimals })) continue;
        first.push({ type: 'instrument', ts: feed.now(), instrument, priceDecimals });
      }
      first.push(
        ...inOrder(await this.#barsUntil(feed, until), (await this.#bars.get(feed.market.venue)?.missed(until)) ?? []),
      );
      // As of `until`: prices that came while the bars were fetched are of after the gap.
      first.push(...feed.gaps(until));
    }
    this.#loop.release(first);
  }

  async #barsUntil(feed: MarketFeed, until: number): Promise<readonly EngineEvent[]> {
    const { venue } = feed.market;
    const bars = await missedBars(
      feed,
      this.#loop.engine,
      (symbol) => this.#lastPriceTime(venue, symbol),
      until,
      (symbol, error) =>
        this.log('warn', 'engine', `${venue} has no bars of ${symbol} of the time away: ${String(error)}`),
    );
    if (bars.length > 0) this.log('info', 'engine', `caught up ${bars.length} bars of ${venue}`);
    return bars;
  }

  /** G16: days change though no price does. A replay's time passes with its bars. */
  #clock(): void {
    if (!this.#feeds.some(({ market }) => market.granularity === 'trades')) return;
    this.#loop.event({ type: 'clock', ts: this.#engineNow() });
  }

  #provideSystem(): void {
    this.#bus.provide('system.kill_switch', () => {
      const last = this.#store.killSwitch.list(1)[0] ?? NEVER_KILLED;
      const event = last.active ? 'activated' : 'deactivated';
      return { event, timestamp: last.ts, data: toKillSwitchEvent(last) };
    });
    this.#bus.provide('system.exchange', () => {
      const all = [...this.#statuses.values()];
      const shown = all.find(({ state }) => state !== 'connected') ?? all[0];
      return shown && { event: shown.state, timestamp: this.#timers.now(), data: shown };
    });
  }
}

function describe({ venue, state, reason }: ExchangeEvent): string {
  return reason === undefined ? `${venue} is ${state}` : `${venue} is ${state}: ${reason}`;
}
