import { describe, expect, it } from 'vitest';
import { TestMarket, type MarketSpec } from './test-market.ts';

const NOW = 1_700_000_012_345;
const SPEC: MarketSpec = {
  seed: 7,
  tickSize: '0.1',
  lotSize: '0.001',
  price: '950',
  size: '0.5',
  depth: 40,
  startsAt: NOW,
};
const HOUR = 3_600_000;

describe('a test market', () => {
  it('keeps its depth and never crosses, and its changes add up to its book', () => {
    const market = new TestMarket(SPEC);
    const copy = { bid: new Map<number, number>(), ask: new Map<number, number>() };
    for (const side of ['bid', 'ask'] as const)
      for (const { price, lots } of market.side(side)) copy[side].set(price, lots);
    for (let i = 0; i < 3_000; i += 1) {
      for (const { side, price, lots } of market.move(NOW + i * 100).changes) {
        if (lots > 0) copy[side].set(price, lots);
        else copy[side].delete(price);
      }
      const [bids, asks] = [market.side('bid'), market.side('ask')];
      expect([bids.length, asks.length]).toEqual([40, 40]);
      expect(bids[0]?.price).toBeLessThan(asks[0]?.price ?? 0);
    }
    const sorted = (side: 'bid' | 'ask') => [...copy[side]].sort(([a], [b]) => (side === 'bid' ? b - a : a - b));
    for (const side of ['bid', 'ask'] as const) {
      expect(sorted(side)).toEqual(market.side(side).map(({ price, lots }) => [price, lots]));
    }
  });

  it('is the same for the same seed, and another for another', () => {
    const after = (seed: number) => {
      const market = new TestMarket({ ...SPEC, seed });
      for (let i = 0; i < 200; i += 1) market.move(NOW + i * 100);
      return market.side('bid');
    };
    expect(after(3)).toEqual(after(3));
    expect(after(3)).not.toEqual(after(4));
  });

  it('stays under its ceiling', () => {
    const market = new TestMarket({ ...SPEC, tickSize: '0.01', price: '0.95', ceiling: '1', depth: 60 });
    for (let i = 0; i < 3_000; i += 1) market.move(NOW + i * 100, 1);
    expect(market.side('ask').every(({ price }) => price >= 1 && price < 100)).toBe(true);
    expect(market.side('ask').length).toBeGreaterThan(0);
  });

  it('has bars that add up: an hour is its minutes, and each opens where the last closed', () => {
    const market = new TestMarket(SPEC);
    for (let i = 0; i < 2_000; i += 1) market.move(NOW + i * 1_000);
    const now = NOW + 2_000_000;
    const first = Math.floor(NOW / HOUR) * HOUR;
    const hour = market.candles.bar(HOUR, first, now);
    const minutes = Array.from({ length: 60 }, (_, i) => first + i * 60_000)
      .filter((ts) => ts <= now)
      .map((ts) => market.candles.bar(60_000, ts, now));
    expect(hour).toEqual({
      ts: first,
      open: minutes[0]?.open,
      high: Math.max(...minutes.map(({ high }) => high)),
      low: Math.min(...minutes.map(({ low }) => low)),
      close: minutes.at(-1)?.close,
      volume: minutes.reduce((sum, { volume }) => sum + volume, 0),
    });
    for (const [i, bar] of minutes.slice(1).entries()) {
      if (bar.ts < NOW) expect(bar.open).toBe(minutes[i]?.close);
    }
    expect(market.candles.bar(60_000, now, now).close).toBe(market.lastTrade.price);
  });

  it('writes prices and sizes plainly, and the same prices on a finer grid', () => {
    const market = new TestMarket({
      ...SPEC,
      tickSize: '0.000000001',
      lotSize: '1',
      price: '0.000011873',
      size: '900000',
    });
    expect(market.priceText(11_873)).toBe('0.000011873');
    expect(market.priceText(11_870)).toBe('0.00001187');
    expect(market.sizeText(100)).toBe('100');
    const fine = new TestMarket({ ...SPEC, tickSize: '0.01', price: '0.4', ceiling: '1' });
    const before = fine.side('bid').map(({ price }) => fine.priceText(price));
    fine.refine(1);
    expect(fine.tickSize).toBe('0.001');
    expect(fine.side('bid').map(({ price }) => fine.priceText(price))).toEqual(before);
  });
});
