/** Both ends are open times of bars that belong to it. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** The runs of bars between `from` and `to`, each `step` ms, that are not there; oldest first. */
export function missingRanges(from: number, to: number, step: number, has: (ts: number) => boolean): TimeRange[] {
  const ranges: TimeRange[] = [];
  let start: number | undefined;
  for (let ts = from; ts <= to; ts += step) {
    if (!has(ts)) {
      start ??= ts;
    } else if (start !== undefined) {
      ranges.push({ from: start, to: ts - step });
      start = undefined;
    }
  }
  if (start !== undefined) ranges.push({ from: start, to });
  return ranges;
}
