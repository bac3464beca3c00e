/** The last trades of one instrument. */
import type { Trade } from '#domain/market-data.ts';

const KEPT = 500;

export class Tape {
  #trades: Trade[] = [];

  push(trade: Trade): void {
    this.#trades.push(trade);
    if (this.#trades.length >= 2 * KEPT) this.#trades = this.#trades.slice(-KEPT);
  }

  /** In place of what is there, oldest first. */
  reset(trades: readonly Trade[]): void {
    this.#trades = trades.slice(-KEPT);
  }

  /** Newest first. */
  newest(limit: number): Trade[] {
    return this.#trades.slice(-Math.min(limit, KEPT)).reverse();
  }
}
