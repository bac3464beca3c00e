import type { Random } from '#domain/random.ts';

export interface BackOffRange {
  /** Before the first try after a loss. */
  readonly firstMs: number;
  readonly capMs: number;
}

/** Exponential with jitter: exactly the first delay at first, then the upper half of a window that doubles to the cap. */
export class BackOff {
  readonly #range: BackOffRange;
  readonly #random: Random;
  #losses = 0;

  constructor(range: BackOffRange, random: Random) {
    this.#range = range;
    this.#random = random;
  }

  /** Losses since the last success: 0 is the first connection. */
  get losses(): number {
    return this.#losses;
  }

  /** Counts a loss; in how many ms to try again. */
  lost(): number {
    const { firstMs, capMs } = this.#range;
    const ceiling = Math.min(capMs, firstMs * 2 ** this.#losses);
    const floor = Math.max(Math.min(firstMs, capMs), ceiling / 2);
    this.#losses += 1;
    return Math.round(floor + this.#random() * (ceiling - floor));
  }

  reset(): void {
    this.#losses = 0;
  }
}
