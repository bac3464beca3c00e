import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VenueEvent } from '../venue.ts';
import { createTradingSocketioDecoder } from './decoder.ts';

const NOW = Date.UTC(2025, 10, 10, 9, 0, 1);
const VECTORS = resolve('../shared/vectors/trading-socketio/frames_recorded_2026-11-21.json');

const event = (name: string, payload: unknown) => `42${JSON.stringify([name, payload])}`;
const update = (type: string, data: unknown, more: object = {}) =>
  event(type, { type, data, timestamp: '2025-11-10T09:00:00', user_id: 4, ...more });

function feed(...frames: readonly string[]): VenueEvent[] {
  const decoder = createTradingSocketioDecoder({ venue: 'acc.trading-socketio', instruments: [] });
  return frames.flatMap((frame) => decoder.decode(frame, NOW));
}
const accountOf = (...frames: readonly string[]) =>
  feed(...frames).map((each) => (each.type === 'account' ? each.event : each));

describe.skipIf(!existsSync(VECTORS))('recorded frames (skipped without ../shared)', () => {
  const recorded = existsSync(VECTORS)
    ? (JSON.parse(readFileSync(VECTORS, 'utf8')) as { scenario: string; dir: string; frame: string }[])
    : [];
  const received = (scenario: string) =>
    recorded.filter((each) => each.scenario === scenario && each.dir === 'S->C').map(({ frame }) => frame);

  it('T5: a session as recorded gives the balance, and nothing for the protocol’s own packets', () => {
    const balance = {
      type: 'balance',
      balance: {
        currency: 'USDT',
        total: '1.5',
        available: '0',
        used: null,
        assets: [{ currency: 'USDT', total: '1.5', available: '0' }],
      },
    };
    expect(received('ok')).toHaveLength(10);
    expect(accountOf(...received('ok'))).toEqual([balance, balance]);
  });

  it('T5: a time without a zone is UTC, microseconds and all', () => {
    const decoder = createTradingSocketioDecoder({ venue: 'v', instruments: [] });
    const times = received('ok').map((frame) => decoder.read(frame, NOW).sentAt);
    expect(times.filter(Boolean)).toEqual([Date.UTC(2025, 10, 10, 9, 0, 0, 123), Date.UTC(2025, 10, 10, 9, 0, 0, 123)]);
  });

  it('T2: a refusal is told in the server’s words', () => {
    expect(feed(...received('bad token'))).toEqual([
      { type: 'problem', problem: { code: 'login_refused', message: 'Connection rejected by server' } },
    ]);
    expect(feed(...received('unknown namespace'))).toMatchObject([{ problem: { message: 'Invalid namespace' } }]);
  });

  it('T3: the order of the known server, `connected` before the connect packet, is fine', () => {
    const decoder = createTradingSocketioDecoder({ venue: 'v', instruments: [] });
    const types = received('python order, official client').map((frame) => decoder.read(frame, NOW).type);
    expect(types).toEqual(['open', 'connected', 'connect']);
  });
});

describe('the account', () => {
  it('T5: balance, as published and as the known server has it', () => {
    expect(
      accountOf(update('balance_update', { total_balance: 10000.5, available_balance: 1e-8, used_margin: 2000 })),
    ).toMatchObject([{ balance: { currency: 'USDT', total: '10000.5', available: '0.00000001', used: '2000' } }]);
    expect(accountOf(update('balance_update', { coin: 'USDC', available: '1.50', total: 2, equity: 3 }))).toMatchObject(
      [{ balance: { currency: 'USDC', total: '2', available: '1.5', used: null } }],
    );
  });

  it('T5: of figures told exactly too, the exact ones count; assets are kept apart', () => {
    const data = {
      total_balance: 0.1,
      exact: { total_balance: '0.10000000000000000001' },
      currency: 'USDC',
      balances: [{ currency: 'BTC', total: '0.5', reserved: '0.2', free: '0.3' }],
    };
    expect(accountOf(update('balance_update', data))).toMatchObject([
      {
        balance: {
          total: '0.10000000000000000001',
          available: null,
          assets: [{ currency: 'BTC', total: '0.5', available: '0.3' }],
        },
      },
    ]);
  });

  it('T5: positions are a whole list, both dialects, empty ones left out', () => {
    const positions = [
      { symbol: 'BTCUSDT', side: 'Buy', size: 0.1, entry_price: 50000, mark_price: 51000.5, unrealized_pnl: 100.05 },
      { symbol: 'ETHUSDT', side: 'Sell', size: '2.50', entry_price: '3000', leverage: '10', position_idx: 0 },
      { symbol: 'XRPUSDT', side: 'None', size: 0 },
    ];
    expect(accountOf(update('positions_update', positions))).toEqual([
      {
        type: 'positions',
        positions: [
          {
            symbol: 'BTCUSDT',
            side: 'buy',
            size: '0.1',
            entryPrice: '50000',
            markPrice: '51000.5',
            unrealizedPnl: '100.05',
          },
          {
            symbol: 'ETHUSDT',
            side: 'sell',
            size: '2.5',
            entryPrice: '3000',
            markPrice: null,
            unrealizedPnl: null,
            leverage: '10',
          },
        ],
      },
    ]);
    expect(accountOf(update('positions_update', []))).toEqual([{ type: 'positions', positions: [] }]);
  });

  it('T5: PnL, as published and as the known server has it', () => {
    const data = { total_pnl: 1, today_pnl: -0.5, unrealized_pnl: 0, realized_pnl: 1 };
    expect(accountOf(update('pnl_update', data))).toEqual([
      { type: 'pnl', pnl: { currency: 'USDT', total: '1', today: '-0.5', unrealized: '0', realized: '1' } },
    ]);
    expect(
      accountOf(update('pnl_update', { total_unrealized_pnl: -3.25, position_count: 1, positions: [] })),
    ).toMatchObject([{ pnl: { total: null, today: null, unrealized: '-3.25', realized: null } }]);
  });

  it('T5: orders with their state; a null price is a market order', () => {
    const order = { order_id: 'a', symbol: 'BTCUSDT', side: 'Sell', quantity: 0.001, price: 1e-7 };
    const states = ['New', 'PartiallyFilled', 'partially_filled', 'Filled', 'Cancelled', 'Rejected'];
    const [orders] = accountOf(
      update('orders_update', [
        ...states.map((status) => ({ ...order, status })),
        { ...order, status: 'New', price: null },
      ]),
    );
    if (orders?.type !== 'orders') throw new Error('no orders');
    expect(orders.orders.map(({ open }) => open)).toEqual([true, true, true, false, false, false, true]);
    expect(orders.orders[0]).toMatchObject({ id: 'a', side: 'sell', price: '0.0000001', size: '0.001', ts: null });
    expect(orders.orders.at(-1)?.price).toBeNull();
  });

  it('T5: one unreadable entry drops the whole list: half a list would close what is open', () => {
    const good = { symbol: 'BTCUSDT', side: 'Buy', size: 1 };
    expect(feed(update('positions_update', [good, { symbol: 'X' }]))).toEqual([
      { type: 'problem', problem: { code: 'bad_frame', message: 'positions_update of another shape' } },
    ]);
    expect(feed(update('orders_update', { 0: good }), update('pnl_update', {}), '42["balance_update"]')).toMatchObject([
      { type: 'problem' },
      { type: 'problem' },
      { type: 'problem' },
    ]);
  });

  it('T5: times are in the configured zone where they name none', () => {
    const decoder = createTradingSocketioDecoder({ venue: 'v', instruments: [], zoneOffsetMs: 8 * 3_600_000 });
    const sentAt = (timestamp: string) =>
      decoder.read(update('pnl_update', { total_pnl: 1 }, { timestamp }), NOW).sentAt;
    expect(sentAt('2025-11-10T17:00:00')).toBe(Date.UTC(2025, 10, 10, 9));
    expect(sentAt('2025-11-10T09:00:00Z')).toBe(Date.UTC(2025, 10, 10, 9));
  });

  it('T7: another user’s data is never shown', () => {
    const connected = event('connected', { message: 'ok', user_id: 4, authenticated: true });
    const foreign = update('pnl_update', { total_pnl: 1 }, { user_id: 5 });
    expect(feed(connected, foreign)).toMatchObject([{ problem: { message: 'pnl_update of another user' } }]);
    expect(feed(connected, update('pnl_update', { total_pnl: 1 }, { user_id: '4' }))).toMatchObject([
      { type: 'account' },
    ]);
  });

  it('T4: replies to other users are not ours; an error is told with its message', () => {
    const decoder = createTradingSocketioDecoder({ venue: 'v', instruments: [] });
    decoder.decode(event('connected', { user_id: 4 }), NOW);
    const reply = (user_id: number) =>
      decoder.read(event('subscribed', { user_id, types: [], status: 'success' }), NOW);
    expect(reply(4).isOwnReply).toBe(true);
    expect(reply(5).isOwnReply).toBe(false);
    expect(decoder.decode(event('error', { message: 'unknown type' }), NOW)).toEqual([
      { type: 'problem', problem: { code: 'refused', message: 'unknown type' } },
    ]);
  });

  it('T5: tickers of the known server', () => {
    const data = { symbol: 'BTCUSDT', price: 95000.1, change_24h: -0.01, volume_24h: '12' };
    const ticker = {
      venue: 'acc.trading-socketio',
      instrument: 'BTCUSDT',
      ts: NOW - 1_000,
      last: '95000.1',
      change24h: '-0.01',
      volume24h: '12',
      bid: null,
    };
    expect(feed(update('ticker_update', data))).toMatchObject([{ type: 'ticker', ticker }]);
    expect(feed(update('ticker_update', [data, data]))).toHaveLength(2);
    expect(feed(update('ticker_update', { BTCUSDT: { lastPrice: '95000.1' } }))).toMatchObject([
      { ticker: { instrument: 'BTCUSDT', last: '95000.1' } },
    ]);
  });

  it('whatever it is fed it never throws', () => {
    const decoder = createTradingSocketioDecoder({ venue: 'v', instruments: [] });
    const name = fc.constantFrom('balance_update', 'positions_update', 'pnl_update', 'orders_update', 'ticker_update', 'error', 'connected', 'x'); // prettier-ignore
    fc.assert(
      fc.property(fc.string(), name, fc.jsonValue(), fc.jsonValue(), (text, type, data, timestamp) => {
        decoder.decode(text, NOW);
        decoder.decode(`4${text}`, NOW);
        decoder.decode(`42${text}`, NOW);
        decoder.decode(event(type, data), NOW);
        for (const each of decoder.decode(event(type, { data, timestamp }), NOW))
          expect(each.type).toBeTypeOf('string');
      }),
    );
  });
});

it('T4: a message nested too deeply to be written out is told all the same', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  expect(feed(`42["error",{"message":${deep}}]`, `44{"message":${deep}}`)).toMatchObject([
    { type: 'problem', problem: { code: 'refused', message: 'no message' } },
    { type: 'problem', problem: { code: 'login_refused', message: 'no message' } },
  ]);
});
