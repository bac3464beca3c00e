import fc from 'fast-check';
import { expect, it } from 'vitest';
import { plainDecimal } from './plain-decimal.ts';

it.each([
  [1.2e-8, '0.000000012'],
  [0.000000012, '0.000000012'],
  [0.0052899999999999996, '0.00529'],
  [0.1 + 0.2, '0.3'],
  [5.432, '5.432'],
  [0, '0'],
  [-0, '0'],
  [-12.5, '-12.5'],
  [9007199254740991, '9007199254740991'],
  [1e21, '1000000000000000000000'],
  ['0.48', '0.48'],
  ['.48', undefined],
  ['', undefined],
  [Number.NaN, undefined],
  [Number.POSITIVE_INFINITY, undefined],
  [null, undefined],
])('P3: %j is %j', (value, text) => {
  expect(plainDecimal(value)).toBe(text);
});

it('gives every decimal of up to 15 digits back as it was', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -(10 ** 15) + 1, max: 10 ** 15 - 1 }),
      fc.integer({ min: 0, max: 20 }),
      (digits, decimals) => {
        expect(Number(plainDecimal(Number(`${digits}e-${decimals}`)))).toBe(Number(`${digits}e-${decimals}`));
      },
    ),
  );
});
