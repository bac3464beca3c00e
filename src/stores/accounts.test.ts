import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AccountEvent, AccountOrder } from '#domain/account.ts';
import { seededRandom } from '#domain/random.ts';
import { createSocketPair } from '#testing/socket-pair.ts';
import { BTC_USDC } from '#testing/samples.ts';
import { VirtualTimers } from '#testing/virtual-timers.ts';
import { applyAccountEvent, NO_FIGURES } from './account-book.ts';
import { createAccountsStore } from './accounts.ts';
import { createListingsStore } from './listings.ts';
import { createSourcesWorld, sourceConfig, type SourcesWorld } from './sources-world.ts';

beforeAll(() => import('#venues/push/session.ts'));

const order = (id: string, status: string, open: boolean, ts = 1): AccountOrder => ({
  id,
  symbol: 'BTCUSDT',
  side: 'buy',
  price: '1',
  size: '1',
  filled: null,
  status,
  open,
  ts,
});
const apply = (...events: AccountEvent[]) => events.reduce(applyAccountEvent, NO_FIGURES);

describe('an account', () => {
  it('T5: takes lists as whole: what is missing from the newest is gone', () => {
    const { orders } = apply(
      { type: 'orders', orders: [order('1', 'New', true), order('2', 'New', true)] },
      { type: 'orders', orders: [order('2', 'New', true)] },
    );
    expect(orders?.map(({ id }) => id)).toEqual(['2']);
  });

  it('O14: takes single orders by id, newest first', () => {
    const { orders } = apply(
      { type: 'order', order: order('1', 'live', true, 1) },
      { type: 'order', order: order('2', 'live', true, 2) },
      { type: 'order', order: order('1', 'filled', false, 3) },
    );
    expect(orders?.map(({ id, status }) => [id, status])).toEqual([
      ['1', 'filled'],
      ['2', 'live'],
    ]);
  });

  it('M13: lets a trade advance instead of repeating it', () => {
    const fill = (id: string, status: string, ts: number): AccountEvent => ({
      type: 'fill',
      fill: {
        id,
        status,
        ts,
        orderId: null,
        symbol: 'x',
        side: 'buy',
        price: '0.5',
        size: '1',
        fee: null,
        feeCurrency: null,
      },
    });
    const { fills } = apply(fill('a', 'MATCHED', 1), fill('b', 'MATCHED', 2), fill('a', 'CONFIRMED', 3));
    expect(fills?.map(({ id, status }) => [id, status])).toEqual([
      ['b', 'MATCHED'],
      ['a', 'CONFIRMED'],
    ]);
  });

  it('stays bounded: open orders all, ended ones and fills the newest', () => {
    const events: AccountEvent[] = Array.from({ length: 1_000 }, (_, i) => ({
      type: 'order',
      order: order(String(i), 'x', i % 2 === 0, i),
    }));
    const { orders } = apply(...events);
    expect(orders?.filter(({ open }) => open)).toHaveLength(500);
    expect(orders?.filter(({ open }) => !open).map(({ ts }) => ts)[0]).toBe(999);
    expect(orders?.filter(({ open }) => !open)).toHaveLength(200);
  });
});

describe('over all sources', () => {
  let world: SourcesWorld;
  const timers = new VirtualTimers();
  const setUp = async () => {
    world = createSourcesWorld({ timers, WebSocket: createSocketPair(seededRandom(1), timers).WebSocket });
    const { venue: _venue, ...instrument } = BTC_USDC;
    const push = sourceConfig({ id: 'koge', kind: 'push', url: 'ws://x.test/ws', instruments: [instrument] });
    await world.client.answer('source.list', { sources: [push as never] });
    for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
  };
  afterEach(() => world.store.close());

  it('accounts are told apart by their venues; a cut marks ours as stale, silence none (T6)', async () => {
    await setUp();
    const accounts = createAccountsStore(world.client, world.frames, world.store.hub);
    accounts.subscribe(() => undefined);
    world.client.emit('account.okx.orders', 'update', [
      { order_id: '1', symbol: 'A', side: 'Buy', quantity: 1, price: 2, status: 'live', exact: { quantity: '1.000' } },
    ]);
    world.workers[0]?.say({ type: 'status', status: { phase: 'live', silentSince: null } });
    world.workers[0]?.say({
      type: 'batch',
      batch: {
        instruments: [],
        predictions: [],
        tickers: [],
        trades: [],
        candles: [],
        books: [],
        standings: [],
        account: [{ type: 'orders', orders: [] }],
        service: null,
        problems: [],
        receivedAt: 1,
      },
    });
    world.frames.flush();
    const told = () => accounts.getState().accounts.map(({ source, venue, stale }) => [source, venue, stale]);
    expect(told()).toEqual([
      ['engine', 'okx', false],
      ['koge', 'koge.push', false],
    ]);
    expect(accounts.getState().accounts[0]?.orders).toMatchObject([
      { id: '1', side: 'buy', size: '1.000', open: true },
    ]);
    world.client.setLive(false);
    world.workers[0]?.say({ type: 'status', status: { phase: 'waiting', attempt: 1, retryAt: 5, reason: 'cut' } });
    world.frames.flush();
    expect(told().map(([, , stale]) => stale)).toEqual([true, true]);
  });

  it('O7: an account of ours at a venue is as old as the connection to it, a paper one is not', async () => {
    await setUp();
    const accounts = createAccountsStore(world.client, world.frames, world.store.hub);
    accounts.subscribe(() => undefined);
    const balance = { total_balance: 1, available_balance: 1, used_margin: 0, currency: 'USDT', balances: [] };
    world.client.emit('account.okx-account.balance', 'update', { ...balance, venue: 'okx-account' });
    world.client.emit('account.okx.balance', 'update', { ...balance, venue: 'okx', equity: 1 });
    const told = () => {
      world.frames.flush();
      return accounts.getState().accounts.map(({ venue, paper, stale }) => [venue, paper, stale]);
    };
    for (const event of ['disconnected', 'error', 'connected']) {
      for (const venue of ['okx', 'okx-account']) world.client.emit('system.exchange', event, { venue, state: event });
      expect(told()).toEqual([
        ['okx-account', false, event !== 'connected'],
        ['okx', true, false],
      ]);
    }
  });

  it('instruments are listed under their sources, and go with them', async () => {
    await setUp();
    const listings = createListingsStore(world.client, world.frames, world.store.hub);
    listings.subscribe(() => undefined);
    await world.client.answer('market.instruments', { instruments: [{ ...BTC_USDC, simulated: true }] });
    world.frames.flush();
    const venues = () => listings.getState().listings.map(({ venue }) => venue);
    expect(listings.getState().status).toBe('ready');
    expect(venues()).toEqual(['sim', 'koge.push']);
    const removed = world.store.remove('koge');
    await world.client.answer('source.delete', { id: 'koge' });
    await removed;
    world.frames.flush();
    expect(venues()).toEqual(['sim']);
    expect(world.workers[0]?.isTerminated).toBe(true);
  });
});
