import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine, restoreEngine } from '#engine/create-engine.ts';
import type { EngineCommand, EngineEvent, GridParams } from '#engine/events.ts';
import { familyOf, isEventData } from '#protocol/channels.ts';
import { InProcessBus, type BusEvent } from '#server/bus.ts';
import { openDatabase } from '#server/storage/database.ts';
import { Store } from '#server/storage/store.ts';
import { Broadcaster } from './broadcaster.ts';
import { CoreLoop } from './core-loop.ts';
import { DEFAULT_ENGINE_OPTIONS } from './create-host.ts';
import { LoopMetrics } from './metrics.ts';
import { ManualTimers } from './testing/manual-timers.ts';
import { BTC } from './testing/scripted-market.ts';

const PARAMS: GridParams = {
  venue: 'sim',
  pair: 'BTC-USDC',
  lower_price: '90',
  upper_price: '110',
  grid_count: 10,
  investment: '1000',
};

let db: ReturnType<typeof openDatabase>;
beforeEach(() => {
  db = openDatabase(':memory:');
});
afterEach(() => db.close());

/** The real core, its loop and the broadcaster, on time that passes when told to. */
function desk() {
  const bus = new InProcessBus();
  const timers = new ManualTimers();
  const events: BusEvent[] = [];
  bus.onEvent((event) => events.push(event));
  const store = new Store(db);
  const loop = new CoreLoop({
    store,
    core: { create: createEngine, restore: restoreEngine },
    engineOptions: DEFAULT_ENGINE_OPTIONS,
    timers,
    engineClock: timers,
    metrics: new LoopMetrics(),
    snapshotEvery: 1_000,
    publish: (effects) => broadcaster.committed(effects),
    respond: () => ({ success: true, data: {} }),
    onStorageFailure: () => undefined,
    onResume: () => undefined,
    onWarning: (message) => {
      throw new Error(message);
    },
  });
  const broadcaster = new Broadcaster({
    bus,
    loop,
    timers,
    engineNow: () => timers.now(),
    equitySampled: () => undefined,
  });
  let ids = 0;
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return {
    bus,
    events,
    timers,
    loop,
    start() {
      broadcaster.start();
      loop.release([]);
      loop.event({ type: 'instrument', ts: timers.now(), ...BTC });
    },
    async print(price: number) {
      const event: EngineEvent = { type: 'print', ts: timers.now(), key: 'sim:BTC-USDC', price };
      broadcaster.priced(event);
      loop.event(event);
      await settled();
    },
    async command(command: EngineCommand) {
      ids += 1;
      await loop.command(command, { user: 'ann', id: `${ids}`, digest: '' });
    },
    /** What a second brings of the account, by the channel's last segment. */
    second(): Record<string, unknown> {
      const from = events.length;
      timers.advance(1_000);
      const account = events.slice(from).filter(({ channel }) => channel.startsWith('account.'));
      return Object.fromEntries(account.map(({ channel, data }) => [channel.split('.')[2] ?? '', data]));
    },
    current: (name: string) => bus.current(`account.sim.${name}`)?.data,
  };
}

describe('the engine’s own account on the bus', () => {
  it('Z11: balance, positions, PnL and orders, each only when it changed, with current values', async () => {
    const made = desk();
    made.start();
    await made.print(1_000);
    const first = made.second();
    expect(first).toMatchObject({
      balance: { total_balance: 100_000, available_balance: 100_000, used_margin: 0 },
      positions: [],
      pnl: { total_pnl: 0, unrealized_pnl: 0, realized_pnl: 0, currency: 'USDC' },
      orders: [],
    });
    expect(made.second()).toEqual({});

    await made.command({ action: 'grid.start', grid_id: 'g1', params: PARAMS });
    const started = made.second();
    expect(started).toMatchObject({
      balance: { available_balance: 99_000, currency: 'USDC' },
      positions: [{ symbol: 'BTC-USDC', side: 'Buy', mark_price: 100, exact: { mark_price: '100' } }],
    });
    const orders = started['orders'] as { status: string; side: string; order_id: string }[];
    expect(orders.filter(({ status }) => status === 'New')).toHaveLength(10);
    expect(orders.at(-1)).toMatchObject({ status: 'Filled', side: 'Buy', open: false });
    for (const name of Object.keys(first)) {
      expect(made.current(name)).toEqual(started[name]);
      expect(isEventData(familyOf(`account.sim.${name}`) ?? 'system.health', 'update', started[name])).toBe(true);
    }

    // A price moves the figures, not the orders.
    await made.print(1_005);
    expect(Object.keys(made.second()).toSorted()).toEqual(['balance', 'pnl', 'positions']);
    expect(made.second()).toEqual({});
  });

  it('T5: orders are whole lists: what filled or was cancelled is no longer open', async () => {
    const made = desk();
    made.start();
    await made.print(1_000);
    await made.command({ action: 'grid.start', grid_id: 'g1', params: PARAMS });
    made.second();
    await made.print(979);
    const open = () => {
      const orders = (made.current('orders') ?? []) as { order_id: string; open: boolean }[];
      return orders.filter((order) => order.open).map(({ order_id }) => order_id);
    };
    const expected = () => made.loop.engine.openOrders().map(({ order_id }) => order_id);
    expect(open().toSorted()).toEqual(expected().toSorted());
    expect(made.second()).toHaveProperty('orders');
    await made.command({ action: 'grid.stop', id: 'g1', cancel_orders: true, close_position: false });
    expect(open()).toEqual([]);
    expect(made.second()).toMatchObject({ orders: expect.any(Array) });
  });

  it('long lists of orders go out less often, but do go out', async () => {
    const made = desk();
    made.start();
    await made.print(1_000);
    for (let i = 0; i < 11; i += 1) {
      const params = { ...PARAMS, lower_price: '50', upper_price: '200', grid_count: 200, investment: '8000' };
      await made.command({ action: 'grid.start', grid_id: `g${i}`, params });
    }
    // Told at once; then not before three seconds have passed, as there are more than 2,000.
    expect(made.second()).toHaveProperty('orders');
    const told: boolean[] = [];
    for (let i = 0; i < 6; i += 1) {
      await made.print(i % 2 === 0 ? 990 : 1_010);
      told.push('orders' in made.second());
    }
    expect(told).toEqual([false, false, true, false, false, true]);
  });

  it('orders of before a restart are there from the start', async () => {
    const before = desk();
    before.start();
    await before.print(1_000);
    await before.command({ action: 'grid.start', grid_id: 'g1', params: PARAMS });
    before.loop.close();
    const after = desk();
    after.start();
    expect((after.second()['orders'] as unknown[]).length).toBe(10);
  });
});
