/** One venue's own account, kept from what the venue tells and relayed as `account.<venue>.*`, only when changed. */
import type { AccountEvent, AccountOrder } from '#domain/account.ts';
import type { Clock } from '#domain/clock.ts';
import type { Bus } from '#server/bus.ts';
import type { AccountFills } from '#server/storage/account-fills.ts';
import { toBalanceEvent, toBotView, toFillView, toOrderView, toPnlEvent, toPositionView } from './account-wire.ts';

/** Ended orders shown beside the open ones. */
const ENDED_KEPT = 100;

type Channel = 'balance' | 'positions' | 'pnl' | 'orders' | 'bots';

export interface VenueAccountOptions {
  readonly venue: string;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly fills: Pick<AccountFills, 'record'>;
  /** A fill could not be kept; it is told all the same, the venue has it. */
  readonly onFault: (error: unknown) => void;
}

export class VenueAccount {
  readonly #o: VenueAccountOptions;
  /** Newest last. */
  #orders = new Map<string, AccountOrder>();
  readonly #current = new Map<Channel, { readonly timestamp: number; readonly text: string; readonly data: unknown }>();
  readonly #withdraw: (() => void)[] = [];

  constructor(options: VenueAccountOptions) {
    this.#o = options;
  }

  apply(event: AccountEvent): void {
    const { venue } = this.#o;
    switch (event.type) {
      case 'balance':
        return this.#publish('balance', toBalanceEvent(venue, event.balance));
      case 'positions':
        return this.#publish('positions', event.positions.map(toPositionView));
      case 'pnl':
        return this.#publish('pnl', toPnlEvent(event.pnl));
      case 'bots':
        return this.#publish('bots', event.bots.map(toBotView));
      case 'orders':
        this.#orders = new Map(event.orders.map((order) => [order.id, order]));
        return this.#publishOrders();
      case 'order':
        // Moves to the end: the newest changed.
        this.#orders.delete(event.order.id);
        this.#orders.set(event.order.id, event.order);
        return this.#publishOrders();
      case 'fill': {
        const { bus, clock, fills, onFault } = this.#o;
        try {
          fills.record(venue, event.fill);
        } catch (error) {
          onFault(error);
        }
        const channel = `account.${venue}.fills`;
        return bus.publish({ channel, event: 'update', timestamp: clock.now(), data: toFillView(event.fill) });
      }
    }
  }

  /** Withdraws the current values. */
  close(): void {
    for (const withdraw of this.#withdraw.splice(0)) withdraw();
  }

  #publishOrders(): void {
    let ended = 0;
    for (const order of [...this.#orders.values()].toReversed()) {
      if (!order.open && ++ended > ENDED_KEPT) this.#orders.delete(order.id);
    }
    this.#publish('orders', [...this.#orders.values()].toReversed().map(toOrderView));
  }

  #publish(name: Channel, data: unknown): void {
    const { venue, bus, clock } = this.#o;
    const channel = `account.${venue}.${name}`;
    const text = JSON.stringify(data);
    const known = this.#current.get(name);
    if (known?.text === text) return;
    const timestamp = clock.now();
    this.#current.set(name, { timestamp, text, data });
    if (!known) {
      const provided = () => {
        const value = this.#current.get(name);
        return value && { event: 'update', timestamp: value.timestamp, data: value.data };
      };
      this.#withdraw.push(bus.provide(channel, provided));
    }
    bus.publish({ channel, event: 'update', timestamp, data });
  }
}
