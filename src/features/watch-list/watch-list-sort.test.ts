import { describe, expect, it } from 'vitest';
import type { Ticker } from '#domain/market-data.ts';
import { tickerKey } from '#stores/market-tickers-feed.ts';
import type { ListedInstrument } from '#stores/source-types.ts';
import { type ListedRow, matchesSearch, quoteFigures, sortRows } from './watch-list-sort.ts';

const NOTHING: Ticker = {
  venue: 'p.push',
  instrument: 'KOGE/USDT',
  ts: 0,
  last: null,
  bid: null,
  ask: null,
  open24h: null,
  high24h: null,
  low24h: null,
  volume24h: null,
};

const listed = (venue: string, symbol: string, more: Partial<ListedInstrument> = {}): ListedInstrument => ({
  venue,
  symbol,
  base: symbol.split(/[-/]/)[0] ?? '',
  quote: 'USDT',
  tickSize: '0.01',
  lotSize: '0.01',
  minSize: '0.01',
  minNotional: '0',
  makerFee: '0',
  takerFee: '0',
  feeCurrency: 'quote',
  simulated: false,
  ...more,
});
const row = (instrument: ListedInstrument, source = 'OKX', cross: number | null = null): ListedRow => ({
  instrument,
  source,
  cross,
});

describe('quoteFigures', () => {
  it('makes no figure out of what a venue does not tell', () => {
    expect(quoteFigures(undefined)).toBeUndefined();
    expect(quoteFigures(NOTHING)).toEqual({ last: null, change: null, volume: null, spread: null });
    expect(quoteFigures({ ...NOTHING, bid: '1' })?.spread).toBeNull();
    expect(quoteFigures({ ...NOTHING, volume24h: '5' })?.volume).toBeNull();
  });

  it('P2: takes the change as told, the volume in quote as told or worked out', () => {
    expect(quoteFigures({ ...NOTHING, last: '0.005432', change24h: '0.025' })?.change).toBeCloseTo(2.5, 10);
    expect(quoteFigures({ ...NOTHING, last: '2', volume24h: '5' })?.volume).toBe(10);
    expect(quoteFigures({ ...NOTHING, last: '2', volume24h: '5', quoteVolume24h: '11' })?.volume).toBe(11);
  });

  it('gives a crossed book a spread below zero, and none where all is zero', () => {
    expect(quoteFigures({ ...NOTHING, bid: '101', ask: '99' })?.spread).toBeCloseTo(-2, 10);
    expect(quoteFigures({ ...NOTHING, bid: '0', ask: '0' })?.spread).toBeNull();
  });
});

describe('sortRows', () => {
  const [btc, eth, koge] = [listed('okx', 'BTC-USDT'), listed('okx', 'ETH-USDT'), listed('p.push', 'KOGE/USDT')];
  const tickers = new Map([
    [tickerKey('okx', 'BTC-USDT'), { ...NOTHING, last: '95000' }],
    [tickerKey('okx', 'ETH-USDT'), { ...NOTHING, last: '3500' }],
  ]);
  const names = (rows: readonly ListedRow[]) => rows.map(({ instrument }) => instrument.base);

  it('puts what has no figure last, whichever way round', () => {
    const rows = [row(koge), row(eth), row(btc)];
    expect(names(sortRows(rows, tickers, { key: 'last', descending: true }))).toEqual(['BTC', 'ETH', 'KOGE']);
    expect(names(sortRows(rows, tickers, { key: 'last', descending: false }))).toEqual(['ETH', 'BTC', 'KOGE']);
  });

  it('sorts by name, source and the spread between sources', () => {
    const rows = [row(eth, 'OKX', 0.1), row(koge, 'Alpha'), row(btc, 'OKX', 0.5)];
    expect(names(sortRows(rows, tickers, { key: 'symbol', descending: false }))).toEqual(['BTC', 'ETH', 'KOGE']);
    expect(names(sortRows(rows, tickers, { key: 'source', descending: false }))).toEqual(['KOGE', 'BTC', 'ETH']);
    expect(names(sortRows(rows, tickers, { key: 'cross', descending: true }))).toEqual(['BTC', 'ETH', 'KOGE']);
  });
});

describe('matchesSearch', () => {
  const rain = row(
    listed('poly.polymarket', '7'.repeat(78), { title: 'Will it rain? — Yes', base: 'Yes', quote: 'USDC' }),
    'Polymarket',
  );

  it('finds by symbol, title, pair and source, word by word', () => {
    for (const query of ['', 'rain', 'RAIN yes', 'polymarket', '7777', ' rain  poly ']) {
      expect(matchesSearch(rain, query)).toBe(true);
    }
    expect(matchesSearch(row(listed('okx.okx', 'BTC-USDT')), 'btcusdt')).toBe(true);
    expect(matchesSearch(rain, 'snow')).toBe(false);
    expect(matchesSearch(rain, 'rain okx')).toBe(false);
  });
});
