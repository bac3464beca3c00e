/** The lines of a grid (G3), exactly: in whole ticks. */
export type Spacing = 'arithmetic' | 'geometric';

export interface Range {
  /** Ticks. */
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
  readonly spacing: Spacing;
}

/** Line `index` of `0…count`, rounded down to the tick; a value within 1e-9 of a tick is that tick. */
export function lineAt(range: Range, index: number): number {
  const { lower, upper, count } = range;
  if (index === 0) return lower;
  if (index === count) return upper;
  if (range.spacing === 'arithmetic') {
    const product = index * (upper - lower);
    return Number.isSafeInteger(product)
      ? lower + Math.floor(product / count)
      : lower + Number((BigInt(index) * BigInt(upper - lower)) / BigInt(count));
  }
  // Doubles are off by less than half of this; only where the tick below stays in doubt do whole numbers decide.
  const estimate = lower * Math.pow(upper / lower, index / count);
  const doubt = estimate * 1e-14 + 2e-9;
  let low = Math.floor(estimate - doubt);
  let high = Math.floor(estimate + doubt);
  while (low < high) {
    const middle = low + Math.ceil((high - low) / 2);
    if (reaches(range, index, middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Whether `L·(U/L)^(i/N) ≥ tick − 1e-9`, taken to the N-th power so that only whole numbers are compared. */
function reaches({ lower, upper, count }: Range, index: number, tick: number): boolean {
  const n = BigInt(count);
  const i = BigInt(index);
  const value = BigInt(lower) ** (n - i) * BigInt(upper) ** i;
  return (BigInt(tick) * 1_000_000_000n - 1n) ** n <= value * 1_000_000_000n ** n;
}

/** All `count + 1` lines, lowest first. */
export function gridLines(range: Range): number[] {
  return Array.from({ length: range.count + 1 }, (_, index) => lineAt(range, index));
}

/** Whether all lines are different ticks. */
export function linesDiffer(range: Range): boolean {
  if (range.upper - range.lower < range.count) return false;
  if (range.spacing === 'arithmetic') return true;
  let below = range.lower;
  for (let index = 1; index <= range.count; index += 1) {
    const line = lineAt(range, index);
    if (line <= below) return false;
    below = line;
  }
  return true;
}

/** The largest number of intervals up to `range.count` that satisfies `fits`, or 0. */
export function largestCount(range: Range, fits: (range: Range) => boolean): number {
  for (let count = range.count; count >= 2; count -= 1) {
    if (fits({ ...range, count })) return count;
  }
  return 0;
}
