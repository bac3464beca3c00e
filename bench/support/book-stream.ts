/** A seeded stream of an order book's changes: 400 levels a side around a walking price, most changes near the best. */
import { seededRandom } from '#domain/random.ts';

export interface LevelChange {
  readonly side: 'bid' | 'ask';
  /** In ticks. */
  readonly price: number;
  /** In lots; 0 removes. */
  readonly size: number;
}

export const LEVELS = 400;
export const START_PRICE = 950_000;

/** `count` batches; the first is the snapshot. Prices stay uncrossed, both sides hold `LEVELS` levels after each. */
export function bookStream(count: number, seed = 1): LevelChange[][] {
  const random = seededRandom(seed);
  const levels = { bid: new Map<number, number>(), ask: new Map<number, number>() };
  let mid = START_PRICE;
  const size = () => 1 + Math.floor(random() * 5_000_000);
  const batches: LevelChange[][] = [];
  for (let batch = 0; batch < count; batch++) {
    const changes: LevelChange[] = [];
    const set = (side: 'bid' | 'ask', price: number, amount: number) => {
      if (amount === 0) levels[side].delete(price);
      else levels[side].set(price, amount);
      changes.push({ side, price, size: amount });
    };
    mid += Math.round((random() - 0.5) * 6);
    for (const side of ['bid', 'ask'] as const) {
      const away = side === 'bid' ? -1 : 1;
      for (const price of levels[side].keys()) if ((price - mid) * away <= 0) set(side, price, 0);
      for (let i = 0; i < 12; i++) {
        const depth = 1 + Math.floor(-Math.log(1 - random()) * 25);
        const price = mid + away * depth;
        set(side, price, levels[side].has(price) && random() < 0.3 ? 0 : size());
      }
      for (let depth = 1; levels[side].size < LEVELS; depth++) {
        if (!levels[side].has(mid + away * depth)) set(side, mid + away * depth, size());
      }
      while (levels[side].size > LEVELS) {
        const prices = [...levels[side].keys()];
        set(side, side === 'bid' ? Math.min(...prices) : Math.max(...prices), 0);
      }
    }
    batches.push(changes);
  }
  return batches;
}
