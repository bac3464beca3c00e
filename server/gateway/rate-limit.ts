/** Z18: a token bucket, and the watch on who keeps running into it. */

/** `rate` a second with bursts of as many. */
export class TokenBucket {
  readonly #rate: number;
  #tokens: number;
  #at: number;

  constructor(rate: number, now: number) {
    this.#rate = rate;
    this.#tokens = rate;
    this.#at = now;
  }

  /** 0: taken; else the ms after which a token will be there. */
  take(now: number): number {
    this.#tokens = Math.min(this.#rate, this.#tokens + (Math.max(0, now - this.#at) * this.#rate) / 1000);
    this.#at = now;
    if (this.#tokens >= 1) {
      this.#tokens -= 1;
      return 0;
    }
    return Math.ceil(((1 - this.#tokens) * 1000) / this.#rate);
  }
}

/** A pause this long ends a run of excess. */
const PAUSE_MS = 1_500;

/** Tells when excess has gone on for `limitMs` without a pause. */
export class ExcessWatch {
  readonly #limitMs: number;
  #since = -Infinity;
  #last = -Infinity;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /** Notes one excess; `true`: enough is enough. */
  note(now: number): boolean {
    if (now - this.#last > PAUSE_MS) this.#since = now;
    this.#last = now;
    return now - this.#since >= this.#limitMs;
  }
}
