/** Where a run's parameters can be taken: to the form of another run, of a live paper grid or of a live strategy. */
import type { BacktestConfig } from '#protocol/backtest-shapes.ts';
import type { StrategyConfig } from '#protocol/strategy-shapes.ts';
import { INTERVALS } from '#domain/market-data.ts';
import { configSearch } from '#ui/routing/config-search.ts';
import { paths } from '#ui/routing/routes.ts';

export function repeatLink(config: BacktestConfig): string {
  return paths.newBacktest({ config: configSearch(config) });
}

/** What the grid's form has fields for. */
const GRID_FIELDS = [
  'lower_price',
  'upper_price',
  'grid_count',
  'spacing',
  'investment',
  'order_size',
  'trigger_price',
  'stop_loss',
  'take_profit',
  'take_profit_pct',
  'fill_model',
] as const;

/** Plain digits: JavaScript writes small numbers as `1e-7`, which is no way to type a price. */
function plain(value: string | number | boolean): string {
  const text = String(value);
  return typeof value === 'number' && text.includes('e') ? value.toFixed(12).replace(/\.?0+$/, '') : text;
}

export interface LiveMarket {
  readonly venue: string;
  readonly symbol: string;
}

/** `market`: where the run's pair is traded; without it the form asks. */
export function liveLink(
  config: BacktestConfig,
  symbol: string,
  timeframe: string,
  market: LiveMarket | undefined,
): string {
  const capital = config.config?.initial_capital;
  if (config.strategy === 'grid') {
    const { params } = config;
    const given = GRID_FIELDS.flatMap((field) => {
      const value = params[field];
      return value === undefined ? [] : [[field, plain(value)] as const];
    });
    const sized = params.order_size !== undefined;
    return paths.newGrid({
      ...(market && { pair: `${market.venue}:${market.symbol}` }),
      ...Object.fromEntries(given),
      ...(sized && { sizing: 'order_size' }),
      ...(!sized && params.investment === undefined && capital !== undefined && { investment: plain(capital) }),
    });
  }
  const live = {
    strategy: config.strategy,
    symbol: market?.symbol ?? symbol,
    timeframe: INTERVALS.find((interval) => interval === timeframe) ?? '1h',
    params: config.params,
    ...(market && { venue: market.venue }),
    ...(capital !== undefined && { capital }),
  } satisfies StrategyConfig;
  return paths.newStrategy({ config: configSearch(live) });
}
