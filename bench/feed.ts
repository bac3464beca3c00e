/**
 * String → book: OKX `books` frames as they come from the wire, through our decoder with its book, beside ccxt's OKX
 * path on the same frames. Both must end with the same best prices.
 */
import { createOkxDecoder } from '#venues/okx/decoder.ts';
import { formatUnits } from '#domain/order-book-units.ts';
import { bookStream, type LevelChange } from './support/book-stream.ts';
import { ccxt, type CcxtClient, type CcxtOkx } from './support/controls.ts';
import { figure, nanosecondsEach } from './support/figure.ts';

const quick = process.argv.includes('--quick');
const ROUNDS = quick ? 1 : 9;
const SYMBOL = 'BTC-USDT';

/** The stream as OKX sends it: one `snapshot`, then `update`s that follow on each other (O11, O12). */
function okxFrames(batches: readonly (readonly LevelChange[])[]): string[] {
  return batches.map((batch, index) => {
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
  });
}

const frames = okxFrames(bookStream(quick ? 200 : 4_000));
const { default: library } = await ccxt();
const client: CcxtClient = {
  subscriptions: {},
  resolve: () => undefined,
  reject: (error) => {
    throw error;
  },
};

function theirExchange(): CcxtOkx {
  const exchange = new library.pro.okx({ enableRateLimit: false });
  exchange.setMarkets([
    { id: SYMBOL, symbol: 'BTC/USDT', base: 'BTC', quote: 'USDT', type: 'spot', spot: true, active: true },
  ]);
  return exchange;
}

function ours() {
  const decoder = createOkxDecoder({ venue: 'okx', instruments: [] });
  let best: readonly number[] = [];
  for (const frame of frames) {
    for (const event of decoder.decode(frame, 0)) {
      if (event.type !== 'book') continue;
      const { book } = event;
      best = [book.bestBid() ?? 0, book.bestAsk() ?? 0].map((price) => price / 10 ** book.priceDecimals);
    }
  }
  return best;
}

const exchange = theirExchange();
function theirs() {
  for (const frame of frames) exchange.handleMessage(client, JSON.parse(frame));
  const book = exchange.orderbooks['BTC/USDT'];
  return [book?.bids[0]?.[0] ?? 0, book?.asks[0]?.[0] ?? 0];
}

let [mine, other]: (readonly number[])[] = [];
const ns = nanosecondsEach(
  {
    ours: () => {
      mine = ours();
      return frames.length;
    },
    ccxt: () => {
      other = theirs();
      return frames.length;
    },
    parse: () => {
      for (const frame of frames) JSON.parse(frame);
      return frames.length;
    },
  },
  ROUNDS,
);
if (mine?.[0] === 0 || String(mine) !== String(other)) throw new Error(`the books differ: ${mine} and ${other}`);
figure('feed', 'string → book, a frame of about 30 changes', ns.ours / 1000, 'µs', ns.ccxt / 1000);
figure('feed', 'string → book beside JSON.parse alone', ns.ours / 1000, 'µs', ns.parse / 1000);
