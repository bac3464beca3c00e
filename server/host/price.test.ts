import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, unitsAt } from '#domain/decimal.ts';
import { priceUnits } from './price.ts';

describe('priceUnits', () => {
  it('agrees with exact decimals for every plain decimal that fits', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 48 }),
        fc.nat(12),
        fc.nat(6),
        fc.nat(3),
        (units, scale, more, zeros) => {
          const digits = String(units).padStart(scale + 1, '0');
          const fraction = digits.slice(digits.length - scale) + '0'.repeat(zeros);
          const text =
            scale + zeros === 0
              ? digits
              : `${digits.slice(0, digits.length - scale)}.${scale === 0 ? '0'.repeat(zeros) : fraction}`;
          const exact = unitsAt(decimal(text), scale + more);
          const expected = exact !== undefined && exact <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(exact) : undefined;
          expect(priceUnits(text, scale + more)).toBe(expected);
        },
      ),
    );
  });

  it.each([
    ['95000.5', 1, 950005],
    ['95000.50', 1, 950005],
    ['95000', 2, 9500000],
    ['0.00001', 5, 1],
  ])('%s at %i decimals is %i', (text, decimals, expected) => {
    expect(priceUnits(text, decimals)).toBe(expected);
  });

  it.each([
    '',
    '.',
    '1.',
    '.5',
    '-1',
    '+1',
    '1e5',
    'NaN',
    '0',
    '0.0',
    '1.23',
    '99999999999999999',
    ' 1',
    '1,0',
    '1.2.3',
  ])('%j at one decimal is no price', (text) => {
    expect(priceUnits(text, 1)).toBeUndefined();
  });
});
