/**
 * String → book: OKX `books` frames as they come from the wire, through our decoder with its book, beside ccxt's OKX
 * path on the same frames. Both must end with the same best prices.
 */
import { createOkxDecoder } from '#venues/okx/decoder.ts';
import { ccxt, type CcxtClient, type CcxtOkx } from './support/controls.ts';
import { figure, nanosecondsEach } from './support/figure.ts';
import { okxBookFrames, SYMBOL } from './support/venue-frames.ts';

const quick = process.argv.includes('--quick');
const ROUNDS = quick ? 1 : 9;

const frames = okxBookFrames(quick ? 200 : 4_000);
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
    for (const event of decoder.decode(frame)) {
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
