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
  const { startBar, startPrice } = trace;
  const invested = Number(trace.exact.invested ?? 0);
  const points = withDrawdown(trace);
  const falls = drawdowns(points.equity, invested);
  const curve: EquityCurve = { ts: [], equity: [], hold: [], drawdown: [] };
  for (const index of chosen(points, trace)) {
    const row = points.rows[index] ?? 0;
    const held = startBar >= 0 && row >= startBar && startPrice > 0;
    curve.ts.push(columns.ts[row] ?? 0);
    curve.equity.push(points.equity[index] ?? 0);
    curve.hold.push(held ? (invested * (columns.close[row] ?? 0)) / startPrice : invested);
    curve.drawdown.push(falls[index] ?? 0);
  }
  return curve;
}

interface Points {
  readonly rows: readonly number[];
  readonly equity: readonly number[];
}

/** The samples, and the two ends of the largest fall: what the equity was there, its figures tell. */
function withDrawdown({ samples, equity, drawdown }: RunTrace): Points {
  const { peakBar, troughBar, amount, worst } = drawdown;
  const peak = worst > 0 ? amount / worst : 0;
  const ends =
    worst > 0
      ? [
          { row: peakBar, value: peak },
          { row: troughBar, value: peak - amount },
        ]
      : [];
  const extra = ends.filter(({ row }) => row >= 0);
  const rows: number[] = [];
  const values: number[] = [];
  for (let index = 0; index <= samples.length; index += 1) {
    const row = samples[index] ?? Infinity;
    for (const { row: end, value } of extra) {
      if (end >= row || end <= (samples[index - 1] ?? -1)) continue;
      rows.push(end);
      values.push(value);
    }
    if (index === samples.length) break;
    rows.push(row);
    values.push(equity[index] ?? 0);
  }
  return { rows, equity: values };
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

function drawdowns(equity: readonly number[], invested: number): number[] {
  let peak = invested;
  return equity.map((value) => {
    peak = Math.max(peak, value);
    return peak > 0 ? (peak - value) / peak : 0;
  });
}

/** Indices of points, increasing: of each bucket its lowest and its highest. */
function chosen({ rows, equity }: Points, { drawdown }: RunTrace): readonly number[] {
  const { length } = rows;
  if (length <= MAX_POINTS) return [...rows.keys()];
  const indices = new Set([0, length - 1]);
  for (const row of [drawdown.peakBar, drawdown.troughBar]) if (row >= 0) indices.add(rows.indexOf(row));
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
