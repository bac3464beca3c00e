/** Strategies by the clock: status every second while one is alive, and at once when its state changes (Z11). */
import type { Timers } from '#domain/clock.ts';
import type { Effect } from '#engine/effects.ts';
import { hasEnded } from '#engine/strategy/machine/state.ts';
import type { StrategySnapshot } from '#engine/views.ts';
import type { Bus } from '#server/bus.ts';
import type { CoreLoop } from './core-loop.ts';
import { recurring } from './recurring.ts';
import { toStrategyStatus } from './strategy-wire.ts';

const STATUS_MS = 1_000;
/** Of so many ended strategies, the newest, the last status can be subscribed to. `strategy.get` knows all. */
const ENDED_PROVIDED = 500;

export interface StrategyBroadcasterOptions {
  readonly bus: Bus;
  readonly loop: CoreLoop;
  readonly timers: Timers;
  readonly engineNow: () => number;
}

export class StrategyBroadcaster {
  readonly #o: StrategyBroadcasterOptions;
  readonly #alive = new Set<string>();
  /** By strategy, how to withdraw its current status. */
  readonly #provided = new Map<string, () => void>();
  /** Oldest first. */
  readonly #ended = new Set<string>();
  #cancel: () => void = () => undefined;

  constructor(options: StrategyBroadcasterOptions) {
    this.#o = options;
  }

  start(): void {
    for (const strategy of this.#o.loop.engine.strategies()) this.#watch(strategy);
    const tick = () => {
      if (this.#o.loop.healthy) for (const id of this.#alive) this.#publish(this.#o.loop.engine.strategy(id));
    };
    this.#cancel = recurring(this.#o.timers, () => STATUS_MS, tick);
  }

  stop(): void {
    this.#cancel();
  }

  /** Whether one of them began, ended or changed. */
  committed(effects: readonly Effect[]): boolean {
    const changed = new Set<string>();
    let isLifecycle = false;
    for (const effect of effects) {
      if (!('strategy_id' in effect)) continue;
      changed.add(effect.strategy_id);
      isLifecycle ||= effect.type === 'strategy_lifecycle';
    }
    for (const id of changed) {
      const strategy = this.#o.loop.engine.strategy(id);
      if (!strategy) continue;
      this.#watch(strategy);
      this.#publish(strategy);
    }
    return isLifecycle;
  }

  #watch({ id, state }: StrategySnapshot): void {
    this.#provide(id);
    if (!hasEnded(state)) {
      this.#alive.add(id);
      return;
    }
    this.#alive.delete(id);
    this.#ended.add(id);
    for (const oldest of this.#ended) {
      if (this.#ended.size <= ENDED_PROVIDED) return;
      this.#ended.delete(oldest);
      this.#provided.get(oldest)?.();
      this.#provided.delete(oldest);
    }
  }

  #provide(id: string): void {
    if (this.#provided.has(id)) return;
    const { bus, loop, timers, engineNow } = this.#o;
    const current = () => {
      const strategy = loop.healthy ? loop.engine.strategy(id) : undefined;
      return strategy && { event: 'update', timestamp: timers.now(), data: toStrategyStatus(strategy, engineNow()) };
    };
    this.#provided.set(id, bus.provide(`strategy.${id}.status`, current));
  }

  #publish(strategy: StrategySnapshot | undefined): void {
    if (!strategy) return;
    const { bus, timers, engineNow } = this.#o;
    const data = toStrategyStatus(strategy, engineNow());
    bus.publish({ channel: `strategy.${strategy.id}.status`, event: 'update', timestamp: timers.now(), data });
  }
}
