/** The risk limits (G16) of a configuration. */
import type { RiskLimits } from '#engine/engine.ts';
import { defaultRiskLimits } from '#engine/risk/limits.ts';
import type { Config } from './schema.ts';

type RiskSettings = Pick<
  Config,
  'start_balance' | 'max_daily_loss' | 'max_position' | 'max_open_notional' | 'max_order'
>;

export function riskLimits(config: RiskSettings): RiskLimits {
  const defaults = defaultRiskLimits(config.start_balance);
  const limit = (setting: string | undefined, otherwise: string | null) =>
    setting === 'off' ? null : (setting ?? otherwise);
  return {
    ...defaults,
    maxDailyLoss: limit(config.max_daily_loss, defaults.maxDailyLoss),
    maxPosition: limit(config.max_position, defaults.maxPosition),
    maxOpenNotional: limit(config.max_open_notional, defaults.maxOpenNotional),
    maxOrder: limit(config.max_order, defaults.maxOrder),
  };
}
