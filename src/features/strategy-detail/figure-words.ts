/** A strategy's indicators in the reader's language where they are known; as the engine names them else. */
import { formatPrice, formatSize } from '#ui/format/numbers.ts';
import type { Translate } from '#ui/i18n/i18n.ts';

const FIGURES = [
  'exit_high',
  'exit_low',
  'fast_ma',
  'histogram',
  'lower_band',
  'lower_channel',
  'macd',
  'middle_band',
  'rsi',
  'signal',
  'slow_ma',
  'upper_band',
  'upper_channel',
] as const;

/** Small beside a price, or none: the digits that say something. */
const DIGITS: Readonly<Record<string, number>> = { histogram: 4, macd: 4, rsi: 2, signal: 4 };

export function figureLabel(name: string, t: Translate): string {
  const known = FIGURES.find((each) => each === name);
  return known ? t(`strategies.figure_${known}`) : name.replaceAll('_', ' ');
}

export function figureText(name: string, value: number | null, tickSize: string | undefined): string {
  const digits = DIGITS[name];
  if (digits !== undefined) return formatSize(value === null ? null : Number(value.toFixed(digits)));
  return formatPrice(value, tickSize);
}
