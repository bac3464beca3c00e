import type { LatencyFigures } from '../venue.ts';

/** Exact to the millisecond below, then sixteen steps a doubling (≤ 6 % off). */
const EXACT = 64;
const STEPS = 16;
const DOUBLINGS = 22;
const HALF = EXACT + STEPS * DOUBLINGS;

/** Latencies since the last reading, in fixed memory. Negative where the two clocks differ. */
export class LatencyHistogram {
  readonly #counts = new Uint32Array(2 * HALF);
  #total = 0;

  add(ms: number): void {
    if (!Number.isFinite(ms)) return;
    const index = HALF + (ms < 0 ? -1 - bucketOf(-ms) : bucketOf(ms));
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#total += 1;
  }

  /** `null` without any. Starts anew. */
  take(): LatencyFigures | null {
    if (this.#total === 0) return null;
    const figures = { p50: this.#percentile(0.5), p99: this.#percentile(0.99), count: this.#total };
    this.#counts.fill(0);
    this.#total = 0;
    return figures;
  }

  #percentile(share: number): number {
    const rank = Math.ceil(share * this.#total);
    let seen = 0;
    for (let index = 0; index < this.#counts.length; index += 1) {
      seen += this.#counts[index] ?? 0;
      if (seen >= rank) return index < HALF ? -valueOf(HALF - 1 - index) : valueOf(index - HALF);
    }
    return 0;
  }
}

function bucketOf(ms: number): number {
  const whole = Math.round(ms);
  if (whole < EXACT) return whole;
  const doubling = Math.floor(Math.log2(whole / EXACT));
  const step = Math.floor((whole / (EXACT * 2 ** doubling) - 1) * STEPS);
  return Math.min(HALF - 1, EXACT + doubling * STEPS + step);
}

/** The lower edge of a bucket. */
function valueOf(bucket: number): number {
  if (bucket < EXACT) return bucket;
  const doubling = Math.floor((bucket - EXACT) / STEPS);
  const step = (bucket - EXACT) % STEPS;
  return EXACT * 2 ** doubling * (1 + step / STEPS);
}
