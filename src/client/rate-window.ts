import type { Clock } from '#domain/clock.ts';

const WINDOW_MS = 1_000;
/** The share of a server's limit we use: what leaves in one second may arrive, after a stall, in less. */
const SHARE = 0.8;

/** Z18: at most a share of the limit's marks in any second. */
export class RateWindow {
  readonly #clock: Clock;
  #limit = 1;
  #marks: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What the server allows a second; we stay below. */
  limit(perSecond: number): void {
    this.#limit = Math.max(1, Math.floor(perSecond * SHARE));
  }

  /** Ms until the next may go; 0: now. */
  wait(): number {
    const now = this.#clock.now();
    // A mark in the future is from before the clock was set back.
    this.#marks = this.#marks.filter((at) => now - at < WINDOW_MS && at <= now);
    const oldest = this.#marks[this.#marks.length - this.#limit];
    return oldest === undefined ? 0 : oldest + WINDOW_MS - now;
  }

  mark(): void {
    this.#marks.push(this.#clock.now());
  }
}
