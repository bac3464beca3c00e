import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainDecimal } from '../kit/plain-decimal.ts';
import { amount } from './parse.ts';

const digits = (most: number) => fc.string({ unit: fc.constantFrom(...'0001234567899'), maxLength: most });
const written = fc
  .tuple(
    fc.constantFrom('', '', '', '-', '+', ' '),
    digits(8),
    fc.constantFrom('', '.', '.', '..', 'e', ','),
    digits(8),
  )
  .map((parts) => parts.join(''));

describe('amounts (M6)', () => {
  it('M6: are the same decimal however they are written, and nothing else passes', () => {
    fc.assert(
      fc.property(written, (text) => {
        const plain = plainDecimal(text.startsWith('.') ? `0${text}` : text);
        expect(amount(text)).toBe(plain?.startsWith('-') ? undefined : plain);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['.48', '0.48'],
    ['0.50', '0.5'],
    ['100.00', '100'],
    ['0.00', '0'],
    ['10', '10'],
    ['1200.0300', '1200.03'],
  ])('M6: %s is %s', (text, plain) => {
    expect(amount(text)).toBe(plain);
  });
});
