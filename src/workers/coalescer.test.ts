import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountEvent, AccountOrder } from '#domain/account.ts';
import type { Ticker, Trade } from '#domain/market-data.ts';
import { OrderBook } from '#domain/order-book.ts';
import { VirtualTimers } from '#testing/virtual-timers.ts';
import type { VenueEvent } from '#venues/venue.ts';
import { BatchPump } from './batch-pump.ts';
import { Coalescer, KEPT_TRADES } from './coalescer.ts';
import type { FeedBatch } from './feed-protocol.ts';

const ticker = (instrument: string, last: string): VenueEvent => ({
  type: 'ticker',
  ticker: { venue: 'x.okx', instrument, ts: 1, last } as Ticker,
});
const trade = (instrument: string, id: number): VenueEvent => ({
  type: 'trade',
  trade: { venue: 'x.okx', instrument, id: String(id), ts: id, side: 'buy', price: '1', size: '1' } satisfies Trade,
});
const order = (id: string, status: string): AccountEvent => ({
  type: 'order',
  order: { id, status, open: true } as AccountOrder,
});

describe('what waits', () => {
  it('is the newest ticker of each instrument', () => {
    const waiting = new Coalescer();
    for (let i = 0; i < 1_000; i++) waiting.add(ticker(`I${i % 3}`, String(i)), i);
    const { batch } = waiting.take();
    expect(batch.tickers.map(({ last }) => last)).toEqual(['999', '997', '998']);
    expect(batch.receivedAt).toBe(999);
    expect(waiting.isDirty).toBe(false);
  });

  it('is bounded whatever comes: at most twice the tape of every instrument, always the newest', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 1, max: 4 }), (count, instruments) => {
        const waiting = new Coalescer();
        for (let i = 0; i < count; i++) waiting.add(trade(`I${i % instruments}`, i), i);
        const { trades } = waiting.take().batch;
        expect(trades.length).toBeLessThanOrEqual(2 * KEPT_TRADES * instruments);
        expect(trades.length).toBeGreaterThanOrEqual(Math.min(count, KEPT_TRADES));
        expect(Math.max(...trades.map(({ ts }) => ts))).toBe(count - 1);
        const first = trades.filter(({ instrument }) => instrument === 'I0').map(({ ts }) => ts);
        expect(first).toEqual(first.toSorted((a, b) => a - b));
      }),
    );
  });

  it('is bounded for problems, orders and bars, too, always the newest', () => {
    const waiting = new Coalescer();
    for (let i = 0; i < 5_000; i++) {
      waiting.add({ type: 'problem', problem: { code: 'bad_frame', message: String(i) } }, i);
      waiting.add({ type: 'account', event: order(String(i), 'New') }, i);
    }
    for (let ts = 0; ts < 5_000; ts++) {
      const candle = { ts, open: '1', high: '1', low: '1', close: '1', volume: '0', closed: true };
      waiting.add({ type: 'candle', symbol: 'A', interval: '1m', candle }, ts);
    }
    const { problems, account, candles } = waiting.take().batch;
    expect(candles).toHaveLength(1_500);
    expect(candles.at(-1)?.candle.ts).toBe(4_999);
    expect(problems).toHaveLength(50);
    expect(problems.at(-1)).toMatchObject({ message: '4999', ts: 4_999 });
    expect(account).toHaveLength(1_000);
    expect(account.at(-1)).toMatchObject({ order: { id: '4999' } });
  });

  it('M13: keeps account events in order, of one order or fill the newest', () => {
    const waiting = new Coalescer();
    const events: AccountEvent[] = [
      order('1', 'New'),
      { type: 'orders', orders: [] },
      order('2', 'New'),
      order('1', 'Filled'),
    ];
    for (const event of events) waiting.add({ type: 'account', event }, 1);
    expect(waiting.take().batch.account).toEqual([events[1], events[2], events[3]]);
  });

  it('reads a book when it is taken, not with every change, into memory that may move', () => {
    const waiting = new Coalescer();
    const book = new OrderBook({ tickSize: '0.1', lotSize: '1' });
    book.applySnapshot({ ts: 1, seq: 1, bids: [['1', '1']], asks: [['2', '1']] });
    const change = { kind: 'update', update: { ts: 2, seq: 2, prev: 1, changes: [] } } as const;
    for (let seq = 2; seq < 50; seq++) {
      book.applyUpdate({ ts: seq, seq, prev: seq - 1, changes: [['bid', '1', String(seq)]] });
      waiting.add({ type: 'book', symbol: 'A', book, change }, seq);
    }
    const { batch, transfer } = waiting.take();
    expect(batch.books).toHaveLength(1);
    expect([...(batch.books[0]?.view.bids.sizes ?? [])]).toEqual([49]);
    const moved = structuredClone(batch, { transfer });
    expect([...(moved.books[0]?.view.bids.prices ?? [])]).toEqual([10]);
    const { bids, asks } = batch.books[0]?.view ?? {};
    expect([bids?.prices, bids?.sizes, asks?.prices, asks?.sizes].map((left) => left?.length)).toEqual([0, 0, 0, 0]);
  });
});

describe('the pump', () => {
  function setUp() {
    const timers = new VirtualTimers();
    const posted: { at: number; batch: FeedBatch }[] = [];
    const pump = new BatchPump(timers, (batch) => posted.push({ at: timers.now(), batch }));
    return { timers, posted, pump };
  }

  it('posts at once, then at most every 4 ms', async () => {
    const { timers, posted, pump } = setUp();
    for (let i = 0; i < 50; i++) {
      pump.add([ticker('A', String(i))], i);
      pump.taken();
      await timers.advance(1);
    }
    expect(posted[0]?.batch.tickers[0]?.last).toBe('0');
    const gaps = posted.slice(1).map(({ at }, i) => at - (posted[i]?.at ?? 0));
    expect(Math.min(...gaps)).toBe(4);
  });

  it('has at most two batches out that nobody took: a page that sleeps costs no memory', async () => {
    const { timers, posted, pump } = setUp();
    for (let i = 0; i < 10_000; i++) {
      pump.add([trade('A', i)], i);
      if (i % 10 === 0) await timers.advance(5);
    }
    expect(posted).toHaveLength(2);
    pump.taken();
    expect(posted).toHaveLength(3);
    const { trades } = posted[2]?.batch ?? { trades: [] };
    expect(trades.length).toBeLessThanOrEqual(2 * KEPT_TRADES);
    expect(trades.at(-1)?.id).toBe('9999');
  });
});
