/** What goes out by the clock: grid status and PnL, accounts; and the current values behind them (Z11). */
import type { Timers } from '#domain/clock.ts';
import type { Effect } from '#engine/effects.ts';
import { instrumentKey, type EngineEvent, type InstrumentKey } from '#engine/events.ts';
import { isEnded } from '#engine/grid/state.ts';
import type { AccountSnapshot, GridSnapshot } from '#engine/views.ts';
import type { Bus } from '#server/bus.ts';
import { AccountChannels } from './account-channels.ts';
import type { CoreLoop } from './core-loop.ts';
import { recurring } from './recurring.ts';
import { toGridStatus, toPnlEvent } from './wire.ts';

/** Grids take turns, a tenth of them a tick: looking at all of them at once would hold up the prices. */
const TICK_MS = 25;
const SLOTS = 10;
/** A grid's turn comes every 250 ms: `pnl` at most four times a second, `status` with every fourth turn. */
const TURNS_A_SECOND = 1000 / (TICK_MS * SLOTS);
/** Each subscriber is told the current values: those of so many ended grids, the newest. `grid.get` knows all. */
const ENDED_PROVIDED = 500;

interface Watched {
  readonly key: InstrumentKey;
  readonly slot: number;
  /** Something happened to it since its last turn. */
  changed: boolean;
  /** The count of prices it has seen. */
  prices: number;
  /** The last published PnL, to publish only changes. */
  pnl: string;
}

export interface BroadcasterOptions {
  readonly bus: Bus;
  readonly loop: CoreLoop;
  readonly timers: Timers;
  readonly engineNow: () => number;
  readonly equitySampled: (equity: string, ts: number) => void;
}

export class Broadcaster {
  readonly #o: BroadcasterOptions;
  readonly #watched = new Map<string, Watched>();
  /** By grid, how to withdraw its current values. */
  readonly #provided = new Map<string, () => void>();
  /** The ended among them, oldest first. */
  readonly #ended = new Set<string>();
  /** How many prices each instrument has had. */
  readonly #prices = new Map<InstrumentKey, number>();
  readonly #accounts: AccountChannels;
  #ticks = 0;
  #nextSlot = 0;
  #lastSample = -1;
  #cancel: () => void = () => undefined;

  constructor(options: BroadcasterOptions) {
    this.#o = options;
    this.#accounts = new AccountChannels(options);
  }

  start(): void {
    this.#accounts.start();
    for (const grid of this.#o.loop.engine.grids()) this.#watch(grid);
    const tick = () => {
      if (this.#o.loop.healthy) this.#tick();
    };
    this.#cancel = recurring(this.#o.timers, () => TICK_MS, tick);
  }

  stop(): void {
    this.#cancel();
  }

  /** Called for every event the core gets: must cost nothing. */
  priced(event: EngineEvent): void {
    if ('key' in event) this.#prices.set(event.key, (this.#prices.get(event.key) ?? 0) + 1);
  }

  committed(effects: readonly Effect[]): void {
    const { loop } = this.#o;
    this.#accounts.committed(effects);
    const states = new Set<string>();
    for (const effect of effects) {
      if (!('grid_id' in effect)) continue;
      const watched = this.#watched.get(effect.grid_id);
      if (watched) watched.changed = true;
      if (effect.type === 'lifecycle') states.add(effect.grid_id);
    }
    // A new state is shown at once, figures with the next tick.
    for (const id of states) {
      const grid = loop.engine.grid(id);
      if (!grid) continue;
      this.#watch(grid);
      this.#publishStatus(grid);
      if (isEnded(grid.state)) this.#publishPnl(grid, this.#watched.get(id));
      if (isEnded(grid.state)) this.#watched.delete(id);
    }
  }

  #tick(): void {
    const tick = this.#ticks++;
    const slot = tick % SLOTS;
    const second = Math.floor(tick / SLOTS) % TURNS_A_SECOND === 0;
    for (const [id, watched] of this.#watched) {
      if (watched.slot === slot) this.#turn(id, watched, second);
    }
    if (!second || slot !== 0) return;
    const accounts = this.#o.loop.engine.accounts();
    this.#accounts.publish(accounts);
    this.#sampleEquity(accounts);
  }

  #turn(id: string, watched: Watched, second: boolean): void {
    const prices = this.#prices.get(watched.key) ?? 0;
    const moved = watched.changed || prices !== watched.prices;
    if (!moved && !second) return;
    const grid = this.#o.loop.engine.grid(id);
    if (!grid) return;
    if (second || watched.changed) this.#publishStatus(grid);
    if (moved) this.#publishPnl(grid, watched);
    watched.changed = false;
    watched.prices = prices;
  }

  #watch(grid: GridSnapshot): void {
    const { id, state, params } = grid;
    this.#provide(id);
    if (isEnded(state)) return this.#retire(id);
    if (this.#watched.has(id)) return;
    const key = instrumentKey({ venue: params.venue, symbol: params.pair });
    this.#watched.set(id, { key, slot: this.#nextSlot++ % SLOTS, changed: true, prices: 0, pnl: '' });
  }

  /** An ended grid keeps its last values available until enough others have ended after it. */
  #retire(id: string): void {
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
    const current = (event: string, data: (grid: GridSnapshot) => unknown) => () => {
      const grid = loop.healthy ? loop.engine.grid(id) : undefined;
      return grid && { event, timestamp: timers.now(), data: data(grid) };
    };
    const withdraw = [
      bus.provide(
        `grid.${id}.status`,
        current('update', (grid) => toGridStatus(grid, engineNow())),
      ),
      bus.provide(`grid.${id}.pnl`, current('updated', toPnlEvent)),
    ];
    this.#provided.set(id, () => withdraw.forEach((each) => each()));
  }

  #publishStatus(grid: GridSnapshot): void {
    const { bus, timers, engineNow } = this.#o;
    const data = toGridStatus(grid, engineNow());
    bus.publish({ channel: `grid.${grid.id}.status`, event: 'update', timestamp: timers.now(), data });
  }

  #publishPnl(grid: GridSnapshot, watched: Watched | undefined): void {
    const { realized_pnl, equity, fees } = grid.figures;
    const pnl = `${realized_pnl} ${equity} ${fees} ${grid.cycles}`;
    if (!watched || watched.pnl === pnl) return;
    watched.pnl = pnl;
    const { bus, timers } = this.#o;
    bus.publish({
      channel: `grid.${grid.id}.pnl`,
      event: 'updated',
      timestamp: timers.now(),
      data: toPnlEvent(grid),
    });
  }

  /** Once a minute of the engine's time. */
  #sampleEquity([account]: readonly AccountSnapshot[]): void {
    const { engineNow, equitySampled } = this.#o;
    const minute = Math.floor(engineNow() / 60_000) * 60_000;
    if (!account || minute === this.#lastSample) return;
    this.#lastSample = minute;
    equitySampled(account.equity, minute);
  }
}
