/** How a grid's orders and fills come together from commands and events, whichever comes first: none lost, none twice. */
import type { FillView, OrderEvent, OrderView, RiskView, TradeEvent } from '#protocol/shapes.ts';
import { mergeFillsBy } from './fill-pages.ts';

/** A foreign engine may name no order: a level has at most one a side. */
export function orderKey(order: Pick<OrderEvent, 'order_id' | 'level' | 'side'>): string {
  return order.order_id ?? `${order.level}:${order.side}`;
}

export function toFill(event: TradeEvent, receivedAt: number): FillView {
  // Orders fill whole (G10), so an order's name names its fill as well.
  return { ...event, trade_id: event.trade_id ?? event.order_id, ts: event.ts ?? receivedAt };
}

/** Newest first, each trade once; `incoming` replaces what is known under the same id, which is unique within its grid. */
export function mergeFills(known: readonly FillView[], incoming: readonly FillView[]): FillView[] {
  return mergeFillsBy(known, incoming, ({ grid_id }) => grid_id);
}

/** Decisions have no id: the same rule with the same outcome and figures at the same time is the same decision. */
export function riskKey({ grid_id, ts, rule, decision, figures, reason }: RiskView): string {
  return JSON.stringify([ts, grid_id, rule, decision, reason, Object.entries(figures).sort()]);
}

/** Newest first, each decision once; of the same time, those known first stay below. */
export function mergeRisk(known: readonly RiskView[], incoming: readonly RiskView[]): RiskView[] {
  const byKey = new Map(known.toReversed().map((record) => [riskKey(record), record]));
  for (const record of incoming) {
    const key = riskKey(record);
    if (!byKey.has(key)) byKey.set(key, record);
  }
  return [...byKey.values()].reverse().sort((a, b) => b.ts - a.ts);
}

/**
 * The open orders. A list and events may cross: an order that ended must not come back with an older list, and one placed
 * after the list was made must stay.
 */
export class OpenOrders {
  #orders = new Map<string, OrderView>();
  /** Ended since `beginList`: an answer may still name them. */
  #ended = new Set<string>();
  /** Placed since `beginList`: the answer may not know them yet. */
  #placed = new Set<string>();

  get all(): readonly OrderView[] {
    return [...this.#orders.values()];
  }

  /** A list is asked for; its answer goes to `applyList`. */
  beginList(): void {
    this.#ended.clear();
    this.#placed.clear();
  }

  applyList(list: readonly OrderView[]): void {
    const next = new Map<string, OrderView>();
    for (const order of list) if (!this.#ended.has(order.order_id)) next.set(order.order_id, order);
    for (const id of this.#placed) {
      const order = this.#orders.get(id);
      if (order && !next.has(id)) next.set(id, order);
    }
    this.#orders = next;
  }

  applyEvent(event: 'placed' | 'filled' | 'cancelled', data: OrderEvent, at: number): void {
    const id = orderKey(data);
    if (event !== 'placed') {
      this.#ended.add(id);
      this.#placed.delete(id);
      this.#orders.delete(id);
      return;
    }
    this.#placed.add(id);
    const { grid_id, level, side, price, amount } = data;
    const [placed_at, updated_at] = [at, at];
    this.#orders.set(id, { order_id: id, grid_id, level, side, price, amount, state: 'open', placed_at, updated_at });
  }
}
