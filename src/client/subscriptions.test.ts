import { afterEach, describe, expect, it } from 'vitest';
import type { EventOf, Family } from '#protocol/channels.ts';
import { CloseCode, MAX_SUBSCRIPTIONS } from '#protocol/limits.ts';
import { FOREIGN, FULL_CAPABILITIES, type EngineHabits } from '#testing/fake-engine.ts';
import { book, killSwitch, order, status, ticker, trade } from '#testing/samples.ts';
import { createWorld, type World } from '#testing/world.ts';
import { createClient } from './create-client.ts';
import { parseResult } from './results.ts';
import type { ProtocolClient, SubscriptionHooks } from './types.ts';

const results = () => parseResult;

let world: World;
let client: ProtocolClient;

function open(habits: Partial<EngineHabits> = {}) {
  world = createWorld(habits);
  client = createClient({ ...world.options, results });
  return world;
}

async function goLive(habits: Partial<EngineHabits> = {}) {
  open(habits);
  client.connect();
  await world.timers.advance(100);
  expect(client.state.phase).toBe('live');
  return world;
}

/** Everything a pattern brings. */
function listen(pattern: string, hooks: SubscriptionHooks = {}) {
  const events: EventOf<Family>[] = [];
  const stop = client.subscribe(pattern, (event) => events.push(event), hooks);
  return { events, stop, levels: () => events.map(({ data }) => (data as { level?: number }).level) };
}

async function cut(ms = 5_000) {
  world.engine.last.socket.cut();
  await world.timers.advance(0);
  expect(client.state.phase).toBe('waiting');
  return () => world.timers.advance(ms);
}

afterEach(() => {
  client.close();
  world.end();
});

describe('patterns', () => {
  it('Z9: an event goes to every pattern that matches it, and to no other', async () => {
    const { engine, timers } = await goLive();
    const all = listen('*');
    const grids = listen('grid.*');
    const statuses = listen('grid.*.status');
    const other = listen('grid.b.status');
    const orders = listen('grid.*.order');
    await timers.advance(10);
    engine.publish('grid.a.status', 'update', status(1));
    await timers.advance(10);
    expect([all, grids, statuses, other, orders].map(({ events }) => events.length)).toEqual([1, 1, 1, 0, 0]);
    expect(statuses.events).toEqual([
      {
        family: 'grid.status',
        channel: 'grid.a.status',
        event: 'update',
        data: status(1),
        seq: 1,
        timestamp: expect.any(Number),
      },
    ]);
  });

  it('Z9: (peer) without capabilities a closing wildcard is sent in every form', async () => {
    const { engine, timers } = await goLive(FOREIGN);
    const grids = listen('grid.*');
    const all = listen('*');
    listen('grid.x.*');
    listen('grid.*.status');
    await timers.advance(10);
    expect([...engine.last.patterns].sort()).toEqual([
      '*',
      '*.*',
      '*.*.*',
      'grid.*',
      'grid.*.*',
      'grid.*.status',
      'grid.x.*',
    ]);
    engine.publish('grid.a.status', 'update', status(1));
    await timers.advance(10);
    expect(grids.events).toHaveLength(1);
    expect(all.events).toHaveLength(1);
  });

  it('Z9: with capabilities one form is enough', async () => {
    const { engine, timers } = await goLive();
    listen('grid.*');
    await timers.advance(10);
    expect([...engine.last.patterns]).toEqual(['grid.*']);
  });

  it.each(['', 'grid..status', 'gri*.a.b', 'a.b.c.d.e.f.g.h.i', `grid.${'a'.repeat(600)}.status`])(
    'Z9: %s is no pattern: denied here, never sent',
    async (pattern) => {
      const { engine, timers } = await goLive();
      const codes: string[] = [];
      listen(pattern, { onDenied: (code) => codes.push(code) });
      await timers.advance(10);
      expect(codes).toEqual(['INVALID_CHANNEL']);
      expect(engine.got('subscribe')).toEqual([]);
    },
  );

  it('Z9: channels and events of a later protocol are ignored; bad data is dropped and counted', async () => {
    const { engine, timers } = await goLive();
    const all = listen('*');
    await timers.advance(10);
    engine.publish('weather.today', 'update', {});
    engine.publish('grid.a.order', 'exploded', order(1));
    engine.publish('grid.a.order', 'placed', { level: 'one' });
    engine.publish('market.sim.BTC-USDC.ticker', 'update', { ...ticker('1'), last: 1 });
    engine.publish('market.sim.BTC-USDC.candle_1m', 'update', {});
    await timers.advance(1_100);
    expect(all.events).toEqual([]);
    client.reconnect();
    expect(client.stats.rejected).toBe(3);
  });

  it('(peer) an event without timestamp gets the time it came', async () => {
    const { engine, timers } = await goLive();
    const trades = listen('market.*.*.trade');
    await timers.advance(10);
    engine.last.socket.send(
      JSON.stringify({ type: 'event', channel: 'market.sim.BTC-USDC.trade', event: 'update', data: trade('t1') }),
    );
    await timers.advance(10);
    expect(trades.events).toMatchObject([{ timestamp: timers.now() - 10, data: trade('t1') }]);
    expect(trades.events[0]).not.toHaveProperty('seq');
  });
});

describe('subscribing', () => {
  it('Z10: what is asked for together leaves as one frame', async () => {
    const { engine, timers } = await goLive();
    for (let i = 0; i < 20; i += 1) listen(`grid.g${i}.status`);
    await timers.advance(10);
    expect(engine.got('subscribe')).toHaveLength(1);
    expect(engine.last.patterns.size).toBe(20);
  });

  it('Z10: the last to leave unsubscribes, with a delay', async () => {
    const { engine, timers } = await goLive();
    const first = listen('grid.*');
    const second = listen('grid.*');
    await timers.advance(10);
    first.stop();
    first.stop();
    await timers.advance(20_000);
    expect(engine.got('unsubscribe')).toEqual([]);
    second.stop();
    await timers.advance(4_000);
    expect(engine.got('unsubscribe')).toEqual([]);
    await timers.advance(2_000);
    expect(engine.got('unsubscribe')).toMatchObject([{ channels: ['grid.*'] }]);
    expect(engine.last.patterns.size).toBe(0);
  });

  it('Z10: coming back within the delay keeps the subscription', async () => {
    const { engine, timers } = await goLive();
    const { stop } = listen('grid.*');
    await timers.advance(10);
    stop();
    await timers.advance(3_000);
    const again = listen('grid.*');
    await timers.advance(20_000);
    expect(engine.got('unsubscribe')).toEqual([]);
    engine.publish('grid.a.status', 'update', status(1));
    await timers.advance(10);
    expect(again.events).toHaveLength(1);
  });

  it('Z10: a handler that has left hears nothing more', async () => {
    const { engine, timers } = await goLive();
    const left = listen('grid.*');
    const stays = listen('grid.*');
    await timers.advance(10);
    left.stop();
    engine.publish('grid.a.status', 'update', status(1));
    await timers.advance(10);
    expect([left.events.length, stays.events.length]).toEqual([0, 1]);
  });

  it('Z10: a denied pattern is told to its subscriber, once', async () => {
    const { timers } = await goLive();
    const codes: string[] = [];
    listen('forbidden.*', { onDenied: (code) => codes.push(code) });
    listen('grid.*', { onDenied: () => codes.push('wrong one') });
    await timers.advance(10);
    expect(codes).toEqual(['FORBIDDEN']);
  });

  it('Z10: a denial known only by its error frame is told, too', async () => {
    const { engine, timers } = await goLive();
    const codes: string[] = [];
    listen('system.log', { onDenied: (code) => codes.push(code) });
    await timers.advance(10);
    const error = { code: 'FORBIDDEN', message: '', details: { channel: 'system.log' } };
    engine.send(engine.last, { type: 'error', error });
    await timers.advance(10);
    expect(codes).toEqual(['FORBIDDEN']);
  });

  it('Z11: a second subscriber of a pattern gets the current values, too', async () => {
    const { engine, timers } = await goLive();
    engine.publish('grid.a.status', 'update', status(7));
    listen('grid.*.status');
    await timers.advance(10);
    const late = listen('grid.*.status');
    await timers.advance(10);
    expect(late.events).toMatchObject([{ data: { current_price: 7 } }]);
  });

  it('Z11: refresh brings the current values again, one request at a time', async () => {
    const { engine, timers, network } = await goLive();
    network.weather = { ...network.weather, delayMs: 20 };
    engine.publish('market.sim.BTC-USDC.book', 'snapshot', book(1));
    const { events } = listen('market.sim.BTC-USDC.book');
    await timers.advance(100);
    for (let i = 0; i < 5; i += 1) client.refresh('market.sim.BTC-USDC.book');
    await timers.advance(1);
    client.refresh('market.sim.BTC-USDC.book');
    client.refresh('market.nobody.asked.book');
    await timers.advance(100);
    expect(events).toHaveLength(2);
    expect(engine.got('subscribe')).toHaveLength(2);
  });

  it('Z11: the kill switch’s value reaches who comes late, and nobody twice', async () => {
    const { engine, timers } = await goLive();
    const early = listen('system.*');
    await timers.advance(10);
    engine.publish('system.kill_switch', 'activated', killSwitch('enough'));
    engine.publish('grid.a.order', 'placed', order(1));
    await timers.advance(10);
    const late = listen('system.kill_switch');
    await timers.advance(10);
    const back = await cut();
    await back();
    expect(early.events).toHaveLength(1);
    expect(late.events).toMatchObject([{ event: 'activated', data: { reason: 'enough' } }]);
  });
});

describe('limits', () => {
  it('Z18: never more than 50 patterns; the excess is told and gets the next free place', async () => {
    const { engine, timers } = await goLive();
    const denied: string[] = [];
    const subscribed = Array.from({ length: 55 }, (_, i) =>
      listen(`grid.g${i}.status`, { onDenied: (code) => denied.push(`${i} ${code}`) }),
    );
    await timers.advance(10);
    expect(engine.last.patterns.size).toBe(MAX_SUBSCRIPTIONS);
    expect(denied).toEqual([50, 51, 52, 53, 54].map((i) => `${i} SUBSCRIPTION_LIMIT`));
    subscribed[0]?.stop();
    await timers.advance(10_000);
    expect(engine.last.patterns.has('grid.g50.status')).toBe(true);
    expect(engine.last.patterns.size).toBe(MAX_SUBSCRIPTIONS);
  });

  it('Z18: a pattern that only lingers makes room', async () => {
    const { engine, timers } = await goLive();
    const subscribed = Array.from({ length: 50 }, (_, i) => listen(`grid.g${i}.status`));
    await timers.advance(10);
    subscribed[3]?.stop();
    listen('grid.new.status');
    await timers.advance(10);
    expect(engine.last.patterns.has('grid.new.status')).toBe(true);
    expect(engine.last.patterns.has('grid.g3.status')).toBe(false);
  });

  it('Z18: keeps to an engine’s lower limit', async () => {
    const limits = { ...FULL_CAPABILITIES.limits, subscriptions: 3 };
    const { engine, timers } = await goLive({ capabilities: { ...FULL_CAPABILITIES, limits } });
    for (let i = 0; i < 5; i += 1) listen(`grid.g${i}.status`);
    await timers.advance(10);
    expect(engine.got('subscribe').flatMap(({ channels }) => channels)).toHaveLength(3);
  });

  it('Z18: a subscribe or unsubscribe over the server’s rate goes again when the server says so', async () => {
    const { engine, timers } = await goLive();
    const slowDown = { code: 'RATE_LIMITED', message: '', details: { retry_after_ms: 500 } };
    engine.refuseNext = slowDown;
    const { stop } = listen('grid.*');
    await timers.advance(400);
    expect(engine.last.patterns.size).toBe(0);
    await timers.advance(200);
    expect([...engine.last.patterns]).toEqual(['grid.*']);
    stop();
    engine.refuseNext = slowDown;
    await timers.advance(5_400);
    expect(engine.last.patterns.size).toBe(1);
    await timers.advance(200);
    expect(engine.last.patterns.size).toBe(0);
    expect(engine.got('unsubscribe')).toHaveLength(2);
  });
});

describe('resuming', () => {
  it.each([true, false])(
    'Z12: no durable event is lost or doubled across a cut (answer first: %s)',
    async (answersFirst) => {
      const { engine, timers } = await goLive({ answersFirst });
      const orders = listen('grid.*');
      await timers.advance(10);
      for (let i = 1; i <= 3; i += 1) engine.publish('grid.a.order', 'placed', order(i));
      await timers.advance(10);
      const back = await cut();
      for (let i = 4; i <= 6; i += 1) engine.publish('grid.a.order', 'placed', order(i));
      await back();
      engine.publish('grid.a.order', 'placed', order(7));
      await timers.advance(10);
      expect(engine.got('subscribe')).toMatchObject([{ after: { run: 'run-1', seq: 3 } }]);
      expect(orders.levels()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    },
  );

  it('Z19: cut off as too slow, comes back for what it was not sent', async () => {
    const { engine, timers } = await goLive();
    const orders = listen('grid.*');
    await timers.advance(10);
    engine.publish('grid.a.order', 'placed', order(1));
    await timers.advance(10);
    engine.last.socket.close(CloseCode.slowConsumer, 'too slow');
    engine.publish('grid.a.order', 'placed', order(2));
    await timers.advance(5_000);
    expect(engine.got('subscribe')).toMatchObject([{ after: { run: 'run-1', seq: 1 } }]);
    expect(orders.levels()).toEqual([1, 2]);
  });

  it('Z12: a replay cut halfway is taken up again', async () => {
    const { engine, timers, network } = await goLive();
    const orders = listen('grid.*');
    await timers.advance(10);
    const back = await cut();
    for (let i = 1; i <= 40; i += 1) engine.publish('grid.a.order', 'placed', order(i));
    network.weather = { ...network.weather, delayMs: 10, cut: 0.1 };
    await back();
    await timers.advance(5_000);
    expect(orders.events.length).toBeGreaterThan(0);
    expect(orders.events.length).toBeLessThan(40);
    network.weather = { ...network.weather, cut: 0 };
    await timers.advance(60_000);
    expect(engine.connections.length).toBeGreaterThan(3);
    expect(orders.levels()).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
  });

  it('Z12: a replayed event that is dropped does not keep the replay open', async () => {
    const { engine, timers } = await goLive();
    const orders = listen('grid.*');
    await timers.advance(10);
    const back = await cut();
    engine.publish('grid.a.order', 'placed', { level: 'one' });
    engine.publish('grid.a.order', 'exploded', order(2));
    engine.publish('grid.a.order', 'placed', order(3));
    await back();
    await (
      await cut()
    )();
    expect(engine.got('subscribe')).toMatchObject([{ after: { seq: 3 } }]);
    expect(orders.levels()).toEqual([3]);
  });

  it('Z12: an event delivered twice is shown once', async () => {
    const { engine, timers, network } = await goLive();
    const orders = listen('grid.*');
    await timers.advance(10);
    network.weather = { ...network.weather, duplicate: 1 };
    for (let i = 1; i <= 3; i += 1) engine.publish('grid.a.order', 'placed', order(i));
    await timers.advance(10);
    expect(orders.levels()).toEqual([1, 2, 3]);
  });

  it('Z12: the first subscription asks for no replay', async () => {
    const { engine, timers } = open();
    engine.publish('grid.a.order', 'placed', order(1));
    client.connect();
    await timers.advance(100);
    const orders = listen('grid.*');
    await timers.advance(10);
    expect(engine.got('subscribe')[0]).not.toHaveProperty('after');
    expect(orders.events).toEqual([]);
  });

  it('Z12: a pattern that is new after the cut gets no old events, and costs the others none', async () => {
    const { engine, timers } = await goLive();
    const orders = listen('grid.a.order');
    await timers.advance(10);
    const back = await cut();
    const late = listen('grid.b.order');
    engine.publish('grid.a.order', 'placed', order(1));
    engine.publish('grid.b.order', 'placed', order(2));
    await back();
    engine.publish('grid.b.order', 'placed', order(3));
    await timers.advance(10);
    expect(orders.levels()).toEqual([1]);
    expect(late.levels()).toEqual([3]);
  });

  it('Z12: one that comes while others are served gets nothing from before', async () => {
    const { engine, timers } = await goLive();
    listen('grid.a.status');
    await timers.advance(10);
    engine.publish('grid.a.order', 'placed', order(1));
    engine.publish('grid.a.status', 'update', status(1));
    await timers.advance(10);
    const orders = listen('grid.a.order');
    await timers.advance(10);
    const back = await cut();
    engine.publish('grid.a.order', 'placed', order(2));
    await back();
    expect(orders.levels()).toEqual([2]);
  });

  it('Z12: the subscriber hears of a gap when the engine no longer has the events', async () => {
    const { engine, timers } = await goLive({ ring: 2 });
    let gaps = 0;
    const orders = listen('grid.*', { onGap: () => (gaps += 1) });
    await timers.advance(10);
    const back = await cut();
    for (let i = 1; i <= 5; i += 1) engine.publish('grid.a.order', 'placed', order(i));
    await back();
    expect(gaps).toBe(1);
    engine.publish('grid.a.order', 'placed', order(6));
    await timers.advance(10);
    expect(orders.levels()).toEqual([6]);
    await (
      await cut()
    )();
    expect(gaps).toBe(1);
  });

  it('Z12: another run is a gap, and its low numbers are new events', async () => {
    const { engine, timers } = await goLive();
    let gaps = 0;
    const orders = listen('grid.*', { onGap: () => (gaps += 1) });
    await timers.advance(10);
    for (let i = 1; i <= 5; i += 1) engine.publish('grid.a.order', 'placed', order(i));
    const switches = listen('system.kill_switch');
    engine.publish('system.kill_switch', 'activated', killSwitch('first'));
    await timers.advance(10);
    const later = listen('grid.a.order');
    await timers.advance(10);
    engine.restart('run-2');
    await timers.advance(5_000);
    expect(gaps).toBe(1);
    engine.publish('grid.a.order', 'placed', order(9));
    await timers.advance(10);
    expect(orders.levels()).toEqual([1, 2, 3, 4, 5, 9]);
    expect(later.levels()).toEqual([9]);
    engine.publish('system.kill_switch', 'deactivated', killSwitch('over'));
    await timers.advance(10);
    expect(switches.events[switches.events.length - 1]).toMatchObject({ event: 'deactivated', seq: 2 });
  });

  it('Z12: (peer) an engine without runs: every reconnect is a gap', async () => {
    const { engine, timers } = await goLive(FOREIGN);
    let gaps = 0;
    const orders = listen('grid.a.order', { onGap: () => (gaps += 1) });
    await timers.advance(10);
    engine.publish('grid.a.order', 'placed', order(1));
    engine.publish('grid.a.order', 'placed', order(1));
    await timers.advance(10);
    expect(gaps).toBe(0);
    await (
      await cut()
    )();
    expect(gaps).toBe(1);
    expect(engine.got('subscribe')[0]).not.toHaveProperty('after');
    expect(orders.levels()).toEqual([1, 1]);
  });

  it('Z17: after a cut everything is subscribed again, and only what is still wanted', async () => {
    const { engine, timers } = await goLive();
    listen('grid.*');
    listen('system.health');
    const { stop } = listen('market.sim.BTC-USDC.book');
    await timers.advance(10);
    const back = await cut(8_000);
    stop();
    await timers.advance(0);
    await back();
    expect([...engine.last.patterns].sort()).toEqual(['grid.*', 'system.health']);
  });

  it('a handler that throws does not keep the event from the others', async () => {
    const { engine, timers } = await goLive();
    const errors: unknown[] = [];
    const report = (error: unknown) => errors.push(error);
    const listeners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', report);
    client.subscribe('grid.*', () => {
      throw new Error('page broke');
    });
    const orders = listen('grid.*');
    await timers.advance(10);
    engine.publish('grid.a.order', 'placed', order(1));
    await timers.advance(10);
    process.off('uncaughtException', report);
    for (const listener of listeners) process.on('uncaughtException', listener);
    expect(orders.levels()).toEqual([1]);
    expect(errors).toMatchObject([{ message: 'page broke' }]);
  });
});
