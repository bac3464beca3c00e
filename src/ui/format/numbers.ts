/**
 * Figures as text. Decimal strings are formatted digit by digit (Intl takes them exactly), never through a float.
 * What is not a number shows as a dash.
 */
import { cached, numberLocale } from './number-locale.ts';

export const DASH = '–';
const PLAIN = /^-?\d+(\.\d+)?$/;

type Numeric = string | number | null | undefined;

export interface NumberOptions {
  /** With a plus sign for gains. */
  readonly sign?: boolean;
}

function format(value: Numeric, min: number, max: number, sign = false): string {
  if (value === null || value === undefined) return DASH;
  if (typeof value === 'number' ? !Number.isFinite(value) : !PLAIN.test(value)) return DASH;
  const formatter = cached(
    `n${min},${max},${sign}`,
    () =>
      new Intl.NumberFormat(numberLocale(), {
        minimumFractionDigits: min,
        maximumFractionDigits: max,
        signDisplay: sign ? 'exceptZero' : 'negative',
      }),
  );
  // Typed as a template of a number, which PLAIN has just made sure of.
  return formatter.format(value as number).replace('-', '−');
}

/** The decimals a step such as a tick or lot size asks for: `0.10` → 1, `5` → 0. */
export function decimalsOf(step: string): number {
  const dot = step.indexOf('.');
  return dot < 0 ? 0 : step.slice(dot + 1).replace(/0+$/, '').length;
}

/** P3: `decimals`, or as many more as it takes to see `figures` digits of what would else be a zero. */
function enoughDecimals(value: Numeric, decimals: number, figures: number): number {
  const size = Math.abs(Number(value));
  if (!(size > 0 && size < 10 ** -decimals)) return decimals;
  return Math.min(100, Math.ceil(-Math.log10(size)) + figures - 1);
}

/** A price at its instrument's tick, e.g. `95,412.5`; without a tick, as many decimals as the price's size needs. */
export function formatPrice(price: Numeric, tickSize?: string): string {
  if (tickSize !== undefined) {
    const decimals = decimalsOf(tickSize);
    return format(price, decimals, enoughDecimals(price, decimals, 3));
  }
  const size = Math.abs(Number(price));
  const decimals = size >= 1000 ? 2 : size >= 1 ? 4 : Math.max(8, enoughDecimals(price, 5, 4));
  return format(price, Math.min(2, decimals), decimals);
}

/** An amount of base currency at its lot size; without one, up to 8 decimals. */
export function formatSize(size: Numeric, lotSize?: string, options?: NumberOptions): string {
  const decimals = lotSize === undefined ? 8 : decimalsOf(lotSize);
  return format(size, lotSize === undefined ? 0 : decimals, enoughDecimals(size, decimals, 3), options?.sign);
}

/** An amount of quote currency: `102,318.44`. */
export function formatMoney(amount: Numeric, options?: NumberOptions & { readonly decimals?: number }): string {
  const decimals = options?.decimals ?? 2;
  return format(amount, decimals, decimals, options?.sign);
}

/** `percent` is in percent: `1.24` → `1.24 %`. */
export function formatPct(percent: Numeric, options?: NumberOptions & { readonly decimals?: number }): string {
  const decimals = options?.decimals ?? 2;
  const text = format(percent, decimals, decimals, options?.sign);
  return text === DASH ? text : `${text}\u202f%`;
}

/** A count: `18,204`. */
export function formatCount(count: Numeric): string {
  return format(count, 0, 0);
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** `1.38 MB`, in every language. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes) || bytes < 0) return DASH;
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), BYTE_UNITS.length - 1);
  return `${format(bytes / 1000 ** power, 0, power === 0 ? 0 : 2)}\u00a0${BYTE_UNITS[power] ?? ''}`;
}

/** Large figures in short: `1.2K`, `3.4M`; Chinese counts in 万 and 亿. */
export function formatCompact(value: Numeric): string {
  const number = Number(value ?? Number.NaN);
  if (!Number.isFinite(number)) return DASH;
  if (number !== 0 && Math.abs(number) < 0.01) return format(number, 0, enoughDecimals(number, 2, 3));
  return cached(
    'compact',
    () => new Intl.NumberFormat(numberLocale(), { notation: 'compact', maximumFractionDigits: 2 }),
  )
    .format(number)
    .replace('-', '−');
}
