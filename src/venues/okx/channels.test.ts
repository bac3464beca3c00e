import { expect, it } from 'vitest';
import { INTERVALS } from '#domain/market-data.ts';
import { argsOf, barOf, feedOf, instTypeOf, intervalOf, keyOf, lineOf, needsLogin } from './channels.ts';

it.each([
  [
    'public',
    ['instruments', 'tickers', 'trades', 'books', 'books5', 'bbo-tbt', 'funding-rate', 'mark-price', 'index-tickers'],
  ],
  ['business', ['candle1m', 'candle1Dutc', 'trades-all', 'grid-orders-spot']],
  ['private', ['account', 'positions', 'balance_and_position', 'orders']],
] as const)('O2: %s carries its channels', (line, channels) => {
  for (const channel of channels) expect([channel, lineOf(channel)]).toEqual([channel, line]);
});

it('O2: private channels and the grid bots’ need a login', () => {
  for (const channel of ['account', 'positions', 'balance_and_position', 'orders', 'grid-orders-spot']) {
    expect([channel, needsLogin(channel)]).toEqual([channel, true]);
  }
  for (const channel of ['tickers', 'candle1m', 'trades-all']) expect(needsLogin(channel)).toBe(false);
});

it('O10: bars and intervals are the same both ways', () => {
  expect(INTERVALS.map(barOf)).toEqual(['1m', '5m', '15m', '1H', '4H', '1Dutc']);
  for (const interval of INTERVALS) {
    expect(intervalOf(`candle${barOf(interval)}`)).toBe(interval);
    const [arg] = argsOf(`candle_${interval}`, 'BTC-USDT', 'books');
    expect(arg).toEqual({ channel: `candle${barOf(interval)}`, instId: 'BTC-USDT' });
    expect(feedOf(arg?.channel ?? '')).toBe(`candle_${interval}`);
  }
  for (const channel of ['candle1h', 'candle1M', 'candle2H', 'tickers']) expect(intervalOf(channel)).toBeUndefined();
});

it('a book comes in the depth that is asked for', () => {
  for (const channel of ['books', 'books5', 'bbo-tbt'] as const) {
    expect(argsOf('book', 'BTC-USDT', channel)).toEqual([{ channel, instId: 'BTC-USDT' }]);
    expect(feedOf(channel)).toBe('book');
  }
});

it('instruments of one type are one subscription', () => {
  expect(['BTC-USDT', 'BTC-USDT-SWAP', 'BTC-USD-270326', 'BTC-USD-270326-90000-C'].map(instTypeOf)).toEqual([
    'SPOT',
    'SWAP',
    'FUTURES',
    'OPTION',
  ]);
  const keys = ['BTC-USDT', 'ETH-USDT'].flatMap((symbol) => argsOf('market', symbol, 'books').map(keyOf));
  expect(new Set(keys)).toEqual(new Set(['instruments:SPOT']));
});
