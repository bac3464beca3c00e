import { describe, expect, it } from 'vitest';
import { dayChange } from './day-change.ts';

describe('dayChange', () => {
  it('follows from the opening price, in percent', () => {
    expect(dayChange({ last: '102', open24h: '100' })).toBeCloseTo(2, 10);
    expect(dayChange({ last: '0.000000012', open24h: '0.000000016' })).toBeCloseTo(-25, 10);
  });

  it('P2: takes the fraction a venue tells over its own sum: 0.025 is 2.5 %', () => {
    expect(dayChange({ last: '102', open24h: null, change24h: '0.025' })).toBeCloseTo(2.5, 10);
    expect(dayChange({ last: '102', open24h: '100', change24h: '-0.5' })).toBe(-50);
  });

  it('is unknown without a price or an opening price, never a number out of nothing', () => {
    expect(dayChange({ last: null, open24h: '100' })).toBeNull();
    expect(dayChange({ last: '1', open24h: null })).toBeNull();
    expect(dayChange({ last: '1', open24h: null, change24h: null })).toBeNull();
    expect(dayChange({ last: '1', open24h: '0' })).toBeNull();
    expect(dayChange({ last: '1', open24h: '0.000' })).toBeNull();
    expect(dayChange({ last: 'n/a', open24h: '1' })).toBeNull();
  });
});
