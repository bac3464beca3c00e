import { sha1 } from '@noble/hashes/legacy.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountFill, AccountOrder } from '#domain/account.ts';
import { OrderBook } from '#domain/order-book.ts';
import type { PredictionMarket } from '#domain/prediction-market.ts';
import type { VenueEvent } from '../venue.ts';
import { createPolymarketDecoder, type PolymarketDecoderOptions } from './decoder.ts';
import { instrumentsOf } from './instruments.ts';

const YES = '1'.repeat(77);
const NO = '2'.repeat(78);
const MARKET = '0xabc';
const QUESTION: PredictionMarket = {
  id: MARKET,
  question: 'Rain?',
  slug: 'rain',
  outcomes: [
    { symbol: YES, name: 'Yes' },
    { symbol: NO, name: 'No' },
  ],
  tickSize: '0.01',
  state: 'open',
};

type Level = readonly [price: string, size: string];
const wire = (levels: readonly Level[]) => levels.map(([price, size]) => ({ price, size }));
const BIDS: readonly Level[] = [
  ['0.47', '5'],
  ['0.48', '30'],
];
const ASKS: readonly Level[] = [
  ['0.53', '60'],
  ['0.52', '25'],
];

function book(fields: object = {}, bids = BIDS, asks = ASKS) {
  return {
    event_type: 'book',
    market: MARKET,
    asset_id: YES,
    timestamp: '1700000000000',
    bids: wire(bids),
    asks: wire(asks),
    ...fields,
  };
}

function change(price: string, size: string, side: 'BUY' | 'SELL', fields: object = {}) {
  return {
    event_type: 'price_change',
    market: MARKET,
    timestamp: '1700000000500',
    price_changes: [{ asset_id: YES, price, size, side, ...fields }],
  };
}

function setUp(options: Partial<PolymarketDecoderOptions> = {}) {
  const decoder = createPolymarketDecoder({ venue: 'p.polymarket', instruments: [], ...options });
  let now = 0;
  const say = (message: unknown, receivedAt = (now += 1_000)) =>
    decoder.decode(typeof message === 'string' ? message : JSON.stringify(message), receivedAt);
  const top = (symbol = YES) => {
    const kept = decoder.liveBook(symbol);
    return kept && [kept.bestBid(), kept.bestAsk()];
  };
  return { decoder, say, top };
}

const ofType = <T extends VenueEvent['type']>(events: readonly VenueEvent[], type: T) =>
  events.filter((event): event is Extract<VenueEvent, { type: T }> => event.type === type);
const trusts = (events: readonly VenueEvent[]) => ofType(events, 'book_state').map(({ state }) => state.trust);
const snapshots = (events: readonly VenueEvent[]) =>
  ofType(events, 'book').flatMap(({ change }) => (change.kind === 'snapshot' ? [change.snapshot] : []));

describe('frames', () => {
  it('M4: PONG, an object, an array of objects, and []', () => {
    const { say } = setUp();
    expect(say('PONG')).toEqual([]);
    expect(say('[]')).toEqual([]);
    expect(snapshots(say(book()))).toHaveLength(1);
    expect(snapshots(say([book(), book({ asset_id: NO })]))).toHaveLength(2);
  });

  it.each(['', 'PING', '{', 'null', '7', '[null]', '[[]]', '{"event_type":"book"}', '{"price_changes":[{}]}'])(
    'M4: %j is a bad frame, or of an unknown type, and nothing more',
    (frame) => {
      const { say, top } = setUp();
      say(book());
      expect(say(frame).map(({ type }) => type)).toEqual(['problem']);
      expect(top()).toEqual([48, 52]);
    },
  );

  it('M4: an unknown type is told once, however often it comes', () => {
    const { say } = setUp();
    expect(say({ event_type: 'weather' })).toEqual([
      { type: 'problem', problem: { code: 'unknown_type', message: 'unknown type weather' } },
    ]);
    expect(say({ event_type: 'weather' })).toEqual([]);
  });

  it('M4: never throws', () => {
    const { decoder } = setUp();
    const value = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.constant(null),
      fc.constantFrom(YES, NO, 'BUY', '0.5', '0.50'),
    );
    const fields = fc.dictionary(
      fc.constantFrom('event_type', 'asset_id', 'bids', 'asks', 'price_changes', 'price', 'size', 'side', 'timestamp'),
      fc.oneof(value, fc.array(fc.dictionary(fc.constantFrom('asset_id', 'price', 'size', 'side', 'best_bid'), value))),
    );
    const type = fc.constantFrom('book', 'price_change', 'last_trade_price', 'tick_size_change', 'trade', 'order');
    fc.assert(
      fc.property(fields, type, (message, event_type) => {
        decoder.decode(JSON.stringify({ ...message, event_type }), 1);
        decoder.decode(JSON.stringify(message), 1);
      }),
    );
  });
});

describe('snapshots', () => {
  it('M6: any order on the wire and any way of writing a price is the same book', () => {
    const level = fc.tuple(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 1, max: 10_000 }));
    const side = fc.uniqueArray(level, { selector: ([price]) => price, maxLength: 40 });
    const written = (price: number, style: number) => {
      const text = (price / 1000).toFixed(3);
      return [text, `${text}0`, text.replace(/0+$/, ''), text.slice(1)][style % 4] ?? text;
    };
    fc.assert(
      fc.property(side, side, fc.infiniteStream(fc.nat(3)), (bids, asks, styles) => {
        const { say } = setUp();
        const sent = (levels: readonly (readonly [number, number])[]) =>
          wire(levels.map(([price, size]) => [written(price, styles.next().value ?? 0), String(size)]));
        const [snapshot] = snapshots(say(book({ bids: sent(bids), asks: sent(asks) })));
        const best = (levels: readonly (readonly [number, number])[], sign: number) =>
          levels.toSorted(([a], [b]) => sign * (a - b)).map(([price, size]) => [String(price / 1000), String(size)]);
        expect(snapshot?.bids).toEqual(best(bids, -1));
        expect(snapshot?.asks).toEqual(best(asks, 1));
      }),
    );
  });

  it('M6: takes buys and sells too, leaves out empty levels, and one price written twice is one level', () => {
    const { say } = setUp();
    const buys = wire([
      ['.5', '1'],
      ['0.50', '2'],
      ['0.4', '0'],
    ]);
    const [snapshot] = snapshots(say({ ...book(), bids: undefined, asks: undefined, buys, sells: [] }));
    expect(snapshot).toMatchObject({ bids: [['0.5', '2']], asks: [] });
  });

  it('M6: a token id of 78 digits stays what it is; one that came as a number is refused', () => {
    const { say } = setUp();
    expect(ofType(say(book({ asset_id: NO })), 'book')[0]?.symbol).toBe(NO);
    expect(say(JSON.stringify(book()).replace(`"${YES}"`, YES))[0]).toMatchObject({ problem: { code: 'bad_frame' } });
  });
});

describe('changes', () => {
  it('M7: sets the aggregate, removes at "0", keeps counting, and follows the prices however they are written', () => {
    const { say, decoder } = setUp();
    say(book());
    const events = [
      ...say(change('0.480', '12.5', 'BUY', { best_bid: '.48', best_ask: '0.520' })),
      ...say(change('.52', '0', 'SELL', { best_bid: '0.48', best_ask: '0.53' })),
    ];
    expect(ofType(events, 'book').map(({ change: each }) => each)).toEqual([
      { kind: 'update', update: { ts: 1_700_000_000_500, changes: [['bid', '0.48', '12.5']], seq: 2, prev: 1 } },
      { kind: 'update', update: { ts: 1_700_000_000_500, changes: [['ask', '0.52', '0']], seq: 3, prev: 2 } },
    ]);
    expect(decoder.liveBook(YES)?.depth('bid', 1)[0]?.size).toBe(1250);
    expect(decoder.liveBook(YES)?.bestAsk()).toBe(53);
  });

  it('M7: the events alone rebuild the book', () => {
    const step = fc.record({
      price: fc.integer({ min: 1, max: 99 }),
      size: fc.constantFrom('0', '1', '2.5', '100'),
      side: fc.constantFrom('BUY' as const, 'SELL' as const),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { say, decoder } = setUp();
        const copy = new OrderBook({ tickSize: '0.01', lotSize: '0.01' });
        const frames = [book(), ...steps.map(({ price, size, side }) => change(String(price / 100), size, side))];
        for (const frame of frames) {
          for (const { change: each } of ofType(say(frame), 'book')) {
            if (each.kind === 'snapshot') expect(copy.applySnapshot(each.snapshot)).toBe('applied');
            else expect(copy.applyUpdate(each.update)).toBe('applied');
          }
        }
        expect(copy.view()).toEqual(decoder.liveBook(YES)?.view());
      }),
    );
  });

  it('M7: one frame carries both tokens; what has no snapshot is dropped and a snapshot wanted, said once', () => {
    const { say, top } = setUp();
    say(book());
    const both = change('0.49', '7', 'BUY');
    both.price_changes.push({ asset_id: NO, price: '0.51', size: '7', side: 'SELL' });
    const events = say(both);
    expect(ofType(events, 'book').map(({ symbol }) => symbol)).toEqual([YES]);
    expect(ofType(events, 'book_state')).toMatchObject([{ symbol: NO, state: { trust: 'resyncing' } }]);
    expect(ofType(say(both), 'book_state')).toEqual([]);
    expect([top(), top(NO)]).toEqual([[49, 52], undefined]);
  });

  it('M7: what a connection is not for is not looked at', () => {
    const { decoder } = setUp();
    const { events } = decoder.read(JSON.stringify(change('0.49', '7', 'BUY')), 1, (symbol) => symbol === NO);
    expect(events).toEqual([]);
  });

  it.each([
    ['bid', { best_bid: '0.47', best_ask: '0.52' }],
    ['ask', { best_bid: '0.48', best_ask: '0.53' }],
    ['side that is empty', { best_bid: '0.48', best_ask: '' }],
    ['price beyond ours', { best_bid: '0.4801', best_ask: '0.52' }],
  ])('M7: another best %s than the venue’s is a resync; only a snapshot ends it', (_, best) => {
    const { say, top } = setUp();
    say(book());
    expect(trusts(say(change('0.46', '1', 'BUY', best)))).toEqual(['resyncing']);
    expect(say(change('0.46', '2', 'BUY'))).toEqual([]);
    expect(top()).toBeUndefined();
    const again = ofType(say(book()), 'book_state');
    expect(again).toMatchObject([{ state: { trust: 'unverified', resyncs: 1 } }]);
    expect(top()).toEqual([48, 52]);
  });

  it.each([
    ['0', '1'],
    ['', ''],
    ['0', '0'],
  ])('M7: best prices %j and %j are those of empty sides', (best_bid, best_ask) => {
    const { say } = setUp();
    say(book({}, [['0.5', '1']], []));
    expect(trusts(say(change('0.5', '0', 'BUY', { best_bid, best_ask })))).toEqual([]);
  });

  it('M7: a change that cannot be read was missed: a resync', () => {
    const { say } = setUp();
    say(book());
    expect(trusts(say(change('much', '1', 'BUY')))).toEqual(['resyncing']);
  });

  it('says stale of every live book when the connection is lost, and resyncs by a snapshot', () => {
    const { say, decoder } = setUp();
    say([book(), book({ asset_id: NO })]);
    expect(trusts(decoder.lost([YES]))).toEqual(['stale']);
    expect(trusts(decoder.lost())).toEqual(['stale']);
    expect(decoder.lost()).toEqual([]);
    expect(say(change('0.49', '1', 'BUY'))).toMatchObject([{ state: { trust: 'resyncing' } }]);
    expect(trusts(say(book()))).toEqual(['unverified']);
  });
});

describe('the hash', () => {
  const compact = (fields: object) => bytesToHex(sha1(utf8ToBytes(JSON.stringify(fields))));
  const inputs = { min_order_size: '5', tick_size: '0.01', neg_risk: false, last_trade_price: '0.500' };
  const hashOf = (last: string, bids = BIDS, asks = ASKS, timestamp = '1700000000000') =>
    compact({
      market: MARKET,
      asset_id: YES,
      timestamp,
      hash: '',
      bids: wire(bids),
      asks: wire(asks),
      ...inputs,
      last_trade_price: last,
    });

  it('M11: a hash that fits verifies the book, with what the first snapshot told remembered', () => {
    const { say } = setUp();
    const { tick_size, last_trade_price } = inputs;
    expect(trusts(say(book({ hash: hashOf('0.500'), tick_size, last_trade_price })))).toEqual(['verified']);
    expect(trusts(say(book({ hash: hashOf('0.500') })))).toEqual([]);
  });

  it('M11: the older form, without the market’s rules, verifies as well', () => {
    const { say } = setUp();
    const hash = compact({ market: MARKET, asset_id: YES, hash: '', bids: wire(BIDS), asks: wire(ASKS) });
    expect(trusts(say(book({ hash })))).toEqual(['verified']);
  });

  it('M11: a mismatch is shown as unverified, and the book goes on', () => {
    const { say, top } = setUp();
    expect(trusts(say(book({ hash: 'f'.repeat(40) })))).toEqual(['unverified']);
    expect(trusts(say(change('0.49', '1', 'BUY', { hash: 'e'.repeat(40) })))).toEqual([]);
    expect(top()).toEqual([49, 52]);
  });

  it('M11: a change’s hash is that of the whole book after it', () => {
    const { say } = setUp();
    say(book({ hash: hashOf('0.500'), last_trade_price: '0.500' }));
    const after = hashOf(
      '0.500',
      [
        ['0.47', '5'],
        ['0.48', '31'],
      ],
      ASKS,
      '1700000000500',
    );
    expect(trusts(say(change('0.48', '31', 'BUY', { hash: hashOf('0.500') })))).toEqual(['unverified']);
    expect(trusts(say(change('0.48', '31', 'BUY', { hash: after })))).toEqual(['verified']);
  });

  it('M11: a trade of either outcome changes the last price in it, though it may be told after the book', () => {
    const { say } = setUp();
    say([book({ hash: hashOf('0.500'), last_trade_price: '0.500' }), book({ asset_id: NO })]);
    expect(trusts(say(book({ hash: hashOf('0.520') })))).toEqual(['unverified']);
    const trade = {
      event_type: 'last_trade_price',
      market: MARKET,
      asset_id: NO,
      price: '0.52',
      size: '1',
      side: 'BUY',
    };
    expect(ofType(say(trade), 'book_state')).toMatchObject([{ symbol: YES, state: { trust: 'verified' } }]);
  });
});

describe('rules and questions', () => {
  it('M8: holds the book until its next snapshot, which is on the new grid', () => {
    const { say, top, decoder } = setUp({ instruments: instrumentsOf(QUESTION) });
    say(book());
    const events = say({
      event_type: 'tick_size_change',
      asset_id: YES,
      old_tick_size: '0.01',
      new_tick_size: '0.001',
    });
    expect(ofType(events, 'instruments')).toMatchObject([
      { instruments: [{ symbol: YES, tickSize: '0.001', title: 'Rain? — Yes', prediction: { tickSize: '0.001' } }] },
    ]);
    expect(ofType(events, 'prediction')).toMatchObject([{ market: { id: MARKET, tickSize: '0.001' } }]);
    expect(trusts(events)).toEqual(['resyncing']);
    expect(say(change('0.49', '1', 'BUY'))).toEqual([]);
    expect(top()).toBeUndefined();
    say(book({}, [['0.481', '3']]));
    expect(decoder.liveBook(YES)).toMatchObject({ priceDecimals: 3, state: 'live' });
  });

  const opened = {
    event_type: 'new_market',
    id: '1',
    market: '0xnew',
    question: 'Snow?',
    slug: 'snow',
    description: 'If it snows.',
    assets_ids: [YES, NO],
    outcomes: ['Yes', 'No'],
    order_price_min_tick_size: '0.001',
  };

  it('M10: a new market is told once, with tokens and outcomes matched by position', () => {
    const { say } = setUp();
    expect(say(opened)).toEqual([
      {
        type: 'prediction',
        market: {
          ...QUESTION,
          id: '0xnew',
          question: 'Snow?',
          slug: 'snow',
          description: 'If it snows.',
          tickSize: '0.001',
        },
      },
    ]);
    expect(say(opened)).toEqual([]);
    expect(say({ ...opened, market: '0x3', outcomes: ['Yes'] })[0]).toMatchObject({ problem: { code: 'bad_frame' } });
  });

  it('M10: a resolved market without its question is that of the settings, of an announcement, or nameless', () => {
    const { say } = setUp({ instruments: instrumentsOf(QUESTION) });
    say(opened);
    const resolved = (market: string) =>
      say({
        event_type: 'market_resolved',
        market,
        assets_ids: [YES, NO],
        winning_asset_id: NO,
        winning_outcome: 'No',
      });
    const told = (market: string) => ofType(resolved(market), 'prediction').map((event) => event.market);
    expect(told(MARKET)).toEqual([{ ...QUESTION, state: 'resolved', winner: NO }]);
    expect(told('0xnew')).toMatchObject([{ question: 'Snow?', state: 'resolved', winner: NO }]);
    expect(told('0xother')).toMatchObject([{ question: '0xother', outcomes: [{ name: YES }, { name: 'No' }] }]);
    expect(told(MARKET)).toEqual([]);
  });
});

describe('trades and tickers', () => {
  const trade = {
    event_type: 'last_trade_price',
    asset_id: YES,
    price: '0.520',
    size: '25.0',
    side: 'BUY',
    timestamp: '1700000001000',
  };

  it('M9: a trade goes to the tape, and into the ticker with the best prices', () => {
    const { say } = setUp();
    say(book());
    const [first, second] = [...say({ ...trade, transaction_hash: '0xf00' }), ...say(trade)].filter(
      ({ type }) => type !== 'ticker',
    );
    expect(first).toEqual({
      type: 'trade',
      trade: {
        venue: 'p.polymarket',
        instrument: YES,
        id: '0xf00-1',
        ts: 1_700_000_001_000,
        side: 'buy',
        price: '0.52',
        size: '25',
      },
    });
    expect(second).toMatchObject({ trade: { id: '1700000001000-2' } });
    expect(ofType(say(trade), 'ticker')[0]?.ticker).toMatchObject({
      last: '0.52',
      lastSize: '25',
      bid: '0.48',
      bidSize: '30',
      ask: '0.52',
      askSize: '25',
    });
  });

  it('M6: the last price of a snapshot is not a token’s price', () => {
    const { say } = setUp();
    expect(ofType(say(book({ last_trade_price: '0.9' })), 'ticker')[0]?.ticker.last).toBeNull();
  });

  it('M10: best_bid_ask is a ticker; a side may be empty; nothing new is nothing told', () => {
    const { say } = setUp();
    const best = { event_type: 'best_bid_ask', asset_id: YES, best_bid: '0.73', best_ask: '', spread: '' };
    expect(ofType(say(best), 'ticker')[0]?.ticker).toMatchObject({ bid: '0.73', ask: null });
    say(book());
    expect(say({ ...best, best_bid: '0.48', best_ask: '0.52' })).toEqual([]);
  });

  it('a change away from the top tells no ticker', () => {
    const { say } = setUp();
    say(book());
    expect(ofType(say(change('0.40', '1', 'BUY')), 'ticker')).toEqual([]);
    expect(ofType(say(change('0.48', '1', 'BUY')), 'ticker')[0]?.ticker.bidSize).toBe('1');
  });
});

describe('the user channel', () => {
  const order = {
    event_type: 'order',
    id: '0x1',
    asset_id: YES,
    side: 'SELL',
    price: '0.50',
    original_size: '100.0',
    size_matched: '0',
    type: 'PLACEMENT',
    status: 'LIVE',
    associate_trades: null,
    created_at: '1700000000',
    timestamp: '1700000005000',
  };
  const ordersOf = (events: readonly VenueEvent[]): AccountOrder[] =>
    ofType(events, 'account').flatMap(({ event }) => (event.type === 'order' ? [event.order] : []));
  const fillsOf = (events: readonly VenueEvent[]): AccountFill[] =>
    ofType(events, 'account').flatMap(({ event }) => (event.type === 'fill' ? [event.fill] : []));

  it('M13: an order, with seconds and milliseconds told apart', () => {
    const { say } = setUp();
    const expected = {
      id: '0x1',
      symbol: YES,
      side: 'sell',
      price: '0.5',
      size: '100',
      filled: '0',
      status: 'LIVE',
      open: true,
      ts: 1_700_000_000_000,
    };
    expect(ordersOf(say(order))).toEqual([expected]);
    expect(ordersOf(say({ ...order, created_at: '1700000000000' }))).toEqual([expected]);
    expect(ordersOf(say({ ...order, created_at: '' }))[0]?.ts).toBe(1_700_000_005_000);
  });

  it.each([
    ['UPDATE', 'LIVE', '25', true],
    ['UPDATE', 'DELAYED', '0', true],
    ['UPDATE', 'UNMATCHED', '0', true],
    ['UPDATE', 'MATCHED', '100', false],
    ['UPDATE', 'LIVE', '100', false],
    ['CANCELLATION', 'CANCELED', '0', false],
    ['CANCELLATION', 'INVALID', '', false],
    ['UPDATE', 'CANCELED_MARKET_RESOLVED', '', false],
    ['CANCELLATION', undefined, '0', false],
  ])('M13: %s with status %s and %j matched is open: %s', (type, status, size_matched, open) => {
    const { say } = setUp();
    const [told] = ordersOf(say({ ...order, type, status, size_matched }));
    expect(told).toMatchObject({ open, status: status ?? type, filled: size_matched === '' ? null : size_matched });
  });

  const trade = {
    event_type: 'trade',
    id: 't1',
    asset_id: YES,
    side: 'BUY',
    price: '0.5',
    size: '25.0',
    status: 'MATCHED',
    taker_order_id: '0xt',
    owner: 'me',
    trade_owner: 'me',
    match_time: '1700000000',
    fee_rate_bps: '0',
    maker_orders: [{ order_id: '0xm', asset_id: YES, price: '0.5', matched_amount: '25', owner: 'them' }],
  };

  it('M13: one trade advances; it is neither repeated nor does it go back', () => {
    const { say } = setUp({ owner: 'me' });
    const statuses = (sent: readonly string[]) =>
      sent.flatMap((status) => fillsOf(say({ ...trade, status })).map((fill) => fill.status));
    const all = ['MATCHED_NOT_BROADCASTED', 'MATCHED', 'MATCHED', 'RETRYING', 'MINED', 'MATCHED', 'CONFIRMED'];
    expect(statuses([...all, 'MINED', 'FAILED', 'CONFIRMED'])).toEqual([
      'MATCHED_NOT_BROADCASTED',
      'MATCHED',
      'RETRYING',
      'MINED',
      'CONFIRMED',
    ]);
  });

  it('M13: as taker the trade itself is ours', () => {
    const { say } = setUp({ owner: 'me' });
    expect(fillsOf(say(trade))).toEqual([
      {
        id: 't1',
        orderId: '0xt',
        symbol: YES,
        side: 'buy',
        price: '0.5',
        size: '25',
        fee: '0',
        feeCurrency: 'USDC',
        status: 'MATCHED',
        ts: 1_700_000_000_000,
      },
    ]);
    expect(
      fillsOf(say({ ...trade, id: 't2', maker_orders: null, matchtime: '1700000001000', match_time: undefined })),
    ).toMatchObject([{ id: 't2', ts: 1_700_000_001_000 }]);
  });

  it('M13: as maker our orders are: the other side of the same token, the same side of the complementary one', () => {
    const { say } = setUp({ owner: 'me' });
    const maker = (order_id: string, asset_id: string, price: string, owner: string) => ({
      order_id,
      asset_id,
      price,
      matched_amount: '5',
      owner,
      fee_rate_bps: '0',
    });
    const maker_orders = [
      maker('0xa', YES, '0.5', 'me'),
      maker('0xb', NO, '0.50', 'me'),
      maker('0xc', NO, '0.5', 'them'),
    ];
    expect(
      fillsOf(say({ ...trade, owner: 'them', trade_owner: 'them', trader_side: 'MAKER', maker_orders })),
    ).toMatchObject([
      { id: 't1:0xa', orderId: '0xa', symbol: YES, side: 'sell', price: '0.5', size: '5' },
      { id: 't1:0xb', orderId: '0xb', symbol: NO, side: 'buy', price: '0.5', size: '5' },
    ]);
  });
});
