/** Times and durations as text, in the user's own time zone and a 24-hour clock. */
import { cached, textLocale } from './number-locale.ts';
import { DASH } from './numbers.ts';

const TIME = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
const STYLES = {
  /** 05:30:10 */
  time: TIME,
  /** 05:30:10.204 */
  precise: { ...TIME, fractionalSecondDigits: 3 },
  /** 05:30 */
  minute: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  /** Nov 21 */
  day: { month: 'short', day: 'numeric' },
  /** Nov 21, 05:30 */
  short: { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  /** Nov 21, 2026, 05:30: of what may be years away */
  date: { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  /** Nov 21, 2026, 05:30:10 */
  full: { year: 'numeric', month: 'short', day: 'numeric', ...TIME },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;
export type TimeStyle = keyof typeof STYLES;

/** `ts` in ms since the epoch. */
export function formatTime(ts: number | null | undefined, style: TimeStyle = 'time'): string {
  if (ts === null || ts === undefined || !Number.isFinite(ts)) return DASH;
  return cached(`t${style}`, () => new Intl.DateTimeFormat(textLocale(), STYLES[style])).format(ts);
}

/** The day in UTC, by which data are cut: `2026-11-21`. */
export function isoDay(ts: number): string {
  return new Date(ts).toISOString().slice(0, 10);
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

function part(value: number, unit: string): string {
  return cached(
    `u${unit}`,
    () => new Intl.NumberFormat(textLocale(), { style: 'unit', unit, unitDisplay: 'narrow' }),
  ).format(value);
}

/** A duration by its two largest units: `3d 4h`, `12s`, `3天4小时`. `ms` below zero counts as zero. */
export function formatAge(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return DASH;
  const whole = Math.max(0, ms);
  const first = UNITS.findIndex(([, size]) => whole >= size);
  if (first < 0) return part(0, 'second');
  const [unit, size] = UNITS[first] ?? UNITS[3];
  const next = UNITS[first + 1];
  const rest = next && Math.floor((whole % size) / next[1]);
  const head = part(Math.floor(whole / size), unit);
  return next && rest ? `${head} ${part(rest, next[0])}` : head;
}
