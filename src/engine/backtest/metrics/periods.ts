/** Which rows end a period of returns, and how many periods a year has. */
import { spacingOf, type CandleColumns } from '#domain/candle-columns.ts';

export const DAY_MS = 86_400_000;
export const YEAR_DAYS = 365;
const TRADING_DAYS = 252;
/** The first day of the epoch was a Thursday. */
const THURSDAY = 4;

export interface Periods {
  /** The last row of each UTC day there is; every row where bars last a day or longer. */
  readonly ends: Int32Array;
  readonly perYear: number;
  /** No row is on a weekend, though there were weekends: a market that closes. */
  readonly closesAtWeekends: boolean;
  /** Least distance of two rows, ms; 0 for a single one. */
  readonly spacing: number;
}

const known = new WeakMap<CandleColumns, Periods>();

/** Found once for all runs over the same columns. */
export function periodsOf(columns: CandleColumns): Periods {
  const found = known.get(columns);
  if (found) return found;
  const made = findPeriods(columns);
  known.set(columns, made);
  return made;
}

function findPeriods(columns: CandleColumns): Periods {
  const { ts, length } = columns;
  const spacing = spacingOf(columns) ?? 0;
  const daily = spacing < DAY_MS;
  const ends: number[] = [];
  let weekend = false;
  for (let row = 0; row < length; row += 1) {
    const day = dayOf(ts[row] ?? 0);
    weekend ||= isWeekend(day);
    if (!daily || row === length - 1 || dayOf(ts[row + 1] ?? 0) !== day) ends.push(row);
  }
  const closesAtWeekends = !weekend && spacing <= DAY_MS && spansSaturday(ts[0] ?? 0, ts[length - 1] ?? 0);
  const perYear = closesAtWeekends ? TRADING_DAYS : YEAR_DAYS / Math.max(1, spacing / DAY_MS);
  return { ends: Int32Array.from(ends), perYear, closesAtWeekends, spacing };
}

function dayOf(ts: number): number {
  return Math.floor(ts / DAY_MS);
}

function weekday(day: number): number {
  return (day + THURSDAY) % 7;
}

function isWeekend(day: number): boolean {
  const at = weekday(day);
  return at === 0 || at === 6;
}

function spansSaturday(from: number, to: number): boolean {
  const first = dayOf(from);
  const next = first + ((6 - weekday(first) + 7) % 7);
  return next < dayOf(to);
}
