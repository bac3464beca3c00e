import { describe, expect, it } from 'vitest';
import type { PredictionMarket } from '#domain/prediction-market.ts';
import type { SourceConfig } from '#domain/source.ts';
import { watching } from './watch-market.ts';

const CONFIG: SourceConfig = {
  id: 'poly',
  kind: 'polymarket',
  name: 'Polymarket',
  url: 'wss://ws-subscriptions-clob.polymarket.com',
  via: 'direct',
  enabled: true,
  instruments: [],
  auth: 'none',
};
const MARKET: PredictionMarket = {
  id: '0xabc',
  question: 'Will it snow?',
  slug: 'snow',
  outcomes: [
    { symbol: '1'.repeat(78), name: 'Yes' },
    { symbol: '2'.repeat(78), name: 'No' },
  ],
  tickSize: '0.001',
  state: 'open',
};

describe('watching', () => {
  it('M10: adds every outcome of a new question, with what is known of it', () => {
    const { instruments } = watching(CONFIG, MARKET);
    expect(instruments.map(({ symbol, title, tickSize }) => [symbol, title, tickSize])).toEqual([
      ['1'.repeat(78), 'Will it snow? — Yes', '0.001'],
      ['2'.repeat(78), 'Will it snow? — No', '0.001'],
    ]);
    expect(instruments[0]?.prediction).toEqual(MARKET);
  });

  it('adds none twice, and leaves the rest of the settings as they are', () => {
    const once = watching(CONFIG, MARKET);
    expect(watching(once, MARKET)).toEqual(once);
    expect({ ...once, instruments: [] }).toEqual(CONFIG);
  });
});
