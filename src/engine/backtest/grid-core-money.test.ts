import { expect, test } from 'vitest';
import { valueOf } from '../ledger/grid-ledger.ts';
import { BASE_SCALE, parseUnits, QUOTE_SCALE } from '../ledger/money.ts';
import { quoteNumber, Worth } from './grid-core-money.ts';

const PRICE_DECIMALS = 2;

/** Of so much quote and base at a mark in cents: by doubles where that is exact, and by integers. */
function worthOf(quote: string, base: string, mark: number, decimals: number) {
  const quoteUnits = parseUnits(quote, QUOTE_SCALE) ?? 0n;
  const baseUnits = parseUnits(base, BASE_SCALE) ?? 0n;
  const worth = new Worth(PRICE_DECIMALS, decimals);
  worth.set(quoteUnits, baseUnits);
  return [worth.at(mark), quoteNumber(quoteUnits + valueOf(baseUnits, mark, PRICE_DECIMALS))];
}

test('G2: equity is the nearest double of the exact decimal, in and beyond what doubles hold exactly', () => {
  for (const [quote, base] of [
    ['0.1', '0.2'],
    ['1234.567', '0.001'],
    ['98765432.123456789', '12345.678'],
    ['0', '0.00000001'],
  ] as const) {
    const [at, exact] = worthOf(quote, base, 4_012_345, 13);
    expect(at).toBe(exact);
  }
});

test('what is owed does not hide the digits that quote lost', () => {
  const [at, exact] = worthOf('20000.000000000000001', '-1', 1_999_999, 15);
  expect(exact).toBe(0.010000000000001);
  expect(at).toBe(exact);
});
