/** Indicators against hand-made and published series, and against their plain definitions. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Ema } from './ema.ts';
import { Extreme } from './extreme.ts';
import { Rsi } from './rsi.ts';
import { compareSmas, Sma } from './sma.ts';

interface Indicator {
  readonly value: number | null;
  push(value: number): void;
  save(): unknown;
  load(state: unknown): void;
}

const series = (indicator: Indicator, values: readonly number[]) =>
  values.map((value) => {
    indicator.push(value);
    return indicator.value;
  });

/** Prices in whole units, up to those of a market with eight decimals. */
const prices = fc.oneof(
  fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 120 }),
  fc.array(fc.integer({ min: 1, max: 10_000_000_000_000 }), { minLength: 1, maxLength: 120 }),
);
const periods = fc.integer({ min: 1, max: 25 });
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const lastOf = (values: readonly number[], i: number, period: number) => values.slice(i + 1 - period, i + 1);

describe('simple moving average', () => {
  test('by hand', () => {
    expect(series(new Sma(3), [1, 2, 6, 4, 5])).toEqual([null, null, 3, 4, 5]);
  });

  test('its sum is that of the last values, exactly, however long it runs', () => {
    fc.assert(
      fc.property(prices, periods, (values, period) => {
        const sma = new Sma(period);
        for (const [i, value] of values.entries()) {
          sma.push(value);
          if (i + 1 >= period) expect(sma.sum).toBe(sum(lastOf(values, i, period)));
        }
      }),
    );
  });

  test('two are compared exactly where their means differ by less than doubles can tell', () => {
    const [a, b] = [new Sma(3), new Sma(7)];
    const whole = 1_286_742_750_677_278;
    for (let i = 0; i < 7; i += 1) {
      a.push(whole);
      b.push(i === 6 ? whole + 1 : whole);
    }
    // b has one unit more in seven values.
    b.push(whole);
    expect(compareSmas(a, b)).toBe(-1);
    expect(compareSmas(b, a)).toBe(1);
    expect(compareSmas(a, a)).toBe(0);
    expect(a.sum * 7 === b.sum * 3).toBe(true);
  });

  test('the sign of their difference is that of the exact fractions', () => {
    fc.assert(
      fc.property(prices, periods, periods, (values, one, other) => {
        const [a, b] = [new Sma(one), new Sma(other)];
        for (const value of values) {
          a.push(value);
          b.push(value);
        }
        if (!a.whole || !b.whole) return;
        const exact = BigInt(sum(values.slice(-one))) * BigInt(other) - BigInt(sum(values.slice(-other))) * BigInt(one);
        expect(compareSmas(a, b)).toBe(exact < 0n ? -1 : exact > 0n ? 1 : 0);
      }),
    );
  });

  test('deviation of the population, by hand: 2, 4, 4, 4, 5, 5, 7, 9 → 2', () => {
    const sma = new Sma(8);
    for (const value of [100, 2, 4, 4, 4, 5, 5, 7, 9]) sma.push(value);
    expect(Math.sqrt(sma.squares() / 8)).toBe(2);
  });
});

describe('exponential moving average', () => {
  test('begins with the simple average, then takes 2 / (period + 1) of the difference', () => {
    // (2 + 4 + 6) / 3 = 4; 4 + (8 − 4) / 2 = 6; 6 + (2 − 6) / 2 = 4.
    expect(series(new Ema(3), [2, 4, 6, 8, 2])).toEqual([null, null, 4, 6, 4]);
  });

  test('is the weighted sum its recursion stands for', () => {
    fc.assert(
      fc.property(prices, periods, (values, period) => {
        const value = series(new Ema(period), values).at(-1);
        if (values.length < period) {
          expect(value).toBeNull();
          return;
        }
        const weight = 2 / (period + 1);
        const later = values.slice(period);
        const left = later.length;
        const seed = (sum(values.slice(0, period)) / period) * (1 - weight) ** left;
        const rest = sum(later.map((price, i) => weight * (1 - weight) ** (left - 1 - i) * price));
        expect(Math.abs((value ?? NaN) / (seed + rest) - 1)).toBeLessThan(1e-12);
      }),
    );
  });
});

describe('relative strength index', () => {
  /** The closes of StockCharts' well-known example of Wilder's definition, and the indices it shows for them. */
  const CLOSES = [
    44.3389, 44.0902, 44.1497, 43.6124, 44.3278, 44.8264, 45.0955, 45.4245, 45.8433, 46.0826, 45.8931, 46.0328, 45.614,
    46.282, 46.282, 46.0028, 46.0328, 46.4116, 46.2222, 45.6439, 46.2122, 46.2521, 45.7137, 46.4515, 45.7835, 45.3548,
    44.0288, 44.1783, 44.2181, 44.5672, 43.4205, 42.6628, 43.1314,
  ];
  const SHOWN = [
    70.53, 66.32, 66.55, 69.41, 66.36, 57.97, 62.93, 63.26, 56.06, 62.38, 54.71, 50.42, 39.99, 41.46, 41.87, 45.46,
    37.3, 33.08, 37.77,
  ];

  /** By the definition: simple averages of the first changes, each next one `(13 · average + change) / 14`. */
  function wilder(closes: readonly number[], period: number): (number | null)[] {
    const result: (number | null)[] = [];
    let [up, down] = [0, 0];
    for (const [i, close] of closes.entries()) {
      const change = close - (closes[i - 1] ?? close);
      const [gain, loss] = [change > 0 ? change : 0, change < 0 ? -change : 0];
      if (i <= period) [up, down] = [up + gain / period, down + loss / period];
      else [up, down] = [(up * (period - 1) + gain) / period, (down * (period - 1) + loss) / period];
      if (i < period) result.push(null);
      else result.push(up + down === 0 ? 50 : down === 0 ? 100 : 100 - 100 / (1 + up / down));
    }
    return result;
  }

  test('the published example', () => {
    const units = CLOSES.map((close) => Math.round(close * 10_000));
    const values = series(new Rsi(14), units);
    expect(values.slice(0, 14)).toEqual(Array.from({ length: 14 }, () => null));
    for (const [i, value] of values.slice(14).entries()) {
      expect(Math.abs((value ?? NaN) - (SHOWN[i] ?? NaN))).toBeLessThan(0.06);
      expect(value).toBeCloseTo(wilder(units, 14)[i + 14] ?? NaN, 10);
    }
  });

  test('is its definition', () => {
    fc.assert(
      fc.property(prices, periods, (values, period) => {
        const expected = wilder(values, period);
        for (const [i, value] of series(new Rsi(period), values).entries()) {
          const other = expected[i] ?? null;
          if (value === null || other === null) expect(value).toBe(other);
          else expect(Math.abs(value - other)).toBeLessThan(1e-6);
        }
      }),
    );
  });

  test('only gains: 100; only losses: 0; no change: the middle', () => {
    expect(series(new Rsi(2), [1, 2, 3]).at(-1)).toBe(100);
    expect(series(new Rsi(2), [3, 2, 1]).at(-1)).toBe(0);
    expect(series(new Rsi(2), [3, 3, 3]).at(-1)).toBe(50);
  });
});

describe('highest and lowest', () => {
  test('are those of the last values', () => {
    fc.assert(
      fc.property(prices, periods, (values, period) => {
        const [high, low] = [new Extreme(period, 'highest'), new Extreme(period, 'lowest')];
        for (const [i, value] of values.entries()) {
          high.push(value);
          low.push(value);
          const last = i + 1 < period ? null : lastOf(values, i, period);
          expect(high.value).toBe(last && Math.max(...last));
          expect(low.value).toBe(last && Math.min(...last));
        }
      }),
    );
  });
});

describe('what they save (G18)', () => {
  const MAKE: Readonly<Record<string, (period: number) => Indicator>> = {
    sma: (period) => new Sma(period),
    ema: (period) => new Ema(period),
    rsi: (period) => new Rsi(period),
    highest: (period) => new Extreme(period, 'highest'),
    lowest: (period) => new Extreme(period, 'lowest'),
  };

  test.each(Object.entries(MAKE))('%s goes on from JSON as it would have', (_, make) => {
    fc.assert(
      fc.property(prices, periods, fc.nat(119), (values, period, cut) => {
        const whole = make(period);
        series(whole, values.slice(0, cut));
        const loaded = make(period);
        // What was there before does not matter.
        series(loaded, [3, 1, 2]);
        loaded.load(JSON.parse(JSON.stringify(whole.save())));
        expect(series(loaded, values.slice(cut))).toEqual(series(whole, values.slice(cut)));
      }),
    );
  });

  test.each(Object.entries(MAKE))('%s refuses what it has not saved', (_, make) => {
    const longer = make(9);
    series(longer, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (const state of [null, 1, 'x', [NaN], ['1'], { count: -1 }, longer.save()]) {
      expect(() => make(3).load(state)).toThrow(RangeError);
    }
  });
});
