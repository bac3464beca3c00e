/** Every order ever placed, in its last state. Rows are the protocol's own words, prices as exact strings. */
import type { Effect } from '#engine/effects.ts';
import type { Database } from './transaction.ts';

export type OrderEffect = Extract<Effect, { type: 'order' }>;

export interface OrderRow {
  readonly order_id: string;
  readonly grid_id: string;
  readonly level: number;
  readonly side: 'buy' | 'sell';
  readonly price: string;
  readonly amount: string;
  readonly state: 'open' | 'filled' | 'cancelled';
  readonly placed_at: number;
  readonly updated_at: number;
}

export interface OrderQuery {
  readonly gridId?: string | undefined;
  readonly openOnly?: boolean;
  /** Last changed before this time. */
  readonly before?: number | undefined;
  readonly limit: number;
}

const STATES = { placed: 'open', filled: 'filled', cancelled: 'cancelled' } as const;

export class Orders {
  readonly #db: Database;
  readonly #upsert;
  readonly #anyOf;

  constructor(db: Database) {
    this.#db = db;
    this.#upsert = db.prepare(
      `INSERT INTO orders (order_id, grid_id, level, side, price, amount, state, placed_at, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (order_id) DO UPDATE SET state = excluded.state, updated_at = excluded.updated_at`,
    );
    this.#anyOf = db.prepare('SELECT 1 FROM orders WHERE grid_id = ? LIMIT 1');
  }

  record(order: OrderEffect): void {
    const { order_id, grid_id, level, side, price, amount, ts } = order;
    this.#upsert.run(order_id, grid_id, level, side, price, amount, STATES[order.event], ts, ts);
  }

  /** Whether this grid id was ever used for an order. */
  knows(gridId: string): boolean {
    return this.#anyOf.get(gridId) !== undefined;
  }

  /** Newest first. */
  list({ gridId, openOnly = false, before, limit }: OrderQuery): OrderRow[] {
    const where = ['updated_at < ?'];
    const values: (string | number)[] = [before ?? Number.MAX_SAFE_INTEGER];
    if (gridId !== undefined) {
      where.push('grid_id = ?');
      values.push(gridId);
    }
    if (openOnly) where.push("state = 'open'");
    return this.#db
      .prepare(`SELECT * FROM orders WHERE ${where.join(' AND ')} ORDER BY updated_at DESC, order_id DESC LIMIT ?`)
      .all(...values, limit) as OrderRow[];
  }
}
