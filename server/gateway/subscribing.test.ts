import { afterEach, describe, expect, test } from 'vitest';
import { GatewayFixture, RUN, type FixtureOptions } from './testing/gateway-fixture.ts';
import type { WsPeer } from './testing/ws-peer.ts';

let fixture: GatewayFixture;
const start = async (options?: FixtureOptions) => (fixture = await GatewayFixture.start(options));
afterEach(() => fixture.stop());

const order = (n: number, grid = 'g') => fixture.publish(`grid.${grid}.order`, 'placed', { n });
const numbers = (peer: WsPeer) => peer.events.map(({ data }) => data?.['n']);
async function subscribe(peer: WsPeer, channels: string[], after?: { run: string; seq: number }) {
  peer.send({ type: 'subscribe', channels, ...(after ? { after } : {}) });
  const { data } = await peer.next('subscribed');
  return data ?? {};
}

describe('Z7: who sees what', () => {
  test('Z7: system.log is FORBIDDEN to a viewer, out loud, and * brings them everything else', async () => {
    await start();
    const viewer = await fixture.signedIn('viewer');
    const data = await subscribe(viewer, ['system.log', '*']);
    expect(data).toMatchObject({ channels: ['*'], denied: [{ channel: 'system.log', code: 'FORBIDDEN' }] });
    expect(await viewer.next('error')).toMatchObject({
      error: { code: 'FORBIDDEN', details: { channel: 'system.log' } },
    });
    fixture.publish('system.log', 'info', {});
    order(1);
    await viewer.sync();
    expect(viewer.events.map(({ channel }) => channel)).toEqual(['grid.g.order']);
  });

  test('Z7: a trader sees the logs', async () => {
    await start();
    const trader = await fixture.signedIn('trader');
    expect(await subscribe(trader, ['system.*'])).not.toHaveProperty('denied');
    fixture.publish('system.log', 'info', {});
    await trader.next('event');
  });
});

describe('Z9: patterns', () => {
  test.each(['', 'a..b', 'grid.a*.status', 'grid.**', 'a.b.c.d.e.f.g.h.i', 'grid.ä.status', 'grid.*.'])(
    'Z9: %j is INVALID_CHANNEL',
    async (channel) => {
      await start();
      const peer = await fixture.signedIn();
      const data = await subscribe(peer, [channel, 'system.health']);
      expect(data).toMatchObject({ channels: ['system.health'], denied: [{ channel, code: 'INVALID_CHANNEL' }] });
      expect(await peer.next('error')).toMatchObject({ error: { code: 'INVALID_CHANNEL' } });
    },
  );

  test('Z9: a trailing * is one or more segments, an inner one exactly one', async () => {
    await start();
    const wide = await fixture.signedIn();
    const inner = await fixture.signedIn();
    await subscribe(wide, ['grid.*']);
    await subscribe(inner, ['grid.*.status']);
    fixture.publish('grid.g.status', 'update', {});
    fixture.publish('grid.g.order', 'placed', {});
    fixture.publish('market.sim.BTC-USDC.trade', 'update', {});
    await Promise.all([wide.sync(), inner.sync()]);
    expect(wide.events.map(({ channel }) => channel)).toEqual(['grid.g.status', 'grid.g.order']);
    expect(inner.events.map(({ channel }) => channel)).toEqual(['grid.g.status']);
  });

  test('Z9: overlapping patterns bring an event once', async () => {
    await start();
    const peer = await fixture.signedIn();
    await subscribe(peer, ['*', 'grid.*', 'grid.g.order', 'grid.*.order']);
    order(1);
    await peer.sync();
    expect(numbers(peer)).toEqual([1]);
  });
});

describe('Z10: subscribing and unsubscribing', () => {
  test('Z10: is idempotent and counts what is active', async () => {
    await start();
    const peer = await fixture.signedIn();
    await subscribe(peer, ['grid.*', 'system.health']);
    const again = await subscribe(peer, ['grid.*', 'grid.*']);
    expect(again).toEqual({ channels: ['grid.*', 'system.health'], active_subscriptions: 2 });
    order(1);
    await peer.sync();
    expect(numbers(peer)).toEqual([1]);
  });

  test('Z10: unsubscribe removes exactly the patterns named; an unknown one is no error', async () => {
    await start();
    const peer = await fixture.signedIn();
    await subscribe(peer, ['grid.*', 'grid.g.order']);
    peer.send({ type: 'unsubscribe', id: 'u', channels: ['grid.*', 'never.was'] });
    expect(await peer.answer('u')).toMatchObject({
      type: 'unsubscribed',
      data: { channels: ['grid.g.order'], active_subscriptions: 1 },
    });
    order(1);
    order(2, 'other');
    await peer.sync();
    expect(numbers(peer)).toEqual([1]);
    peer.send({ type: 'unsubscribe', channels: ['grid.g.order'] });
    await peer.next('unsubscribed');
    order(3);
    await peer.sync();
    expect(numbers(peer)).toEqual([1]);
  });

  test('Z18: the excess over 50 subscriptions is SUBSCRIPTION_LIMIT, the rest works', async () => {
    await start();
    const peer = await fixture.signedIn();
    const channels = Array.from({ length: 52 }, (_, i) => `grid.g${i}.order`);
    const data = await subscribe(peer, channels);
    expect(data['active_subscriptions']).toBe(50);
    expect(data['denied']).toEqual([
      { channel: 'grid.g50.order', code: 'SUBSCRIPTION_LIMIT' },
      { channel: 'grid.g51.order', code: 'SUBSCRIPTION_LIMIT' },
    ]);
    order(1, 'g49');
    order(2, 'g50');
    await peer.sync();
    expect(numbers(peer)).toEqual([1]);
    // One already active is no excess.
    expect(await subscribe(peer, ['grid.g0.order'])).not.toHaveProperty('denied');
  });
});

describe('Z11: current values', () => {
  test('Z11: every matching stateful channel sends its value right after subscribed, before live ones', async () => {
    await start();
    let n = 1;
    const at = () => fixture.timers.now();
    fixture.bus.provide('grid.g.status', () => ({ event: 'update', timestamp: at(), data: { n } }));
    fixture.bus.provide('market.sim.BTC-USDC.book', () => ({
      event: 'snapshot',
      timestamp: at(),
      data: { n: n + 100 },
    }));
    fixture.bus.provide('system.health', () => ({ event: 'update', timestamp: at(), data: { n: -1 } }));
    fixture.bus.provide('account.sim.balance', () => undefined);
    const peer = await fixture.signedIn();
    fixture.publish('grid.g.status', 'update', { n: 0 });
    n = 2;
    await subscribe(peer, ['grid.*', 'market.*', 'account.*']);
    fixture.publish('grid.g.status', 'update', { n: 3 });
    await peer.sync();
    expect(peer.events.map(({ channel, event, data }) => [channel, event, data?.['n']])).toEqual([
      ['grid.g.status', 'update', 2],
      ['market.sim.BTC-USDC.book', 'snapshot', 102],
      ['grid.g.status', 'update', 3],
    ]);
  });

  test('Z11: subscribing once more brings the values once more', async () => {
    await start();
    fixture.bus.provide('system.health', () => ({ event: 'update', timestamp: 0, data: { n: 1 } }));
    const peer = await fixture.signedIn();
    await subscribe(peer, ['system.health']);
    await subscribe(peer, ['system.health']);
    await peer.sync();
    expect(numbers(peer)).toEqual([1, 1]);
  });
});

describe('Z11, Z12: together', () => {
  test('Z11: a replay up to the newest event leaves the current values of stateful channels in place', async () => {
    await start();
    fixture.bus.provide('grid.g.status', () => ({ event: 'update', timestamp: 0, data: { n: 'now' } }));
    order(1);
    order(2);
    const peer = await fixture.signedIn();
    expect(await subscribe(peer, ['grid.*'], { run: RUN, seq: 1 })).toMatchObject({ replayed: 1 });
    await peer.sync();
    expect(numbers(peer)).toEqual([2, 'now']);
  });
});

describe('Z12: seq and replay', () => {
  test('Z12: every event carries seq, increasing, whoever listens', async () => {
    await start();
    const peer = await fixture.signedIn();
    order(0);
    await subscribe(peer, ['*']);
    order(1);
    fixture.publish('grid.g.status', 'update', { n: 2 });
    await peer.sync();
    expect(peer.events.map(({ seq }) => seq)).toEqual([2, 3]);
  });

  test('Z12: after a cut the durable events since then come in order, before live ones, none twice', async () => {
    await start();
    const first = await fixture.signedIn();
    await subscribe(first, ['grid.*']);
    order(1);
    await first.sync();
    first.terminate();
    order(2);
    fixture.publish('grid.g.status', 'update', { n: 'stateful' });
    fixture.publish('grid.g.trade', 'executed', { n: 3 });
    fixture.publish('system.kill_switch', 'activated', { n: 'unwanted' });
    const second = await fixture.signedIn();
    order(4);
    const data = await subscribe(second, ['grid.*'], { run: RUN, seq: 1 });
    order(5);
    await second.sync();
    expect(data['replayed']).toBe(3);
    expect(data).not.toHaveProperty('gap');
    expect(numbers(second)).toEqual([2, 3, 4, 5]);
  });

  test('Z12: events of the same tick are neither lost nor doubled by a replay', async () => {
    await start();
    const other = await fixture.signedIn('trader', 'bob');
    await subscribe(other, ['grid.*']);
    const peer = await fixture.signedIn();
    // Published, and not flushed yet, when the subscribe frame is handled.
    fixture.gateway.hub.flush();
    peer.send({ type: 'subscribe', channels: ['grid.*'], after: { run: RUN, seq: 0 } });
    for (let n = 1; n <= 50; n += 1) {
      order(n);
      if (n % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all([peer.sync(), other.sync()]);
    expect(numbers(peer)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    expect(numbers(other)).toEqual(numbers(peer));
  });

  test('Z12: two subscribe frames that overlap replay an event once', async () => {
    await start();
    for (const n of [1, 2, 3]) order(n);
    const peer = await fixture.signedIn();
    expect(await subscribe(peer, ['grid.g.order'], { run: RUN, seq: 1 })).toMatchObject({ replayed: 2 });
    expect(await subscribe(peer, ['grid.*'], { run: RUN, seq: 0 })).toMatchObject({ replayed: 1 });
    await peer.sync();
    expect(numbers(peer).toSorted()).toEqual([1, 2, 3]);
  });

  test('Z12: another run, or a position this run has not reached, is a gap', async () => {
    await start();
    const peer = await fixture.signedIn();
    order(1);
    expect(await subscribe(peer, ['grid.*'], { run: 'another', seq: 0 })).toMatchObject({ gap: true });
    expect(await subscribe(peer, ['system.*'], { run: RUN, seq: 99 })).toMatchObject({ gap: true });
    await peer.sync();
    expect(numbers(peer)).toEqual([]);
  });

  test('Z12: a replay larger than a client’s queue is a gap, not an endless loop of cuts', async () => {
    await start();
    for (let n = 0; n < 60; n += 1) fixture.publish('grid.g.order', 'placed', { n, pad: 'x'.repeat(10_000) });
    const peer = await fixture.signedIn();
    expect(await subscribe(peer, ['grid.*'], { run: RUN, seq: 0 })).toMatchObject({ gap: true });
    expect(await subscribe(peer, ['grid.*.order'], { run: RUN, seq: 20 })).toMatchObject({ replayed: 40 });
  });

  test('Z12: a viewer’s replay holds no logs', async () => {
    await start();
    fixture.publish('system.log', 'info', { n: 1 });
    order(2);
    const viewer = await fixture.signedIn('viewer');
    expect(await subscribe(viewer, ['*'], { run: RUN, seq: 0 })).toMatchObject({ replayed: 1 });
    await viewer.sync();
    expect(numbers(viewer)).toEqual([2]);
  });

  test('Z12: the kill switch’s current value keeps the number of its event and is not sent beside its replay', async () => {
    await start();
    fixture.bus.provide('system.kill_switch', () => ({ event: 'activated', timestamp: 0, data: { n: 2 } }));
    order(1);
    fixture.publish('system.kill_switch', 'activated', { n: 2 });
    order(3);
    const fresh = await fixture.signedIn();
    await subscribe(fresh, ['system.kill_switch']);
    await fresh.sync();
    expect(fresh.events.map(({ seq }) => seq)).toEqual([2]);
    const back = await fixture.signedIn();
    expect(await subscribe(back, ['system.kill_switch'], { run: RUN, seq: 1 })).toMatchObject({ replayed: 1 });
    await back.sync();
    expect(back.events.map(({ seq }) => seq)).toEqual([2]);
  });
});
