/** What a strategy looks at, as lines over its candles (G19): averages, bands, channels. */
import type { Candle } from '#domain/market-data.ts';
import { bollinger, type Indicator, sma } from './indicators.ts';

export interface DrawnStrategy {
  readonly strategy: string;
  readonly params: Readonly<Record<string, number | string | boolean>>;
}

export type Overlay = readonly (number | null)[];

type Bar = Pick<Candle, 'high' | 'low' | 'close'>;

/** One list a line, a value a bar; none where the strategy's figures are no prices. */
export function strategyOverlays({ strategy, params }: DrawnStrategy, bars: readonly Bar[]): readonly Overlay[] {
  const period = (name: string, fallback: number) => {
    const value = Number(params[name] ?? fallback);
    return Number.isInteger(value) && value > 0 ? value : fallback;
  };
  switch (strategy) {
    case 'dual_ma':
      return [...over(sma(period('fast_period', 10)), bars), ...over(sma(period('slow_period', 30)), bars)];
    case 'bollinger_breakout':
      return over(bollinger(period('period', 20), Number(params['deviations'] ?? 2)), bars);
    case 'donchian_breakout': {
      const [entry, exit] = [period('entry_period', 20), period('exit_period', 10)];
      const lows = bars.map(({ low }) => Number(low));
      return [highestBefore(bars, entry), lowestBefore(lows, entry), lowestBefore(lows, exit)];
    }
    default:
      return [];
  }
}

function over(indicator: Indicator, bars: readonly Bar[]): (number | null)[][] {
  const lines: (number | null)[][] = [];
  bars.forEach(({ close }, bar) => {
    indicator.push(Number(close)).forEach((value, line) => {
      (lines[line] ??= [])[bar] = value;
    });
  });
  return lines;
}

/** A channel is of the bars before: a bar that breaks out of it is no part of it. */
function lowestBefore(values: readonly number[], period: number): Overlay {
  return values.map((_, bar) => (bar < period ? null : Math.min(...values.slice(bar - period, bar))));
}

function highestBefore(bars: readonly Bar[], period: number): Overlay {
  const falls = bars.map(({ high }) => -Number(high));
  return lowestBefore(falls, period).map((value) => (value === null ? null : -value));
}
