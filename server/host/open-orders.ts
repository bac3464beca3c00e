/** The orders of each venue as its account shows them: the open ones, and those that ended last (account-shapes). */
import type { Effect } from '#engine/effects.ts';
import type { OpenOrder } from '#engine/views.ts';
import type { AccountOrderView } from '#protocol/account-shapes.ts';
import { toAccountOrder } from './wire.ts';

type OrderEffect = Extract<Effect, { type: 'order' }>;

export interface Traded {
  readonly venue: string;
  readonly symbol: string;
}

/** Enough to see what has just happened; `grid.orders` knows all. */
const ENDED_SHOWN = 50;

interface VenueOrders {
  readonly open: Map<string, AccountOrderView>;
  /** Oldest first. */
  readonly ended: AccountOrderView[];
  changed: boolean;
}

/** Kept from the effects: listing the core's orders anew each second would hold up the prices. */
export class OpenOrders {
  readonly #venues = new Map<string, VenueOrders>();

  /** `order` as the core lists it. */
  add(order: OpenOrder, { venue, symbol }: Traded): void {
    const orders = this.#of(venue);
    orders.open.set(order.order_id, toAccountOrder({ ...order, ts: order.placed_at }, symbol, 'New'));
    orders.changed = true;
  }

  apply(effect: OrderEffect, { venue, symbol }: Traded): void {
    const orders = this.#of(venue);
    orders.changed = true;
    if (effect.event === 'placed') {
      orders.open.set(effect.order_id, toAccountOrder(effect, symbol, 'New'));
      return;
    }
    orders.open.delete(effect.order_id);
    this.#end(orders, toAccountOrder(effect, symbol, effect.event === 'filled' ? 'Filled' : 'Cancelled'));
  }

  /** A market order, which never rested. */
  fill(order: Parameters<typeof toAccountOrder>[0], { venue, symbol }: Traded): void {
    const orders = this.#of(venue);
    orders.changed = true;
    this.#end(orders, toAccountOrder(order, symbol, 'Filled'));
  }

  #end({ ended }: VenueOrders, order: AccountOrderView): void {
    ended.push(order);
    if (ended.length > ENDED_SHOWN) ended.shift();
  }

  size(venue: string): number {
    return this.#venues.get(venue)?.open.size ?? 0;
  }

  /** Whether there was a change since the last time of asking. */
  takeChanged(venue: string): boolean {
    const orders = this.#venues.get(venue);
    if (!orders?.changed) return false;
    orders.changed = false;
    return true;
  }

  /** The open ones by age, then the ended, newest first. */
  list(venue: string): readonly AccountOrderView[] {
    const orders = this.#venues.get(venue);
    return orders ? [...orders.open.values(), ...orders.ended.toReversed()] : [];
  }

  #of(venue: string): VenueOrders {
    const known = this.#venues.get(venue);
    if (known) return known;
    const orders: VenueOrders = { open: new Map(), ended: [], changed: true };
    this.#venues.set(venue, orders);
    return orders;
  }
}
