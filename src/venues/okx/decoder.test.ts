import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VenueEvent } from '../venue.ts';
import { SentBook } from './checksum.ts';
import { createOkxDecoder } from './decoder.ts';

const VENUE = 'okx.okx';
const SYMBOL = 'BTC-USDT';
const SNAPSHOT = {
  bids: [
    ['100', '1', '0', '1'],
    ['99.5', '2', '0', '1'],
  ],
  asks: [['100.5', '3', '0', '2']],
};

function setUp() {
  const decoder = createOkxDecoder({ venue: VENUE, instruments: [] });
  const say = (frame: unknown) => decoder.decode(typeof frame === 'string' ? frame : JSON.stringify(frame));
  const on = (channel: string, data: unknown[], more: object = {}) =>
    say({ arg: { channel, instId: SYMBOL }, data, ...more });
  const snapshot = (seqId: number, more: object = {}) =>
    on('books', [{ ...SNAPSHOT, ts: '1000', checksum: 0, prevSeqId: -1, seqId, ...more }], { action: 'snapshot' });
  const update = (prevSeqId: number, seqId: number, changes: object = {}) =>
    on('books', [{ bids: [], asks: [], ts: '1100', checksum: 0, prevSeqId, seqId, ...changes }], { action: 'update' });
  return { decoder, say, on, snapshot, update };
}

const typesOf = (events: readonly VenueEvent[]) => events.map(({ type }) => type);

function bookOf(events: readonly VenueEvent[]) {
  for (const event of events) if (event.type === 'book') return event.book;
  throw new Error('no book event');
}

function standingOf(events: readonly VenueEvent[]) {
  const event = events.findLast(({ type }) => type === 'book_state');
  return event?.type === 'book_state' ? event.state : undefined;
}

describe('the book', () => {
  it('O11: a snapshot and an update with absolute sizes, 0 removing', () => {
    const { snapshot, update } = setUp();
    const first = snapshot(10);
    expect(typesOf(first)).toEqual(['book', 'book_state']);
    expect(standingOf(first)).toEqual({ trust: 'verified', resyncs: 0 });
    const book = bookOf(first);
    const second = update(10, 15, {
      bids: [
        ['100', '0', '0', '0'],
        ['99', '7', '0', '1'],
      ],
      asks: [['100.5', '4', '0', '1']],
    });
    expect(typesOf(second)).toEqual(['book']);
    expect(second[0]).toMatchObject({
      symbol: SYMBOL,
      change: {
        kind: 'update',
        update: {
          ts: 1_100,
          prev: 1,
          seq: 2,
          changes: [
            ['bid', '100', '0'],
            ['bid', '99', '7'],
            ['ask', '100.5', '4'],
          ],
        },
      },
    });
    expect(book.snapshot()).toEqual({
      ts: 1_100,
      seq: 2,
      bids: [
        ['99.5', '2'],
        ['99.0', '7'],
      ],
      asks: [['100.5', '4']],
    });
  });

  it('O12: a keep-alive says nothing and keeps the chain', () => {
    const { snapshot, update } = setUp();
    snapshot(10);
    expect(update(10, 10)).toEqual([]);
    expect(typesOf(update(10, 11, { bids: [['98', '1', '0', '1']] }))).toEqual(['book']);
  });

  it('O12: a maintenance reset re-anchors', () => {
    const { snapshot, update } = setUp();
    const book = bookOf(snapshot(1_000));
    expect(typesOf(update(1_000, 3, { bids: [['98', '1', '0', '1']] }))).toEqual(['book']);
    expect(typesOf(update(3, 4, { bids: [['98', '2', '0', '1']] }))).toEqual(['book']);
    expect(book.snapshot().bids.at(-1)).toEqual(['98.0', '2']);
    // What we say of it only ever counts up.
    expect(book.seq).toBe(3);
  });

  it('O12: a gap makes the book stale; updates are dropped until the snapshot, and it is counted once', () => {
    const { snapshot, update } = setUp();
    const book = bookOf(snapshot(10));
    const gap = update(11, 12, { bids: [['98', '1', '0', '1']] });
    expect(typesOf(gap)).toEqual(['book_state']);
    expect(standingOf(gap)).toMatchObject({ trust: 'resyncing', resyncs: 1 });
    expect(book.state).toBe('resync');
    expect(update(12, 13, { bids: [['97', '1', '0', '1']] })).toEqual([]);
    expect(update(10, 11, { bids: [['97', '1', '0', '1']] })).toEqual([]);
    expect(book.snapshot().bids).toEqual([
      ['100.0', '1'],
      ['99.5', '2'],
    ]);
    const again = snapshot(20);
    expect(standingOf(again)).toEqual({ trust: 'verified', resyncs: 1 });
    expect(bookOf(again)).toBe(book);
  });

  it('O12: an update before the snapshot asks for one', () => {
    expect(standingOf(setUp().update(1, 2))).toMatchObject({ trust: 'resyncing', resyncs: 1 });
  });

  it.each([
    ['price', [['x', '1', '0', '1']]],
    ['size', [['98', '1e3', '0', '1']]],
    ['negative size', [['98', '-1', '0', '1']]],
  ])('a level whose %s is no decimal is a gap', (_, bids) => {
    const { snapshot, update } = setUp();
    snapshot(10);
    expect(standingOf(update(10, 11, { bids }))).toMatchObject({ trust: 'resyncing', resyncs: 1 });
    expect(standingOf(snapshot(20, { bids }))).toMatchObject({ trust: 'resyncing', resyncs: 2 });
    expect(standingOf(snapshot(21))).toMatchObject({ trust: 'verified', resyncs: 2 });
  });

  it('is stale from a cut to the next snapshot', () => {
    const { decoder, snapshot, update } = setUp();
    const book = bookOf(snapshot(10));
    expect(standingOf(decoder.lost(['OTHER', SYMBOL]))).toMatchObject({ trust: 'stale', resyncs: 0 });
    expect(decoder.lost()).toEqual([]);
    expect(update(10, 11)).toEqual([]);
    expect(book.state).toBe('resync');
    expect(standingOf(snapshot(5))).toEqual({ trust: 'verified', resyncs: 0 });
  });

  it.each(['books5', 'bbo-tbt'])('O11: %s is whole each time, and nothing can be checked', (channel) => {
    const { on } = setUp();
    const first = on(channel, [{ ...SNAPSHOT, ts: '1000', seqId: 9 }]);
    expect(standingOf(first)).toMatchObject({ trust: 'unverified', resyncs: 0 });
    const book = bookOf(first);
    const second = on(channel, [{ bids: [['1', '2', '0', '1']], asks: [], ts: '1001', seqId: 2 }]);
    expect(typesOf(second)).toEqual(['book']);
    expect(book.snapshot()).toMatchObject({ bids: [['1.0', '2']], asks: [] });
  });

  it('takes the steps of an instrument nobody told of from its first book, those of a known one from its rules', () => {
    expect(bookOf(setUp().snapshot(1)).priceDecimals).toBe(1);
    const rules = { symbol: SYMBOL, base: 'BTC', quote: 'USDT', tickSize: '0.01', lotSize: '0.001', minSize: '0.001' };
    const fees = { minNotional: '0', makerFee: '0', takerFee: '0', feeCurrency: 'quote' } as const;
    const decoder = createOkxDecoder({ venue: VENUE, instruments: [{ ...rules, ...fees }] });
    const frame = { arg: { channel: 'books5', instId: SYMBOL }, data: [{ ...SNAPSHOT, ts: '1' }] };
    const book = bookOf(decoder.decode(JSON.stringify(frame)));
    expect([book.priceDecimals, book.sizeDecimals]).toEqual([2, 3]);
    const listed = { instType: 'SPOT', instId: SYMBOL, baseCcy: 'BTC', quoteCcy: 'USDT', state: 'live' };
    const data = [{ ...listed, tickSz: '0.0001', lotSz: '0.001', minSz: '0.001' }];
    decoder.decode(JSON.stringify({ arg: { channel: 'instruments', instType: 'SPOT' }, data }));
    expect(bookOf(decoder.decode(JSON.stringify(frame))).priceDecimals).toBe(4);
  });
});

describe('the checksum', () => {
  const sum = (bids: string[][], asks: string[][]) => {
    const sent = new SentBook();
    const level = (row: string[]) => [row[0] ?? '', row[1] ?? ''] as const;
    sent.set(bids.map(level), asks.map(level));
    return sent.checksum();
  };

  it('O13: is verified where it is not 0, over the strings as sent', () => {
    const { snapshot, update } = setUp();
    const bids = [['100.50', '1.0', '0', '1']];
    const asks = [['100.60', '2', '0', '1']];
    expect(sum(bids, asks)).not.toBe(sum([['100.5', '1']], asks));
    expect(standingOf(snapshot(1, { bids, asks, checksum: sum(bids, asks) }))).toMatchObject({ trust: 'verified' });
    const bid = ['100.4', '3', '0', '1'];
    const good = update(1, 2, { bids: [bid], checksum: sum([...bids, bid], asks) });
    expect(typesOf(good)).toEqual(['book']);
    // Removed under another spelling of its price.
    const gone = update(2, 3, { bids: [['100.500', '0', '0', '0']], checksum: sum([bid], asks) });
    expect(typesOf(gone)).toEqual(['book']);
    expect(update(3, 4, { checksum: 0 })).toHaveLength(1);
    const bad = update(4, 5, { checksum: 12_345 });
    expect(typesOf(bad)).toEqual(['book_state']);
    expect(standingOf(bad)).toMatchObject({ trust: 'resyncing', resyncs: 1 });
  });

  it('O13: one that begins after a snapshot without any cannot be checked and is let be', () => {
    const { snapshot, update } = setUp();
    snapshot(1);
    expect(typesOf(update(1, 2, { checksum: 12_345, bids: [['98', '1', '0', '1']] }))).toEqual(['book']);
  });
});

describe('tickers, trades and candles', () => {
  const ROW = { instId: SYMBOL, last: '10', lastSz: '', askPx: '11', askSz: '1', bidPx: '', bidSz: '', ts: '5' };

  it('O9: empty is absent, not 0; volumes of spot are base and quote', () => {
    const { on } = setUp();
    const spot = { ...ROW, instType: 'SPOT', vol24h: '7', volCcy24h: '70', open24h: '9', high24h: '12', low24h: '8' };
    expect(on('tickers', [spot])).toEqual([
      {
        type: 'ticker',
        ticker: {
          venue: VENUE,
          instrument: SYMBOL,
          ts: 5,
          last: '10',
          lastSize: null,
          bid: null,
          bidSize: null,
          ask: '11',
          askSize: '1',
          open24h: '9',
          high24h: '12',
          low24h: '8',
          volume24h: '7',
          quoteVolume24h: '70',
        },
      },
    ]);
  });

  it('O9: of derivatives the base volume is the second one', () => {
    const swap = { ...ROW, instId: 'BTC-USDT-SWAP', vol24h: '700', volCcy24h: '7' };
    expect(setUp().on('tickers', [{ ...ROW, last: '' }])).toMatchObject([{ ticker: { last: null, open24h: null } }]);
    for (const row of [swap, { ...swap, instType: 'SWAP' }]) {
      expect(setUp().on('tickers', [row])).toMatchObject([{ ticker: { volume24h: '7', quoteVolume24h: null } }]);
    }
  });

  it('O10: a candle says whether it is closed; its volume is in base', () => {
    const { say } = setUp();
    const candle = (channel: string, instId: string, confirm: string) =>
      say({ arg: { channel, instId }, data: [['60000', '1', '4', '0.5', '2', '10', '20', '30', confirm]] });
    const bar = { ts: 60_000, open: '1', high: '4', low: '0.5', close: '2' };
    expect(candle('candle1m', SYMBOL, '0')).toEqual([
      { type: 'candle', symbol: SYMBOL, interval: '1m', candle: { ...bar, volume: '10', closed: false } },
    ]);
    expect(candle('candle1H', 'BTC-USDT-SWAP', '1')).toEqual([
      { type: 'candle', symbol: 'BTC-USDT-SWAP', interval: '1h', candle: { ...bar, volume: '20', closed: true } },
    ]);
    const intervals = ['5m', '15m', '4H', '1Dutc'].map((each) => candle(`candle${each}`, SYMBOL, '1')[0]);
    expect(intervals).toMatchObject([{ interval: '5m' }, { interval: '15m' }, { interval: '4h' }, { interval: '1d' }]);
    // Bars are case-sensitive, and the desk does not have all.
    for (const bars of ['candle1h', 'candle3m', 'candle1M']) expect(candle(bars, SYMBOL, '1')).toEqual([]);
  });

  it('O10: a trade, aggregated or not, once', () => {
    const { on } = setUp();
    const row = { instId: SYMBOL, tradeId: '100', px: '10', sz: '2', side: 'sell', ts: '7' };
    const trade = { venue: VENUE, instrument: SYMBOL, id: '100', ts: 7, side: 'sell', price: '10', size: '2' };
    expect(on('trades', [row])).toEqual([{ type: 'trade', trade }]);
    expect(on('trades', [row])).toEqual([]);
    expect(on('trades', [{ ...row, tradeId: '101', count: '3' }])).toMatchObject([{ trade: { id: '101', count: 3 } }]);
    // The venue counts from anew.
    expect(on('trades-all', [{ ...row, tradeId: '1', ts: '8' }])).toHaveLength(1);
  });
});

describe('what else comes', () => {
  it('O2: tolerates channels it has no use for, and says which it does not know', () => {
    const { on } = setUp();
    for (const channel of ['funding-rate', 'mark-price', 'index-tickers']) expect(on(channel, [{}])).toEqual([]);
    expect(on('new-thing', [{}])).toMatchObject([{ type: 'problem', problem: { code: 'unknown_type' } }]);
  });

  it.each([
    ['not JSON', '{', 'bad_frame'],
    ['an array', '[]', 'bad_frame'],
    ['null', 'null', 'bad_frame'],
    ['no arg', '{"data":[]}', 'bad_frame'],
    ['no data', '{"arg":{"channel":"trades"}}', 'bad_frame'],
    ['an event without its arg', '{"event":"subscribe"}', 'bad_frame'],
    ['an unknown event', '{"event":"party"}', 'unknown_type'],
    ['O4: an error', '{"event":"error","code":"60012","msg":"Illegal request"}', 'refused'],
    ['a ticker without time', '{"arg":{"channel":"tickers"},"data":[{"instId":"A-B"}]}', 'bad_frame'],
    [
      'a price that is a number',
      '{"arg":{"channel":"tickers"},"data":[{"instId":"A","ts":"1","last":1}]}',
      'bad_frame',
    ],
    ['a candle that is too short', '{"arg":{"channel":"candle1m","instId":"A-B"},"data":[["1"]]}', 'bad_frame'],
    [
      'a book without sides',
      '{"arg":{"channel":"books","instId":"A-B"},"action":"update","data":[{"ts":"1"}]}',
      'bad_frame',
    ],
    ['a book of no instrument', '{"arg":{"channel":"books5"},"data":[{"ts":"1","bids":[],"asks":[]}]}', 'bad_frame'],
    [
      'an action nobody knows',
      '{"arg":{"channel":"books","instId":"A"},"action":"x","data":[{"ts":"1","bids":[],"asks":[]}]}',
      'bad_frame',
    ],
  ])('%s gives a problem', (_, frame, code) => {
    expect(setUp().say(frame)).toMatchObject([{ type: 'problem', problem: { code } }]);
  });

  it.each([
    'pong',
    '{"event":"login","code":"0"}',
    '{"event":"channel-conn-count","channel":"orders","connCount":"2"}',
  ])('what only a session needs gives nothing: %s', (frame) => {
    expect(setUp().say(frame)).toEqual([]);
  });

  it('never throws, whatever comes', () => {
    const { decoder, snapshot } = setUp();
    snapshot(1);
    const channel = fc.constantFrom(
      'tickers',
      'trades',
      'books',
      'bbo-tbt',
      'candle1m',
      'instruments',
      'account',
      'orders',
      'positions',
      'balance_and_position',
      'grid-orders-spot',
    );
    const frame = fc.record(
      {
        arg: fc.record({ channel, instId: fc.constantFrom(SYMBOL, undefined, 'X') }),
        action: fc.constantFrom('snapshot', 'update', 1),
        data: fc.oneof(fc.array(fc.jsonValue()), fc.jsonValue()),
      },
      { requiredKeys: ['arg'] },
    );
    fc.assert(
      fc.property(fc.oneof(frame, fc.jsonValue(), fc.string()), (value) => {
        decoder.decode(typeof value === 'string' ? value : JSON.stringify(value));
      }),
    );
  });

  it('a known instrument that stops trading is told', () => {
    const fees = { minNotional: '0', makerFee: '0', takerFee: '0', feeCurrency: 'quote' } as const;
    const rules = { symbol: SYMBOL, base: 'BTC', quote: 'USDT', tickSize: '0.1', lotSize: '1', minSize: '1', ...fees };
    const decoder = createOkxDecoder({ venue: VENUE, instruments: [{ ...rules, title: 'Bitcoin' }] });
    const row = {
      instType: 'SPOT',
      instId: SYMBOL,
      baseCcy: 'BTC',
      quoteCcy: 'USDT',
      tickSz: '0.01',
      lotSz: '1',
      minSz: '1',
    };
    const say = (state: string) =>
      decoder.decode(JSON.stringify({ arg: { channel: 'instruments', instType: 'SPOT' }, data: [{ ...row, state }] }));
    expect(say('suspend')).toMatchObject([{ type: 'problem', problem: { code: 'limited', symbol: SYMBOL } }]);
    expect(say('live')).toMatchObject([{ type: 'instruments', instruments: [{ tickSize: '0.01', title: 'Bitcoin' }] }]);
  });
});

describe('a book after any stream', () => {
  it('O11, O12: equals a map that took the same changes', () => {
    const level = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 5 }));
    fc.assert(
      fc.property(
        fc.array(fc.record({ bids: fc.array(level), asks: fc.array(level) }), { maxLength: 20 }),
        (updates) => {
          const { snapshot, update } = setUp();
          const book = bookOf(snapshot(0, { bids: [], asks: [] }));
          const [bids, asks] = [new Map<number, number>(), new Map<number, number>()];
          const row = ([price, size]: [number, number]) => [`${price}`, `${size}`, '0', '1'];
          updates.forEach((each, i) => {
            for (const [price, size] of each.bids) bids.set(price, size);
            for (const [price, size] of each.asks) asks.set(price, size);
            update(i, i + 1, { bids: each.bids.map(row), asks: each.asks.map(row) });
          });
          const sorted = (side: Map<number, number>, sign: number) =>
            [...side]
              .filter(([, size]) => size > 0)
              .sort(([a], [b]) => sign * (a - b))
              .map(([price, size]) => [`${price}`, `${size}`]);
          expect(book.snapshot()).toMatchObject({ bids: sorted(bids, -1), asks: sorted(asks, 1) });
        },
      ),
    );
  });
});
