/** The distributions a market is drawn from, over one uniform source. */
import type { Random } from '#domain/random.ts';

export class Draws {
  readonly uniform: Random;
  #spare: number | undefined;

  constructor(uniform: Random) {
    this.uniform = uniform;
  }

  /** Standard normal (Box–Muller, which makes two at a time). */
  normal(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** Mean 1. */
  exponential(): number {
    return -Math.log(1 - this.uniform());
  }

  /** Log-normal with median 1. */
  logNormal(deviation: number): number {
    return Math.exp(deviation * this.normal());
  }

  /** How many events of an expected number happen; made for small ones. */
  poisson(expected: number): number {
    const limit = Math.exp(-expected);
    let count = 0;
    for (let product = this.uniform(); product > limit; product *= this.uniform()) count += 1;
    return count;
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }
}
