/** What happens once a minute: the clock, and old records that are let go. */
import type { Timers } from '#domain/clock.ts';
import { IDEMPOTENCY_WINDOW_MS } from '#protocol/limits.ts';
import type { Store } from '#server/storage/store.ts';
import type { CoreLoop } from './core-loop.ts';
import { recurring } from './recurring.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const PRUNE_PAUSE_MS = 200;
/** Then a journal entry goes, once no kept snapshot needs it. Orders, fills and equity stay for ever. */
const JOURNAL_KEPT_MS = 30 * DAY_MS;
const LOGS_KEPT = 200_000;
/** What was refused explains a paused grid months later; what was approved is soon of no interest. */
const RISK_KEPT = { approved: 50_000, others: 200_000 };

export interface HousekeepingOptions {
  readonly loop: CoreLoop;
  readonly store: Store;
  readonly timers: Timers;
}

export class Housekeeping {
  readonly #o: HousekeepingOptions;
  #cancelMinute: () => void = () => undefined;
  #cancelPrune: () => void = () => undefined;

  constructor(options: HousekeepingOptions) {
    this.#o = options;
  }

  /** `clock` is called at each full minute. */
  start(clock: () => void): void {
    const { timers } = this.#o;
    this.#cancelMinute = recurring(
      timers,
      () => MINUTE_MS - (timers.now() % MINUTE_MS),
      () => {
        clock();
        this.#tidy(timers.now());
      },
    );
  }

  stop(): void {
    this.#cancelMinute();
    this.#cancelPrune();
  }

  #tidy(now: number): void {
    const { loop, store } = this.#o;
    loop.write({
      write: () => {
        store.responses.prune(now - 2 * IDEMPOTENCY_WINDOW_MS);
        store.logs.prune(LOGS_KEPT);
        store.risk.prune(RISK_KEPT);
      },
    });
    this.#pruneJournal(now - JOURNAL_KEPT_MS);
  }

  /** Bounded steps, so that no turn waits for a large deletion. */
  #pruneJournal(before: number): void {
    const { loop, store, timers } = this.#o;
    let removed = 0;
    loop.write({
      write: () => {
        removed = store.journal.prune(before);
      },
      committed: () => {
        if (removed > 0) this.#cancelPrune = timers.after(PRUNE_PAUSE_MS, () => this.#pruneJournal(before));
      },
    });
  }
}
