/** What a run's price chart shows besides its candles: the grid's lines. And which intervals suit it. */
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

export interface Ran {
  readonly from: number;
  readonly to: number;
}

/** When a run traded: a stop ends it long before its data do. */
export function ranOver({ result, dataset }: Pick<BacktestResult, 'result' | 'dataset'>): Ran {
  const { ts } = result?.equity ?? { ts: [] };
  return { from: ts[0] ?? dataset?.from ?? 0, to: ts.at(-1) ?? dataset?.to ?? 0 };
}
