/** The risk limits (G16) as integers. */
import { decimal, formatDecimal } from '#domain/decimal.ts';
import type { RiskLimits } from '../engine.ts';
import { BASE_SCALE, QUOTE_SCALE, parseUnits } from '../ledger/money.ts';

/**
 * For a paper account that starts with `startBalance`: whatever it can pay for passes, and a grid that invests all
 * of it is not paused for having gained. Throws a `RangeError` where `startBalance` is no decimal.
 */
export function defaultRiskLimits(startBalance: string): RiskLimits {
  const { units, scale } = decimal(startBalance);
  const times = (factor: bigint) => (units > 0n ? formatDecimal({ units: units * factor, scale }) : null);
  return {
    maxPosition: times(2n),
    maxOpenNotional: times(2n),
    maxOrder: times(1n),
    maxMarketDeviation: '0.05',
    maxDailyLoss: '0.05',
  };
}

export const NO_RISK_LIMITS: RiskLimits = {
  maxPosition: null,
  maxOpenNotional: null,
  maxOrder: null,
  maxMarketDeviation: null,
  maxDailyLoss: null,
};

/** Amounts in quote units, shares as rates. */
export interface ParsedLimits {
  readonly maxPosition: bigint | null;
  readonly maxOpenNotional: bigint | null;
  readonly maxOrder: bigint | null;
  readonly maxMarketDeviation: bigint | null;
  readonly maxDailyLoss: bigint | null;
}

/** Throws a `RangeError` naming the limit that is no positive decimal. */
export function parseLimits(limits: RiskLimits): ParsedLimits {
  const read = (name: keyof RiskLimits, scale: number): bigint | null => {
    const text = limits[name];
    if (text === null) return null;
    const value = parseUnits(text, scale);
    if (value === undefined || value <= 0n) throw new RangeError(`risk limit ${name} must be a positive decimal`);
    return value;
  };
  return {
    maxPosition: read('maxPosition', QUOTE_SCALE),
    maxOpenNotional: read('maxOpenNotional', QUOTE_SCALE),
    maxOrder: read('maxOrder', QUOTE_SCALE),
    maxMarketDeviation: read('maxMarketDeviation', BASE_SCALE),
    maxDailyLoss: read('maxDailyLoss', BASE_SCALE),
  };
}
