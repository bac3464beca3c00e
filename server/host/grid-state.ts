import type { GridState } from '#engine/effects.ts';

const ENDED: ReadonlySet<GridState> = new Set(['stopped', 'stop_loss', 'take_profit', 'error']);

/** Whether nothing will happen to a grid in this state any more. */
export function isEnded(state: GridState): boolean {
  return ENDED.has(state);
}
