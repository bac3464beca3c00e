import { describe, expect, it } from 'vitest';
import type { AccountFill, AccountOrder } from '#domain/account.ts';
import { isEventData } from '#protocol/channels.ts';
import { type BusEvent, InProcessBus } from '#server/bus.ts';
import { ManualTimers } from '#server/host/testing/manual-timers.ts';
import { AccountFills } from '#server/storage/account-fills.ts';
import { openDatabase } from '#server/storage/database.ts';
import { VenueAccount } from './venue-account.ts';

function setUp() {
  const bus = new InProcessBus();
  const events: BusEvent[] = [];
  bus.onEvent((event) => events.push(event));
  const fills = new AccountFills(openDatabase(':memory:'));
  const clock = new ManualTimers();
  const faults: unknown[] = [];
  const onFault = (error: unknown) => faults.push(error);
  const account = new VenueAccount({ venue: 'okx', bus, clock, fills, onFault });
  return { bus, events, fills, clock, faults, account };
}

const order = (id: string, open: boolean, status = open ? 'live' : 'filled'): AccountOrder => ({
  id,
  symbol: 'BTC-USDT',
  side: 'buy',
  price: '95000.1',
  size: '0.00000001',
  filled: '0',
  status,
  open,
  ts: 1,
});

const fill = (status: string): AccountFill => ({
  id: 't1',
  orderId: 'o1',
  symbol: '71321045679252212594626385532706912750332728571942532289631379312455583992563',
  side: 'sell',
  price: '0.51',
  size: '25',
  fee: '-0.0001',
  feeCurrency: 'USDC',
  status,
  ts: 1_700_000_000_000,
});

describe('VenueAccount', () => {
  it('publishes what is new, only when it changed, and provides it to who comes later (Z11)', () => {
    const { bus, events, account } = setUp();
    const balance = {
      currency: 'USDT',
      total: '100.000000000000000001',
      available: '60',
      used: null,
      assets: [{ currency: 'USDT', total: '100.000000000000000001', available: '60' }],
    };
    account.apply({ type: 'balance', balance });
    account.apply({ type: 'balance', balance: { ...balance } });
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      channel: 'account.okx.balance',
      event: 'update',
      data: {
        venue: 'okx',
        total_balance: 100,
        available_balance: 60,
        used_margin: null,
        exact: { total_balance: '100.000000000000000001', available_balance: '60' },
        balances: [{ currency: 'USDT', free: '60', reserved: '40.000000000000000001' }],
      },
    });
    expect(bus.current('account.okx.balance')?.data).toEqual(events[0]?.data);
    account.apply({ type: 'balance', balance: { ...balance, available: '61' } });
    expect(events).toHaveLength(2);
    account.close();
    expect(bus.current('account.okx.balance')).toBeUndefined();
  });

  it('keeps open orders, the changed ones first, and the ended that ended last', () => {
    const { bus, account } = setUp();
    const ids = () =>
      ((bus.current('account.okx.orders')?.data ?? []) as { order_id: string }[]).map((each) => each.order_id);
    account.apply({ type: 'order', order: order('open', true) });
    for (let i = 0; i < 150; i++) account.apply({ type: 'order', order: order(`e${i}`, false) });
    expect(ids()).toHaveLength(101);
    expect(ids()[0]).toBe('e149');
    expect(ids().at(-1)).toBe('open');
    account.apply({ type: 'order', order: order('open', false, 'canceled') });
    expect(ids()[0]).toBe('open');
    account.apply({ type: 'orders', orders: [order('only', true)] });
    expect(ids()).toEqual(['only']);
  });

  it('M13: one trade advances, it is not repeated', () => {
    const { events, fills, account } = setUp();
    for (const status of ['MATCHED', 'MINED', 'CONFIRMED']) account.apply({ type: 'fill', fill: fill(status) });
    expect(events.map(({ data }) => (data as { status: string }).status)).toEqual(['MATCHED', 'MINED', 'CONFIRMED']);
    expect(fills.list('okx', undefined, 10)).toEqual([{ venue: 'okx', fill: fill('CONFIRMED') }]);
    expect(fills.list('polymarket', undefined, 10)).toEqual([]);
    expect(fills.list(undefined, 1_700_000_000_000, 10)).toEqual([]);
  });

  it('tells a fill that the disk does not take, and of the disk', () => {
    const { events, fills, faults, account } = setUp();
    fills.record = () => {
      throw new Error('disk full');
    };
    account.apply({ type: 'fill', fill: fill('MATCHED') });
    expect(events).toHaveLength(1);
    expect(faults).toEqual([new Error('disk full')]);
  });

  it('speaks the shapes the protocol names', () => {
    const { events, account } = setUp();
    account.apply({
      type: 'positions',
      positions: [
        { symbol: 'BTC-USDT-SWAP', side: 'sell', size: '2', entryPrice: '1', markPrice: null, unrealizedPnl: '-0.5' },
      ],
    });
    account.apply({ type: 'pnl', pnl: { currency: 'USDT', total: null, today: '1', unrealized: '2', realized: null } });
    account.apply({ type: 'order', order: { ...order('m', true), price: null, filled: null, ts: null } });
    account.apply({ type: 'fill', fill: fill('MATCHED') });
    account.apply({
      type: 'bots',
      bots: [
        {
          id: 'b1',
          symbol: 'BTC-USDT',
          state: 'running',
          lowerPrice: '1',
          upperPrice: '2',
          gridCount: 10,
          spacing: 'geometric',
          investment: '100',
          gridProfit: '1',
          floatProfit: null,
          totalPnl: '1',
          annualised: '0.12',
        },
      ],
    });
    const families = ['positions', 'pnl', 'orders', 'fills', 'bots'] as const;
    expect(events.map(({ channel }) => channel)).toEqual(families.map((name) => `account.okx.${name}`));
    const accepted = families.filter((name, i) => isEventData(`account.${name}`, 'update', events[i]?.data));
    expect(accepted).toEqual(families);
  });
});
