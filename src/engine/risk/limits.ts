/** The risk limits (G16) as integers. */
import type { RiskLimits } from '../engine.ts';
import { BASE_SCALE, QUOTE_SCALE, parseUnits } from '../ledger/money.ts';

/** Generous for a paper account of 100,000: an ordinary grid passes, a slip of a digit does not. */
export const DEFAULT_RISK_LIMITS: RiskLimits = {
  maxPosition: '100000',
  maxOpenNotional: '200000',
  maxOrder: '60000',
  maxMarketDeviation: '0.05',
  maxDailyLoss: '0.05',
};

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
