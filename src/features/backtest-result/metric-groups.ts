/** Which figures stand together (G20); each of them once. */
import { GRID_METRICS, METRICS, type MetricDefinition, type MetricName } from '#domain/backtest-metrics.ts';

export type MetricGroup = 'return' | 'risk' | 'trades' | 'grid';

const RISK: ReadonlySet<MetricName> = new Set([
  'volatility',
  'sharpe_ratio',
  'sortino_ratio',
  'calmar_ratio',
  'omega_ratio',
  'max_drawdown',
  'max_drawdown_amount',
  'max_drawdown_duration',
  'drawdown_start',
  'drawdown_end',
]);
const RETURN: ReadonlySet<MetricName> = new Set([
  'total_return',
  'annual_return',
  'cagr',
  'buy_hold_return',
  'alpha',
  'net_profit',
  'equity_final',
  'equity_peak',
]);

function groupOf(name: MetricName): MetricGroup {
  if (GRID_METRICS.has(name)) return 'grid';
  if (RISK.has(name)) return 'risk';
  return RETURN.has(name) ? 'return' : 'trades';
}

export const METRIC_GROUPS: readonly { readonly group: MetricGroup; readonly metrics: readonly MetricDefinition[] }[] =
  (['return', 'risk', 'trades', 'grid'] as const).map((group) => ({
    group,
    metrics: METRICS.filter(({ name }) => groupOf(name) === group),
  }));
