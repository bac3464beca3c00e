/** Frames as venues send them, of one kind each, seeded. Book updates follow on each other, so that nothing is a gap. */
import { seededRandom } from '#domain/random.ts';
import { formatUnits } from '#domain/order-book-units.ts';
import { bookStream, type LevelChange } from './book-stream.ts';

export const SYMBOL = 'BTC-USDT';
const TOKENS = [
  '71321045679252212594626385532706912750332728571942532289631379312455583992563',
  '52114319501245915516055106046884209969926127482827954674443846427813813222426',
] as const;

/** One `snapshot`, then `update`s of about 30 changes (O11, O12). */
export function okxBookFrames(count: number): string[] {
  return bookStream(count).map((batch, index) => okxBookFrame(batch, index));
}

function okxBookFrame(batch: readonly LevelChange[], index: number): string {
  const rows = (side: 'bid' | 'ask') =>
    batch
      .filter((change) => change.side === side && (index > 0 || change.size > 0))
      .map(({ price, size }) => [formatUnits(price, 1), formatUnits(size, 8), '0', size === 0 ? '0' : '3']);
  return JSON.stringify({
    arg: { channel: 'books', instId: SYMBOL },
    action: index === 0 ? 'snapshot' : 'update',
    data: [
      {
        asks: rows('ask'),
        bids: rows('bid'),
        ts: String(1_700_000_000_000 + index * 100),
        checksum: 0,
        seqId: index + 1,
        prevSeqId: index === 0 ? -1 : index,
      },
    ],
  });
}

/** `[prelude, frames]` by kind; the prelude is what must have come before. */
export function frameKinds(count: number): Readonly<Record<string, readonly [prelude: string[], frames: string[]]>> {
  const random = seededRandom(7);
  const price = () => (95_000 + random() * 500).toFixed(1);
  const size = () => (random() * 3).toFixed(8);
  const many = (make: (index: number) => unknown) => Array.from({ length: count }, (_, i) => JSON.stringify(make(i)));
  const ts = (index: number) => String(1_700_000_000_000 + index);
  const okx = (channel: string, row: (index: number) => unknown) =>
    many((index) => ({ arg: { channel, instId: SYMBOL }, data: [row(index)] }));
  const [snapshot = '', ...updates] = okxBookFrames(count + 1);
  const levels = (from: number, to: number) =>
    Array.from({ length: 40 }, (_, i) => ({
      price: (from + ((to - from) * i) / 39).toFixed(2),
      size: (100 + i * 7.5).toFixed(2),
    }));
  const book = (asset_id: string, index: number) => ({
    event_type: 'book',
    market: '0xdd22472e552920b8438158ea7238bfadfa4f736aa4cee91a6b86c39ead110917',
    asset_id,
    timestamp: ts(index),
    hash: 'eef80d141ea160c72c8644fd33c4e7cac54728fb',
    bids: levels(0.1, 0.49),
    asks: levels(0.9, 0.51),
  });
  return {
    'okx tickers': [
      [],
      okx('tickers', (i) => ({
        instType: 'SPOT',
        instId: SYMBOL,
        last: price(),
        lastSz: size(),
        askPx: price(),
        askSz: size(),
        bidPx: price(),
        bidSz: size(),
        open24h: price(),
        high24h: price(),
        low24h: price(),
        volCcy24h: price(),
        vol24h: price(),
        sodUtc0: price(),
        sodUtc8: price(),
        ts: ts(i),
      })),
    ],
    'okx trades': [
      [],
      okx('trades', (i) => ({
        instId: SYMBOL,
        tradeId: String(130_639_474 + i),
        px: price(),
        sz: size(),
        side: random() < 0.5 ? 'buy' : 'sell',
        ts: ts(i),
        count: '3',
      })),
    ],
    'okx candle': [[], okx('candle1m', (i) => [ts(i), price(), price(), price(), price(), '45.2', '5.5', '5.5', '0'])],
    'okx books update': [[snapshot], updates],
    'okx books snapshot': [[], Array.from({ length: count }, () => snapshot)],
    'polymarket book': [[], many((i) => book(TOKENS[0], i))],
    'polymarket price_change': [
      [JSON.stringify([book(TOKENS[0], 0), book(TOKENS[1], 0)])],
      many((i) => ({
        market: '0xdd22472e552920b8438158ea7238bfadfa4f736aa4cee91a6b86c39ead110917',
        price_changes: TOKENS.map((asset_id, outcome) => ({
          asset_id,
          price: outcome === 0 ? '0.2' : '0.8',
          size: (50 + random() * 50).toFixed(2),
          side: outcome === 0 ? 'BUY' : 'SELL',
          hash: 'bad813f84a3e7be740b95924fed984639e6798bc',
          best_bid: '0.49',
          best_ask: '0.51',
        })),
        timestamp: ts(i),
        event_type: 'price_change',
      })),
    ],
    'push price_update': [
      [],
      many((i) => ({
        type: 'price_update',
        data: { symbol: 'KOGE/USDT', price: 0.005432 + i * 1e-9, change_24h: 0.025 },
        timestamp: '2026-11-21T12:00:00.123456Z',
      })),
    ],
    'push orderbook_update': [
      [],
      many((i) => ({
        type: 'orderbook_update',
        data: {
          symbol: 'KOGE/USDT',
          bids: Array.from({ length: 20 }, (_, n) => [0.00543 - n * 0.00001, 1000 + i + n]),
          asks: Array.from({ length: 20 }, (_, n) => [0.00544 + n * 0.00001, 1000 + i + n]),
        },
        timestamp: '2026-11-21T12:00:00Z',
      })),
    ],
  };
}
