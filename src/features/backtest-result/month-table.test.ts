import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compounded, heat, yearRows } from './month-table.ts';

const month = fc.record({
  month: fc
    .tuple(fc.integer({ min: 1970, max: 2090 }), fc.integer({ min: 1, max: 12 }))
    .map(([year, at]) => `${year}-${String(at).padStart(2, '0')}`),
  return: fc.double({ min: -0.9, max: 2, noNaN: true }),
});
const months = fc.uniqueArray(month, { selector: (each) => each.month, maxLength: 60 });

describe('monthly returns', () => {
  it('stand in the year and month they are of, none lost', () => {
    fc.assert(
      fc.property(months, (given) => {
        const rows = yearRows(given);
        for (const each of given) {
          const row = rows.find(({ year }) => year === each.month.slice(0, 4));
          expect(row?.months[Number(each.month.slice(5)) - 1]).toBe(each.return);
        }
        expect(rows.flatMap((row) => row.months.filter((value) => value !== null))).toHaveLength(given.length);
        expect(rows.map(({ year }) => year)).toEqual(rows.map(({ year }) => year).toSorted());
      }),
    );
  });

  it('compound to the whole, year by year as month by month', () => {
    fc.assert(
      fc.property(months, (given) => {
        const whole = compounded(given.map((each) => each.return));
        const yearly = compounded(yearRows(given).map(({ total }) => total));
        expect(yearly).toBeCloseTo(whole, 6 - Math.ceil(Math.log10(1 + Math.abs(whole))));
      }),
    );
    expect(compounded([0.1, null, -0.1])).toBeCloseTo(-0.01, 12);
  });

  it('are coloured by size, up to a tenth', () => {
    expect([0, 0.05, -0.05, 0.1, -3].map(heat)).toEqual([0, 0.5, 0.5, 1, 1]);
  });
});
