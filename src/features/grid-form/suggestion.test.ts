import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Candle } from '#domain/market-data.ts';
import type { ListedInstrument } from '#queries/instruments.ts';
import { BTC_USDC } from '#testing/samples.ts';
import { defaultRange, suggestedRange } from './suggestion.ts';

const BTC: ListedInstrument = { ...BTC_USDC, simulated: true };

function numbers(range: { lower_price: string; upper_price: string; grid_count: string; investment: string }) {
  const { lower_price, upper_price, grid_count, investment } = range;
  return {
    lower: Number(lower_price),
    upper: Number(upper_price),
    count: Number(grid_count),
    investment: Number(investment),
  };
}

/** G9, the cell at the top of an arithmetic grid. */
function lowestNet(range: ReturnType<typeof numbers>, fee: number): number {
  const p = range.upper - (range.upper - range.lower) / range.count;
  return (range.upper * (1 - fee)) / (p * (1 + fee)) - 1;
}

describe('defaultRange', () => {
  it('is ±4 % in cells near 0.22 % for 1000', () => {
    const range = numbers(defaultRange(BTC, 95_000));
    expect(range).toMatchObject({ lower: 91_200, upper: 98_800, investment: 1000 });
    const cell = (range.upper - range.lower) / range.count / 95_000;
    expect(cell).toBeGreaterThan(0.0015);
    expect(cell).toBeLessThan(0.0025);
  });

  it('earns in every cell after both fees, holds the minimum order and lies on ticks, whatever the price and fee', () => {
    const instrument = fc.record({
      tick: fc.constantFrom('0.00001', '0.0001', '0.01', '0.1', '1'),
      ticks: fc.integer({ min: 300, max: 5_000_000 }),
      fee: fc.constantFrom(0, 0.0002, 0.0008, 0.002),
      minNotional: fc.constantFrom('1', '5', '50'),
    });
    fc.assert(
      fc.property(instrument, ({ tick, ticks, fee, minNotional }) => {
        const price = ticks * Number(tick);
        const listed = { ...BTC, tickSize: tick, minSize: '0', makerFee: String(fee), minNotional };
        const made = defaultRange(listed, price);
        const range = numbers(made);
        expect(range.lower).toBeLessThan(price);
        expect(range.upper).toBeGreaterThan(price);
        for (const text of [made.lower_price, made.upper_price]) {
          const inTicks = Number(text) / Number(tick);
          expect(Math.abs(inTicks - Math.round(inTicks))).toBeLessThan(1e-6);
        }
        expect(range.count).toBeGreaterThanOrEqual(2);
        expect(lowestNet(range, fee)).toBeGreaterThan(0.0005);
        expect(range.investment / range.count).toBeGreaterThanOrEqual(Number(minNotional));
      }),
    );
  });
});

describe('suggestedRange', () => {
  const day = (swing: number): Candle[] =>
    Array.from({ length: 96 }, (_, i) => {
      const close = 95_000 * (1 + swing * Math.sin(i / 3));
      const [high, low] = [close * (1 + swing / 10), close * (1 - swing / 10)];
      return {
        ts: i * 900_000,
        open: String(close),
        high: String(high),
        low: String(low),
        close: String(close),
        volume: '1',
        closed: true,
      };
    });

  it('is wider when the market moved more, and holds the day’s extremes', () => {
    const calm = numbers(suggestedRange(BTC, 95_000, day(0.005)) ?? defaultRange(BTC, 1));
    const wild = numbers(suggestedRange(BTC, 95_000, day(0.03)) ?? defaultRange(BTC, 1));
    expect(wild.upper - wild.lower).toBeGreaterThan(2 * (calm.upper - calm.lower));
    expect(wild.upper).toBeGreaterThanOrEqual(95_000 * 1.03);
    expect(wild.lower).toBeLessThanOrEqual(95_000 * 0.97);
    for (const range of [calm, wild]) expect(lowestNet(range, 0.0008)).toBeGreaterThan(0.0005);
  });

  it('says nothing without history', () => {
    expect(suggestedRange(BTC, 95_000, day(0.01).slice(0, 10))).toBeUndefined();
  });
});
