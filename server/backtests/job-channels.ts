/** What is told of runs or of sweeps on their channels, and what who comes later learns there (Z11). */
import type { Timers } from '#domain/clock.ts';
import type { BacktestState } from '#protocol/backtest-shapes.ts';
import type { Bus } from '#server/bus.ts';

export interface JobChannelsOptions {
  readonly kind: 'backtest' | 'sweep';
  readonly bus: Bus;
  readonly timers: Timers;
  /** Of so many that have ended, the newest, the last progress is still provided. */
  readonly ended: number;
}

export class JobChannels {
  readonly #o: JobChannelsOptions;
  /** By job, how to withdraw its current value; oldest first. */
  readonly #provided = new Map<string, () => void>();

  constructor(options: JobChannelsOptions) {
    this.#o = options;
  }

  progress(id: string, data: object): void {
    this.#publish(`${id}.progress`, 'update', data);
  }

  started(id: string): void {
    this.#publish(`${id}.lifecycle`, 'started', { id, state: 'running' });
  }

  ended(id: string, state: BacktestState, reason: string | undefined): void {
    const event = state === 'completed' || state === 'cancelled' ? state : 'error';
    this.#publish(`${id}.lifecycle`, event, { id, state, ...(reason !== undefined && { reason }) });
  }

  /** Of a new job, `open` among them; those that have ended longest ago are withdrawn. */
  provide(
    id: string,
    current: (now: number) => object,
    open: { has(id: string): boolean; readonly size: number },
  ): void {
    const { kind, bus, timers, ended } = this.#o;
    const value = () => {
      const timestamp = timers.now();
      return { event: 'update', timestamp, data: current(timestamp) };
    };
    this.#provided.set(id, bus.provide(`${kind}.${id}.progress`, value));
    for (const [known, withdraw] of this.#provided) {
      if (this.#provided.size <= ended + open.size) break;
      if (open.has(known)) continue;
      withdraw();
      this.#provided.delete(known);
    }
  }

  /** One that was deleted has no current value any more. */
  forget(id: string): void {
    this.#provided.get(id)?.();
    this.#provided.delete(id);
  }

  #publish(of: string, event: string, data: object): void {
    const { kind, bus, timers } = this.#o;
    bus.publish({ channel: `${kind}.${of}`, event, timestamp: timers.now(), data });
  }
}
