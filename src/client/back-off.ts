import type { Random } from '#domain/random.ts';
import { RECONNECT_MAX_MS, RECONNECT_MIN_MS, RECONNECT_TRIES } from '#protocol/limits.ts';

/** Z17: 1 s doubling to 30 s, ten tries in a row. */
export class BackOff {
  readonly #random: Random;
  #tries = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** The try that comes next, of ten; 0: the first connection. */
  get tries(): number {
    return this.#tries;
  }

  get exhausted(): boolean {
    return this.#tries > RECONNECT_TRIES;
  }

  /** In how many ms to try again: full jitter, so that clients do not come back as a herd. */
  delay(): number {
    const ceiling = Math.min(RECONNECT_MAX_MS, RECONNECT_MIN_MS * 2 ** this.#tries);
    return Math.round(this.#random() * ceiling);
  }

  lost(): void {
    this.#tries += 1;
  }

  reset(): void {
    this.#tries = 0;
  }
}
