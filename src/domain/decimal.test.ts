import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDecimals,
  compareDecimals,
  decimal,
  floorDiv,
  formatDecimal,
  parseDecimal,
  subtractDecimals,
  toNumber,
  trimDecimal,
  unitsAt,
} from './decimal.ts';

const anyDecimal = fc.record({
  units: fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
  scale: fc.integer({ min: 0, max: 40 }),
});

describe('parseDecimal', () => {
  it.each([
    ['1.50', '1.5'],
    ['-0.001', '-0.001'],
    ['-0', '0'],
    ['+7', '7'],
    ['007', '7'],
    [' 3 ', '3'],
    ['1e3', '1000'],
    ['1.5E-3', '0.0015'],
    [0.1, '0.1'],
    [1e21, '1000000000000000000000'],
    [5e-7, '0.0000005'],
  ])('%j is %s', (text, plain) => {
    expect(formatDecimal(decimal(text))).toBe(plain);
  });

  it.each([
    '',
    '.',
    '1.',
    '.5',
    'abc',
    '1,5',
    '0x10',
    '1e',
    '--1',
    'NaN',
    'Infinity',
    '1e9999',
    NaN,
    Infinity,
    -Infinity,
  ])('%j is none', (text) => {
    expect(parseDecimal(text)).toBeUndefined();
    expect(() => decimal(text)).toThrow(RangeError);
  });

  it('every finite number is read as its shortest decimal', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 }), (value) => {
        const parsed = parseDecimal(value);
        return parsed !== undefined && toNumber(parsed) === (value === 0 ? 0 : value);
      }),
    );
  });

  it('what is written is read back as the same value', () => {
    fc.assert(fc.property(anyDecimal, (value) => compareDecimals(decimal(formatDecimal(value)), value) === 0));
  });
});

describe('figures', () => {
  it('formats without trailing zeros or a negative zero', () => {
    fc.assert(
      fc.property(anyDecimal, (value) => {
        const text = formatDecimal(value);
        expect(text).toMatch(/^(0|-?(0|[1-9]\d*)(\.\d*[1-9])?)$/);
      }),
    );
  });

  it('trims to the smallest scale of the same value', () => {
    fc.assert(
      fc.property(anyDecimal, (value) => {
        const trimmed = trimDecimal(value);
        expect(compareDecimals(trimmed, value)).toBe(0);
        expect(trimmed.scale === 0 || trimmed.units % 10n !== 0n).toBe(true);
      }),
    );
  });

  it('unitsAt is exact or nothing', () => {
    expect(unitsAt(decimal('1.5'), 3)).toBe(1_500n);
    expect(unitsAt(decimal('1.500'), 1)).toBe(15n);
    expect(unitsAt(decimal('1.55'), 1)).toBeUndefined();
    fc.assert(
      fc.property(anyDecimal, fc.integer({ min: 0, max: 40 }), (value, scale) => {
        const units = unitsAt(value, scale);
        return units === undefined ? trimDecimal(value).scale > scale : compareDecimals({ units, scale }, value) === 0;
      }),
    );
  });

  it('compares by value, whatever the scales', () => {
    expect(compareDecimals(decimal('1.50'), decimal('1.5'))).toBe(0);
    expect(compareDecimals(decimal('-2'), decimal('1'))).toBe(-1);
    expect(compareDecimals(decimal('0.10'), decimal('0.09'))).toBe(1);
    fc.assert(fc.property(anyDecimal, anyDecimal, (a, b) => compareDecimals(a, b) + compareDecimals(b, a) === 0));
  });

  it('floorDiv rounds down on both sides of zero', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
        fc.bigInt({ min: 1n, max: 10n ** 10n }),
        (a, b) => {
          const q = floorDiv(a, b);
          return q * b <= a && a < (q + 1n) * b;
        },
      ),
    );
  });
});

describe('addDecimals and subtractDecimals', () => {
  it('lose nothing, whatever the scales', () => {
    expect(formatDecimal(addDecimals(decimal('0.1'), decimal('0.2')))).toBe('0.3');
    expect(formatDecimal(subtractDecimals(decimal('1'), decimal('0.000000012')))).toBe('0.999999988');
    fc.assert(
      fc.property(anyDecimal, anyDecimal, (a, b) => {
        const scaled = (value: typeof a) => value.units * 10n ** BigInt(40 - value.scale);
        expect(unitsAt(addDecimals(a, b), 40)).toBe(scaled(a) + scaled(b));
        expect(compareDecimals(addDecimals(subtractDecimals(a, b), b), a)).toBe(0);
      }),
    );
  });
});
