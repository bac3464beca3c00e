/** The equity for charts: few enough points to draw, none of the extremes lost. */
import type { CandleColumns } from '#domain/candle-columns.ts';
import type { RunTrace } from './trace.ts';

/** Points of one length: time (ms), equity and what holding would be worth (quote), fall from the peak (fraction). */
export interface EquityCurve {
  readonly ts: number[];
  readonly equity: number[];
  readonly hold: number[];
  readonly drawdown: number[];
}

export interface MonthlyReturn {
  /** `2024-06`, UTC. */
  readonly month: string;
  readonly return: number;
}

export const MAX_POINTS = 2000;
/** Two points each, besides the first, the last, the peak and the trough. */
const BUCKETS = (MAX_POINTS - 4) / 2;

export function equityCurve(trace: RunTrace, columns: CandleColumns): EquityCurve {
  const { samples, equity, startBar, startPrice } = trace;
  const invested = Number(trace.exact.invested ?? 0);
  const falls = drawdowns(equity, invested);
  const curve: EquityCurve = { ts: [], equity: [], hold: [], drawdown: [] };
  for (const index of chosen(trace)) {
    const row = samples[index] ?? 0;
    const held = startBar >= 0 && row >= startBar && startPrice > 0;
    curve.ts.push(columns.ts[row] ?? 0);
    curve.equity.push(equity[index] ?? 0);
    curve.hold.push(held ? (invested * (columns.close[row] ?? 0)) / startPrice : invested);
    curve.drawdown.push(falls[index] ?? 0);
  }
  return curve;
}

/** From what was invested to the first month's end, then from end to end; the months from the start of trading on. */
export function monthlyReturns({ samples, equity, startBar, exact }: RunTrace, { ts }: CandleColumns): MonthlyReturn[] {
  const months: MonthlyReturn[] = [];
  let before = Number(exact.invested ?? 0);
  for (let index = 0; index < samples.length; index += 1) {
    const row = samples[index] ?? 0;
    if (startBar < 0 || row < startBar) continue;
    const month = monthOf(ts[row] ?? 0);
    const following = samples[index + 1];
    if (following !== undefined && monthOf(ts[following] ?? 0) === month) continue;
    const value = equity[index] ?? 0;
    if (before > 0) months.push({ month, return: value / before - 1 });
    before = value;
  }
  return months;
}

function drawdowns(equity: Float64Array, invested: number): Float64Array {
  let peak = invested;
  return equity.map((value) => {
    peak = Math.max(peak, value);
    return peak > 0 ? (peak - value) / peak : 0;
  });
}

/** Indices of samples, increasing: of each bucket its lowest and its highest. */
function chosen({ samples, equity, drawdown }: RunTrace): readonly number[] {
  const { length } = samples;
  if (length <= MAX_POINTS) return Array.from({ length }, (_, index) => index);
  const indices = new Set([0, length - 1]);
  for (const row of [drawdown.peakBar, drawdown.troughBar]) {
    const index = row < 0 ? -1 : indexOf(samples, row);
    if (index >= 0) indices.add(index);
  }
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
    const end = Math.floor(((bucket + 1) * length) / BUCKETS);
    let lowest = Math.floor((bucket * length) / BUCKETS);
    let highest = lowest;
    for (let index = lowest + 1; index < end; index += 1) {
      if ((equity[index] ?? 0) < (equity[lowest] ?? 0)) lowest = index;
      if ((equity[index] ?? 0) > (equity[highest] ?? 0)) highest = index;
    }
    indices.add(lowest).add(highest);
  }
  return [...indices].sort((a, b) => a - b);
}

/** Where `row` is among the samples; -1: it was not recorded. */
function indexOf(samples: Int32Array, row: number): number {
  let low = 0;
  let high = samples.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((samples[middle] ?? 0) < row) low = middle + 1;
    else high = middle;
  }
  return samples[low] === row ? low : -1;
}

/** `yyyy-mm` of a time, by the proleptic Gregorian calendar; the engine reads no `Date`. */
function monthOf(ts: number): string {
  // Days from 0000-03-01, in eras of 400 years: leap days then are at a year's end (H. Hinnant, days_from_civil).
  const days = Math.floor(ts / 86_400_000) + 719_468;
  const era = Math.floor(days / 146_097);
  const day = days - era * 146_097;
  const year = Math.floor((day - Math.floor(day / 1460) + Math.floor(day / 36_524) - Math.floor(day / 146_096)) / 365);
  const ofYear = day - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const shifted = Math.floor((5 * ofYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const civil = year + era * 400 + (month <= 2 ? 1 : 0);
  return `${String(civil).padStart(4, '0')}-${String(month).padStart(2, '0')}`;
}
