import type { BacktestConfig } from '#protocol/backtest-shapes.ts';

/** The part of a configuration that says what to run; the rest says over what, and how it is called. */
export function requestOf({ strategy, params, config, instrument }: BacktestConfig) {
  return { strategy, params, ...(config && { config }), ...(instrument && { instrument }) };
}
