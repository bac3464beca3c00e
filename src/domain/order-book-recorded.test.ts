import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { BookLevel, BookUpdate } from './market-data.ts';
import { OrderBook } from './order-book.ts';

const FOLDER = new URL('../../../shared/data/', import.meta.url);
const FILES = ['hft_spot_ethusdt_20240808.gz', 'hft_spot_ethusdt_20240809.gz'].map((name) => new URL(name, FOLDER));

interface DepthUpdate {
  readonly U: number;
  readonly u: number;
  readonly E: number;
  readonly b: readonly BookLevel[];
  readonly a: readonly BookLevel[];
}

interface BookTicker {
  readonly u: number;
  readonly b: string;
  readonly B: string;
  readonly a: string;
  readonly A: string;
}

interface Snapshot {
  readonly lastUpdateId: number;
  readonly bids: BookLevel[];
  readonly asks: BookLevel[];
}

type Line =
  | Snapshot
  | { readonly stream: 'ethusdt@depth@100ms'; readonly data: DepthUpdate }
  | { readonly stream: 'ethusdt@bookTicker'; readonly data: BookTicker }
  | { readonly stream: 'ethusdt@trade' };

function* lines(): Generator<Line> {
  for (const file of FILES) {
    for (const line of gunzipSync(readFileSync(file)).toString('utf8').split('\n')) {
      // `<local ns> <JSON>`
      if (line !== '') yield JSON.parse(line.slice(line.indexOf(' ') + 1));
    }
  }
}

function toUpdate({ U, u, E, b, a }: DepthUpdate, book: OrderBook, first: boolean): BookUpdate {
  return {
    ts: E,
    seq: u,
    // The first after the snapshot may begin before it.
    prev: first && U <= book.seq + 1 ? book.seq : U - 1,
    changes: [
      ...b.map(([price, size]) => ['bid', price, size] as const),
      ...a.map(([price, size]) => ['ask', price, size] as const),
    ],
  };
}

describe.skipIf(!FILES.every((file) => existsSync(file)))('OrderBook over a recorded L2 stream', () => {
  it('has the best prices of every checkpoint, and the last book', () => {
    const book = new OrderBook({ tickSize: '0.01', lotSize: '0.0001' });
    const reference = { bid: new Map<number, number>(), ask: new Map<number, number>() };
    const early: DepthUpdate[] = [];
    const tickers = new Map<number, BookTicker>();
    const results = new Map<string, number>();
    let checked = 0;
    let first = true;

    const apply = (depth: DepthUpdate) => {
      const result = book.applyUpdate(toUpdate(depth, book, first));
      results.set(result, (results.get(result) ?? 0) + 1);
      if (result !== 'applied') return;
      first = false;
      for (const [side, levels] of [
        ['bid', depth.b],
        ['ask', depth.a],
      ] as const) {
        for (const [price, size] of levels) {
          if (Number(size) === 0) reference[side].delete(Number(price));
          else reference[side].set(Number(price), Number(size));
        }
      }
    };

    for (const line of lines()) {
      if ('lastUpdateId' in line) {
        book.applySnapshot({ ts: 0, seq: line.lastUpdateId, bids: line.bids, asks: line.asks });
        for (const [price, size] of line.bids) reference.bid.set(Number(price), Number(size));
        for (const [price, size] of line.asks) reference.ask.set(Number(price), Number(size));
        early.forEach(apply);
      } else if (line.stream === 'ethusdt@depth@100ms') {
        if (book.state === 'empty') early.push(line.data);
        else apply(line.data);
      } else if (line.stream === 'ethusdt@bookTicker') {
        tickers.set(line.data.u, line.data);
      }
      const ticker = tickers.get(book.seq);
      if (!ticker || book.state !== 'live') continue;
      tickers.delete(book.seq);
      checked += 1;
      expect(top(book)).toEqual([ticker.b, ticker.B, ticker.a, ticker.A].map(Number));
    }

    expect(checked).toBe(1_056);
    expect(Object.fromEntries(results)).toEqual({ applied: expect.any(Number), stale: expect.any(Number) });
    expect(top(book)).toEqual([2677.6, 13.0449, 2677.61, 4.5232]);
    const { bids, asks } = book.snapshot();
    expect(bids.map((level) => level.map(Number))).toEqual([...reference.bid].sort(([a], [b]) => b - a));
    expect(asks.map((level) => level.map(Number))).toEqual([...reference.ask].sort(([a], [b]) => a - b));
  });
});

function top(book: OrderBook): number[] {
  const prices = 10 ** book.priceDecimals;
  const sizes = 10 ** book.sizeDecimals;
  return [
    (book.bestBid() ?? 0) / prices,
    book.bids.size(0) / sizes,
    (book.bestAsk() ?? 0) / prices,
    book.asks.size(0) / sizes,
  ];
}
