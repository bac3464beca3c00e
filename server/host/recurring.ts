/** A task at intervals, by the injected timers; `ms` is asked before each round. */
import type { Timers } from '#domain/clock.ts';

/** The returned function ends it. */
export function recurring(timers: Timers, ms: () => number, task: () => void): () => void {
  let cancel = timers.after(ms(), round);
  function round(): void {
    cancel = timers.after(ms(), round);
    task();
  }
  return () => cancel();
}
