/** The venue's own frames and answers, read where they lie beside the checkout. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { VenueEvent } from '../venue.ts';
import { createPolymarketDecoder } from './decoder.ts';
import { instrumentsOf } from './instruments.ts';
import { parseBook } from './parse.ts';
import { parseEvents, parseMarket, parseMarkets } from './rest.ts';
import { isFields } from './schema.ts';

const shared = join(import.meta.dirname, '../../../../shared');
const folder = join(shared, 'vectors/polymarket');
const has = existsSync(folder);
if (!has) console.warn(`skipped: no recorded frames at ${folder}`);

const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const decoder = () => createPolymarketDecoder({ venue: 'polymarket', instruments: [], owner: 'nobody' });
const decode = (name: string, by = decoder()) => by.decode(read(name), 1_000);
const account = (name: string) =>
  decode(name).map((event) => (event.type === 'account' && 'order' in event.event ? event.event.order : event));

const TOKEN = '71321045679252212594626385532706912750332728571942532289631379312455583992563';
const OTHER = '52114319501245915516055106046884209969926127482827954674443846427813813222426';
const FIRST = '25245433628208476987364023432306599125597948324625578977436890641930158259698';
const SECOND = '20168250870314270898487593595943592687458358996170785976290704639743788087191';
const YES = '76043073756653678226373981964075571318267289248134717369284518995922789326425';
const NO = '31690934263385727664202099278545688007799199447969475608906331829650099442770';

const ORDER = {
  id: '0x1234567890abcdef1234567890abcdef1234567890abcdef1234567890abcdef12',
  symbol: TOKEN,
  side: 'buy',
  price: '0.5',
  size: '100',
  ts: 1_703_875_200_000,
};
const FILL = {
  type: 'account',
  event: {
    type: 'fill',
    fill: {
      id: 'trade-0xabcdef1234',
      orderId: ORDER.id,
      symbol: TOKEN,
      side: 'buy',
      price: '0.5',
      size: '25',
      fee: '0',
      feeCurrency: 'USDC',
      status: 'CONFIRMED',
      ts: Date.UTC(2024, 0, 1),
    },
  },
};

describe.skipIf(!has)('recorded frames', () => {
  it.each([
    [
      'ws_book_snapshot.json',
      [
        ['0.5', '200'],
        ['0.49', '350'],
        ['0.48', '500'],
      ],
      3,
    ],
    [
      'ws_market_book_msg.json',
      [
        ['0.5', '200'],
        ['0.49', '350'],
      ],
      2,
    ],
  ])('M6: %s', (name, bids, asks) => {
    const [event] = decode(name);
    expect(event).toMatchObject({ type: 'book', symbol: TOKEN, change: { snapshot: { ts: 1_703_875_200_000, bids } } });
    expect(event).toHaveProperty('change.snapshot.asks.length', asks);
    expect(event).toHaveProperty('change.snapshot.asks.0', ['0.51', '150']);
  });

  it('M7: ws_quotes.json, ws_market_price_change_msg.json after their snapshot', () => {
    const by = decoder();
    const told = [0, 1].map(() => {
      decode('ws_market_book_msg.json', by);
      return decode('ws_market_price_change_msg.json', by);
    });
    for (const events of told) {
      expect(events[0]).toMatchObject({ type: 'book', change: { update: { changes: [['bid', '0.51', '150']] } } });
      // The document's book would be crossed: it leaves out that the ask went.
      expect(events[1]).toMatchObject({ type: 'book_state', state: { trust: 'resyncing' } });
    }
    expect(decode('ws_quotes.json')).toMatchObject([
      { type: 'book_state', symbol: TOKEN, state: { trust: 'resyncing' } },
      { type: 'book_state', symbol: OTHER, state: { trust: 'resyncing' } },
    ]);
  });

  it.each(['ws_last_trade.json', 'ws_market_last_trade_msg.json'])('M9: %s', (name) => {
    expect(decode(name)).toMatchObject([
      { type: 'trade', trade: { instrument: TOKEN, ts: 1_703_875_202_000, side: 'buy', price: '0.51', size: '25' } },
      { type: 'ticker', ticker: { last: '0.51', lastSize: '25', bid: null } },
    ]);
  });

  it.each(['ws_tick_size_change.json', 'ws_market_tick_size_msg.json'])('M8: %s', (name) => {
    expect(decode(name)).toMatchObject([{ type: 'instruments', instruments: [{ symbol: TOKEN, tickSize: '0.01' }] }]);
  });

  it('M10: ws_market_best_bid_ask_msg.json', () => {
    expect(decode('ws_market_best_bid_ask_msg.json')).toMatchObject([
      { type: 'ticker', ticker: { ts: 1_766_789_469_958, bid: '0.73', ask: '0.77', last: null } },
    ]);
  });

  it('M10: ws_market_new_market_msg.json, ws_market_resolved_msg.json', () => {
    const by = decoder();
    const market = {
      id: '0x311d0c4b6671ab54af4970c06fcf58662516f5168997bdda209ec3db5aa6b0c1',
      question: 'Will NVIDIA (NVDA) close above $240 end of January?',
      slug: 'nvda-above-240-on-january-30-2026',
      outcomes: [
        { symbol: YES, name: 'Yes' },
        { symbol: NO, name: 'No' },
      ],
      tickSize: '0.01',
    };
    expect(decode('ws_market_new_market_msg.json', by)).toMatchObject([
      { type: 'prediction', market: { ...market, state: 'open' } },
    ]);
    expect(decode('ws_market_resolved_msg.json', by)).toMatchObject([
      { type: 'prediction', market: { ...market, state: 'resolved', winner: YES } },
    ]);
  });

  it.each([
    ['ws_user_order_msg.json', { ...ORDER, filled: '0', status: 'LIVE', open: true }],
    ['ws_user_order_placement.json', { ...ORDER, filled: '0', status: 'LIVE', open: true }],
    ['ws_user_order_update.json', { ...ORDER, filled: '25', status: 'LIVE', open: true }],
    ['ws_user_order_matched.json', { ...ORDER, filled: '100', status: 'MATCHED', open: false }],
    ['ws_user_order_cancellation.json', { ...ORDER, filled: '0', status: 'CANCELED', open: false }],
    [
      'ws_user_order_venue_cancel.json',
      { id: '0x0e', price: '0.53', size: '20', filled: '0', status: 'INVALID', open: false, ts: 1_774_377_384_000 },
    ],
    [
      'ws_user_order_fok_killed.json',
      { id: '0x78xx', symbol: '256', size: '12', filled: null, open: false, ts: 1_777_824_065_000 },
    ],
  ])('M13: %s', (name, expected) => {
    expect(account(name)).toEqual([expect.objectContaining(expected)]);
  });

  it.each(['ws_user_trade.json', 'ws_user_trade_msg.json'])('M13: %s', (name) => {
    expect(decode(name)).toEqual([FILL]);
  });

  it('M6, M7, M11: the sequence of December ends in its last snapshot’s book, each snapshot verified by its hash', () => {
    const by = decoder();
    const books = (events: readonly VenueEvent[]) =>
      events.flatMap((event) => (event.type === 'book_state' ? [[event.symbol, event.state.trust]] : []));
    expect(books(by.decode(read('seq_2025-12-23_1_book_initial_array.json'), 0))).toEqual([
      [FIRST, 'verified'],
      [SECOND, 'verified'],
    ]);
    // Its hash has a last price of 0.490 in it: the trade that was is not in the recording.
    expect(books(by.decode(read('seq_2025-12-23_2_price_change.json'), 1_000))).toEqual([
      [FIRST, 'unverified'],
      [SECOND, 'unverified'],
    ]);
    expect(by.liveBook(FIRST)?.depth('bid', 1)).toEqual([{ price: 49, size: 5500, total: 5500 }]);
    const last = read('seq_2025-12-23_3_book_resnapshot_object.json');
    expect(books(by.decode(last, 2_000))).toEqual([[SECOND, 'verified']]);
    const fields: unknown = JSON.parse(last);
    const expected = isFields(fields) ? parseBook(fields) : undefined;
    const fresh = decoder();
    fresh.decode(last, 0);
    expect(by.liveBook(SECOND)?.view()).toEqual({ ...fresh.liveBook(SECOND)?.view(), seq: 3 });
    expect(expected?.bids[0]).toEqual(['0.49', '150.92']);
    expect(by.liveBook(SECOND)?.depth('bid', 100)).toHaveLength(expected?.bids.length ?? 0);
  });

  it('M11: with the trade that is missing, the change’s hash fits as well', () => {
    const by = decoder();
    by.decode(read('seq_2025-12-23_1_book_initial_array.json'), 0);
    const market = '0x0936baff284871821b1ab5c64d33d67f117392dba34d461fe04360df893dfde4';
    const trade = { event_type: 'last_trade_price', market, asset_id: FIRST, price: '0.49', size: '5', side: 'SELL' };
    by.decode(JSON.stringify(trade), 500);
    const events = by.decode(read('seq_2025-12-23_2_price_change.json'), 2_000);
    expect(events.filter(({ type }) => type === 'book_state')).toEqual([]);
    expect(events.filter(({ type }) => type === 'book')).toHaveLength(2);
  });

  it('every frame in the folder is looked at here', () => {
    const known = readFileSync(import.meta.filename, 'utf8');
    expect(readdirSync(folder).filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe.skipIf(!has)('recorded answers', () => {
  it('M14: gamma_market.json: JSON inside strings, tokens match outcomes by position', () => {
    const [found] = parseMarkets(JSON.parse(read('gamma_market.json'))) ?? [];
    expect(found?.market).toMatchObject({
      id: '0x78443f961b9a65869dcb39359de9960165c7e5cbad0904eac7f29cd77872a63b',
      question: 'Bitcoin Up or Down - March 12, 5:20AM-5:25AM ET',
      slug: 'btc-updown-5m-1773307200',
      outcomes: [
        { symbol: '104239898038807136052399800151408521467737075933964991162589336683346093173875', name: 'Up' },
        { symbol: '71183960810705820955071415844881728181970340514894896943812046065452395013351', name: 'Down' },
      ],
      tickSize: '0.01',
      state: 'open',
      endsAt: Date.UTC(2026, 2, 12, 9, 25),
    });
    expect(found?.prices).toEqual(['0.505', '0.495']);
    expect(found?.instruments).toEqual(found && instrumentsOf(found.market, '5'));
    expect(found?.instruments[1]).toMatchObject({
      base: 'Down',
      quote: 'USDC',
      title: 'Bitcoin Up or Down - March 12, 5:20AM-5:25AM ET — Down',
    });
  });

  it('M14: gamma_event.json: the markets of an event', () => {
    const found = parseEvents(JSON.parse(read('gamma_event.json')));
    expect(found?.map(({ market }) => market.question)).toEqual([
      'Will Stephen A. Smith win the 2028 Democratic presidential nomination?',
      expect.stringContaining('2028 Democratic presidential nomination'),
    ]);
    expect(found?.every(({ market }) => market.tickSize === '0.001')).toBe(true);
  });

  it('M14: a day of five-minute questions, each with its outcome', () => {
    const name = readdirSync(join(shared, 'data')).find((each) => each.startsWith('BTC-5m-markets-')) ?? '';
    const lines = gunzipSync(readFileSync(join(shared, 'data', name)))
      .toString('utf8')
      .trim()
      .split('\n');
    expect(lines).toHaveLength(292);
    for (const line of lines) {
      const row = JSON.parse(line) as {
        raw: unknown;
        token_ids: string[];
        outcome_prices: string[];
        resolved: boolean;
      };
      const { market } = parseMarket(row.raw) ?? {};
      expect(market?.outcomes.map(({ symbol }) => symbol)).toEqual(row.token_ids);
      expect(row.resolved).toBe(true);
      expect(market).toMatchObject({ state: 'resolved', winner: row.token_ids[row.outcome_prices.indexOf('1')] });
    }
  });
});
