/** P9: what the engine did today, in UTC: cycles completed and quote traded. */
import { add, multiply } from './exact-sum.ts';
import type { FillView } from '#protocol/shapes.ts';

const DAY_MS = 86_400_000;

export interface DayReading {
  readonly points: number;
  readonly volume: number;
}

export class DayFigures {
  #day = -1;
  #points = 0;
  #volume = '0';

  /** Fills of an earlier day than the newest seen count no more. */
  add(fill: Pick<FillView, 'ts' | 'price' | 'amount' | 'cycle' | 'exact'>): void {
    this.#roll(fill.ts);
    if (dayOf(fill.ts) !== this.#day) return;
    if (fill.cycle) this.#points += 1;
    const price = fill.exact?.['price'] ?? String(fill.price);
    const amount = fill.exact?.['amount'] ?? String(fill.amount);
    this.#volume = add(this.#volume, multiply(price, amount));
  }

  /** As of `now`, the engine's time. */
  read(now: number): DayReading {
    this.#roll(now);
    return { points: this.#points, volume: Number(this.#volume) };
  }

  #roll(ts: number): void {
    const day = dayOf(ts);
    if (day <= this.#day) return;
    this.#day = day;
    this.#points = 0;
    this.#volume = '0';
  }
}

export function dayOf(ts: number): number {
  return Math.floor(ts / DAY_MS);
}
