/** How long the event loop is away at a time: what waits for it, waits that long. */
import { readFileSync } from 'node:fs';

/** CPU time of this thread so far, ms, where the system tells it: so other load does not count. Else the clock's. */
export function threadTime(): number {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ', 1)[0]) / 1e6;
  } catch {
    return performance.now();
  }
}

/** The longest turn until `work` is done, ms. */
export async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = threadTime();
  let isOver = false;
  const turn = () => {
    longest = Math.max(longest, threadTime() - last);
    last = threadTime();
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  isOver = true;
  return longest;
}
