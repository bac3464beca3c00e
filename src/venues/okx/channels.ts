/** O2: which channel carries what, on which of the three URLs, and how a subscription is said. */
import { INTERVALS, type Interval } from '#domain/market-data.ts';
import type { FeedName } from '../venue.ts';
import type { OkxArg } from './schema.ts';

/** The last part of a URL: `/ws/v5/public`. */
export const LINES = ['public', 'business', 'private'] as const;
export type LineName = (typeof LINES)[number];

/** How deep a book is wanted: 400 levels in steps, five levels whole, or the best alone. */
export type BookChannel = 'books' | 'books5' | 'bbo-tbt';

/** O10: case-sensitive; days begin at midnight UTC as everywhere else in the desk. */
const BARS: Readonly<Record<Interval, string>> = {
  '1m': '1m',
  '5m': '5m',
  '15m': '15m',
  '1h': '1H',
  '4h': '4H',
  '1d': '1Dutc',
};

const INTERVAL_OF = new Map<string, Interval>([
  ...INTERVALS.map((interval) => [`candle${BARS[interval]}`, interval] as const),
  // Its day begins at 16:00 UTC; we never ask for it, recordings have it.
  ['candle1D', '1d'],
]);

const LOGIN_CHANNELS = new Set(['account', 'positions', 'balance_and_position', 'orders', 'orders-algo']);

export function barOf(interval: Interval): string {
  return BARS[interval];
}

/** `undefined`: no candle channel, or a bar the desk does not have. */
export function intervalOf(channel: string): Interval | undefined {
  return INTERVAL_OF.get(channel);
}

export function isBookChannel(channel: string): channel is BookChannel {
  return channel === 'books' || channel === 'books5' || channel === 'bbo-tbt';
}

export function needsLogin(channel: string): boolean {
  return LOGIN_CHANNELS.has(channel) || channel.startsWith('grid-');
}

export function lineOf(channel: string): LineName {
  if (channel.startsWith('candle') || channel.startsWith('grid-')) return 'business';
  if (channel === 'trades-all' || channel === 'orders-algo') return 'business';
  return LOGIN_CHANNELS.has(channel) ? 'private' : 'public';
}

/** What a subscription is known by. Those of the account are known by their channel: its answers vary in the rest. */
export function keyOf({ channel, instId, instType }: OkxArg): string {
  return needsLogin(channel) ? channel : `${channel}:${instId ?? instType ?? ''}`;
}

/** The arguments a feed of ours takes. */
export function argsOf(feed: FeedName, symbol: string, book: BookChannel): readonly OkxArg[] {
  switch (feed) {
    case 'ticker':
      return [{ channel: 'tickers', instId: symbol }];
    case 'trades':
      return [{ channel: 'trades', instId: symbol }];
    case 'book':
      return [{ channel: book, instId: symbol }];
    case 'market':
      return [{ channel: 'instruments', instType: instTypeOf(symbol) }];
    case 'account':
      return [
        { channel: 'account' },
        { channel: 'positions', instType: 'ANY' },
        { channel: 'orders', instType: 'ANY' },
        { channel: 'grid-orders-spot', instType: 'SPOT' },
      ];
    case 'candle_1m':
    case 'candle_5m':
    case 'candle_15m':
    case 'candle_1h':
    case 'candle_4h':
    case 'candle_1d':
      return [{ channel: `candle${candleBar(feed)}`, instId: symbol }];
    default:
      return feed satisfies never;
  }
}

/** The other way round, for problems that name a subscription. */
export function feedOf(channel: string): FeedName | undefined {
  if (channel === 'tickers') return 'ticker';
  if (channel === 'trades' || channel === 'trades-all') return 'trades';
  if (isBookChannel(channel)) return 'book';
  if (channel === 'instruments') return 'market';
  if (needsLogin(channel)) return 'account';
  const interval = intervalOf(channel);
  return interval && `candle_${interval}`;
}

/** `BTC-USDT` has one dash. */
export function isSpot(symbol: string): boolean {
  return symbol.indexOf('-') === symbol.lastIndexOf('-');
}

/** `BTC-USDT` is spot; derivatives have further parts: `BTC-USDT-SWAP`, `BTC-USD-260327`, `BTC-USD-260327-90000-C`. */
export function instTypeOf(symbol: string): 'SPOT' | 'SWAP' | 'FUTURES' | 'OPTION' {
  if (isSpot(symbol)) return 'SPOT';
  const parts = symbol.split('-');
  if (parts.length > 3) return 'OPTION';
  return parts[2] === 'SWAP' ? 'SWAP' : 'FUTURES';
}

function candleBar(feed: `candle_${Interval}`): string {
  const interval = INTERVALS.find((each) => feed === `candle_${each}`);
  return interval ? BARS[interval] : '';
}
