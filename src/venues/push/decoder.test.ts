import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, formatDecimal } from '#domain/decimal.ts';
import type { VenueEvent } from '../venue.ts';
import { createPushDecoder } from './decoder.ts';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

function feed(...frames: readonly (string | object)[]): VenueEvent[] {
  const decoder = createPushDecoder({ venue: 'koge.push', instruments: [] });
  return frames.flatMap((frame) => decoder.decode(typeof frame === 'string' ? frame : JSON.stringify(frame), NOW));
}

const price = (data: object, timestamp: unknown = '2026-01-02T03:04:05.123456Z') => ({
  type: 'price_update',
  data: { symbol: 'KOGE/USDT', price: 0.005432, change_24h: 0.025, ...data },
  timestamp,
});
const book = (data: object) => ({ type: 'orderbook_update', data, timestamp: '2026-01-02T03:04:06Z' });
const lastOf = (events: readonly VenueEvent[]) =>
  events.flatMap((event) => (event.type === 'ticker' ? [event.ticker.last] : []));
const problems = (events: readonly VenueEvent[]) =>
  events.flatMap((event) => (event.type === 'problem' ? [event.problem] : []));
const listed = (events: readonly VenueEvent[]) =>
  events.flatMap((event) => (event.type === 'instruments' ? event.instruments : []));

describe('prices', () => {
  it('P2: a price is a ticker, its change a fraction, its symbol a segment', () => {
    const events = feed(price({}));
    expect(listed(events)).toMatchObject([
      { symbol: 'KOGE-USDT', title: 'KOGE/USDT', base: 'KOGE', quote: 'USDT', tickSize: '0.000001' },
    ]);
    expect(events.at(-1)).toEqual({
      type: 'ticker',
      ticker: {
        venue: 'koge.push',
        instrument: 'KOGE-USDT',
        ts: NOW + 123,
        last: '0.005432',
        bid: null,
        ask: null,
        open24h: null,
        high24h: null,
        low24h: null,
        volume24h: null,
        change24h: '0.025',
      },
    });
  });

  it('P3: a price of 1.2e-8 keeps its digits and never shows an exponent', () => {
    const events = feed(price({ price: 1.2e-8, change_24h: -1e-7 }));
    expect(lastOf(events)).toEqual(['0.000000012']);
    expect(events).toMatchObject([
      { instruments: [{ tickSize: '0.000000001' }] },
      { ticker: { change24h: '-0.0000001' } },
    ]);
  });

  it('P3: any JSON number becomes its shortest decimal', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), (value) => {
        const [last] = lastOf(feed(price({ price: value })));
        expect(last).toMatch(/^\d+(\.\d+)?$/);
        // A double's digits beyond the 15th are what calculating left over.
        expect(last).toBe(formatDecimal(decimal(Number(value.toPrecision(15)))));
      }),
    );
  });

  it.each([
    ['calculated sizes', [[0.005432, 12.345678901234567]], [[0.005433, 4321.123456789012]]],
    ['calculated prices', [[1.2e-8 / 7, 1_000]], [[1.2e-8 / 3, 1_000.5]]],
    ['sizes far apart', [[1.2345678e-10, 0.1234567890123456]], [[1.3e-10, 1e12]]],
    ['huge sizes', [[1.2e-8, 9e15]], [[1.3e-8, 4_321.5]]],
  ])('P2, P3: a book of %s is shown, to the digits that can be kept, which is said', (_, bids, asks) => {
    const events = feed(book({ symbol: 'KOGE/USDT', bids, asks }));
    expect(problems(events)).toEqual([]);
    const shown = events.flatMap((event) => (event.type === 'book' ? [event.book.snapshot()] : []));
    expect(shown).toHaveLength(1);
    for (const [side, sent] of [
      ['bids', bids],
      ['asks', asks],
    ] as const) {
      for (const [i, [at = 0, size = 0]] of sent.entries()) {
        const [price = '', amount = ''] = shown[0]?.[side][i] ?? [];
        expect(Math.abs(Number(price) / at - 1)).toBeLessThan(1e-14);
        expect(Math.abs(Number(amount) - size)).toBeLessThanOrEqual(
          Math.max(...bids.concat(asks).map((level) => level[1] ?? 0)) * 1e-14,
        );
      }
    }
    expect(events.at(-1)).toMatchObject({ state: { trust: 'unverified', reason: expect.stringContaining('rounded') } });
  });

  it('P2: a book of plain digits is not rounded, and its resyncs are counted apart from that', () => {
    const plain = book({ symbol: 'A/B', bids: [[1.2e-8, 1e9]], asks: [[1.3e-8, 0.5]] });
    const events = feed(plain, book({ symbol: 'A/B', bids: [[1 / 3, 1 / 7]], asks: [[3, 10_000]] }), plain);
    expect(events.flatMap((event) => (event.type === 'book_state' ? [event.state] : []))).toEqual([
      { trust: 'unverified', resyncs: 0 },
      { trust: 'unverified', resyncs: 0, reason: 'rounded to the digits that can be kept' },
    ]);
    const [first] = events.flatMap((event) => (event.type === 'book' ? [event.change] : []));
    expect(first).toMatchObject({
      snapshot: { bids: [['0.000000012', '1000000000']], asks: [['0.000000013', '0.5']] },
    });
  });

  it('P1: the time is ISO-8601 with or without a fraction, or ms; without any, that of receiving', () => {
    const tsOf = (timestamp: unknown) => {
      const last = feed(price({}, timestamp)).at(-1);
      return last?.type === 'ticker' && last.ticker.ts;
    };
    expect(tsOf('2026-01-02T03:04:06Z')).toBe(NOW + 1_000);
    expect(tsOf('2026-01-02T03:04:06.5')).toBe(NOW + 1_500);
    expect(tsOf('2026-01-02T11:04:05.001+08:00')).toBe(NOW + 1);
    expect(tsOf(NOW - 7)).toBe(NOW - 7);
    expect(tsOf(null)).toBe(NOW);
    expect(tsOf('yesterday')).toBe(NOW);
  });

  it('the tick gets finer with the digits seen, and is told again only then', () => {
    const events = feed(
      price({ price: 1.5 }),
      price({ price: 1.25 }),
      price({ price: 2 }),
      price({ price: 0.1 + 0.2 }),
      price({ price: 1.2e-8 }),
    );
    expect(listed(events).map(({ tickSize }) => tickSize)).toEqual(['0.1', '0.01', '0.000000001']);
  });

  it('P7: an impossible price is a bad frame', () => {
    for (const data of [{ price: 0 }, { price: -1 }, { price: null }, { price: '1,5' }, { symbol: 7 }, { symbol: '' }])
      expect(problems(feed(price(data)))).toMatchObject([
        { code: 'bad_frame', message: 'price_update of another shape' },
      ]);
    expect(problems(feed('{"type":"price_update","data":{"symbol":"A","price":1e999}}'))).toHaveLength(1);
  });
});

describe('books', () => {
  it('P2: a book without a symbol belongs to that of the latest price, whole and best first', () => {
    const levels = { bids: [[0.0053, 100], [0.0054, 5.5], [0.0052, 0]], asks: [[0.0056, 1], [0.0055, 2e-7]] }; // prettier-ignore
    const events = feed(price({}), book(levels));
    expect(events.slice(2)).toMatchObject([
      { type: 'instruments', instruments: [{ tickSize: '0.000001', lotSize: '0.0000001' }] },
      {
        type: 'book',
        symbol: 'KOGE-USDT',
        change: {
          kind: 'snapshot',
          snapshot: {
            ts: NOW + 1_000,
            bids: [['0.0054', '5.5'], ['0.0053', '100']], // prettier-ignore
            asks: [['0.0055', '0.0000002'], ['0.0056', '1']], // prettier-ignore
          },
        },
      },
      { type: 'book_state', symbol: 'KOGE-USDT', state: { trust: 'unverified', resyncs: 0 } },
    ]);
  });

  it('P2: each book replaces the one before; tickers after it have its best prices', () => {
    const events = feed(
      price({}),
      book({ bids: [[1, 1], [0.9, 1]], asks: [[2, 1]] }), // prettier-ignore
      book({ symbol: 'KOGE/USDT', bids: [[1.1, 3]], asks: [] }),
      price({ price: 1.15 }),
    );
    const books = events.flatMap((event) => (event.type === 'book' ? [event.book] : []));
    expect(books.at(-1)?.snapshot()).toMatchObject({ bids: [['1.1', '3']], asks: [] });
    expect(events.at(-1)).toMatchObject({ ticker: { last: '1.15', bid: '1.1', ask: null } });
  });

  it('P2: a book before anybody said whose it is is let go', () => {
    expect(feed(book({ bids: [[1, 1]], asks: [] }))).toEqual([]);
  });

  it('P7: a level of another shape drops the whole book, the one before stays', () => {
    const events = feed(price({}), book({ bids: [[1, 1]], asks: [] }), book({ bids: [[1, -1]], asks: [] }));
    expect(problems(events)).toMatchObject([{ code: 'bad_frame' }]);
    expect(events.filter(({ type }) => type === 'book')).toHaveLength(1);
  });

  it('after a loss the book is stale until the next one, which counts as a start anew', () => {
    const decoder = createPushDecoder({ venue: 'koge.push', instruments: [] });
    const decode = (frame: object) => decoder.decode(JSON.stringify(frame), NOW);
    decode(price({}));
    decode(book({ bids: [[1, 1]], asks: [] }));
    expect(decoder.lost()).toMatchObject([{ symbol: 'KOGE-USDT', state: { trust: 'stale', resyncs: 0 } }]);
    expect(decoder.lost()).toEqual([]);
    expect(decode(book({ bids: [[1, 1]], asks: [] })).at(-1)).toMatchObject({
      state: { trust: 'unverified', resyncs: 1 },
    });
  });

  it('whatever it is fed it never throws, and keeps books ordered', () => {
    const number = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom<unknown>(null, 'x', '1.5', [], 1e-9));
    const levels = fc.oneof(fc.array(fc.array(number, { maxLength: 3 }), { maxLength: 8 }), fc.jsonValue());
    const frame = fc.oneof(
      fc.record({ type: fc.constant('orderbook_update'), data: fc.record({ bids: levels, asks: levels }) }),
      fc.record({
        type: fc.constantFrom('price_update', 'trade_executed', 'system_status', 'x'),
        data: fc.record({ symbol: fc.string(), price: number, side: fc.constantFrom('buy', 1), quantity: number }),
        timestamp: fc.jsonValue(),
      }),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(fc.array(frame), fc.string(), (frames, text) => {
        const decoder = createPushDecoder({ venue: 'v', instruments: [] });
        decoder.decode(text, NOW);
        for (const each of [price({}), ...frames]) {
          for (const event of decoder.decode(JSON.stringify(each) ?? '', NOW)) {
            if (event.type !== 'book' || event.change.kind !== 'snapshot') continue;
            const prices = event.change.snapshot.bids.map(([at]) => Number(at));
            expect(prices).toEqual(prices.toSorted((a, b) => b - a));
          }
        }
      }),
    );
  });
});

describe('the account and the service', () => {
  const executed = { side: 'BUY', price: 0.005432, quantity: 1000, cost: 0.0054 };

  it('P2: an own trade is a fill whose cost is its fee, in quote', () => {
    const frame = { type: 'trade_executed', data: executed, timestamp: '2026-01-02T03:04:05Z' };
    const fills = feed(price({}), frame, frame).slice(2);
    expect(fills).toMatchObject([
      {
        type: 'account',
        event: {
          type: 'fill',
          fill: {
            symbol: 'KOGE-USDT',
            side: 'buy',
            price: '0.005432',
            size: '1000',
            fee: '0.0054',
            feeCurrency: 'USDT',
            ts: NOW,
          },
        },
      },
      { type: 'account' },
    ]);
    const ids = fills.map((event) => event.type === 'account' && event.event.type === 'fill' && event.event.fill.id);
    expect(new Set(ids).size).toBe(2);
  });

  it('P2: the status is the service’s own figures', () => {
    const data = { mode: 'auto', points_today: 12.5, volume_today: 8450 };
    expect(feed({ type: 'system_status', data })).toEqual([
      { type: 'service', figures: { mode: 'auto', pointsToday: '12.5', volumeToday: '8450' } },
    ]);
  });

  it('P4, P4a: heartbeats, echoes and the greeting say nothing', () => {
    expect(
      feed('ping', 'pong', { type: 'ping', timestamp: 'x' }, { type: 'echo', data: 'hi' }, { type: 'connection_established', data: { client_id: 'c', server_time: 't' } }), // prettier-ignore
    ).toEqual([]);
  });

  it('P7: an unknown type is said once; rubbish each time', () => {
    expect(problems(feed({ type: 'news' }, { type: 'news' }, '{', '[]', '{"data":1}'))).toMatchObject([
      { code: 'unknown_type', message: 'unknown type news' },
      { code: 'bad_frame', message: 'frame not JSON' },
      { code: 'bad_frame', message: 'frame not an object' },
      { code: 'bad_frame', message: 'frame without a type' },
    ]);
  });
});
