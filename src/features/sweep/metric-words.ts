/** What a sweep can be best in, and its figures as text. */
import { metricOf } from '#domain/backtest-metrics.ts';
import { DASH, formatCount, formatMoney, formatPct } from '#ui/format/numbers.ts';
import type { Translate } from '#ui/i18n/i18n.ts';

const NAMED = [
  'alpha',
  'calmar_ratio',
  'max_drawdown',
  'profit_factor',
  'sharpe_ratio',
  'sortino_ratio',
  'total_return',
] as const;

/** What a sweep is best in that names nothing, as the engine takes it. */
export const DEFAULT_METRIC = 'total_return';

export function metricLabel(name: string, t: Translate): string {
  const known = NAMED.find((each) => each === name);
  return known === undefined ? name : t(`backtests.metric_${known}`);
}

export function metricText(name: string, value: number | null | undefined): string {
  if (value === null || value === undefined) return DASH;
  switch (metricOf(name)?.unit) {
    case 'fraction':
      return formatPct(value * 100);
    case 'count':
      return formatCount(value);
    default:
      return formatMoney(value);
  }
}

/** Whether a lower figure is the better one. */
export function isLowerBetter(name: string): boolean {
  return metricOf(name)?.better === 'low';
}
