import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FillView, GridStatus, GridView, OrderEvent, OrderView } from '#protocol/shapes.ts';
import { createFrameScheduler } from './frame-scheduler.ts';
import { mergeFills, OpenOrders } from './grids-merge.ts';
import { createGridsStore } from './grids-store.ts';
import { FakeClient } from './market-fake-client.ts';

function setUp() {
  const client = new FakeClient();
  const idle = () => () => {};
  const frames = createFrameScheduler({ requestFrame: idle, after: idle, hidden: () => false }, (error) => {
    throw error;
  });
  return { client, frames, store: createGridsStore(client, frames) };
}

const status = (id: string, extra: Partial<GridStatus> = {}): GridStatus => ({
  id,
  current_price: 1,
  position: 0,
  active_buy_orders: 0,
  active_sell_orders: 0,
  realized_pnl: 0,
  unrealized_pnl: 0,
  ...extra,
});
const view = (id: string, extra: Partial<GridView> = {}): GridView => ({
  id,
  state: 'running',
  config: { pair: 'BTC-USDC', upper_price: 2, lower_price: 1, grid_count: 4 },
  created_at: 0,
  started_at: 0,
  ended_at: null,
  quantity: 1,
  status: status(id),
  ...extra,
});
const order = (id: string, extra: Partial<OrderView> = {}): OrderView => ({
  order_id: id,
  grid_id: 'g',
  level: 1,
  side: 'buy',
  price: 1,
  amount: 1,
  state: 'open',
  placed_at: 0,
  updated_at: 0,
  ...extra,
});
const orderEvent = (id: string): OrderEvent => {
  return { order_id: id, grid_id: 'g', level: 1, side: 'buy', price: 1, amount: 1, position_after: 0 };
};
const fill = (id: string, ts: number): FillView => ({
  trade_id: id,
  ts,
  grid_id: 'g',
  order_id: `o${id}`,
  level: 1,
  side: 'buy',
  price: 1,
  amount: 1,
  fee: 0,
  fee_currency: 'USDC',
  realized_pnl: 0,
  position_after: 0,
});

describe('grids store', () => {
  it('lists grids and follows their status, at most once a frame', async () => {
    const { client, frames, store } = setUp();
    let told = 0;
    store.subscribe(() => (told += 1));
    await client.answer('grid.list', { grids: [view('a'), view('b')] });
    client.emit('grid.a.status', 'update', status('a', { realized_pnl: 5, state: 'paused' }));
    client.emit('grid.b.status', 'update', status('b', { realized_pnl: 6 }));
    frames.flush();
    expect(told).toBe(1);
    expect(store.getState().grids.get('a')).toMatchObject({ state: 'paused', status: { realized_pnl: 5 } });
    expect(store.getState().grids.get('b')).toMatchObject({ state: 'running', status: { realized_pnl: 6 } });
  });

  it('fetches a grid that started, and the list again after a gap', async () => {
    const { client, frames, store } = setUp();
    store.subscribe(() => {});
    await client.answer('grid.list', { grids: [] });
    client.emit('grid.new.lifecycle', 'started', { id: 'new', state: 'running' });
    expect(await client.answer('grid.get', view('new'))).toEqual({ id: 'new' });
    frames.flush();
    expect([...store.getState().grids.keys()]).toEqual(['new']);
    client.gap();
    expect(client.asked('grid.list')).toBeGreaterThan(0);
  });

  it('says what went wrong, and tries again', async () => {
    const { client, frames, store } = setUp();
    store.subscribe(() => {});
    await client.answer('grid.list', new Error('no'));
    frames.flush();
    expect(store.getState()).toMatchObject({ status: 'error', error: { message: 'no' } });
    store.retry();
    await client.answer('grid.list', { grids: [view('a')] });
    frames.flush();
    expect(store.getState()).toMatchObject({ status: 'ready', error: null });
  });
});

describe('one grid', () => {
  const open = async () => {
    const all = setUp();
    const feed = all.store.detail('g');
    feed.subscribe(() => {});
    return { ...all, feed };
  };
  const answerAll = async (client: FakeClient, orders: OrderView[], fills: FillView[]) => {
    await client.answer('grid.get', view('g'));
    await client.answer('grid.orders', { orders });
    await client.answer('grid.fills', { fills });
  };

  it('Z12: a fill that comes by event and by list shows once', async () => {
    const { client, frames, feed } = await open();
    client.emit('grid.g.trade', 'executed', fill('t2', 2));
    await answerAll(client, [], [fill('t2', 2), fill('t1', 1)]);
    client.emit('grid.g.trade', 'executed', fill('t3', 3));
    frames.flush();
    expect(feed.getState().fills.map((each) => each.trade_id)).toEqual(['t3', 't2', 't1']);
  });

  it('an order filled while the list was on its way stays filled; one placed meanwhile stays open', async () => {
    const { client, frames, feed } = await open();
    client.emit('grid.g.order', 'filled', orderEvent('1'));
    client.emit('grid.g.order', 'placed', orderEvent('9'), 5);
    await answerAll(client, [order('1'), order('2')], []);
    frames.flush();
    expect(
      feed
        .getState()
        .orders.map((each) => each.order_id)
        .sort(),
    ).toEqual(['2', '9']);
  });

  it('Z12: refetches after a gap and shows orders as they are now', async () => {
    const { client, frames, feed } = await open();
    await answerAll(client, [order('1')], [fill('t1', 1)]);
    frames.flush();
    client.gap();
    // Each durable channel tells of the gap; only the last answer counts.
    while (client.asked('grid.get') > 0) await answerAll(client, [order('2')], [fill('t2', 2), fill('t1', 1)]);
    frames.flush();
    expect(feed.getState().orders.map((each) => each.order_id)).toEqual(['2']);
    expect(feed.getState().fills.map((each) => each.trade_id)).toEqual(['t2', 't1']);
  });

  it('pages older fills without losing those of the same millisecond', async () => {
    const { client, frames, feed } = await open();
    const page = Array.from({ length: 500 }, (_, i) => fill(`t${1500 - i}`, Math.max(100, 600 - i)));
    await answerAll(client, [], page);
    frames.flush();
    expect(feed.getState().moreFills).toBe(true);
    feed.loadOlderFills();
    const oldest = page.at(-1)?.ts ?? 0;
    const asked = await client.answer('grid.fills', { fills: [fill('t1000', oldest), fill('t999', oldest - 1)] });
    expect(asked).toMatchObject({ before: oldest + 1 });
    frames.flush();
    expect(feed.getState().fills).toHaveLength(502);
  });

  it('Z12: risk decisions of before and of now, each once, newest first', async () => {
    const { client, frames, feed } = await open();
    const risk = (rule: string) => ({ grid_id: 'g', rule, decision: 'rejected', figures: {} });
    client.emit('grid.g.risk', 'rejected', risk('a'), 1);
    client.emit('grid.g.risk', 'rejected', risk('b'), 2);
    frames.flush();
    await client.answer('grid.risk', {
      decisions: [
        { ...risk('a'), ts: 1 },
        { ...risk('old'), ts: 0 },
      ],
    });
    client.emit('grid.g.risk', 'rejected', risk('c'), 2);
    frames.flush();
    expect(feed.getState().risk.map(({ rule, ts }) => [rule, ts])).toEqual([
      ['c', 2],
      ['b', 2],
      ['a', 1],
      ['old', 0],
    ]);
  });
});

describe('merging', () => {
  it('fills: any split into overlapping parts in any order gives the whole, newest first', () => {
    const all = Array.from({ length: 30 }, (_, i) => fill(`t${i}`, Math.floor(i / 3)));
    const part = fc.uniqueArray(fc.nat(29), { maxLength: 30 });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
        const pick = (indexes: readonly number[]) => indexes.flatMap((i) => all[i] ?? []);
        const merged = parts.reduce<FillView[]>((known, indexes) => mergeFills(known, pick(indexes)), []);
        const expected = [...new Set(parts.flat())].sort((a, b) => b - a).map((i) => `t${i}`);
        expect(merged.map(({ trade_id }) => trade_id)).toEqual(expected);
      }),
    );
  });

  it('fills of two grids under the same number are two fills', () => {
    const [one, other] = [fill('1', 1), { ...fill('1', 2), grid_id: 'h' }];
    expect(mergeFills([one], [other, one])).toEqual([other, one]);
  });

  it('orders: wherever the list is taken between the events, the result is the engine’s', () => {
    const step = fc.record({ id: fc.integer({ min: 1, max: 8 }), end: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.nat(40), fc.nat(40), (steps, asked, made) => {
        const engine = new Map<string, boolean>();
        const book = new OpenOrders();
        // A real engine never reuses an id.
        const events = steps.filter(({ id, end }) => {
          const key = String(id);
          if (end ? engine.get(key) !== true : engine.has(key)) return false;
          engine.set(key, !end);
          return true;
        });
        const truth = new Map<string, OrderView>();
        const begin = Math.min(asked, events.length);
        const taken = Math.min(Math.max(begin, made), events.length);
        let list: OrderView[] = [];
        events.forEach(({ id, end }, i) => {
          if (i === taken) list = [...truth.values()];
          if (end) truth.delete(String(id));
          else truth.set(String(id), order(String(id)));
        });
        if (taken === events.length) list = [...truth.values()];
        events
          .slice(0, begin)
          .forEach(({ id, end }) => book.applyEvent(end ? 'filled' : 'placed', orderEvent(String(id)), 0));
        book.beginList();
        events
          .slice(begin)
          .forEach(({ id, end }) => book.applyEvent(end ? 'filled' : 'placed', orderEvent(String(id)), 0));
        book.applyList(list);
        expect(book.all.map(({ order_id }) => order_id).sort()).toEqual([...truth.keys()].sort());
      }),
    );
  });
});
