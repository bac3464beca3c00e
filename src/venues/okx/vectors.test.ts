/** The exchange's own examples and captures, with values compared. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { AccountEvent } from '#domain/account.ts';
import type { VenueEvent } from '../venue.ts';
import { createOkxDecoder } from './decoder.ts';
import { parseBook, parseCandles, parseInstruments, parseTrades } from './rest.ts';

const FOLDER = fileURLToPath(new URL('../../../../shared/vectors/okx/', import.meta.url));
const isThere = existsSync(FOLDER);
const SEEN = new Set<string>();

function read(name: string): string {
  SEEN.add(`${name}.json`);
  return readFileSync(`${FOLDER}${name}.json`, 'utf8');
}

function decode(name: string): readonly VenueEvent[] {
  return createOkxDecoder({ venue: 'okx', instruments: [] }).decode(read(name));
}

function account(name: string): AccountEvent[] {
  return decode(name).map((event) => {
    if (event.type !== 'account') throw new Error(`${event.type} instead of account`);
    return event.event;
  });
}

it.skipIf(isThere)('skipped: ../shared/vectors/okx is not there', () => undefined);

describe.skipIf(!isThere)('OKX vectors', () => {
  it('books_snapshot_checksum_TRX', () => {
    const [book, state, ...rest] = decode('books_snapshot_checksum_TRX');
    expect(rest).toEqual([]);
    // O13: this one verifies; it is from before there were sequence numbers.
    expect(state).toEqual({ type: 'book_state', symbol: 'TRX-USD-220812', state: { trust: 'verified', resyncs: 0 } });
    if (book?.type !== 'book' || book.change.kind !== 'snapshot') throw new Error('no snapshot');
    const { ts, bids, asks } = book.change.snapshot;
    expect(ts).toBe(1_659_792_392_540);
    expect([bids[0], asks[0], asks.at(-1)]).toEqual([
      ['0.07014', '56'],
      ['0.07026', '5'],
      ['0.10768', '1'],
    ]);
    expect([book.book.bids.length, book.book.asks.length]).toEqual([bids.length, asks.length]);
    expect(asks).toHaveLength(37);
  });

  it('ws_books_snapshot', () => {
    // O13: the checksum of the documentation's sample does not verify.
    expect(decode('ws_books_snapshot')).toEqual([
      {
        type: 'book_state',
        symbol: 'BTC-USDT',
        state: { trust: 'resyncing', resyncs: 1, reason: 'checksum of the snapshot does not fit' },
      },
    ]);
    const decoder = createOkxDecoder({ venue: 'okx', instruments: [] });
    const events = decoder.decode(read('ws_books_snapshot').replace('-855196043', '0'));
    expect(events[1]).toMatchObject({ state: { trust: 'verified' } });
    if (events[0]?.type !== 'book') throw new Error('no book');
    const { book } = events[0];
    expect(book.snapshot().bids).toHaveLength(8);
    expect(book.snapshot().asks[0]).toEqual(['8476.98', '415']);
    // Its update follows it and sets the same sizes.
    const update = decoder.decode(read('ws_books_update').replace('-855196043', '0'));
    expect(update).toMatchObject([{ type: 'book', change: { kind: 'update', update: { ts: 1_597_026_383_085 } } }]);
    expect(book.snapshot().bids[0]).toEqual(['8476.97', '256']);
    expect(book.state).toBe('live');
  });

  it('ws_books_update', () => {
    expect(decode('ws_books_update')).toMatchObject([{ type: 'book_state', state: { trust: 'resyncing' } }]);
  });

  it('ws_bbo_tbt', () => {
    expect(decode('ws_bbo_tbt')).toMatchObject([
      {
        type: 'book',
        symbol: 'BTC-USDT',
        change: {
          snapshot: { ts: 1_597_026_383_085, bids: [['8476.97', '256']], asks: [['8476.98', '415']] },
        },
      },
      { type: 'book_state', state: { trust: 'unverified' } },
    ]);
  });

  it('ws_candle', () => {
    const bar = { ts: 1_597_026_383_085, open: '8533.02', high: '8553.74', low: '8527.17', close: '8548.26' };
    expect(decode('ws_candle')).toEqual([
      { type: 'candle', symbol: 'BTC-USDT', interval: '1d', candle: { ...bar, volume: '45247', closed: true } },
    ]);
  });

  it('ws_tickers', () => {
    expect(decode('ws_tickers')).toEqual([
      {
        type: 'ticker',
        ticker: {
          venue: 'okx',
          instrument: 'BTC-USDT',
          ts: 1_597_026_383_085,
          last: '9999.99',
          lastSize: '0.1',
          bid: '8888.88',
          bidSize: '5',
          ask: '9999.99',
          askSize: '11',
          open24h: '9000',
          high24h: '10000',
          low24h: '8888.88',
          volume24h: '2222',
          quoteVolume24h: '2222',
        },
      },
    ]);
  });

  it('ws_trades', () => {
    const about = { venue: 'okx', instrument: 'BTC-USD', id: '130639474', ts: 1_630_048_897_897 };
    expect(decode('ws_trades')).toEqual([
      { type: 'trade', trade: { ...about, side: 'buy', price: '42219.9', size: '0.12060306', count: 3 } },
    ]);
  });

  it('ws_funding_rate', () => expect(decode('ws_funding_rate')).toEqual([]));

  it('ws_instruments', () => {
    expect(decode('ws_instruments')).toEqual([
      {
        type: 'instruments',
        instruments: [
          {
            symbol: 'BTC-USDT-SWAP',
            base: 'BTC',
            quote: 'USDT',
            tickSize: '0.1',
            lotSize: '1',
            minSize: '1',
            minNotional: '0',
            makerFee: '0.0002',
            takerFee: '0.0005',
            feeCurrency: 'quote',
            contract: expect.objectContaining({ type: 'linear' }),
          },
        ],
      },
    ]);
  });

  it('ws_account', () => {
    const [event, ...rest] = account('ws_account');
    expect(rest).toEqual([]);
    if (event?.type !== 'balance') throw new Error('no balance');
    expect(event.balance).toMatchObject({ currency: 'USD', available: null });
    expect(event.balance.assets.slice(0, 3)).toEqual([
      { currency: 'USDT', total: '100.52768569797846', available: '100.52768569797846' },
      { currency: 'BTC', total: '0.0000000051', available: '0.0000000051' },
      { currency: 'ETH', total: '0.000000185', available: '0.000000185' },
    ]);
    const sent: unknown = JSON.parse(read('ws_account'));
    expect(sent).toMatchObject({ data: [{ totalEq: event.balance.total }] });
  });

  it('ws_account_empty', () => {
    const balance = { currency: 'USD', total: '0', available: null, used: null, assets: [] };
    expect(account('ws_account_empty')).toEqual([{ type: 'balance', balance }]);
  });

  const order = (id: string, symbol: string, side: 'buy' | 'sell', more: object) => ({
    type: 'order',
    order: { id, symbol, side, status: 'filled', open: false, ...more },
  });
  const fill = (orderId: string, tradeId: string, symbol: string, side: 'buy' | 'sell', more: object) => ({
    type: 'fill',
    fill: { id: `${orderId}:${tradeId}`, orderId, symbol, side, feeCurrency: 'USDT', status: null, ...more },
  });

  it('ws_orders', () => {
    const id = '2497956918703120384';
    expect(account('ws_orders')).toEqual([
      order(id, 'BTC-USDT-SWAP', 'buy', { price: null, size: '0.03', filled: '0.03', ts: 1_746_947_317_402 }),
      fill(id, '1518905529', 'BTC-USDT-SWAP', 'buy', {
        price: '103698.9',
        size: '0.03',
        fee: '0.021776769',
        ts: 1_746_947_317_402,
      }),
    ]);
  });

  it('ws_orders_fok', () => {
    const id = '2497956918703120385';
    const ts = 1_746_947_317_402;
    expect(account('ws_orders_fok')).toEqual([
      order(id, 'BTC-USDT', 'buy', { price: '50000.0', size: '0.05', filled: '0.05', ts }),
      fill(id, '1518905530', 'BTC-USDT', 'buy', { price: '50000.0', size: '0.05', fee: '0.25', ts }),
    ]);
  });

  it('ws_orders_ioc', () => {
    const id = '2497956918703120386';
    const ts = 1_746_947_318_502;
    const open = { price: '50100.0', size: '0.05', filled: '0.02', status: 'partially_filled', open: true, ts };
    expect(account('ws_orders_ioc')).toEqual([
      order(id, 'BTC-USDT', 'sell', open),
      fill(id, '1518905531', 'BTC-USDT', 'sell', { price: '50100.5', size: '0.02', fee: '0.1002', ts }),
    ]);
  });

  it('ws_orders_optimal_limit_ioc', () => {
    const id = '2497956918703120387';
    const ts = 1_746_947_319_602;
    expect(account('ws_orders_optimal_limit_ioc')).toEqual([
      order(id, 'BTC-USDT-SWAP', 'buy', { price: null, size: '0.1', filled: '0.1', ts }),
      fill(id, '1518905532', 'BTC-USDT-SWAP', 'buy', { price: '103750.25', size: '0.1', fee: '0.051875125', ts }),
    ]);
  });

  it('ws_orders_liquidation', () => {
    const id = '2497956918703120999';
    const ts = 1_746_947_317_402;
    expect(account('ws_orders_liquidation')).toEqual([
      order(id, 'BTC-USDT-SWAP', 'sell', { price: null, size: '0.5', filled: '0.5', ts }),
      fill(id, '1518905999', 'BTC-USDT-SWAP', 'sell', { price: '40000.0', size: '0.5', fee: '20.0', ts }),
    ]);
  });

  it('ws_orders_adl', () => {
    const id = '2497956918703121000';
    const ts = 1_746_947_318_402;
    expect(account('ws_orders_adl')).toEqual([
      order(id, 'ETH-USDT-SWAP', 'buy', { price: null, size: '0.3', filled: '0.3', ts }),
      fill(id, '1518906000', 'ETH-USDT-SWAP', 'buy', { price: '41000.0', size: '0.3', fee: '12.3', ts }),
    ]);
  });

  it('ws_orders_trigger', () => {
    const id = '706620792746729999';
    const ts = 1_737_400_200_100;
    expect(account('ws_orders_trigger')).toEqual([
      order(id, 'BTC-USDT-SWAP', 'sell', { price: null, size: '0.01', filled: '0.01', ts }),
      fill(id, '1518905530', 'BTC-USDT-SWAP', 'sell', { price: '101950.0', size: '0.01', fee: '0.020390', ts }),
    ]);
  });

  it('ws_orders_algo', () => {
    const at = (i: number) => ({ filled: '0', ts: 1_737_400_000_000 + i * 100_000 });
    const waiting = { status: 'live', open: true };
    expect(account('ws_orders_algo').slice(0, 2)).toEqual([
      order('706620792746729472', 'BTC-USDT-SWAP', 'sell', { price: null, size: '0.01', ...waiting, ...at(0) }),
      order('706620792746729473', 'BTC-USDT-SWAP', 'buy', { price: '106000', size: '0.02', ...waiting, ...at(1) }),
    ]);
    expect(account('ws_orders_algo')[2]).toMatchObject({
      order: { id: '706620792746729474', status: 'order_placed', open: false },
    });
  });

  const ok = <T>(answer: { ok: true; value: T } | { ok: false }): T => {
    if (!answer.ok) throw new Error(JSON.stringify(answer));
    return answer.value;
  };

  it('http_get_candlesticks_full', () => {
    const body: unknown = JSON.parse(read('http_get_candlesticks_full'));
    expect(ok(parseCandles(body, 'BTC-USDT-SWAP'))).toEqual([
      {
        ts: 1_747_093_980_000,
        open: '102806',
        high: '102820.5',
        low: '102783.1',
        close: '102806.1',
        volume: '71.6404',
        closed: true,
      },
      {
        ts: 1_747_094_040_000,
        open: '102806.1',
        high: '102820.4',
        low: '102806.1',
        close: '102820.4',
        volume: '10.4037',
        closed: true,
      },
    ]);
    expect(ok(parseCandles(body, 'BTC-USDT'))[0]).toMatchObject({ volume: '7164.04' });
  });

  it('http_get_instruments_spot', () => {
    const instruments = ok(parseInstruments(JSON.parse(read('http_get_instruments_spot'))));
    expect(instruments[0]).toEqual({
      state: 'live',
      instrument: {
        symbol: 'BTC-USD',
        base: 'BTC',
        quote: 'USD',
        tickSize: '0.1',
        lotSize: '0.00000001',
        minSize: '0.00001',
        minNotional: '0',
        makerFee: '0.0008',
        takerFee: '0.001',
        feeCurrency: 'received',
      },
    });
    expect(instruments[1]?.instrument).toMatchObject({ symbol: 'ETH-USD', lotSize: '0.000001', minSize: '0.0001' });
  });

  it('http_get_instruments_swap', () => {
    const instruments = ok(parseInstruments(JSON.parse(read('http_get_instruments_swap'))));
    expect(instruments.slice(0, 2)).toMatchObject([
      {
        instrument: {
          symbol: 'BTC-USD-SWAP',
          base: 'BTC',
          quote: 'USD',
          tickSize: '0.1',
          lotSize: '1',
          contract: { value: '100', currency: 'USD', type: 'inverse' },
        },
      },
      {
        instrument: {
          symbol: 'ETH-USDT-SWAP',
          base: 'ETH',
          quote: 'USDT',
          lotSize: '0.01',
          contract: { value: '0.1', currency: 'ETH', type: 'linear' },
        },
      },
    ]);
  });

  it('http_get_order_book', () => {
    expect(ok(parseBook(JSON.parse(read('http_get_order_book'))))).toEqual({
      ts: 1_704_067_200_000,
      seq: 0,
      asks: [
        ['41006.8', '0.60038921'],
        ['41006.9', '0.30178218'],
        ['41007.0', '2.05842530'],
      ],
      bids: [
        ['41006.7', '0.48792100'],
        ['41006.6', '0.23970000'],
        ['41006.5', '1.12500000'],
      ],
    });
  });

  it('http_get_trades', () => {
    const about = { venue: 'okx', instrument: 'BTC-USDT', price: '102537.9' };
    expect(ok(parseTrades(JSON.parse(read('http_get_trades')), 'okx')).slice(-2)).toEqual([
      { ...about, id: '734864332', ts: 1_747_087_161_666, side: 'buy', size: '0.0000125' },
      { ...about, id: '734864333', ts: 1_747_087_163_557, side: 'sell', size: '0.00013669' },
    ]);
  });

  it('none is left out', () => {
    expect(readdirSync(FOLDER).filter((file) => !SEEN.has(file))).toEqual([]);
  });
});
