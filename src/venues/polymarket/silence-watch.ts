/** M5: data may stop while the heartbeat goes on. Silence alone is normal for a quiet market, so it is looked into. */
import type { Timers } from '#domain/clock.ts';

const ALARM_MS = 30_000;
const CHECK_MS = 120_000;

export interface SilenceHandlers {
  /** `silentSince` has changed. */
  readonly changed: () => void;
  /** Silent for two minutes, and for each two more. */
  readonly check: () => void;
}

/** One timer, set anew when it runs out rather than with every frame. */
export class SilenceWatch {
  readonly #timers: Timers;
  readonly #handlers: SilenceHandlers;
  #cancel: (() => void) | undefined;
  #lastDataAt = 0;
  #checkedAt = 0;
  #silentSince: number | null = null;

  constructor(timers: Timers, handlers: SilenceHandlers) {
    this.#timers = timers;
    this.#handlers = handlers;
  }

  /** When data last came, once that is too long ago. */
  get silentSince(): number | null {
    return this.#silentSince;
  }

  start(): void {
    this.stop();
    this.#lastDataAt = this.#timers.now();
    this.#checkedAt = this.#lastDataAt;
    this.#sleep();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#silentSince = null;
  }

  data(): void {
    if (!this.#cancel) return;
    this.#lastDataAt = this.#timers.now();
    this.#checkedAt = this.#lastDataAt;
    if (this.#silentSince === null) return;
    this.#silentSince = null;
    this.#cancel();
    this.#sleep();
    this.#handlers.changed();
  }

  #sleep(): void {
    const [since, limit] =
      this.#silentSince === null ? [this.#lastDataAt, ALARM_MS] : ([this.#checkedAt, CHECK_MS] as const);
    this.#cancel = this.#timers.after(Math.min(limit, since + limit - this.#timers.now()), () => this.#wake());
  }

  #wake(): void {
    const now = this.#timers.now();
    // The clock was set back: silence is counted from there.
    this.#lastDataAt = Math.min(this.#lastDataAt, now);
    this.#checkedAt = Math.min(this.#checkedAt, now);
    const isNew = this.#silentSince === null && now - this.#lastDataAt >= ALARM_MS;
    const isDue = now - this.#checkedAt >= CHECK_MS;
    if (isNew) this.#silentSince = this.#lastDataAt;
    if (isDue) this.#checkedAt = now;
    this.#sleep();
    if (isNew) this.#handlers.changed();
    if (isDue) this.#handlers.check();
  }
}
