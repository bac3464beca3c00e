import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SignalView, StrategyFill, StrategyStatus, StrategyView } from '#protocol/strategy-shapes.ts';
import { createFrameScheduler } from './frame-scheduler.ts';
import { FakeClient } from './market-fake-client.ts';
import { idleSignals, mergeSignals, mergeStrategyFills } from './strategies-merge.ts';
import { createStrategiesStore } from './strategies-store.ts';

function setUp() {
  const client = new FakeClient();
  const idle = () => () => {};
  const frames = createFrameScheduler({ requestFrame: idle, after: idle, hidden: () => false }, (error) => {
    throw error;
  });
  return { client, frames, store: createStrategiesStore(client, frames) };
}

const status = (id: string, extra: Partial<StrategyStatus> = {}): StrategyStatus => ({
  id,
  state: 'running',
  position: 0,
  realized_pnl: 0,
  unrealized_pnl: 0,
  equity: 1000,
  invested: 0,
  fees: 0,
  total_trades: 0,
  current_price: 1,
  entry_price: null,
  target: 'flat',
  figures: {},
  last_bar: null,
  signals: 0,
  uptime_seconds: 0,
  ...extra,
});
const view = (id: string, extra: Partial<StrategyView> = {}): StrategyView => ({
  id,
  name: id,
  state: 'running',
  config: { strategy: 'dual_ma', symbol: 'BTC-USDC', timeframe: '1m', params: {} },
  created_at: 0,
  started_at: 0,
  ended_at: null,
  status: status(id),
  ...extra,
});
const signal = (ts: number, id = 's', side = 'long'): SignalView => ({
  strategy_id: id,
  side,
  price: 1,
  reason: 'crossed',
  bar: ts - 60_000,
  ts,
});
const fill = (trade_id: string, ts: number): StrategyFill => ({
  strategy_id: 's',
  trade_id,
  ts,
  side: 'buy',
  price: 1,
  amount: 1,
  fee: 0,
  fee_currency: 'USDC',
  realized_pnl: 0,
  position_after: 1,
});

describe('strategies store', () => {
  it('lists strategies and follows their status and signals, at most once a frame', async () => {
    const { client, frames, store } = setUp();
    let told = 0;
    store.subscribe(() => (told += 1));
    await client.answer('strategy.list', { strategies: [view('a'), view('b')] });
    client.emit('strategy.a.status', 'update', status('a', { realized_pnl: 5, state: 'paused' }));
    client.emit('strategy.b.signal', 'generated', signal(9, 'b'));
    await client.answer('strategy.signals', { signals: [signal(8, 'b', 'flat'), signal(7, 'a')] });
    frames.flush();
    expect(told).toBe(1);
    const { strategies, signals } = store.getState();
    expect(strategies.get('a')).toMatchObject({ state: 'paused', status: { realized_pnl: 5 } });
    expect(signals.get('b')).toMatchObject({ ts: 9, side: 'long' });
    expect(signals.get('a')).toMatchObject({ ts: 7 });
  });

  it('fetches a strategy that started, and the list again after a gap and a cut', async () => {
    const { client, frames, store } = setUp();
    store.subscribe(() => {});
    await client.answer('strategy.list', { strategies: [] });
    client.emit('strategy.new.lifecycle', 'started', { id: 'new', state: 'running' });
    expect(await client.answer('strategy.get', view('new'))).toEqual({ id: 'new' });
    frames.flush();
    expect([...store.getState().strategies.keys()]).toEqual(['new']);
    client.gap();
    const asked = client.asked('strategy.list');
    expect(asked).toBeGreaterThan(0);
    client.setLive(false);
    client.setLive(true);
    expect(client.asked('strategy.list')).toBe(asked + 1);
  });

  it('says what went wrong, and tries again', async () => {
    const { client, frames, store } = setUp();
    store.subscribe(() => {});
    await client.answer('strategy.list', new Error('no'));
    frames.flush();
    expect(store.getState()).toMatchObject({ status: 'error', error: { message: 'no' } });
    store.retry();
    await client.answer('strategy.list', { strategies: [view('a')] });
    frames.flush();
    expect(store.getState()).toMatchObject({ status: 'ready', error: null });
  });
});

describe('one strategy', () => {
  const open = () => {
    const all = setUp();
    const feed = all.store.detail('s');
    const close = feed.subscribe(() => {});
    return { ...all, feed, close };
  };
  const answerAll = async (client: FakeClient, signals: SignalView[], fills: StrategyFill[]) => {
    await client.answer('strategy.get', view('s'));
    await client.answer('strategy.signals', { signals });
    await client.answer('strategy.fills', { fills });
  };

  it('Z12: what comes by event and by list shows once, newest first', async () => {
    const { client, frames, feed } = open();
    client.emit('strategy.s.trade', 'executed', fill('t2', 2));
    client.emit('strategy.s.signal', 'generated', signal(60_002));
    await answerAll(client, [signal(60_002), signal(60_001)], [fill('t2', 2), fill('t1', 1)]);
    client.emit('strategy.s.trade', 'executed', fill('t10', 2));
    frames.flush();
    expect(feed.getState().fills.map((each) => each.trade_id)).toEqual(['t10', 't2', 't1']);
    expect(feed.getState().signals.map(({ ts }) => ts)).toEqual([60_002, 60_001]);
  });

  it('Z12: refetches after a gap; an answer for a page that was left changes nothing', async () => {
    const { client, frames, feed, close } = open();
    await answerAll(client, [], []);
    client.gap();
    while (client.asked('strategy.get') > 0) await answerAll(client, [signal(60_001)], []);
    frames.flush();
    expect(feed.getState().signals).toHaveLength(1);
    client.gap();
    close();
    while (client.asked('strategy.get') > 0) await answerAll(client, [signal(60_009)], []);
    frames.flush();
    expect(feed.getState().signals.map(({ ts }) => ts)).toEqual([60_001]);
  });

  it('new parameters come with its view, figures with its status', async () => {
    const { client, frames, feed } = open();
    await answerAll(client, [], []);
    client.emit('strategy.s.lifecycle', 'updated', { id: 's', state: 'running' });
    const config = { ...view('s').config, params: { fast_period: 3 } };
    await client.answer('strategy.get', view('s', { config }));
    client.emit('strategy.s.status', 'update', status('s', { target: 'long', position: 2 }));
    frames.flush();
    expect(feed.getState().view).toMatchObject({ config, status: { target: 'long', position: 2 } });
  });

  it('asks for older fills from the oldest’s own millisecond on', async () => {
    const { client, frames, feed } = open();
    const page = Array.from({ length: 500 }, (_, i) => fill(`t${1000 - i}`, 1000 - i));
    await answerAll(client, [], page);
    frames.flush();
    expect(feed.getState().moreFills).toBe(true);
    feed.loadOlderFills();
    expect(await client.answer('strategy.fills', { fills: [fill('t501', 501), fill('t500', 500)] })).toMatchObject({
      before: 502,
    });
    frames.flush();
    expect(feed.getState().fills).toHaveLength(501);
  });
});

it('whatever overlaps and in whatever order: each signal and fill once, newest first', () => {
  const numbers = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 40 });
  fc.assert(
    fc.property(numbers, numbers, (known, incoming) => {
      const distinct = new Set([...known, ...incoming]).size;
      const fills = (from: number[]) => from.map((n) => fill(`t${n}`, Math.ceil(n / 4)));
      const merged = mergeStrategyFills(mergeStrategyFills([], fills(known)), fills(incoming));
      const order = merged.map(({ trade_id }) => Number(trade_id.slice(1)));
      expect(order).toEqual([...order].sort((a, b) => b - a));
      expect(order).toHaveLength(distinct);
      const signals = (from: number[]) => from.map((n) => signal(n));
      const times = mergeSignals(signals(known), signals(incoming)).map(({ ts }) => ts);
      expect(times).toEqual([...new Set(times)].sort((a, b) => b - a));
      expect(times).toHaveLength(distinct);
    }),
  );
});

describe('signals of no consequence', () => {
  const signals = ['flat', 'short', 'flat', 'long', 'long', 'short'].map((side, i) => signal(9 - i, 's', side));
  const idle = (allow_short: boolean) => [...idleSignals(signals, { params: { allow_short } })].map(({ ts }) => ts);

  it('are those to be out of it where it is out: also by wishing to be short where it may not', () => {
    expect(idle(false)).toEqual([9, 8]);
    expect(idle(true)).toEqual([]);
  });
});
