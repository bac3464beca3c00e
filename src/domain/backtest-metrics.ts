/** What a backtest's figures are (G20): their names on the wire, units, and definitions as shown beside them. */

export type MetricUnit = 'fraction' | 'quote' | 'count' | 'ms' | 'ratio' | 'time';

export interface MetricDefinition {
  readonly name: MetricName;
  /** `fraction`: 0.25 is 25 %; `quote`: money; `ms`: a duration; `time`: ms since the epoch; `ratio`: a plain number. */
  readonly unit: MetricUnit;
  /** Which of two runs is the better; `null` where neither is. */
  readonly better: 'high' | 'low' | null;
  /** English, one sentence, with the formula. */
  readonly definition: string;
}

const define = <N extends string>(
  name: N,
  unit: MetricUnit,
  better: MetricDefinition['better'],
  definition: string,
) => ({ name, unit, better, definition });

/** In the order in which they are shown. */
const DEFINED = [
  define('total_return', 'fraction', 'high', 'Final equity over what was invested, minus 1.'),
  define(
    'annual_return',
    'fraction',
    'high',
    'Geometric mean of the periodic returns, compounded over a year: (1 + g)^N − 1, N periods a year (daily: 365 where weekends trade, else 252).',
  ),
  define(
    'cagr',
    'fraction',
    'high',
    'Compound annual growth rate by the calendar: (final equity / invested)^(365 days / time traded) − 1; from one day on.',
  ),
  define(
    'buy_hold_return',
    'fraction',
    'high',
    'What buying at the start and holding would have returned: last close / start price − 1, without costs; the start is a grid’s start price, else the close of the first bar that can signal.',
  ),
  define('alpha', 'fraction', 'high', 'Return over holding: total return − buy & hold return.'),
  define(
    'volatility',
    'fraction',
    'low',
    'Sample standard deviation of the daily returns (of the bars’, for bars of a day or longer) × √N, N periods a year.',
  ),
  define(
    'sharpe_ratio',
    'ratio',
    'high',
    'Mean of the daily returns / their sample standard deviation × √N, with no risk-free rate; N is 365 where weekends trade, else 252.',
  ),
  define(
    'sortino_ratio',
    'ratio',
    'high',
    'Mean of the daily returns / their downside deviation √(Σ min(r, 0)² / n) over all n periods × √N, with no risk-free rate.',
  ),
  define('calmar_ratio', 'ratio', 'high', 'Growth a year over the worst fall: CAGR / max drawdown.'),
  define(
    'omega_ratio',
    'ratio',
    'high',
    'Sum of the daily gains over the sum of the daily losses, threshold 0: Σ max(r, 0) / Σ max(−r, 0).',
  ),
  define(
    'max_drawdown',
    'fraction',
    'low',
    'Largest fall of the equity below its running peak, as a fraction of that peak, which starts at what was invested; sampled at every close.',
  ),
  define('max_drawdown_amount', 'quote', 'low', 'The fall from the peak to the trough of the max drawdown, in quote.'),
  define(
    'max_drawdown_duration',
    'ms',
    'low',
    'Time from the peak of the max drawdown until the equity was back there, or until the end.',
  ),
  define('drawdown_start', 'time', null, 'When the equity was at the peak before the max drawdown.'),
  define('drawdown_end', 'time', null, 'When the equity had made up for the max drawdown; none: not by the end.'),
  define(
    'win_rate',
    'fraction',
    'high',
    'Winning trades / all trades; a trade that made exactly nothing is no winner.',
  ),
  define('profit_factor', 'ratio', 'high', 'Sum of the winning trades’ profits / sum of the losing trades’ losses.'),
  define('expectancy', 'quote', 'high', 'Mean profit of a trade after fees: Σ profit / number of trades.'),
  define(
    'sqn',
    'ratio',
    'high',
    'System quality number: √n × mean / sample standard deviation of the n trades’ profits.',
  ),
  define(
    'average_trade',
    'fraction',
    'high',
    'Mean return of a trade: of profit after fees / (entry price × amount) each.',
  ),
  define('best_trade', 'fraction', 'high', 'Highest return of a trade: profit after fees / (entry price × amount).'),
  define('worst_trade', 'fraction', 'high', 'Lowest return of a trade: profit after fees / (entry price × amount).'),
  define(
    'total_trades',
    'count',
    null,
    'Round trips that were closed; of a grid: sales against the buy of their cell or the initial purchase, and a close.',
  ),
  define('winning_trades', 'count', 'high', 'Trades with a profit after fees.'),
  define('losing_trades', 'count', 'low', 'Trades with a loss after fees.'),
  define('longest_winning_run', 'count', 'high', 'Most winning trades in a row, in the order of their closing.'),
  define('longest_losing_run', 'count', 'low', 'Most losing trades in a row, in the order of their closing.'),
  define('average_holding_time', 'ms', null, 'Mean time of a trade between the bars of its entry and of its exit.'),
  define(
    'exposure',
    'fraction',
    null,
    'Bars that closed with a position / all bars from the first that could trade on.',
  ),
  define('turnover', 'ratio', null, 'Value of all fills, bought and sold / what was invested.'),
  define('total_commission', 'quote', 'low', 'All fees, those in base at the prices of their fills.'),
  define('net_profit', 'quote', 'high', 'Final equity − what was invested, after all fees.'),
  define('equity_final', 'quote', 'high', 'Quote + position × last close used.'),
  define('equity_peak', 'quote', 'high', 'Highest equity at a close; at least what was invested.'),
  define('cycles', 'count', 'high', 'Grid: sales whose buy and sell both were fills of the grid’s lines.'),
  define('grid_profit', 'quote', 'high', 'Grid: the part of the realized profit that the cycles made.'),
  define(
    'annualised_grid_profit',
    'fraction',
    'high',
    'Grid: grid profit / invested × 365 / days since the start; from one hour on.',
  ),
  define(
    'time_in_range',
    'fraction',
    'high',
    'Grid: bars that closed within the range while it ran / all bars from its start on.',
  ),
] as const;

export type MetricName = (typeof DEFINED)[number]['name'];
export const METRICS: readonly MetricDefinition[] = DEFINED;

/** Figures that only grids have. */
export const GRID_METRICS: ReadonlySet<MetricName> = new Set([
  'cycles',
  'grid_profit',
  'annualised_grid_profit',
  'time_in_range',
]);

const BY_NAME: ReadonlyMap<string, MetricDefinition> = new Map(METRICS.map((metric) => [metric.name, metric]));

/** `undefined` for a name that is none of ours. */
export function metricOf(name: string): MetricDefinition | undefined {
  return BY_NAME.get(name);
}
