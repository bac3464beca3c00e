import { describe, expect, it } from 'vitest';
import { riskLimits } from './risk-limits.ts';

const unset = { max_position: undefined, max_open_notional: undefined, max_order: undefined };

describe('G16: the configured risk limits', () => {
  it('follow the start balance where they are not given', () => {
    expect(riskLimits({ start_balance: '5000', max_daily_loss: '0.05', ...unset })).toEqual({
      maxPosition: '10000',
      maxOpenNotional: '10000',
      maxOrder: '5000',
      maxMarketDeviation: '0.05',
      maxDailyLoss: '0.05',
    });
  });

  it('are what was given, or off', () => {
    const config = { start_balance: '5000', max_daily_loss: 'off', max_position: '70', max_open_notional: 'off' };
    expect(riskLimits({ ...config, max_order: '60.5' })).toMatchObject({
      maxPosition: '70',
      maxOpenNotional: null,
      maxOrder: '60.5',
      maxDailyLoss: null,
    });
  });
});
