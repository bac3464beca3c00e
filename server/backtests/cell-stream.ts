/** Cells on their way to the screen: in batches, at most four a second, each once it is durable. */
import type { Timers } from '#domain/clock.ts';
import type { SweepCell } from '#protocol/backtest-shapes.ts';

const FLUSH_MS = 250;
/** A frame stays far below what a client may have queued (Z19); who wants the rest at once asks `sweep.get`. */
export const MOST_IN_BATCH = 200;

export class CellStream {
  readonly #timers: Timers;
  readonly #store: (cells: readonly SweepCell[]) => void;
  readonly #publish: (cells: readonly SweepCell[]) => void;
  readonly #failed: (error: unknown) => void;
  /** Computed, not stored yet. */
  #fresh: SweepCell[] = [];
  /** Stored, not told yet. */
  #stored: SweepCell[] = [];
  #stopTimer: (() => void) | undefined;

  /** `failed`: cells could not be stored, and the stream has stopped; they are lost. */
  constructor(
    timers: Timers,
    ports: {
      readonly store: (cells: readonly SweepCell[]) => void;
      readonly publish: (cells: readonly SweepCell[]) => void;
      readonly failed: (error: unknown) => void;
    },
  ) {
    this.#timers = timers;
    this.#store = ports.store;
    this.#publish = ports.publish;
    this.#failed = ports.failed;
  }

  add(cells: readonly SweepCell[]): void {
    this.#fresh.push(...cells);
    this.#stopTimer ??= this.#timers.after(FLUSH_MS, () => {
      this.#stopTimer = undefined;
      try {
        this.flush();
      } catch (error) {
        // A timer has nobody above it: the engine, which trades, would end.
        this.#failed(error);
        return;
      }
      if (this.#stored.length > 0) this.add([]);
    });
  }

  /** Stores all there are and tells one batch of them. */
  flush(): void {
    const fresh = this.#fresh.splice(0);
    if (fresh.length > 0) this.#store(fresh);
    this.#stored.push(...fresh);
    const batch = this.#stored.splice(0, MOST_IN_BATCH);
    if (batch.length > 0) this.#publish(batch);
  }

  /** A last batch; nothing comes after it. */
  end(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    this.flush();
    this.#stored = [];
  }
}
