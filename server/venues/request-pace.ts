/** A venue's limit on requests: so many in a span of time. Who comes too early waits in line, up to a length. */
import type { Timers } from '#domain/clock.ts';

export interface PaceLimit {
  readonly requests: number;
  readonly perMs: number;
  /** Then the next is refused rather than kept waiting. */
  readonly maxWaiting: number;
}

export class RequestPace {
  readonly #timers: Timers;
  readonly #limit: PaceLimit;
  /** When the last requests went, oldest first. */
  readonly #sent: number[] = [];
  #line: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(timers: Timers, limit: PaceLimit) {
    this.#timers = timers;
    this.#limit = limit;
  }

  /**
   * Resolves with `true` when the request may go; at once with `false` where the line is full. `most`: for who is not to
   * fill the line for others, how many may wait before it.
   */
  async take(most = this.#limit.maxWaiting): Promise<boolean> {
    if (this.#waiting >= Math.min(most, this.#limit.maxWaiting)) return false;
    this.#waiting += 1;
    this.#line = this.#line.then(() => this.#turn());
    await this.#line;
    this.#waiting -= 1;
    return true;
  }

  async #turn(): Promise<void> {
    const { requests, perMs } = this.#limit;
    if (this.#sent.length >= requests) {
      // A clock that was set back must not hold up everything by as much.
      const wait = Math.min(perMs, (this.#sent.shift() ?? 0) + perMs - this.#timers.now());
      if (wait > 0) await new Promise<void>((resolve) => this.#timers.after(wait, resolve));
    }
    this.#sent.push(this.#timers.now());
  }
}
