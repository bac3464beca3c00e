import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { QUOTE_SCALE } from '../ledger/money.ts';
import { fitsLimbs, MoneyTable, Purse } from './grid-kernel-money.ts';

const DECIMALS = 20;
const UNIT = 10n ** BigInt(QUOTE_SCALE - DECIMALS);
/** Around nothing, around one limb, and well beyond. */
const amount = fc
  .oneof(
    fc.bigInt(0n, 5n),
    fc.bigInt(2n ** 48n - 3n, 2n ** 48n + 3n),
    fc.bigInt(0n, 2n ** 53n),
    fc.bigInt(0n, 2n ** 90n),
  )
  .map((units) => units * UNIT);

describe('money in two doubles (G2)', () => {
  test('adds, subtracts and compares as whole numbers do', () => {
    fc.assert(
      fc.property(amount, fc.array(amount, { minLength: 1, maxLength: 40 }), (start, amounts) => {
        const table = new MoneyTable(amounts.length, DECIMALS);
        for (const [index, value] of amounts.entries()) table.set(index, value);
        const purse = new Purse(start, DECIMALS);
        let expected = start;
        for (const [index, value] of amounts.entries()) {
          expect(purse.covers(table, index)).toBe(value <= expected);
          if (value <= expected && index % 3 > 0) {
            purse.subtract(table, index);
            expected -= value;
          } else {
            purse.add(table, index);
            expected += value;
          }
          expect(purse.exact()).toBe(expected);
          const units = expected / UNIT;
          if (units < 2n ** 53n) expect(purse.units()).toBe(Number(units));
          else expect(purse.units()).toBeGreaterThanOrEqual(2 ** 53);
        }
      }),
    );
  });

  test('what it needs exactly is covered', () => {
    const table = new MoneyTable(1, DECIMALS);
    table.set(0, 7n * UNIT);
    expect(new Purse(7n * UNIT, DECIMALS).covers(table, 0)).toBe(true);
    expect(new Purse(6n * UNIT, DECIMALS).covers(table, 0)).toBe(false);
  });

  test('says what does not fit', () => {
    expect(fitsLimbs(2n ** 90n * UNIT, DECIMALS)).toBe(true);
    expect(fitsLimbs(2n ** 92n * UNIT, DECIMALS)).toBe(false);
  });
});
