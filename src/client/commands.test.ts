import { afterEach, describe, expect, it } from 'vitest';
import { ProtocolError } from '#protocol/errors.ts';
import { CloseCode, COMMANDS_PER_S, MESSAGES_PER_S } from '#protocol/limits.ts';
import { FOREIGN, FULL_CAPABILITIES, type EngineHabits } from '#testing/fake-engine.ts';
import { createWorld, type World } from '#testing/world.ts';
import { createClient } from './create-client.ts';
import { parseResult } from './results.ts';
import type { ProtocolClient } from './types.ts';

const results = () => parseResult;

let world: World;
let client: ProtocolClient;

function open(habits: Partial<EngineHabits> = {}) {
  world = createWorld(habits);
  client = createClient({ ...world.options, results });
  world.engine.on('grid.start', () => ({ grid_id: 'g1', status: 'starting' }));
  world.engine.on('system.health', () => ({ status: 'healthy' }));
  world.engine.on('grid.pause', (params) => ({ grid_id: (params as { id: string }).id, status: 'paused' }));
  return world;
}

async function goLive(habits: Partial<EngineHabits> = {}) {
  open(habits);
  client.connect();
  await world.timers.advance(100);
  expect(client.state.phase).toBe('live');
  return world;
}

/** What became of a promise so far. */
function watch<T>(promise: Promise<T>) {
  const outcome: { value?: T; error?: unknown } = {};
  promise.then(
    (value) => (outcome.value = value),
    (error: unknown) => (outcome.error = error),
  );
  return outcome;
}

const grid = { pair: 'BTC-USDC', upper_price: 2, lower_price: 1, grid_count: 4 };

afterEach(() => {
  client.close();
  world.end();
});

describe('answers', () => {
  it('Z13: sends action, params and an id of its own, and gives the result', async () => {
    const { engine, timers } = await goLive();
    const started = watch(client.command('grid.start', grid));
    await timers.advance(10);
    expect(started.value).toEqual({ grid_id: 'g1', status: 'starting' });
    expect(engine.got('command')).toMatchObject([{ action: 'grid.start', id: 'id-1', params: grid }]);
  });

  it('Z14: two commands in flight never swap answers', async () => {
    const { engine, timers } = await goLive();
    const held: (() => void)[] = [];
    engine.on('grid.pause', (params, id) => {
      const data = { grid_id: (params as { id: string }).id, status: 'paused' };
      held.push(() => engine.send(engine.last, { type: 'response', id, success: true, data }));
      return undefined;
    });
    const first = watch(client.command('grid.pause', { id: 'a' }));
    const second = watch(client.command('grid.pause', { id: 'b' }));
    await timers.advance(10);
    for (const answer of held.reverse()) answer();
    await timers.advance(10);
    expect(first.value).toMatchObject({ grid_id: 'a' });
    expect(second.value).toMatchObject({ grid_id: 'b' });
  });

  it('Z14: gives up after 30 s with TIMEOUT, and a late answer changes nothing', async () => {
    const { engine, timers } = await goLive();
    engine.on('system.health', () => undefined);
    const health = watch(client.command('system.health', {}));
    await timers.advance(29_000);
    expect(health).toEqual({});
    await timers.advance(2_000);
    expect(health.error).toMatchObject({ name: 'ProtocolError', code: 'TIMEOUT' });
    engine.send(engine.last, { type: 'response', id: 'id-1', success: true, data: { status: 'healthy' } });
    await timers.advance(10);
    expect(health.value).toBeUndefined();
  });

  it('Z14: times out while there is no connection, too', async () => {
    open();
    const health = watch(client.command('system.health', {}, { timeoutMs: 5_000 }));
    await world.timers.advance(5_001);
    expect(health.error).toMatchObject({ code: 'TIMEOUT' });
    client.connect();
    await world.timers.advance(100);
    expect(world.engine.ran).toEqual([]);
  });

  it('an aborted command is not sent, or its answer not waited for', async () => {
    const { engine, timers } = await goLive();
    const before = new AbortController();
    before.abort();
    await expect(client.command('system.health', {}, { signal: before.signal })).rejects.toBe(before.signal.reason);
    engine.on('system.health', () => undefined);
    const during = new AbortController();
    const health = watch(client.command('system.health', {}, { signal: during.signal }));
    await timers.advance(10);
    during.abort('page left');
    await timers.advance(10);
    expect(health.error).toBe('page left');
    engine.last.socket.cut();
    await timers.advance(5_000);
    expect(engine.got('command')).toEqual([]);
  });

  it('Z15: rejects with the server’s code, message and fields', async () => {
    const { engine, timers } = await goLive();
    const details = [{ path: 'upper_price', message: 'too low' }];
    engine.on('grid.start', () => new ProtocolError('VALIDATION_ERROR', 'no', details));
    const started = watch(client.command('grid.start', grid));
    await timers.advance(10);
    expect(started.error).toBeInstanceOf(ProtocolError);
    expect(started.error).toMatchObject({ code: 'VALIDATION_ERROR', message: 'no', fieldIssues: details });
  });

  it('Z15: (peer) accepts codes it does not know', async () => {
    const { engine, timers } = await goLive(FOREIGN);
    engine.on('grid.start', () => new ProtocolError('DEPRECATED', 'use strategy.start'));
    const started = watch(client.command('grid.start', grid));
    await timers.advance(10);
    expect(started.error).toMatchObject({ code: 'DEPRECATED', message: 'use strategy.start' });
  });

  it('Z7: an error frame with the command’s id is its answer', async () => {
    const { engine, timers } = await goLive();
    engine.on('grid.start', (_, id) => {
      engine.send(engine.last, { type: 'error', id, error: { code: 'FORBIDDEN', message: 'viewers look' } });
      return undefined;
    });
    const started = watch(client.command('grid.start', grid));
    await timers.advance(10);
    expect(started.error).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('an answer of the wrong shape is an error and counted', async () => {
    const { engine, timers } = await goLive();
    engine.on('grid.start', () => ({ grid_id: 7 }));
    const started = watch(client.command('grid.start', grid));
    await timers.advance(10);
    expect(started.error).toMatchObject({ code: 'INVALID_MESSAGE' });
    client.onChange(() => undefined);
    client.reconnect();
    expect(client.stats.rejected).toBe(1);
  });

  it('Z1: a command over 64 KiB does not leave', async () => {
    const { engine, timers } = await goLive();
    const name = '网'.repeat(22_000);
    const started = watch(client.command('grid.start', { ...grid, name }));
    await timers.advance(10);
    expect(started.error).toMatchObject({ code: 'INVALID_MESSAGE' });
    expect(engine.got('command')).toEqual([]);
  });

  it('Z5: what the engine does not offer is refused here, not asked there', async () => {
    const { engine, timers } = await goLive(FOREIGN);
    const health = watch(client.command('system.health', {}));
    const started = watch(client.command('grid.start', grid));
    await timers.advance(10);
    expect(health.error).toMatchObject({ code: 'UNKNOWN_ACTION' });
    expect(started.value).toMatchObject({ grid_id: 'g1' });
    expect(engine.got('command')).toHaveLength(1);
  });
});

describe('across a cut', () => {
  it('Z13: sends an unanswered command again with its id, and it is run once', async () => {
    const { engine, timers } = await goLive();
    engine.on('grid.start', () => {
      engine.last.socket.cut();
      return { grid_id: 'g1', status: 'starting' };
    });
    const started = watch(client.command('grid.start', grid));
    await timers.advance(10);
    expect(started).toEqual({});
    await timers.advance(10_000);
    expect(engine.got('command')).toMatchObject([{ id: 'id-1', action: 'grid.start', params: grid }]);
    expect(engine.ran).toHaveLength(1);
    expect(started.value).toMatchObject({ grid_id: 'g1' });
  });

  it('Z13: does not send answered commands again', async () => {
    const { engine, timers } = await goLive();
    await Promise.all([client.command('grid.start', grid), timers.advance(10)]);
    engine.last.socket.cut();
    await timers.advance(5_000);
    expect(engine.connections).toHaveLength(2);
    expect(engine.got('command')).toEqual([]);
  });

  it('Z13: resent and new commands leave in the order they were asked for', async () => {
    const { engine, timers } = await goLive();
    engine.on('grid.pause', () => undefined);
    for (const id of ['a', 'b']) watch(client.command('grid.pause', { id }));
    await timers.advance(10);
    engine.last.socket.cut();
    await timers.advance(0);
    watch(client.command('grid.pause', { id: 'c' }));
    await timers.advance(5_000);
    expect(engine.got('command').map(({ params }) => params)).toEqual([{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
  });

  it('an id under way is not used twice', async () => {
    await goLive();
    world.engine.on('system.health', () => undefined);
    watch(client.command('system.health', {}, { id: 'mine' }));
    await expect(client.command('system.health', {}, { id: 'mine' })).rejects.toMatchObject({
      code: 'INVALID_COMMAND',
    });
  });

  it.each([
    [CloseCode.authentication, 'AUTH_REQUIRED'],
    [CloseCode.forbidden, 'OFFLINE'],
  ])('Z20: after a close with %i no command is left hanging', async (code, expected) => {
    const { engine, timers } = await goLive();
    engine.on('system.health', () => undefined);
    const health = watch(client.command('system.health', {}));
    await timers.advance(10);
    engine.last.socket.close(code);
    await timers.advance(0);
    expect(health.error).toMatchObject({ code: expected });
  });
});

describe('ahead of auth_result', () => {
  it('Z6: auth, subscriptions and commands leave together when the engine takes frames in order', async () => {
    open({ authMs: 500 });
    client.subscribe('grid.*', () => undefined);
    const health = watch(client.command('system.health', {}));
    client.connect();
    await world.timers.advance(100);
    expect(client.state.phase).toBe('authenticating');
    expect(world.engine.last.received.map(({ type }) => type)).toEqual(['auth', 'subscribe', 'command']);
    await world.timers.advance(500);
    expect(health.value).toMatchObject({ status: 'healthy' });
    expect(world.engine.got('command')).toHaveLength(1);
    expect(world.engine.got('subscribe')).toHaveLength(1);
  });

  it('Z6: what came too early is sent again after success', async () => {
    open({ authMs: 500, waitsForAuth: false });
    client.subscribe('grid.*', () => undefined);
    const health = watch(client.command('system.health', {}));
    client.connect();
    await world.timers.advance(100);
    expect(world.engine.last.patterns.size).toBe(0);
    await world.timers.advance(500);
    expect([...world.engine.last.patterns]).toEqual(['grid.*']);
    expect(health.value).toMatchObject({ status: 'healthy' });
    expect(world.engine.ran).toHaveLength(1);
  });

  it('Z6: (peer) a foreign engine hears nothing before success', async () => {
    open({ ...FOREIGN, authMs: 500 });
    client.subscribe('grid.x.status', () => undefined);
    watch(client.command('grid.start', grid));
    client.connect();
    await world.timers.advance(400);
    expect(world.engine.last.received.map(({ type }) => type)).toEqual(['auth']);
    await world.timers.advance(200);
    expect(world.engine.last.received.map(({ type }) => type)).toEqual(['auth', 'subscribe', 'command', 'ping']);
  });
});

/** The most that left on one connection within any second. */
function busiestSecond(of: (type: string) => boolean): number {
  const times = world.network.sent
    .filter(({ text }) => of((JSON.parse(text) as { type: string }).type))
    .map(({ at }) => at);
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length));
}

describe('limits', () => {
  it('Z18: more commands than a second allows wait their turn', async () => {
    const { engine, timers } = await goLive();
    const all = Array.from({ length: 60 }, () => watch(client.command('system.health', {})));
    await timers.advance(20_000);
    expect(all.every(({ value }) => value !== undefined)).toBe(true);
    expect(engine.ran).toHaveLength(60);
    expect(busiestSecond((type) => type === 'command')).toBeLessThan(COMMANDS_PER_S);
  });

  it('Z18: keeps to an engine’s lower limits', async () => {
    const limits = { ...FULL_CAPABILITIES.limits, commands_per_s: 4 };
    const { engine, timers } = await goLive({ capabilities: { ...FULL_CAPABILITIES, limits } });
    for (let i = 0; i < 12; i += 1) watch(client.command('system.health', {}));
    await timers.advance(10_000);
    expect(engine.ran).toHaveLength(12);
    expect(busiestSecond((type) => type === 'command')).toBeLessThan(4);
  });

  it('Z18: a flood of pings is answered below the limit', async () => {
    const { engine, timers } = await goLive();
    for (let i = 0; i < 2_000; i += 1) {
      engine.send(engine.last, { type: 'ping' });
      if (i % 10 === 0) await timers.advance(5);
    }
    await timers.advance(2_000);
    expect(busiestSecond(() => true)).toBeLessThan(MESSAGES_PER_S);
  });

  it('Z18: waiting commands do not hold up a subscription', async () => {
    const { engine, timers } = await goLive();
    for (let i = 0; i < 60; i += 1) watch(client.command('system.health', {}));
    client.subscribe('grid.*', () => undefined);
    await timers.advance(10);
    expect([...engine.last.patterns]).toEqual(['grid.*']);
  });

  it('Z18: a command over the server’s limit goes again when the server says so', async () => {
    const { engine, timers } = await goLive();
    let refusals = 0;
    engine.on('system.health', () => {
      refusals += 1;
      return refusals === 1
        ? new ProtocolError('RATE_LIMITED', 'slow down', { retry_after_ms: 700 })
        : { status: 'healthy' };
    });
    const health = watch(client.command('system.health', {}));
    await timers.advance(600);
    expect(engine.got('command')).toHaveLength(1);
    await timers.advance(200);
    expect(health.value).toMatchObject({ status: 'healthy' });
    expect(engine.got('command').map(({ id }) => id)).toEqual(['id-1', 'id-1']);
  });
});
