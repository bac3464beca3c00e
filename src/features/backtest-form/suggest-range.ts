/** A grid's range for a period: around its first price, as wide as the first part of the period moved. */
export interface Bar {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  /** ms. */
  readonly ts: number;
}

const DAY_MS = 86_400_000;
/** A range is meant for this long at most; over years no range that trades holds. */
const HORIZON_MS = 90 * DAY_MS;
const LEAST_BARS = 20;
/** What a cell should be wide at least, so that both fees leave something. */
const LEAST_CELL = 0.004;

/** How much of a period, from its start, a suggestion looks at: what came later is not known. */
export function firstPart(from: number, to: number): number {
  return from + Math.min(to - from, HORIZON_MS) / 3;
}

/**
 * Half of how far the bars went, scaled by the square root of time to the whole period `ms`. Wanderings are measured and
 * not returns of single bars: a price that comes back to its middle has volatile bars and a narrow range.
 * `commission`: a fraction. `undefined`: too few bars.
 */
export function suggestRange(
  bars: readonly Bar[],
  ms: number,
  commission: number,
  decimals: number,
): { readonly lower_price: string; readonly upper_price: string; readonly grid_count: string } | undefined {
  const [first, last] = [bars[0], bars.at(-1)];
  if (first === undefined || last === undefined || bars.length < LEAST_BARS || !(first.open > 0)) return undefined;
  let [high, low] = [first.high, first.low];
  for (const bar of bars) {
    high = Math.max(high, bar.high);
    low = Math.min(low, bar.low);
  }
  const longer = Math.max(1, Math.min(ms, HORIZON_MS) / Math.max(last.ts - first.ts, 1));
  const half = Math.min(Math.max(((high - low) / 2 / first.open) * Math.sqrt(longer), 0.02), 0.6);
  // A trader's numbers: about a hundredth of the range.
  const step = 10 ** Math.max(Math.floor(Math.log10(first.open * half * 2)) - 2, -decimals);
  const lower = Math.floor((first.open * (1 - half)) / step) * step;
  const upper = Math.ceil((first.open * (1 + half)) / step) * step;
  const cell = Math.max(LEAST_CELL, commission * 6);
  const count = Math.min(Math.max(Math.floor(Math.log(upper / lower) / cell), 4), 100);
  return {
    lower_price: lower.toFixed(decimals),
    upper_price: upper.toFixed(decimals),
    grid_count: String(count),
  };
}
