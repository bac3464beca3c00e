/** What the two threads of the dispatch bench share. */
export interface DispatchTask {
  readonly perSecond: number;
  readonly venue: string;
  readonly symbols: readonly string[];
  /** The control: a message an event. */
  readonly perMessage: boolean;
}

/** Monotonic, the same in every thread of a process. */
export function microseconds(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}
