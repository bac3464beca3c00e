import { describe, expect, it } from 'vitest';
import type { FillView } from '#protocol/shapes.ts';
import { createAccountStore, totalsOf } from './account.ts';
import { freshnessOf } from './connection.ts';
import type { FrameScheduler } from './frame-scheduler.ts';
import { createHealthStore } from './health.ts';
import { createKillSwitchStore } from './kill-switch.ts';
import { createLogsStore } from './logs.ts';
import { FakeClient } from './market-fake-client.ts';
import { createNotificationsStore } from './notifications.ts';
import { createRecentFillsStore, createStrategyFillsStore } from './recent-fills.ts';

/** Flushes when the test says so. */
function manualFrames(): FrameScheduler {
  let waiting = new Set<() => void>();
  return {
    schedule: (task) => void waiting.add(task),
    flush() {
      const batch = waiting;
      waiting = new Set();
      for (const task of batch) task();
    },
  };
}

/** A view without its config. */
const STRATEGY = {
  id: 's',
  name: 'Cross',
  state: 'running',
  created_at: 0,
  started_at: 0,
  ended_at: null,
  status: {
    id: 's',
    state: 'running',
    position: 0,
    realized_pnl: 0,
    unrealized_pnl: 0,
    equity: 1000,
    invested: 1000,
    fees: 0,
    total_trades: 0,
    current_price: 100,
    entry_price: null,
    target: 'flat',
    figures: {},
    last_bar: 0,
    signals: 0,
    uptime_seconds: 1,
  },
} as const;

function setup() {
  const clock = { now: 1_000_000 };
  return { client: new FakeClient(), frames: manualFrames(), clock, now: () => clock.now };
}

const fill = (grid_id: string, id: string, realized_pnl = 0): FillView => ({
  grid_id,
  order_id: id,
  trade_id: id,
  level: 1,
  side: 'sell',
  price: 100,
  amount: 1,
  fee: 0.1,
  fee_currency: 'USDC',
  realized_pnl,
  position_after: 0,
  ts: Number(id.slice(1)),
});

describe('account', () => {
  const balance = (venue: string, equity: number, exact?: Record<string, string>) => ({
    venue,
    equity,
    currency: 'USDC',
    today_pnl: 1,
    total_pnl: 2,
    balances: [],
    ...(exact && { exact }),
  });

  it('shows one account exactly and sums several of one currency', () => {
    expect(totalsOf(null)).toBeNull();
    expect(totalsOf([balance('sim', 0.1, { equity: '0.100000000000000001' })])).toMatchObject({
      equity: '0.100000000000000001',
    });
    expect(totalsOf([balance('a', 10), balance('b', 20), { ...balance('c', 5), currency: 'EUR' }])).toMatchObject({
      equity: 30,
      todayPnl: 2,
    });
  });

  it('publishes once a frame', () => {
    const { client, frames } = setup();
    const store = createAccountStore(client, frames);
    let published = 0;
    store.subscribe(() => {
      published += 1;
    });
    for (let equity = 1; equity <= 100; equity += 1)
      client.emit('account.sim.balance', 'update', balance('sim', equity));
    expect(published).toBe(0);
    frames.flush();
    expect(published).toBe(1);
    expect(store.getState().balances?.[0]?.equity).toBe(100);
  });
});

describe('health', () => {
  it('keeps ten minutes of history', () => {
    const { client, frames, clock, now } = setup();
    const store = createHealthStore(client, frames, now);
    store.subscribe(() => undefined);
    for (let i = 0; i < 200; i += 1) {
      clock.now += 5_000;
      client.emit('system.health', 'update', { status: 'healthy', memory_mb: i });
      frames.flush();
    }
    const { memory, latest } = store.getState();
    expect(memory).toHaveLength(120);
    expect([memory[0], memory.at(-1), latest?.memory_mb]).toEqual([80, 199, 199]);
  });
});

describe('kill switch', () => {
  it('is unknown, then as the newest event says', () => {
    const { client, frames } = setup();
    const store = createKillSwitchStore(client, frames);
    store.subscribe(() => undefined);
    expect(store.getState().active).toBeNull();
    const affected = { grids_stopped: 1, strategies_stopped: 0, orders_cancelled: 3 };
    client.emit('system.kill_switch', 'activated', { reason: 'why', affected });
    frames.flush();
    expect(store.getState()).toMatchObject({ active: true, last: { reason: 'why' } });
    client.emit('system.kill_switch', 'deactivated', { reason: 'well', affected });
    frames.flush();
    expect(store.getState().active).toBe(false);
  });
});

describe('notifications', () => {
  it('joins fills of one grid that come close together, and keeps grids apart', () => {
    const { client, frames, clock, now } = setup();
    const { store, open, markAllRead } = createNotificationsStore(client, frames, now);
    open();
    for (let i = 0; i < 5; i += 1) {
      client.emit('grid.a.trade', 'executed', fill('a', `t${i}`, 1));
      client.emit('grid.b.trade', 'executed', fill('b', `u${i}`));
    }
    frames.flush();
    expect(store.getState().items.map(({ notice }) => notice)).toMatchObject([
      { kind: 'fills', gridId: 'b', count: 5 },
      { kind: 'fills', gridId: 'a', count: 5, realized: 5 },
    ]);
    expect(store.getState().unread).toBe(2);
    markAllRead();
    client.emit('grid.a.trade', 'executed', fill('a', 't9'));
    frames.flush();
    clock.now += 60_000;
    client.emit('grid.a.trade', 'executed', fill('a', 't10'));
    frames.flush();
    expect(store.getState()).toMatchObject({ unread: 2, items: { length: 4 } });
  });

  it('takes the present kill switch for known, and only its change for news', () => {
    const { client, frames, now } = setup();
    const { store, open } = createNotificationsStore(client, frames, now);
    open();
    const affected = { grids_stopped: 0, strategies_stopped: 0, orders_cancelled: 0 };
    client.emit('system.kill_switch', 'activated', { reason: 'before', affected });
    frames.flush();
    expect(store.getState().items).toEqual([]);
    client.emit('system.kill_switch', 'deactivated', { reason: 'lifted', affected });
    frames.flush();
    expect(store.getState().items).toMatchObject([
      { notice: { kind: 'kill_switch', active: false, reason: 'lifted' } },
    ]);
  });

  it('tells what a grid did by itself, not what it was told to', () => {
    const { client, frames, now } = setup();
    const { store, open } = createNotificationsStore(client, frames, now);
    open();
    client.emit('grid.a.lifecycle', 'started', { id: 'a', state: 'running' });
    client.emit('grid.a.lifecycle', 'stopped', { id: 'a', state: 'stopped' });
    client.emit('grid.b.lifecycle', 'stopped', { id: 'b', state: 'stop_loss', reason: 'price 89,000' });
    frames.flush();
    expect(store.getState().items.map(({ notice }) => notice)).toEqual([
      { kind: 'grid', gridId: 'b', state: 'stop_loss', reason: 'price 89,000' },
    ]);
  });

  it('tells once that a strategy is out, though it may not be short and wants to be', async () => {
    const { client, frames, now } = setup();
    const { store, open } = createNotificationsStore(client, frames, now);
    open();
    const config = { strategy: 'dual_ma', symbol: 'BTC-USDC', timeframe: '1m', venue: 'sim', params: {} } as const;
    for (const [bar, side] of ['long', 'flat', 'short', 'long'].entries()) {
      const signal = { strategy_id: 's', side, price: 100, reason: 'crossed', bar, ts: bar };
      client.emit('strategy.s.signal', 'generated', signal);
      await client.answer('strategy.get', { ...STRATEGY, config });
    }
    frames.flush();
    const sides = store.getState().items.map(({ notice }) => (notice.kind === 'signal' ? notice.side : notice.kind));
    expect(sides).toEqual(['long', 'flat', 'long']);
  });
});

describe('recent fills', () => {
  it('loses none and shows none twice when list and events cross', async () => {
    const { client, frames } = setup();
    const store = createRecentFillsStore(client, frames, 50);
    store.subscribe(() => undefined);
    client.emit('grid.a.trade', 'executed', fill('a', 't3'));
    frames.flush();
    expect(store.getState().fills).toBeNull();
    await client.answer('grid.fills', { fills: [fill('a', 't3'), fill('a', 't2')] });
    client.emit('grid.a.trade', 'executed', fill('a', 't4'));
    frames.flush();
    expect(store.getState().fills?.map(({ trade_id }) => trade_id)).toEqual(['t4', 't3', 't2']);
  });

  it('of strategies come as those of grids do', async () => {
    const { client, frames } = setup();
    const store = createStrategyFillsStore(client, frames, 2);
    store.subscribe(() => undefined);
    const trade = (trade_id: string) => {
      const { grid_id: strategy_id, level: _, ...rest } = fill('s', trade_id);
      return { ...rest, strategy_id, position_after: 0 };
    };
    client.emit('strategy.s.trade', 'executed', trade('3'));
    await client.answer('strategy.fills', { fills: [trade('3'), trade('2'), trade('1')] });
    frames.flush();
    expect(store.getState().fills?.map(({ trade_id }) => trade_id)).toEqual(['3', '2']);
  });
});

describe('logs', () => {
  const log = (message: string, level: 'debug' | 'info' | 'warn' | 'error' = 'info', source = 'engine', ts = 1) => ({
    level,
    source,
    message,
    ts,
  });
  const shown = ({ store }: ReturnType<typeof createLogsStore>) => {
    const { lines } = store.getState();
    return Array.from({ length: lines.length }, (_, i) => lines.at(i)?.message);
  };

  it('filters by level, source and text, also what is already there', () => {
    const { client, frames } = setup();
    const logs = createLogsStore(client, frames);
    logs.open(() => undefined);
    client.emit('system.log', 'debug', log('quiet', 'debug'));
    client.emit('system.log', 'info', log('Fill SELL', 'info', 'grid.a'));
    client.emit('system.log', 'error', log('disk full', 'error'));
    frames.flush();
    expect(shown(logs)).toEqual(['Fill SELL', 'disk full']);
    logs.setFilter({ level: 'debug', source: 'grid.', text: 'sell' });
    expect(shown(logs)).toEqual(['Fill SELL']);
    client.emit('system.log', 'info', log('fill sell again', 'info', 'grid.b'));
    client.emit('system.log', 'info', log('fill buy', 'info', 'grid.b'));
    frames.flush();
    expect(shown(logs)).toEqual(['Fill SELL', 'fill sell again']);
    expect(logs.store.getState().total).toBe(5);
  });

  it('puts history before what came live, without repeating a record', () => {
    const { client, frames } = setup();
    const logs = createLogsStore(client, frames);
    logs.open(() => undefined);
    client.emit('system.log', 'info', log('live', 'info', 'engine', 10));
    logs.seed([log('old', 'info', 'engine', 9), log('live', 'info', 'engine', 10)]);
    expect(shown(logs)).toEqual(['old', 'live']);
    logs.seed([log('older', 'info', 'engine', 8)]);
    expect(shown(logs)).toEqual(['older', 'old', 'live']);
  });
});

describe('freshness', () => {
  const base = { peer: null, stats: new FakeClient().stats };
  it.each([
    [{ phase: 'connecting', attempt: 1 }, false, 'loading'],
    [{ phase: 'live', stale: false }, true, 'live'],
    [{ phase: 'live', stale: true }, true, 'stale'],
    [{ phase: 'offline', reason: '' }, true, 'stale'],
    [{ phase: 'offline', reason: '' }, false, 'loading'],
  ] as const)('Z16: %j, live before: %s → %s', (connection, wasLive, expected) => {
    expect(freshnessOf({ ...base, connection, wasLive })).toBe(expected);
  });
});
