/** Random parameters of every signal strategy, short ones: they decide often. */
import type { Random } from '#domain/random.ts';
import type { StrategyParams } from '../strategy/spec.ts';
import { pick } from './candle-walks.ts';

export const SIGNAL_STRATEGIES = [
  'dual_ma',
  'rsi_mean_reversion',
  'bollinger_breakout',
  'macd',
  'donchian_breakout',
] as const;

export type SignalStrategy = (typeof SIGNAL_STRATEGIES)[number];

export function randomParams(strategy: SignalStrategy, random: Random): StrategyParams {
  const bars = (min: number, max: number) => min + Math.floor(random() * (max - min + 1));
  const shorter = bars(2, 6);
  const longer = shorter + bars(1, 12);
  switch (strategy) {
    case 'dual_ma':
      return { fast_period: shorter, slow_period: longer };
    case 'rsi_mean_reversion':
      return {
        period: shorter,
        oversold: pick(random, [20, 30, 40.5]),
        exit_level: pick(random, [45, 50]),
        overbought: pick(random, [60, 70]),
      };
    case 'bollinger_breakout':
      return { period: longer, deviations: pick(random, [0.5, 1, 1.7, 2]) };
    case 'macd':
      return { fast_period: shorter, slow_period: longer, signal_period: bars(1, 6) };
    case 'donchian_breakout':
      return { exit_period: shorter, entry_period: longer };
  }
}
