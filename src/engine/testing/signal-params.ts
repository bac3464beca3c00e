/** Random parameters of every signal strategy, short ones: they decide often. */
import * as fc from 'fast-check';
import type { StrategyParams } from '../strategy/spec.ts';

export interface ChosenStrategy {
  readonly strategy: string;
  readonly params: StrategyParams;
}

export function signalParams(): fc.Arbitrary<ChosenStrategy> {
  const bars = (min: number, max: number) => fc.integer({ min, max });
  const of = (strategy: string, params: fc.Arbitrary<StrategyParams>): fc.Arbitrary<ChosenStrategy> =>
    params.map((chosen) => ({ strategy, params: chosen }));
  const averages = fc
    .record({ fast_period: bars(2, 6), more: bars(1, 12) })
    .map(({ fast_period, more }) => ({ fast_period, slow_period: fast_period + more }));
  return fc.oneof(
    of('dual_ma', averages),
    of(
      'rsi_mean_reversion',
      fc.record({
        period: bars(2, 8),
        oversold: fc.constantFrom(20, 30, 40.5),
        exit_level: fc.constantFrom(45, 50),
        overbought: fc.constantFrom(60, 70),
      }),
    ),
    of('bollinger_breakout', fc.record({ period: bars(2, 12), deviations: fc.constantFrom(0.5, 1, 1.7, 2) })),
    of(
      'macd',
      fc.tuple(averages, bars(1, 6)).map(([periods, signal_period]) => ({ ...periods, signal_period })),
    ),
    of(
      'donchian_breakout',
      fc
        .record({ exit_period: bars(1, 6), more: bars(1, 10) })
        .map(({ exit_period, more }) => ({ exit_period, entry_period: exit_period + more })),
    ),
  );
}
