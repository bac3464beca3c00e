import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Candle, Trade } from '#domain/market-data.ts';
import { BTC_USDC } from '#testing/samples.ts';
import { createFrameScheduler } from './frame-scheduler.ts';
import { mergeBars } from './market-candle-feed.ts';
import { FakeClient } from './market-fake-client.ts';
import { createFeed } from './market-feed.ts';
import { createEngineMarket } from './engine-market.ts';
import { createTickersFeed } from './market-tickers-feed.ts';
import { mergeTrades, TAPE_LENGTH } from './market-trades-feed.ts';

function setUp() {
  const client = new FakeClient();
  const idle = () => () => {};
  const frames = createFrameScheduler({ requestFrame: idle, after: idle, hidden: () => false }, (error) => {
    throw error;
  });
  return { client, frames, market: createEngineMarket(client, frames) };
}

const bar = (minute: number, close = '1'): Candle => {
  return { ts: minute * 60_000, open: '1', high: '2', low: '1', close, volume: '1', closed: true };
};
const trade = (id: string, ts: number): Trade => {
  return { venue: 'sim', instrument: 'BTC-USDC', id, ts, side: 'buy', price: '1', size: '1' };
};

describe('feed', () => {
  it('opens with the first subscriber, closes with the last, keeps what was known', () => {
    const log: string[] = [];
    const feed = createFeed({ n: 0 }, (set) => {
      log.push('open');
      set({ n: 1 });
      return () => log.push('close');
    });
    const first = feed.subscribe(() => {});
    const second = feed.subscribe(() => {});
    first();
    first();
    expect(log).toEqual(['open']);
    second();
    expect(log).toEqual(['open', 'close']);
    expect(feed.getState()).toEqual({ n: 1 });
  });
});

describe('order book feed', () => {
  const channel = 'market.sim.BTC-USDC.book';
  const snapshot = (seq: number, bid = '100') => ({ ts: 1, seq, bids: [[bid, '1']], asks: [['101', '2']] });

  it('takes many updates in and tells once a frame', () => {
    const { client, frames, market } = setUp();
    const feed = market.book(BTC_USDC);
    let told = 0;
    feed.subscribe(() => (told += 1));
    client.emit(channel, 'snapshot', snapshot(1));
    for (let seq = 2; seq < 50; seq++) {
      client.emit(channel, 'update', { ts: seq, seq, prev: seq - 1, changes: [['bid', '100', String(seq)]] });
    }
    expect(told).toBe(0);
    frames.flush();
    expect(told).toBe(1);
    expect(feed.getState()).toMatchObject({ status: 'verified', resyncs: 0 });
    expect(feed.getState().book.bids.size(0)).toBe(49 * 100_000);
  });

  it('asks for a snapshot after a missed update, and says so until it came', () => {
    const { client, frames, market } = setUp();
    const feed = market.book(BTC_USDC);
    feed.subscribe(() => {});
    client.emit(channel, 'snapshot', snapshot(1));
    const before = client.refreshed.length;
    client.emit(channel, 'update', { ts: 3, seq: 3, prev: 2, changes: [['bid', '100', '9']] });
    client.emit(channel, 'update', { ts: 4, seq: 4, prev: 3, changes: [] });
    frames.flush();
    expect(client.refreshed.slice(before)).toEqual([channel]);
    expect(feed.getState()).toMatchObject({ status: 'resyncing', resyncs: 1 });
    client.emit(channel, 'snapshot', snapshot(4, '99'));
    frames.flush();
    expect(feed.getState().status).toBe('verified');
    expect(feed.getState().book.bestBid()).toBe(990);
  });

  it('shows the last levels as stale while the connection is cut, and trusts none of them after', () => {
    const { client, frames, market } = setUp();
    const feed = market.book(BTC_USDC);
    feed.subscribe(() => {});
    client.emit(channel, 'snapshot', snapshot(1));
    client.setLive(false);
    frames.flush();
    expect(feed.getState().status).toBe('stale');
    expect(feed.getState().book.bestBid()).toBe(1000);
    client.setLive(true);
    frames.flush();
    expect(feed.getState().status).toBe('resyncing');
    client.emit(channel, 'snapshot', snapshot(7));
    frames.flush();
    expect(feed.getState().status).toBe('verified');
  });
});

describe('candle feed', () => {
  const channel = 'market.sim.BTC-USDC.candle_1m';
  const bars = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => bar(from + i));

  it('keeps the live bar that came while history was loading', async () => {
    const { client, frames, market } = setUp();
    const feed = market.candles(BTC_USDC, '1m');
    feed.subscribe(() => {});
    client.emit(channel, 'update', bar(10, '7'));
    await client.answer('market.candles', { candles: bars(5, 11) });
    frames.flush();
    expect(feed.getState().status).toBe('ready');
    expect(feed.getState().bars.map(({ ts, close }) => [ts / 60_000, close])).toEqual([
      [5, '1'],
      [6, '1'],
      [7, '1'],
      [8, '1'],
      [9, '1'],
      [10, '7'],
    ]);
  });

  it('pages backwards once at a time until nothing is older', async () => {
    const { client, frames, market } = setUp();
    const feed = market.candles(BTC_USDC, '1m');
    feed.subscribe(() => {});
    await client.answer('market.candles', { candles: bars(1000, 1500) });
    feed.loadOlder();
    feed.loadOlder();
    expect(client.asked('market.candles')).toBe(1);
    const params = await client.answer('market.candles', { candles: bars(900, 1000) });
    expect(params).toMatchObject({ to: 1000 * 60_000 - 1 });
    feed.loadOlder();
    await client.answer('market.candles', { candles: [] });
    frames.flush();
    expect(feed.getState()).toMatchObject({ complete: true });
    expect(feed.getState().bars).toHaveLength(600);
    feed.loadOlder();
    expect(client.asked('market.candles')).toBe(0);
  });

  it('fills the hole a cut left', async () => {
    const { client, frames, market } = setUp();
    const feed = market.candles(BTC_USDC, '1m');
    feed.subscribe(() => {});
    await client.answer('market.candles', { candles: bars(0, 5) });
    client.setLive(false);
    client.setLive(true);
    client.emit(channel, 'update', bar(9, '3'));
    await client.answer('market.candles', { candles: bars(2, 10) });
    frames.flush();
    expect(feed.getState().bars.map(({ ts }) => ts / 60_000)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(feed.getState().bars.at(-1)?.close).toBe('3');
  });

  it('starts anew when the hole is longer than a page, and asks when bars between are missing', async () => {
    const { client, frames, market } = setUp();
    const feed = market.candles(BTC_USDC, '1m');
    feed.subscribe(() => {});
    await client.answer('market.candles', { candles: bars(0, 5) });
    client.emit(channel, 'update', bar(2000));
    expect(client.asked('market.candles')).toBe(1);
    await client.answer('market.candles', { candles: bars(1501, 2001) });
    frames.flush();
    expect(feed.getState().bars[0]?.ts).toBe(1501 * 60_000);
    expect(feed.getState().bars).toHaveLength(500);
  });

  it('merges any two stretches in order, each time once, the newer one winning', () => {
    const stretch = fc
      .uniqueArray(fc.integer({ min: 0, max: 30 }), { maxLength: 20 })
      .map((minutes) => [...minutes].sort((a, b) => a - b));
    fc.assert(
      fc.property(stretch, fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 10 }), (minutes, from, count) => {
        const newer = Array.from({ length: count }, (_, i) => bar(from + i, 'new'));
        const merged = mergeBars(
          minutes.map((minute) => bar(minute, 'old')),
          newer,
        );
        const times = merged.map(({ ts }) => ts);
        expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
        expect(merged.filter(({ close }) => close === 'new')).toEqual(newer);
      }),
    );
  });
});

describe('trades feed', () => {
  it('merges history and live trades by id, newest first', async () => {
    const { client, frames, market } = setUp();
    const feed = market.trades(BTC_USDC);
    feed.subscribe(() => {});
    client.emit('market.sim.BTC-USDC.trade', 'update', trade('3', 3));
    await client.answer('market.trades', { trades: [trade('2', 2), trade('3', 3), trade('1', 1)] });
    client.emit('market.sim.BTC-USDC.trade', 'update', trade('4', 4));
    frames.flush();
    expect(feed.getState().trades.map(({ id }) => id)).toEqual(['4', '3', '2', '1']);
    expect(feed.getState().status).toBe('ready');
  });

  it('is bounded', () => {
    const many = Array.from({ length: 1000 }, (_, i) => trade(String(i), i));
    expect(mergeTrades([], many)).toHaveLength(TAPE_LENGTH);
    expect(mergeTrades([], many)[0]?.id).toBe('999');
  });
});

describe('tickers feed', () => {
  it('has the newest of each, a new map a frame', () => {
    const { client, frames } = setUp();
    const feed = createTickersFeed(client, frames);
    const seen: unknown[] = [];
    feed.subscribe((tickers) => seen.push(tickers));
    const ticker = (instrument: string, last: string) => {
      client.emit(`market.sim.${instrument}.ticker`, 'update', { venue: 'sim', instrument, last });
    };
    ticker('BTC-USDC', '1');
    ticker('BTC-USDC', '2');
    ticker('ETH-USDC', '3');
    frames.flush();
    expect(seen).toHaveLength(1);
    expect([...feed.getState()].map(([key, { last }]) => [key, last])).toEqual([
      ['sim:BTC-USDC', '2'],
      ['sim:ETH-USDC', '3'],
    ]);
  });
});
