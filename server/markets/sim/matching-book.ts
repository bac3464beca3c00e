/** A matching engine: limit orders by price, then by time. Prices are whole ticks, sizes whole lots. */
import type { Side } from '#domain/market-data.ts';

export interface Fill {
  readonly price: number;
  readonly size: number;
  /** The taker's. */
  readonly side: Side;
  readonly makerId: number;
  readonly takerId: number;
}

/** A handle to cancel with; it stays valid, with nothing remaining, once the order is gone. */
export interface RestingOrder {
  readonly id: number;
  readonly side: Side;
  readonly price: number;
  /** 0: filled or cancelled. */
  readonly remaining: number;
}

export interface Submitted {
  readonly fills: readonly Fill[];
  /** What of a limit order found no match. */
  readonly resting: RestingOrder | undefined;
}

interface QueuedOrder {
  readonly id: number;
  readonly side: Side;
  readonly price: number;
  remaining: number;
}

interface Level {
  readonly price: number;
  size: number;
  /** First come first; never empty. Queues are short here, so an array does. */
  readonly queue: QueuedOrder[];
}

const NO_FILLS: readonly Fill[] = [];

export class MatchingBook {
  /** Worst first: the best level, where nearly everything happens, is the last. */
  readonly #bids: Level[] = [];
  readonly #asks: Level[] = [];
  readonly #changed: ((side: Side, price: number) => void) | undefined;
  #lastId = 0;

  /** `changed` is told each price whose resting size changed. */
  constructor(changed?: (side: Side, price: number) => void) {
    this.#changed = changed;
  }

  /** Matches what it can at `price` or better; the rest waits in the book. */
  limit(side: Side, price: number, size: number): Submitted {
    const id = ++this.#lastId;
    const { fills, left } = this.#match(id, side, price, size);
    return { fills, resting: left > 0 ? this.#rest(id, side, price, left) : undefined };
  }

  /** Matches what it can at `worst` or better; the rest is cancelled. */
  take(side: Side, worst: number, size: number): readonly Fill[] {
    return this.#match(++this.#lastId, side, worst, size).fills;
  }

  /** `false`: it was gone already. */
  cancel(order: RestingOrder): boolean {
    if (order.remaining === 0) return false;
    const levels = this.#levels(order.side);
    const at = find(levels, order.side, order.price);
    const level = levels[at];
    const place = level?.queue.findIndex((queued) => queued === order) ?? -1;
    if (level === undefined || place < 0) return false;
    level.size -= order.remaining;
    for (const cancelled of level.queue.splice(place, 1)) cancelled.remaining = 0;
    if (level.queue.length === 0) levels.splice(at, 1);
    this.#changed?.(order.side, order.price);
    return true;
  }

  bestBid(): number | undefined {
    return this.#bids[this.#bids.length - 1]?.price;
  }

  bestAsk(): number | undefined {
    return this.#asks[this.#asks.length - 1]?.price;
  }

  /** The order that a taker on the other side would meet first. */
  front(side: Side): RestingOrder | undefined {
    const levels = this.#levels(side);
    return levels[levels.length - 1]?.queue[0];
  }

  /** Total size resting at a price. */
  sizeAt(side: Side, price: number): number {
    const levels = this.#levels(side);
    const level = levels[find(levels, side, price)];
    return level?.price === price ? level.size : 0;
  }

  /** `[price, size]`, best first. */
  levels(side: Side): [price: number, size: number][] {
    return this.#levels(side)
      .map(({ price, size }): [number, number] => [price, size])
      .reverse();
  }

  #levels(side: Side): Level[] {
    return side === 'buy' ? this.#bids : this.#asks;
  }

  #match(takerId: number, side: Side, worst: number, size: number): { fills: readonly Fill[]; left: number } {
    const makers: Side = side === 'buy' ? 'sell' : 'buy';
    const levels = this.#levels(makers);
    let fills: Fill[] | undefined;
    let left = size;
    while (left > 0) {
      const at = levels.length - 1;
      const level = levels[at];
      if (level === undefined || (side === 'buy' ? level.price > worst : level.price < worst)) break;
      const maker = level.queue[0];
      if (maker === undefined) break;
      const filled = Math.min(left, maker.remaining);
      left -= filled;
      level.size -= filled;
      maker.remaining -= filled;
      (fills ??= []).push({ price: level.price, size: filled, side, makerId: maker.id, takerId });
      if (maker.remaining === 0) level.queue.shift();
      if (level.queue.length === 0) levels.pop();
      this.#changed?.(makers, level.price);
    }
    return { fills: fills ?? NO_FILLS, left };
  }

  #rest(id: number, side: Side, price: number, remaining: number): RestingOrder {
    const order: QueuedOrder = { id, side, price, remaining };
    const levels = this.#levels(side);
    const at = find(levels, side, price);
    const level = levels[at];
    if (level?.price === price) {
      level.queue.push(order);
      level.size += remaining;
    } else {
      levels.splice(at, 0, { price, size: remaining, queue: [order] });
    }
    this.#changed?.(side, price);
    return order;
  }
}

/** First index whose price is not worse than `price`. */
function find(levels: readonly Level[], side: Side, price: number): number {
  const sign = side === 'buy' ? 1 : -1;
  let low = 0;
  let high = levels.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const level = levels[middle];
    if (level !== undefined && (level.price - price) * sign < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
