import { describe, expect, it } from 'vitest';
import type { PredictionMarket } from '#domain/prediction-market.ts';
import type { Ticker } from '#domain/market-data.ts';
import { probabilityOf } from './probability.ts';

const RAIN: PredictionMarket = {
  id: '0x1',
  question: 'Will it rain?',
  slug: 'rain',
  outcomes: [
    { symbol: 'y', name: 'Yes' },
    { symbol: 'n', name: 'No' },
  ],
  tickSize: '0.01',
  state: 'open',
};
const ticker = (last: string | null, bid: string | null, ask: string | null): Ticker => ({
  venue: 'p.polymarket',
  instrument: 'y',
  ts: 0,
  last,
  bid,
  ask,
  open24h: null,
  high24h: null,
  low24h: null,
  volume24h: null,
});

describe('probabilityOf', () => {
  it('is the middle of the best prices', () => {
    expect(probabilityOf(RAIN, 'y', ticker('0.9', '0.60', '0.62'))).toBeCloseTo(0.61, 10);
    expect(probabilityOf(RAIN, 'y', ticker(null, '0.1', '0.9'))).toBeCloseTo(0.5, 10);
  });

  it('M10: is the last price where a side is empty or the two are far apart', () => {
    expect(probabilityOf(RAIN, 'y', ticker('0.3', '0.1', '0.9'))).toBe(0.3);
    expect(probabilityOf(RAIN, 'y', ticker('0.99', '0.98', null))).toBe(0.99);
  });

  it('adds up to one over two outcomes, however far apart bid and ask are', () => {
    const [yes, no] = [ticker('0.55', '0.39', '0.55'), ticker(null, '0.45', '0.61')];
    expect(probabilityOf(RAIN, 'y', yes, no)).toBe(0.55);
    expect(probabilityOf(RAIN, 'n', no, yes)).toBeCloseTo(0.45, 10);
    expect(probabilityOf(RAIN, 'n', { ...no, last: '0.7' }, yes)).toBeCloseTo(0.45, 10);
    expect(probabilityOf(RAIN, 'y', { ...yes, last: null }, { ...no, last: '0.7' })).toBeCloseTo(0.3, 10);
  });

  it('is unknown without any price', () => {
    expect(probabilityOf(RAIN, 'y', undefined)).toBeNull();
    expect(probabilityOf(RAIN, 'y', ticker(null, null, '0.5'))).toBeNull();
  });

  it('is certain once resolved, whatever the last price was', () => {
    const resolved = { ...RAIN, state: 'resolved', winner: 'n' } as const;
    expect(probabilityOf(resolved, 'y', ticker('0.97', '0.96', '0.98'))).toBe(0);
    expect(probabilityOf(resolved, 'n', undefined)).toBe(1);
  });
});
