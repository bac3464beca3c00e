import type { Timers } from '#domain/clock.ts';

/** The machine's own time. */
export const systemTimers: Timers = {
  now: () => Date.now(),
  after: (ms, task) => {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
};
