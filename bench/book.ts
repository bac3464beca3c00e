/**
 * The order book: nanoseconds a level change, on a stream of a 400-level book and on the recorded one, beside ccxt's
 * book; each batch followed by a read of the 20 best rows of both sides, or not. Equal to a map after every batch.
 */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { join } from 'node:path';
import { BookSide } from '#domain/order-book-side.ts';
import { bookStream, type LevelChange } from './support/book-stream.ts';
import { ccxtBook } from './support/controls.ts';
import { figure, nanosecondsEach } from './support/figure.ts';

const quick = process.argv.includes('--quick');
const ROUNDS = quick ? 1 : 9;
const TOP = 20;

/** Changes in typed arrays, so that what is measured is the book. */
class Stream {
  readonly batches: readonly (readonly LevelChange[])[];
  readonly changes: number;

  constructor(batches: readonly (readonly LevelChange[])[]) {
    this.batches = batches;
    this.changes = batches.reduce((sum, batch) => sum + batch.length, 0);
  }
}

function recorded(): Stream | undefined {
  const file = join(process.cwd(), '..', 'shared', 'data', 'hft_spot_ethusdt_20240809.gz');
  if (!existsSync(file)) return undefined;
  const batches: LevelChange[][] = [];
  for (const line of gunzipSync(readFileSync(file)).toString('utf8').split('\n')) {
    if (!line.includes('depthUpdate')) continue;
    const { data } = JSON.parse(line.slice(line.indexOf(' ') + 1)) as { data: Record<'a' | 'b', [string, string][]> };
    const changes = (side: 'bid' | 'ask', levels: [string, string][]) =>
      levels.map(([price, size]) => ({
        side,
        price: Math.round(Number(price) * 100),
        size: Math.round(Number(size) * 10_000),
      }));
    batches.push([...changes('bid', data.b), ...changes('ask', data.a)]);
  }
  return new Stream(batches);
}

let sink = 0;

function ours(stream: Stream, read: boolean): number {
  const bids = new BookSide('bid');
  const asks = new BookSide('ask');
  for (const batch of stream.batches) {
    for (const { side, price, size } of batch) (side === 'bid' ? bids : asks).set(price, size);
    if (!read) continue;
    for (let rank = 0; rank < TOP; rank++) sink += bids.size(rank) + asks.size(rank);
  }
  return stream.changes;
}

function verify(stream: Stream): void {
  const sides = { bid: new BookSide('bid'), ask: new BookSide('ask') };
  const maps = { bid: new Map<number, number>(), ask: new Map<number, number>() };
  for (const batch of stream.batches) {
    for (const { side, price, size } of batch) {
      sides[side].set(price, size);
      if (size === 0) maps[side].delete(price);
      else maps[side].set(price, size);
    }
    for (const side of ['bid', 'ask'] as const) {
      const expected = [...maps[side]].sort(([a], [b]) => (side === 'bid' ? b - a : a - b));
      const equal =
        sides[side].length === expected.length &&
        expected.every(([price, size], rank) => sides[side].price(rank) === price && sides[side].size(rank) === size);
      if (!equal) throw new Error(`the ${side} side differs from the map`);
    }
  }
}

const { OrderBook } = await ccxtBook();

function theirs(stream: Stream, read: boolean): number {
  const book = new OrderBook({ bids: [], asks: [] });
  for (const batch of stream.batches) {
    for (const { side, price, size } of batch) (side === 'bid' ? book.bids : book.asks).storeArray([price, size]);
    if (!read) continue;
    for (let rank = 0; rank < TOP; rank++) sink += (book.bids[rank]?.[1] ?? 0) + (book.asks[rank]?.[1] ?? 0);
  }
  return stream.changes;
}

const streams = { '400 levels': new Stream(bookStream(quick ? 200 : 8_000)), recorded: recorded() };
for (const [name, stream] of Object.entries(streams)) {
  if (!stream) {
    console.error(`bench book: no recording at hand (${name})`);
    continue;
  }
  verify(new Stream(stream.batches.slice(0, quick ? 50 : 2_000)));
  const ns = nanosecondsEach(
    {
      ours: () => ours(stream, false),
      oursRead: () => ours(stream, true),
      ccxt: () => theirs(stream, false),
      ccxtRead: () => theirs(stream, true),
    },
    ROUNDS,
  );
  figure('book', `level change, ${name}`, ns.ours, 'ns', ns.ccxt);
  figure('book', `level change with the top ${TOP} read a batch, ${name}`, ns.oursRead, 'ns', ns.ccxtRead);
}
if (sink < 0) throw new Error('never');
