/** The engine's own paper accounts on `account.<venue>.*`: only what changed, with current values (Z11). */
import type { Timers } from '#domain/clock.ts';
import type { Effect } from '#engine/effects.ts';
import type { AccountSnapshot } from '#engine/views.ts';
import type { Bus } from '#server/bus.ts';
import type { CoreLoop } from './core-loop.ts';
import { OpenOrders, type Traded } from './open-orders.ts';
import { toAccountPnl, toBalanceEvent, toPositions } from './wire.ts';

/** The lists of venues with more orders than this go out less often than each second, in proportion. */
const ORDERS_A_SECOND = 1_000;

const VIEWS: Readonly<Record<'balance' | 'positions' | 'pnl', (account: AccountSnapshot) => unknown>> = {
  balance: toBalanceEvent,
  positions: toPositions,
  pnl: toAccountPnl,
};

export interface AccountChannelsOptions {
  readonly bus: Bus;
  readonly loop: CoreLoop;
  readonly timers: Timers;
}

export class AccountChannels {
  readonly #o: AccountChannelsOptions;
  readonly #orders = new OpenOrders();
  /** By grid. */
  readonly #traded = new Map<string, Traded>();
  /** By channel, what was told last. */
  readonly #told = new Map<string, string>();
  /** By venue, after how many seconds its orders may go out again. */
  readonly #pause = new Map<string, number>();

  constructor(options: AccountChannelsOptions) {
    this.#o = options;
  }

  start(): void {
    for (const order of this.#o.loop.engine.openOrders()) {
      const traded = this.#of(order.grid_id);
      if (traded) this.#orders.add(order, traded);
    }
  }

  committed(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type === 'order') {
        const traded = this.#of(effect.grid_id);
        if (traded) this.#orders.apply(effect, traded);
      } else if (effect.type === 'strategy_trade') {
        const setup = this.#o.loop.engine.strategy(effect.strategy_id)?.setup;
        if (setup) this.#orders.fill(effect, setup);
      }
    }
  }

  /** Once a second, with the accounts as they are. */
  publish(accounts: readonly AccountSnapshot[]): void {
    for (const account of accounts) {
      this.#publishFigures(account, 'balance');
      this.#publishFigures(account, 'positions');
      this.#publishFigures(account, 'pnl');
      this.#publishOrders(account.venue);
    }
  }

  #publishFigures(account: AccountSnapshot, name: keyof typeof VIEWS): void {
    const channel = `account.${account.venue}.${name}`;
    const data = VIEWS[name](account);
    const text = JSON.stringify(data);
    const known = this.#told.get(channel);
    if (known === text) return;
    this.#told.set(channel, text);
    const { loop } = this.#o;
    if (known === undefined) {
      this.#provide(channel, () => {
        const now = loop.healthy && loop.engine.accounts().find(({ venue }) => venue === account.venue);
        return now ? VIEWS[name](now) : undefined;
      });
    }
    this.#publish(channel, data);
  }

  #publishOrders(venue: string): void {
    const pause = this.#pause.get(venue) ?? 0;
    this.#pause.set(venue, pause - 1);
    const channel = `account.${venue}.orders`;
    const isKnown = this.#told.has(channel);
    if (pause > 0 || (!this.#orders.takeChanged(venue) && isKnown)) return;
    if (!isKnown) {
      this.#told.set(channel, '');
      this.#provide(channel, () => this.#orders.list(venue));
    }
    this.#pause.set(venue, Math.ceil(this.#orders.size(venue) / ORDERS_A_SECOND) - 1);
    this.#publish(channel, this.#orders.list(venue));
  }

  #publish(channel: string, data: unknown): void {
    this.#o.bus.publish({ channel, event: 'update', timestamp: this.#o.timers.now(), data });
  }

  #provide(channel: string, current: () => unknown): void {
    this.#o.bus.provide(channel, () => {
      const data = current();
      return data === undefined ? undefined : { event: 'update', timestamp: this.#o.timers.now(), data };
    });
  }

  #of(gridId: string): Traded | undefined {
    const known = this.#traded.get(gridId);
    if (known) return known;
    const params = this.#o.loop.engine.grid(gridId)?.params;
    const traded = params && { venue: params.venue, symbol: params.pair };
    if (traded) this.#traded.set(gridId, traded);
    return traded;
  }
}
