import type { Timers } from '#domain/clock.ts';

/** `setTimeout` takes a signed 32-bit count and runs at once beyond it. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** The platform's own clock and timers. A task due in more than 24 days runs after 24. */
export const systemTimers: Timers = {
  now: () => Date.now(),
  after(ms, task) {
    const timer = setTimeout(task, Math.min(ms, MAX_TIMEOUT_MS));
    return () => clearTimeout(timer);
  },
};
