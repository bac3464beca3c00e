/** A backtest's figure as text, by its unit. */
import { formatCount, formatMoney, formatPct } from './numbers.ts';
import { formatAge, formatTime } from './times.ts';

/** `fraction`: 0.25 is 25 %; `ms`: a duration; `time`: ms since the epoch. */
export type FigureUnit = 'fraction' | 'quote' | 'count' | 'ms' | 'ratio' | 'time';

/** Not defined (`null`) shows as a dash. */
export function formatFigure(unit: FigureUnit, value: number | null | undefined): string {
  if (unit === 'fraction') return formatPct(value === null || value === undefined ? value : value * 100);
  if (unit === 'quote' || unit === 'ratio') return formatMoney(value);
  if (unit === 'count') return formatCount(value);
  return unit === 'ms' ? formatAge(value) : formatTime(value, 'date');
}
