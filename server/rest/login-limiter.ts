/** Slows down guessing: after some wrong passwords the next try has to wait, longer each time. */
import type { Clock } from '#domain/clock.ts';
import { ProtocolError } from '#protocol/errors.ts';

interface Record {
  failures: number;
  blockedUntil: number;
  lastAt: number;
}

const FREE_TRIES = 5;
const MAX_WAIT_MS = 15 * 60_000;
const FORGIVEN_AFTER_MS = 60 * 60_000;
const MAX_RECORDS = 10_000;

export class LoginLimiter {
  readonly #clock: Clock;
  readonly #records = new Map<string, Record>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Throws `RATE_LIMITED` while the key (a name at an address) has to wait. */
  check(key: string): void {
    const retry_after_ms = (this.#records.get(key)?.blockedUntil ?? 0) - this.#clock.now();
    if (retry_after_ms > 0) throw new ProtocolError('RATE_LIMITED', 'too many failed sign-ins', { retry_after_ms });
  }

  failed(key: string): void {
    const now = this.#clock.now();
    const old = this.#records.get(key);
    const failures = old && now - old.lastAt < FORGIVEN_AFTER_MS ? old.failures + 1 : 1;
    const wait = failures < FREE_TRIES ? 0 : Math.min(MAX_WAIT_MS, 1000 * 2 ** (failures - FREE_TRIES));
    this.#records.delete(key);
    this.#records.set(key, { failures, blockedUntil: now + wait, lastAt: now });
    for (const [oldest] of this.#records) {
      if (this.#records.size <= MAX_RECORDS) break;
      this.#records.delete(oldest);
    }
  }

  succeeded(key: string): void {
    this.#records.delete(key);
  }
}
