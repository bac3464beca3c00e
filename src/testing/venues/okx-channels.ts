/** O2: which channel is at home where, and what its arguments choose. */
import type { PrivateChannel } from './okx-account.ts';
import { barLength, type OkxMarket } from './okx-market.ts';
import type { Fields } from './venue-socket.ts';

export const HOUR = 3_600_000;
const PUBLIC = [
  'instruments',
  'tickers',
  'trades',
  'books',
  'books5',
  'bbo-tbt',
  'funding-rate',
  'mark-price',
  'index-tickers',
];
export const PRIVATE = ['account', 'positions', 'balance_and_position', 'orders'];
export const BOT_CHANNEL = 'grid-orders-spot';

export function homeOf(channel: string): string | undefined {
  if (PUBLIC.includes(channel)) return 'public';
  if (PRIVATE.includes(channel)) return 'private';
  if (channel === 'trades-all' || channel === BOT_CHANNEL) return 'business';
  return channel.startsWith('candle') && barLength(channel.slice('candle'.length)) !== undefined
    ? 'business'
    : undefined;
}

export function isPrivate(channel: string): channel is PrivateChannel {
  return PRIVATE.includes(channel) || channel === BOT_CHANNEL;
}

/** Whether a row of a private channel is what `arg` asks for. */
export function concerns(arg: Fields, row: Fields): boolean {
  const { instType, instId } = arg;
  if (typeof instId === 'string' && row['instId'] !== instId) return false;
  return (
    typeof instType !== 'string' || instType === 'ANY' || row['instType'] === undefined || row['instType'] === instType
  );
}

export function keyOf(arg: Fields): string {
  return ['channel', 'instType', 'instFamily', 'instId', 'algoId'].map((name) => String(arg[name] ?? '')).join('|');
}

export function fundingRow({ listing }: OkxMarket, now: number): Fields {
  const fundingTime = Math.ceil(now / (8 * HOUR)) * 8 * HOUR;
  return {
    instId: listing.instId,
    instType: listing.instType,
    fundingRate: '0.0001',
    nextFundingRate: '',
    fundingTime: String(fundingTime),
    nextFundingTime: String(fundingTime + 8 * HOUR),
    ts: String(now),
  };
}
