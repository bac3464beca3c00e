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

/** Small beside a price, or none: with digits of their own. */
const FINE: ReadonlySet<string> = new Set(['histogram', 'macd', 'rsi', 'signal']);

export function figureLabel(name: string, t: Translate): string {
  const known = FIGURES.find((each) => each === name);
  return known ? t(`strategies.figure_${known}`) : name.replaceAll('_', ' ');
}

export function figureText(name: string, value: number | null, tickSize: string | undefined): string {
  if (FINE.has(name)) return formatSize(value === null ? null : Number(value.toFixed(4)));
  return formatPrice(value, tickSize);
}
