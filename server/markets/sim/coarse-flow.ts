/**
 * Whole minutes of trading in a few strokes, for the time nobody watched: six times a minute one maker quotes as far
 * around the fair value as it would have wandered meanwhile, and takers hit both quotes. It makes some hundred
 * thousand bars a second, with ranges and volumes like those of the live flow.
 */
import type { Side } from '#domain/market-data.ts';
import type { Bar } from '../bars.ts';
import type { Draws } from './draws.ts';
import type { FairValue } from './fair-value.ts';
import type { Listing } from './listing.ts';
import { MatchingBook, type Fill } from './matching-book.ts';

export const COARSE_STEP_MS = 10_000;
const STEPS_A_MINUTE = 6;

/** The expected extreme of a walk lies this many step deviations beyond that of its sampled points. */
const DISCRETISATION = 0.5826;
/** Takers push the price a little farther than the fair value goes. */
const TAKERS_PUSH = 0.00025;
/** Takers' trades behind one stroke, in median sizes. */
const SIZE_A_STROKE = 57;
const SIZE_DEVIATION = 0.7;

export class CoarseFlow {
  readonly #listing: Listing;
  readonly #fair: FairValue;
  readonly #draws: Draws;
  readonly #book = new MatchingBook();

  constructor(listing: Listing, fair: FairValue, draws: Draws) {
    this.#listing = listing;
    this.#fair = fair;
    this.#draws = draws;
  }

  /** The bar of `steps` strokes (six: the whole minute) from `ts` on. */
  minute(ts: number, steps = STEPS_A_MINUTE): Bar {
    // The bar opens where the one before closed.
    let bar = merge(undefined, ts, this.#stroke('buy', 0));
    for (let step = 1; step <= steps; step++) {
      this.#fair.advance(COARSE_STEP_MS);
      const reach = DISCRETISATION * this.#fair.deviation(COARSE_STEP_MS) + TAKERS_PUSH * this.#fair.volatility;
      const first: Side = this.#draws.chance(0.5) ? 'buy' : 'sell';
      bar = merge(bar, ts, this.#stroke(first, reach));
      bar = merge(bar, ts, this.#stroke(first === 'buy' ? 'sell' : 'buy', reach));
    }
    return merge(bar, ts, this.#stroke('sell', 0));
  }

  /** One taker meets one maker at `reach` from the fair value. */
  #stroke(side: Side, reach: number): readonly Fill[] {
    const { medianSize } = this.#listing;
    const away = side === 'buy' ? 1 + reach : 1 - reach;
    const price = Math.max(1, Math.round(this.#fair.price * away));
    const size =
      medianSize * this.#fair.volatility * this.#draws.logNormal(SIZE_DEVIATION) * (reach > 0 ? SIZE_A_STROKE : 1);
    const lots = Math.max(1, Math.round(size));
    this.#book.limit(side === 'buy' ? 'sell' : 'buy', price, lots);
    return this.#book.take(side, price, lots);
  }
}

function merge(bar: Bar | undefined, ts: number, fills: readonly Fill[]): Bar {
  let { open, high, low, close, volume } = bar ?? { open: 0, high: 0, low: Infinity, close: 0, volume: 0 };
  for (const { price, size } of fills) {
    if (volume === 0) open = price;
    high = Math.max(high, price);
    low = Math.min(low, price);
    close = price;
    volume += size;
  }
  return { ts, open, high, low, close, volume };
}
