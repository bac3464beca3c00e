import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INTERVAL_MS, INTERVALS } from '#domain/market-data.ts';
import { BarMaker } from './bar-maker.ts';
import { LiveBars } from './live-bars.ts';

const MINUTE = 60_000;

describe('live bars', () => {
  it('P3: are exact, however tiny the prices', () => {
    const bars = new LiveBars();
    bars.add('A', 10 * MINUTE, '0.000000012', '0.1');
    bars.add('A', 10 * MINUTE + 5, '0.00000001', '0.2');
    bars.add('A', 10 * MINUTE + 9, '0.000000013', '1000000000000000000');
    expect(bars.bars('A', '1m')).toEqual([
      {
        ts: 10 * MINUTE,
        open: '0.000000012',
        high: '0.000000013',
        low: '0.00000001',
        close: '0.000000013',
        volume: '1000000000000000000.3',
        closed: false,
      },
    ]);
  });

  it('cover every price once in each interval, in order, only the last of them open', () => {
    const price = fc.record({
      after: fc.integer({ min: 0, max: 40 * MINUTE }),
      price: fc.integer({ min: 1, max: 999 }),
    });
    fc.assert(
      fc.property(fc.array(price, { minLength: 1, maxLength: 60 }), (prices) => {
        const bars = new LiveBars();
        let ts = 1_700_000_000_000;
        const told = prices.map(({ after, price: value }) => {
          ts += after;
          bars.add('A', ts, String(value), '1');
          return { ts, value };
        });
        for (const interval of INTERVALS) {
          const made = bars.bars('A', interval);
          expect(made.reduce((sum, { volume }) => sum + Number(volume), 0)).toBe(prices.length);
          expect(made.map(({ closed }) => closed)).toEqual(made.map((_, i) => i < made.length - 1));
          for (const bar of made) {
            const within = told.filter((one) => one.ts >= bar.ts && one.ts < bar.ts + INTERVAL_MS[interval]);
            const values = within.map(({ value }) => value);
            expect([bar.open, bar.close]).toEqual([String(values[0]), String(values.at(-1))]);
            expect([bar.high, bar.low]).toEqual([String(Math.max(...values)), String(Math.min(...values))]);
          }
        }
      }),
    );
  });

  it('ignore what comes late', () => {
    const bars = new LiveBars();
    bars.add('A', 10 * MINUTE, '2', '1');
    bars.add('A', 9 * MINUTE, '1', '1');
    expect(bars.bars('A', '1m').map(({ ts }) => ts)).toEqual([10 * MINUTE]);
  });
});

describe('bars of a venue without candles', () => {
  const price = (ts: number, last: string) =>
    ({
      type: 'ticker',
      ticker: {
        venue: 'v',
        instrument: 'A',
        ts,
        last,
        bid: null,
        ask: null,
        open24h: null,
        high24h: null,
        low24h: null,
        volume24h: null,
      },
    }) as const;

  it('are told to whoever asks late, and only while asked for', () => {
    const maker = new BarMaker('push');
    expect(maker.extend([price(MINUTE, '1')])).toHaveLength(1);
    const { ask, events } = maker.want([{ feed: 'candle_1m', symbol: 'A' }]);
    expect(ask).toEqual([{ feed: 'ticker', symbol: 'A' }]);
    expect(events).toMatchObject([{ type: 'candle', interval: '1m', candle: { open: '1' } }]);
    const extended = maker.extend([price(2 * MINUTE, '3')]);
    expect(extended.slice(1)).toMatchObject([
      { candle: { ts: MINUTE, closed: true } },
      { candle: { ts: 2 * MINUTE, open: '3', closed: false } },
    ]);
    maker.want([]);
    expect(maker.extend([price(3 * MINUTE, '3')])).toHaveLength(1);
  });

  it('O10: are left to a venue that has its own', () => {
    const maker = new BarMaker('okx');
    const wanted = [{ feed: 'candle_1m', symbol: 'A' }] as const;
    expect(maker.want(wanted).ask).toEqual(wanted);
    maker.extend([price(MINUTE, '1')]);
    expect(maker.extend([price(MINUTE, '1')])).toHaveLength(1);
  });
});
