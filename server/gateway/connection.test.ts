import { afterEach, describe, expect, test } from 'vitest';
import { ProtocolError } from '#protocol/errors.ts';
import type { Handlers } from './handlers.ts';
import { GatewayFixture, RUN, TOKEN_LIFETIME_MS, type FixtureOptions } from './testing/gateway-fixture.ts';

let fixture: GatewayFixture;
const start = async (options?: FixtureOptions) => (fixture = await GatewayFixture.start(options));
afterEach(() => fixture.stop());

const pause = { grid_id: 'g', status: 'paused' };
const handlers: Handlers = { 'grid.pause': async () => pause };

describe('Z4: the envelope', () => {
  test('Z4: unknown fields are ignored and a missing timestamp is tolerated', async () => {
    await start();
    const peer = fixture.connect();
    peer.ws.once('open', () => peer.send({ type: 'ping', colour: 'green', data: { deep: [] } }));
    const pong = await peer.next('pong');
    expect(pong.timestamp).toBe(fixture.timers.now());
  });

  test.each([
    ['nonsense', 'PARSE_ERROR'],
    ['', 'PARSE_ERROR'],
    ['[1]', 'INVALID_MESSAGE'],
    ['7', 'INVALID_MESSAGE'],
    ['null', 'INVALID_MESSAGE'],
    ['{}', 'INVALID_MESSAGE'],
    ['{"type":7}', 'INVALID_MESSAGE'],
    ['{"type":"dance"}', 'UNKNOWN_TYPE'],
    ['{"type":"__proto__"}', 'UNKNOWN_TYPE'],
    ['{"type":"response","id":"x"}', 'UNKNOWN_TYPE'],
  ])('Z4: %s is answered with %s and the connection stays open', async (text, code) => {
    await start();
    const peer = await fixture.signedIn();
    peer.send(text);
    const error = await peer.next('error');
    expect(error.error?.code).toBe(code);
    expect(error.timestamp).toBe(fixture.timers.now());
    await peer.sync();
  });

  test('Z4: INVALID_MESSAGE names the field and echoes the id', async () => {
    await start();
    const peer = await fixture.signedIn();
    peer.send({ type: 'subscribe', id: 's1', channels: ['a.b.c', 7] });
    const error = await peer.answer('s1');
    expect(error.error).toMatchObject({ code: 'INVALID_MESSAGE', details: [{ path: 'channels.1' }] });
    expect(error.error?.message).toContain('channels.1: expected string');
  });
});

describe('Z5: connected', () => {
  test('Z5: names protocol, server, run and what is served', async () => {
    await start({ handlers });
    const { data } = await fixture.connect().next('connected');
    expect(data).toMatchObject({
      protocol: 'zigquant-v2',
      server: 'Griddesk test',
      run: RUN,
      seq: 0,
      auth_required: true,
      capabilities: {
        actions: ['grid.pause'],
        limits: { messages_per_s: 100, subscriptions: 50, commands_per_s: 10 },
        heartbeat_ms: 30_000,
      },
    });
  });
});

describe('Z6: authentication', () => {
  test('Z6: a good token succeeds, with user, role, expiry and the id echoed', async () => {
    await start();
    const peer = fixture.connect();
    await peer.next('connected');
    peer.send({ type: 'auth', id: 'a1', token: 'ann:admin' });
    expect(await peer.answer('a1')).toMatchObject({
      type: 'auth_result',
      success: true,
      data: { user: 'ann', role: 'admin', expires_at: fixture.timers.now() + TOKEN_LIFETIME_MS },
    });
  });

  test.each([
    ['rubbish', 'AUTH_INVALID'],
    ['expired', 'AUTH_EXPIRED'],
  ])('Z6: the token %s fails with %s and may be followed by a better one', async (token, code) => {
    await start();
    const peer = fixture.connect();
    await peer.next('connected');
    peer.send({ type: 'auth', token });
    expect(await peer.next('auth_result')).toMatchObject({ success: false, error: { code } });
    peer.send({ type: 'auth', token: 'ann:viewer' });
    expect(await peer.next('auth_result')).toMatchObject({ success: true });
  });

  test('Z6: before success only auth and ping are served', async () => {
    await start({ handlers });
    const peer = fixture.connect();
    await peer.next('connected');
    await peer.sync();
    peer.send({ type: 'command', id: 'c1', action: 'grid.pause', params: { id: 'g' } });
    expect(await peer.answer('c1')).toMatchObject({ type: 'error', error: { code: 'AUTH_REQUIRED' } });
    peer.send({ type: 'subscribe', id: 's1', channels: ['system.health'] });
    expect(await peer.answer('s1')).toMatchObject({ type: 'error', error: { code: 'AUTH_REQUIRED' } });
    fixture.publish('system.health', 'update', {});
    await peer.sync();
    expect(peer.events).toEqual([]);
  });

  test('Z6: frames pipelined behind auth wait for it and are served in order', async () => {
    await start({ handlers });
    let release = () => {};
    fixture.verifier.held = new Promise((resolve) => (release = resolve));
    const peer = fixture.connect();
    await peer.next('connected');
    peer.send({ type: 'auth', token: 'ann:trader' });
    peer.send({ type: 'subscribe', id: 's1', channels: ['system.health'] });
    peer.send({ type: 'command', id: 'c1', action: 'grid.pause', params: { id: 'g' } });
    peer.send({ type: 'ping' });
    setImmediate(release);
    await peer.answer('c1');
    expect(peer.frames.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['connected', 'auth_result', 'subscribed', 'pong', 'response']),
    );
    const order = peer.frames.map(({ type }) => type);
    expect(order.indexOf('auth_result')).toBeLessThan(order.indexOf('subscribed'));
    expect(peer.frames.some(({ type }) => type === 'error')).toBe(false);
  });

  test('Z6: 10 s without success closes 4401', async () => {
    await start();
    const peer = fixture.connect();
    await peer.next('connected');
    fixture.timers.advance(9_999);
    await peer.sync();
    fixture.timers.advance(1);
    expect(await peer.ended).toEqual({ code: 4401 });
  });

  test('Z6: an engine without sign-in says so and serves at once, as admin', async () => {
    await start({ handlers, authRequired: false });
    const peer = fixture.connect();
    expect((await peer.next('connected')).data).toMatchObject({ auth_required: false });
    expect(await peer.next('auth_result')).toMatchObject({ success: true, data: { role: 'admin' } });
    peer.send({ type: 'command', id: 'c1', action: 'grid.pause', params: { id: 'g' } });
    expect(await peer.answer('c1')).toMatchObject({ success: true, data: pause });
  });

  test('Z6: a session ended by somebody closes its connections with 4401, and no other', async () => {
    await start();
    const ann = await fixture.signedIn('trader', 'ann');
    const bob = await fixture.signedIn('trader', 'bob');
    fixture.gateway.endSession('session-ann');
    expect(await ann.ended).toEqual({ code: 4401 });
    await bob.sync();
  });

  test('Z6: a session ended by another process commands nothing any more, and sees nothing after the next ping', async () => {
    await start();
    const [commanding, watching] = [await fixture.signedIn(), await fixture.signedIn()];
    fixture.verifier.ended.add('session-ann');
    commanding.send({ type: 'command', id: 'c1', action: 'grid.pause', params: { id: 'g' } });
    expect(await commanding.ended).toEqual({ code: 4401 });
    expect(commanding.frames.at(-1)).toMatchObject({ type: 'error', error: { code: 'AUTH_INVALID' } });
    expect(fixture.audit).toEqual([]);
    fixture.timers.advance(30_000);
    expect(await watching.ended).toEqual({ code: 4401 });
  });
});

describe('Z8: expiry and renewal', () => {
  test('Z8: when the token expires the server says AUTH_EXPIRED and closes 4401', async () => {
    await start();
    const peer = await fixture.signedIn();
    fixture.timers.advance(TOKEN_LIFETIME_MS);
    expect(await peer.next('error')).toMatchObject({ error: { code: 'AUTH_EXPIRED' } });
    expect(await peer.ended).toEqual({ code: 4401 });
  });

  test('Z8: a new auth frame renews the connection: subscriptions stay, no event is missed', async () => {
    await start();
    const peer = await fixture.signedIn();
    peer.send({ type: 'subscribe', channels: ['grid.*.order'] });
    await peer.next('subscribed');
    fixture.timers.advance(TOKEN_LIFETIME_MS * 0.8);
    fixture.publish('grid.g.order', 'placed', { n: 1 });
    peer.send({ type: 'auth', token: 'ann:trader' });
    fixture.publish('grid.g.order', 'placed', { n: 2 });
    expect(await peer.next('auth_result')).toMatchObject({ success: true });
    fixture.timers.advance(TOKEN_LIFETIME_MS * 0.8);
    fixture.publish('grid.g.order', 'placed', { n: 3 });
    await peer.sync();
    expect(peer.events.map(({ data }) => data?.['n'])).toEqual([1, 2, 3]);
  });

  test('Z8: another user’s token does not take over a connection, a failed renewal does not end it', async () => {
    await start();
    const peer = await fixture.signedIn('trader', 'ann');
    peer.send({ type: 'auth', token: 'bob:admin' });
    expect(await peer.next('auth_result')).toMatchObject({ success: false, error: { code: 'AUTH_INVALID' } });
    await peer.sync();
    fixture.timers.advance(TOKEN_LIFETIME_MS);
    expect(await peer.ended).toEqual({ code: 4401 });
  });

  test('Z7: a renewal with a lesser role takes the logs away', async () => {
    await start();
    const peer = await fixture.signedIn('trader');
    peer.send({ type: 'subscribe', channels: ['system.log', 'system.*'] });
    await peer.next('subscribed');
    peer.send({ type: 'auth', token: 'ann:viewer' });
    await peer.next('auth_result');
    fixture.publish('system.log', 'warn', {});
    fixture.publish('system.health', 'update', {});
    await peer.sync();
    expect(peer.events.map(({ channel }) => channel)).toEqual(['system.health']);
  });
});

describe('Z14: answers', () => {
  test('Z14: two commands in flight never swap answers', async () => {
    const open: Record<string, (result: typeof pause) => void> = {};
    await start({
      handlers: { 'grid.pause': ({ id }) => new Promise((resolve) => (open[id] = resolve)) },
    });
    const peer = await fixture.signedIn();
    for (const id of ['one', 'two'])
      peer.send({ type: 'command', id: `c-${id}`, action: 'grid.pause', params: { id } });
    await peer.sync();
    open['two']?.({ grid_id: 'two', status: 'paused' });
    expect(await peer.answer('c-two')).toMatchObject({ data: { grid_id: 'two' } });
    open['one']?.({ grid_id: 'one', status: 'paused' });
    expect(await peer.answer('c-one')).toMatchObject({ data: { grid_id: 'one' } });
  });

  test('Z15: an error nobody meant is INTERNAL_ERROR, told to the log and not to the client', async () => {
    await start({
      handlers: {
        'grid.pause': async () => {
          throw new Error('secret path');
        },
        'grid.resume': async () => {
          throw new ProtocolError('GRID_NOT_RUNNING', 'it is stopped');
        },
      },
    });
    const peer = await fixture.signedIn();
    peer.send({ type: 'command', id: 'c1', action: 'grid.pause', params: { id: 'g' } });
    const answer = await peer.answer('c1');
    expect(answer).toMatchObject({ success: false, error: { code: 'INTERNAL_ERROR' } });
    expect(JSON.stringify(answer)).not.toContain('secret');
    expect(fixture.faults).toHaveLength(1);
    peer.send({ type: 'command', id: 'c2', action: 'grid.resume', params: { id: 'g' } });
    expect(await peer.answer('c2')).toMatchObject({ error: { code: 'GRID_NOT_RUNNING', message: 'it is stopped' } });
  });
});

describe('Z16: liveness', () => {
  test('Z16: ping is answered with pong, and pong with nothing', async () => {
    await start();
    const peer = await fixture.signedIn();
    peer.send({ type: 'pong' });
    await peer.sync();
    expect(peer.frames.filter(({ type }) => type === 'error')).toEqual([]);
  });

  test('Z16: 60 s without any frame closes 4408; any frame counts', async () => {
    await start({ authRequired: false });
    const peer = fixture.connect();
    await peer.next('auth_result');
    fixture.timers.advance(45_000);
    peer.send('rubbish');
    await peer.next('error');
    fixture.timers.advance(59_999);
    expect(peer.ws.readyState).toBe(peer.ws.OPEN);
    fixture.timers.advance(1);
    expect(await peer.ended).toEqual({ code: 4408 });
  });

  test('Z16: the server pings every 30 s', async () => {
    await start({ authRequired: false });
    const peer = fixture.connect();
    await peer.next('auth_result');
    for (let i = 0; i < 3; i += 1) {
      fixture.timers.advance(29_999);
      await peer.sync();
      fixture.timers.advance(1);
      await peer.next('ping');
      peer.send({ type: 'pong' });
    }
    expect(peer.frames.filter(({ type }) => type === 'ping')).toHaveLength(3);
  });
});

describe('Z18: limits', () => {
  const command = (n: number) => ({ type: 'command', id: `c${n}`, action: 'grid.pause', params: { id: 'g' } });

  test('Z18: the 11th command of a second is RATE_LIMITED with retry_after_ms; later it works', async () => {
    await start({ handlers });
    const peer = await fixture.signedIn();
    for (let n = 1; n <= 11; n += 1) peer.send(command(n));
    const refused = await peer.next(({ type, success }) => type === 'response' && success === false);
    expect(refused).toMatchObject({ id: 'c11', error: { code: 'RATE_LIMITED', details: { retry_after_ms: 100 } } });
    expect(fixture.audit).toHaveLength(10);
    fixture.timers.advance(100);
    peer.send({ ...command(12) });
    expect(await peer.answer('c12')).toMatchObject({ success: true });
  });

  test('Z18: a long silence saves nothing up', async () => {
    await start({ handlers });
    const peer = await fixture.signedIn();
    fixture.timers.advance(20_000);
    for (let n = 1; n <= 11; n += 1) peer.send(command(n));
    expect(await peer.answer('c11')).toMatchObject({ error: { code: 'RATE_LIMITED' } });
  });

  test('Z18: the 101st message of a second is RATE_LIMITED; the connection stays', async () => {
    await start();
    const peer = fixture.connect();
    await peer.next('connected');
    for (let n = 1; n <= 101; n += 1) peer.send({ type: 'ping' });
    expect(await peer.next('error')).toMatchObject({
      error: { code: 'RATE_LIMITED', details: { retry_after_ms: 10 } },
    });
    expect(peer.frames.filter(({ type }) => type === 'pong')).toHaveLength(100);
    fixture.timers.advance(10);
    await peer.sync();
  });

  test('Z18: 10 s of steady excess closes 4429', async () => {
    await start({ handlers });
    const peer = await fixture.signedIn();
    for (let second = 0; second < 10; second += 1) {
      for (let n = 0; n < 12; n += 1) peer.send(command(second * 100 + n));
      await peer.sync();
      expect(peer.ws.readyState).toBe(peer.ws.OPEN);
      fixture.timers.advance(1_000);
    }
    for (let n = 0; n < 12; n += 1) peer.send(command(9_000 + n));
    expect(await peer.ended).toEqual({ code: 4429 });
  });

  test('Z18: excess with pauses closes nothing', async () => {
    await start({ handlers, authRequired: false });
    const peer = fixture.connect();
    await peer.next('auth_result');
    for (let round = 0; round < 15; round += 1) {
      for (let n = 0; n < 12; n += 1) peer.send(command(round * 100 + n));
      await peer.sync();
      fixture.timers.advance(2_000);
    }
    await peer.sync();
  });
});

describe('Z20: closing', () => {
  test('Z20: a shutdown closes with 1001 and takes nobody new', async () => {
    await start();
    const peer = await fixture.signedIn();
    const closed = fixture.gateway.close();
    expect(await peer.ended).toEqual({ code: 1001 });
    await closed;
    expect(await fixture.connect().ended).toEqual({ status: 503 });
  });

  test('Z20: a client’s 1000 is answered and forgotten', async () => {
    await start();
    const peer = await fixture.signedIn();
    peer.send({ type: 'subscribe', channels: ['*'] });
    await peer.next('subscribed');
    peer.ws.close(1000);
    expect(await peer.ended).toEqual({ code: 1000 });
    await fixture.gateway.close();
    expect(fixture.gateway.clients).toBe(0);
  });
});
