/** A grid's range for a period: around its first price, so that nothing of what came later is known. */
export interface Bar {
  readonly open: number;
  readonly close: number;
  /** ms. */
  readonly ts: number;
}

const MONTH_DAYS = 30;
const DAY_MS = 86_400_000;
/** What a cell should be wide at least, so that both fees leave something. */
const LEAST_CELL = 0.004;

/**
 * Twice the standard deviation of a month's return to either side. `commission`: a fraction. `undefined`: too few bars.
 */
export function suggestRange(
  bars: readonly Bar[],
  commission: number,
  decimals: number,
): { readonly lower_price: string; readonly upper_price: string; readonly grid_count: string } | undefined {
  const [first, last] = [bars[0], bars.at(-1)];
  if (first === undefined || last === undefined || bars.length < 20 || !(first.open > 0)) return undefined;
  const returns = bars.slice(1).map((bar, index) => Math.log(bar.close / (bars[index]?.close ?? bar.close)));
  const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length;
  const variance = returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (returns.length - 1);
  const perDay = (returns.length * DAY_MS) / Math.max(last.ts - first.ts, 1);
  const half = Math.min(Math.max(2 * Math.sqrt(variance * perDay * MONTH_DAYS), 0.02), 0.6);
  const [lower, upper] = [first.open * (1 - half), first.open * (1 + half)];
  const cell = Math.max(LEAST_CELL, commission * 6);
  const count = Math.min(Math.max(Math.floor(Math.log(upper / lower) / cell), 4), 100);
  return {
    lower_price: lower.toFixed(decimals),
    upper_price: upper.toFixed(decimals),
    grid_count: String(count),
  };
}
