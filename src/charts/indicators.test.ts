import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bollinger, createIndicator, ema, INDICATORS, rsi, sma } from './indicators.ts';

const run = (indicator: { push(close: number): readonly (number | null)[] }, closes: readonly number[]) =>
  closes.map((close) => indicator.push(close));

describe('indicators', () => {
  it('SMA is the mean of the last closes', () => {
    expect(run(sma(3), [1, 2, 6, 7])).toEqual([[null], [null], [3], [5]]);
  });

  it('EMA starts at the SMA and weighs 2 / (n + 1)', () => {
    // Seed (1+2+6)/3 = 3; then 3 + 0.5·(7−3) = 5; 5 + 0.5·(1−5) = 3.
    expect(run(ema(3), [1, 2, 6, 7, 1])).toEqual([[null], [null], [3], [5], [3]]);
  });

  it('Bollinger bands use the population deviation', () => {
    // Closes 2, 4, 4, 4, 5, 5, 7, 9: mean 5, σ 2, the textbook example.
    const last = run(bollinger(8, 2), [2, 4, 4, 4, 5, 5, 7, 9]).at(-1);
    expect(last).toEqual([9, 5, 1]);
  });

  it("RSI is Wilder's, checked against his smoothing by hand", () => {
    // n = 2: changes +1, −1 → averages 0.5 / 0.5 → 50; then +3 → gain (0.5+3)/2 = 1.75, loss 0.25 → 87.5.
    expect(run(rsi(2), [10, 11, 10, 13])).toEqual([[null], [null], [50], [87.5]]);
  });

  it('RSI at its edges: no loss is 100, no gain 0, no move 50', () => {
    expect(run(rsi(2), [1, 2, 3]).at(-1)).toEqual([100]);
    expect(run(rsi(2), [3, 2, 1]).at(-1)).toEqual([0]);
    expect(run(rsi(2), [1, 1, 1]).at(-1)).toEqual([50]);
  });

  it('peek says what push will give and changes nothing', () => {
    const close = fc.double({ min: 1, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(...INDICATORS), fc.array(close, { minLength: 1, maxLength: 60 }), (id, closes) => {
        const plain = createIndicator(id);
        const peeked = createIndicator(id);
        for (const value of closes) {
          peeked.peek(value * 2);
          const promised = peeked.peek(value);
          expect(peeked.push(value)).toEqual(promised);
          expect(plain.push(value)).toEqual(promised);
        }
      }),
    );
  });
});
