import { describe, expect, it } from 'vitest';
import {
  bookPath,
  candlesOf,
  eventsPath,
  marketsPath,
  parseEvents,
  parseMarket,
  parseMarkets,
  parsePricesHistory,
  parseRestBook,
  pricesHistoryPath,
} from './rest.ts';

const MARKET = {
  conditionId: '0xabc',
  question: 'Rain?',
  slug: 'rain',
  outcomes: '["Yes","No"]',
  clobTokenIds: '["111","222"]',
  outcomePrices: '["0.40","0.6"]',
  orderPriceMinTickSize: 0.001,
  orderMinSize: 15,
  closed: false,
};

describe('paths', () => {
  it('M14: ask for markets, events, a book and past prices', () => {
    expect(marketsPath({ slug: 'a b', closed: false, limit: 5 })).toBe('/markets?slug=a%20b&closed=false&limit=5');
    expect(eventsPath({ clobTokenIds: '1', conditionIds: '0x' })).toBe('/events?clob_token_ids=1&condition_ids=0x');
    expect(bookPath('7')).toBe('/book?token_id=7');
    expect(pricesHistoryPath('7', { interval: '1d', fidelity: 5 })).toBe(
      '/prices-history?market=7&interval=1d&fidelity=5',
    );
    expect(pricesHistoryPath('7', { from: 1_999, to: 2_001 })).toBe('/prices-history?market=7&startTs=1&endTs=3');
  });
});

describe('markets', () => {
  it('M14: a market with its prices, limits and instruments', () => {
    expect(parseMarkets([MARKET])).toMatchObject([
      {
        market: { id: '0xabc', tickSize: '0.001', state: 'open' },
        prices: ['0.4', '0.6'],
        instruments: [
          { symbol: '111', base: 'Yes', tickSize: '0.001', minSize: '15' },
          { symbol: '222', base: 'No' },
        ],
      },
    ]);
  });

  it.each([
    ['no tokens', { clobTokenIds: undefined }],
    ['fewer tokens than outcomes', { clobTokenIds: '["111"]' }],
    ['broken JSON inside', { outcomes: '["Yes"' }],
    ['tokens as numbers, which lose digits', { clobTokenIds: '[111,222]' }],
    ['no question', { question: '' }],
  ])('M14: leaves out one with %s', (_, fields) => {
    expect(parseMarkets([{ ...MARKET, ...fields }, MARKET])).toHaveLength(1);
  });

  it('M14: a closed question is resolved once one outcome pays 1', () => {
    const standing = (outcomePrices: string) => parseMarket({ ...MARKET, closed: true, outcomePrices })?.market;
    expect(standing('["0","1"]')).toMatchObject({ state: 'resolved', winner: '222' });
    expect(standing('["0.5","0.5"]')?.state).toBe('closed');
    expect(standing('["1","1"]')?.state).toBe('closed');
  });

  it('M14: takes the markets of events; what is no answer is none', () => {
    expect(parseEvents([{ markets: [MARKET] }, {}, null])).toHaveLength(1);
    expect(parseEvents('no')).toBeUndefined();
    expect(parseMarkets(null)).toBeUndefined();
  });

  it('keeps texts as short as settings may have them', () => {
    const market = parseMarket({ ...MARKET, question: 'x'.repeat(9_000), description: 'y'.repeat(99_999) })?.market;
    expect([market?.question.length, market?.description?.length]).toEqual([500, 10_000]);
  });
});

describe('books and prices', () => {
  it('M14: a book, best first', () => {
    const level = (price: string) => ({ price, size: '1' });
    const book = { bids: [level('.1'), level('0.20')], asks: [level('0.9'), level('0.8')], timestamp: '1700000000000' };
    expect(parseRestBook(book)).toEqual({
      ts: 1_700_000_000_000,
      bids: [
        ['0.2', '1'],
        ['0.1', '1'],
      ],
      asks: [
        ['0.8', '1'],
        ['0.9', '1'],
      ],
      seq: 0,
    });
    expect(parseRestBook({ error: 'No orderbook exists' })).toBeUndefined();
  });

  it('M14: past prices in seconds become bars; a bar with nothing in it is none', () => {
    const at = (t: number, p: number) => ({ t: 1_700_000_040 + t, p });
    const points = parsePricesHistory({
      history: [at(60, 0.5), at(0, 0.4), at(30, 0.45), at(50, 0.3), at(200, 1e-3), {}],
    });
    expect(candlesOf(points ?? [], '1m')).toEqual([
      { ts: 1_700_000_040_000, open: '0.4', high: '0.45', low: '0.3', close: '0.3', volume: '0', closed: true },
      { ts: 1_700_000_100_000, open: '0.5', high: '0.5', low: '0.5', close: '0.5', volume: '0', closed: true },
      { ts: 1_700_000_220_000, open: '0.001', high: '0.001', low: '0.001', close: '0.001', volume: '0', closed: false },
    ]);
    expect(parsePricesHistory({})).toBeUndefined();
  });
});
