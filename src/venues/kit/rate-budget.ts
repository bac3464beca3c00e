import type { Clock } from '#domain/clock.ts';

export interface RateBudgetOptions {
  /** How many may go at once after a rest. */
  readonly burst: number;
  /** One more each so many ms. */
  readonly everyMs: number;
}

/**
 * A token bucket. In any span of `w` ms at most `burst + ceil(w / everyMs)` go, and the longest wait is `everyMs`: a
 * limit an hour is kept without ever locking anybody out for an hour.
 */
export class RateBudget {
  readonly #options: RateBudgetOptions;
  readonly #clock: Clock;
  #tokens: number;
  /** When `#tokens` was last worked out. */
  #countedAt: number;

  constructor(options: RateBudgetOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#tokens = options.burst;
    this.#countedAt = clock.now();
  }

  /** Ms until the next may go; 0: now. */
  wait(): number {
    this.#count();
    if (this.#tokens > 0) return 0;
    return this.#countedAt + this.#options.everyMs - this.#clock.now();
  }

  /** Whether so many are left: what is not urgent leaves a reserve to what is. */
  has(count: number): boolean {
    this.#count();
    return this.#tokens >= count;
  }

  /** Takes one, if there is one. */
  take(): boolean {
    if (this.wait() > 0) return false;
    this.#tokens -= 1;
    return true;
  }

  #count(): void {
    const { burst, everyMs } = this.#options;
    const now = this.#clock.now();
    // The clock was set back: nothing is known of the time between.
    if (now < this.#countedAt) this.#countedAt = now;
    const earned = Math.floor((now - this.#countedAt) / everyMs);
    if (this.#tokens + earned >= burst) {
      this.#tokens = burst;
      this.#countedAt = now;
    } else {
      this.#tokens += earned;
      this.#countedAt += earned * everyMs;
    }
  }
}
