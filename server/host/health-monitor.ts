/** How the engine is doing: storage, markets, memory, event loop. Told every 5 s and to whoever asks. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Timers } from '#domain/clock.ts';
import { isEnded } from '#engine/grid/state.ts';
import { hasEnded } from '#engine/strategy/machine/state.ts';
import type { HealthEvent } from '#protocol/shapes.ts';
import type { Bus } from '#server/bus.ts';
import type { CoreLoop } from './core-loop.ts';
import type { MarketFeed } from './market-feed.ts';
import { recurring } from './recurring.ts';

const HEALTH_MS = 5_000;
const LAG_RESOLUTION_MS = 10;

export interface HealthMonitorOptions {
  readonly loop: CoreLoop;
  readonly feeds: readonly MarketFeed[];
  readonly bus: Bus;
  readonly timers: Timers;
  /** Connected clients. */
  readonly clients: () => number;
  /** Backtests and sweeps that have not ended. */
  readonly backtests: () => number;
  /** What else is to be up: venue accounts. */
  readonly others: () => Readonly<Record<string, 'up' | 'down'>>;
}

export class HealthMonitor {
  readonly #o: HealthMonitorOptions;
  readonly #startedAt: number;
  readonly #lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
  #cancel: () => void = () => undefined;

  constructor(options: HealthMonitorOptions) {
    this.#o = options;
    this.#startedAt = options.timers.now();
  }

  start(): void {
    const { bus, timers } = this.#o;
    this.#lag.enable();
    const current = () => ({ event: 'update', timestamp: timers.now(), data: this.report() });
    bus.provide('system.health', current);
    this.#cancel = recurring(
      timers,
      () => HEALTH_MS,
      () => {
        bus.publish({ channel: 'system.health', ...current() });
        this.#lag.reset();
      },
    );
  }

  stop(): void {
    this.#cancel();
    this.#lag.disable();
  }

  report(): HealthEvent {
    const { loop, feeds, timers, clients, backtests, others } = this.#o;
    const storage = loop.healthy ? 'up' : 'down';
    const venues = feeds.map((feed) => [`market.${feed.market.venue}`, feed.connected ? 'up' : 'down'] as const);
    const components = { storage, ...Object.fromEntries(venues), ...others() } as const;
    return {
      status: Object.values(components).every((state) => state === 'up') ? 'healthy' : 'degraded',
      components,
      running_grids: this.runningGrids(),
      running_strategies: this.#runningStrategies(),
      running_backtests: backtests(),
      kill_switch: loop.healthy && loop.engine.killSwitch().active,
      memory_mb: Math.round(process.memoryUsage.rss() / 1e5) / 10,
      uptime_seconds: Math.floor((timers.now() - this.#startedAt) / 1000),
      clients: clients(),
      event_loop_lag_ms: this.lagMs(),
    };
  }

  runningGrids(): number {
    const { loop } = this.#o;
    return loop.healthy ? loop.engine.grids().filter(({ state }) => !isEnded(state)).length : 0;
  }

  #runningStrategies(): number {
    const { loop } = this.#o;
    return loop.healthy ? loop.engine.strategies().filter(({ state }) => !hasEnded(state)).length : 0;
  }

  /** Mean delay since the last report; 0 before the first measurement. */
  lagMs(): number {
    return Math.max(0, Math.round((this.#lag.mean / 1e6 - LAG_RESOLUTION_MS) * 100) / 100) || 0;
  }
}
