import { describe, expect, it } from 'vitest';
import { strategyOverlays } from './strategy-overlays.ts';

const closes = (...values: number[]) =>
  values.map((close) => ({ high: String(close + 1), low: String(close - 1), close: String(close) }));

describe('what a strategy looks at', () => {
  it('G19: both averages, with its own periods', () => {
    const params = { fast_period: 2, slow_period: 3 };
    expect(strategyOverlays({ strategy: 'dual_ma', params }, closes(1, 3, 5, 7))).toEqual([
      [null, 2, 4, 6],
      [null, null, 3, 5],
    ]);
  });

  it('G19: the bands', () => {
    const params = { period: 2, deviations: 1 };
    expect(strategyOverlays({ strategy: 'bollinger_breakout', params }, closes(1, 3))).toEqual([
      [null, 3],
      [null, 2],
      [null, 1],
    ]);
  });

  it('G19: a channel is of the bars before the one that may break out of it', () => {
    const params = { entry_period: 2, exit_period: 1 };
    expect(strategyOverlays({ strategy: 'donchian_breakout', params }, closes(5, 3, 9, 4))).toEqual([
      [null, null, 6, 10],
      [null, null, 2, 2],
      [null, 4, 2, 8],
    ]);
  });

  it('draws nothing where the figures are no prices', () => {
    expect(strategyOverlays({ strategy: 'rsi_mean_reversion', params: {} }, closes(1))).toEqual([]);
    expect(strategyOverlays({ strategy: 'grid', params: {} }, closes(1))).toEqual([]);
  });
});
