/** What a run's price chart shows besides its candles: the grid's lines, the strategy's averages and bands. */
import { bollinger, type Indicator, sma } from '#charts/indicators.ts';
import type { GridLine } from '#charts/grid-lines.ts';
import { type Interval, INTERVAL_MS, INTERVALS } from '#domain/market-data.ts';
import type { BacktestConfig, BacktestResult } from '#protocol/backtest-shapes.ts';

type Lines = NonNullable<NonNullable<BacktestResult['result']>['lines']>;

/** More lines than this would hide the candles: then the range's ends alone. */
const MOST_LINES = 200;

export function runLines(
  config: BacktestConfig,
  lines: Lines | undefined,
  texts: { readonly price: (price: number) => string; readonly stopLoss: string; readonly takeProfit: string },
): readonly GridLine[] {
  if (config.strategy !== 'grid') return [];
  const found = new Map<number, GridLine>();
  const add = (price: number, edge: boolean, name = '') => {
    if (price > 0) found.set(price, { price, side: null, edge, label: `${name}${texts.price(price)}` });
  };
  // Numbers may travel as decimal texts.
  const param = (name: string) => Number(config.params[name] ?? Number.NaN);
  if (lines && lines.length <= MOST_LINES) for (const { buy_price } of lines) add(buy_price, false);
  add(param('lower_price'), true);
  add(param('upper_price'), true);
  add(param('stop_loss'), true, `${texts.stopLoss} `);
  add(param('take_profit'), true, `${texts.takeProfit} `);
  return [...found.values()].sort((a, b) => a.price - b.price);
}

/** One list a line, a value a bar; none where the strategy's figures are no prices. */
export function overlays({ strategy, params }: BacktestConfig, closes: readonly number[]): (number | null)[][] {
  const period = (name: string, fallback: number) => {
    const value = Number(params[name] ?? fallback);
    return Number.isInteger(value) && value > 0 ? value : fallback;
  };
  if (strategy === 'dual_ma') {
    return [...over(sma(period('fast_period', 10)), closes), ...over(sma(period('slow_period', 30)), closes)];
  }
  if (strategy === 'bollinger_breakout') {
    return over(bollinger(period('period', 20), Number(params['deviations'] ?? 2)), closes);
  }
  return [];
}

function over(indicator: Indicator, closes: readonly number[]): (number | null)[][] {
  const lines: (number | null)[][] = [];
  closes.forEach((close, bar) => {
    indicator.push(close).forEach((value, line) => {
      (lines[line] ??= [])[bar] = value;
    });
  });
  return lines;
}

/** The data's own interval and those above it. */
export function intervalsFrom(timeframe: string): readonly Interval[] {
  const at = INTERVALS.findIndex((interval) => interval === timeframe);
  return at < 0 ? INTERVALS : INTERVALS.slice(at);
}

/** The finest of which all bars between two times are no more than `most`. */
export function fittingInterval(intervals: readonly Interval[], from: number, to: number, most: number): Interval {
  const fits = intervals.find((interval) => (to - from) / INTERVAL_MS[interval] < most);
  return fits ?? intervals.at(-1) ?? '1d';
}
