import { createWorld, type World } from '#testing/world.ts';
import { FOREIGN, FULL_CAPABILITIES, type EngineHabits } from '#testing/fake-engine.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { CloseCode, RECONNECT_TRIES } from '#protocol/limits.ts';
import { createClient } from './create-client.ts';
import { parseResult } from './results.ts';
import type { ClientOptions } from './options.ts';
import type { ProtocolClient } from './types.ts';

const results = () => parseResult;

let world: World;
let client: ProtocolClient;

function open(habits: Partial<EngineHabits> = {}, options: Partial<ClientOptions> = {}) {
  world = createWorld(habits);
  client = createClient({ ...world.options, results, ...options });
  return world;
}

async function goLive(habits: Partial<EngineHabits> = {}, options: Partial<ClientOptions> = {}) {
  open(habits, options);
  client.connect();
  await world.timers.advance(100);
  expect(client.state).toEqual({ phase: 'live', stale: false });
  return world;
}

afterEach(() => {
  client.close();
  world.end();
});

describe('transport', () => {
  it('Z1: offers the sub-protocol zigquant-v2 and sends JSON text frames', async () => {
    const { network } = await goLive();
    expect(network.connections[0]?.protocols).toEqual(['zigquant-v2']);
    expect(network.sent.length).toBeGreaterThan(0);
    for (const { text } of network.sent) expect(JSON.parse(text)).toHaveProperty('type');
  });

  it('Z2: sends the token in an auth frame and not in the URL', async () => {
    const { network, engine } = await goLive();
    expect(network.connections[0]?.url).toBe('ws://127.0.0.1:8080/ws');
    expect(engine.got('auth')).toMatchObject([{ token: 'token-1' }]);
  });

  it('Z2: puts the token in the URL for servers configured so, and sends no auth frame then', async () => {
    const { network, engine } = await goLive({}, { tokenInUrl: true });
    expect(network.connections[0]?.url).toBe('ws://127.0.0.1:8080/ws?token=token-1');
    expect(engine.got('auth')).toEqual([]);
  });

  it('Z2: (peer) sends an auth frame after all to a server that ignores the URL', async () => {
    const { engine } = await goLive(FOREIGN, { tokenInUrl: true });
    expect(engine.got('auth')).toMatchObject([{ token: 'token-1' }]);
  });

  it('goes offline with the reason where the platform builds no socket', async () => {
    class Refusing {
      static readonly CLOSING = 2;
      constructor() {
        throw new Error('insecure');
      }
    }
    open({}, { WebSocket: Refusing as unknown as NonNullable<ClientOptions['WebSocket']> });
    client.connect();
    await world.timers.advance(100);
    expect(client.state).toEqual({ phase: 'offline', reason: 'insecure' });
  });
});

describe('envelope', () => {
  it('Z4: ignores unknown frame types and unknown fields, and counts what it cannot read', async () => {
    const { engine, timers } = await goLive();
    engine.send(engine.last, { type: 'tomorrow' });
    engine.send(engine.last, { type: 'pong', more: 1 });
    engine.last.socket.send('{');
    engine.last.socket.send('[]');
    engine.last.socket.sendBinary(new Uint8Array(3));
    engine.send(engine.last, { type: 'response', id: 7 });
    await timers.advance(1_000);
    client.reconnect();
    expect(client.stats.rejected).toBe(4);
    expect(client.stats.received).toBe(9);
  });

  it('Z4: an error frame changes nothing about the connection', async () => {
    const { engine, timers } = await goLive();
    engine.send(engine.last, { type: 'error', error: { code: 'UNKNOWN_TYPE', message: 'pong' } });
    engine.send(engine.last, { type: 'error', error: { code: 'SOMETHING_NEW', message: '' } });
    await timers.advance(100);
    expect(client.state.phase).toBe('live');
    expect(engine.connections).toHaveLength(1);
  });

  it('Z5: shows what the engine is and can do', async () => {
    await goLive();
    expect(client.peer).toEqual({
      server: 'fake 1.0',
      run: 'run-1',
      capabilities: FULL_CAPABILITIES,
      user: 'ada',
      role: 'admin',
      authRequired: true,
    });
  });

  it('Z5: (peer) an engine without capabilities is told apart', async () => {
    await goLive(FOREIGN);
    expect(client.peer).toMatchObject({ server: 'fake 1.0', run: null, capabilities: null });
  });

  it('Z5: (published) an engine that sends no connected at all works', async () => {
    await goLive({ ...FOREIGN, greets: false });
    expect(client.peer).toMatchObject({ server: '', capabilities: null, user: 'ada' });
  });
});

describe('authentication', () => {
  it('Z6: is authenticating until the server says so', async () => {
    open({ authMs: 500 });
    client.connect();
    expect(client.state).toEqual({ phase: 'connecting', attempt: 0 });
    await world.timers.advance(300);
    expect(client.state).toEqual({ phase: 'authenticating' });
    await world.timers.advance(300);
    expect(client.state).toEqual({ phase: 'live', stale: false });
  });

  it('Z6: opens the socket while the token is still being fetched', async () => {
    open();
    let issue: ((token: { token: string; expiresAt: number }) => void) | undefined;
    world.getToken = () => new Promise((resolve) => (issue = resolve));
    client.connect();
    await world.timers.advance(100);
    expect(client.state).toEqual({ phase: 'authenticating' });
    issue?.({ token: 'late', expiresAt: world.timers.now() + 1_000_000 });
    await world.timers.advance(100);
    expect(client.state.phase).toBe('live');
    expect(world.engine.got('auth')).toMatchObject([{ token: 'late' }]);
  });

  it('Z6: an engine with authentication off is live without a token', async () => {
    open({ authRequired: false });
    world.getToken = () => ({ signedOut: 'nobody' });
    client.connect();
    await world.timers.advance(100);
    expect(client.state.phase).toBe('live');
    expect(client.peer).toMatchObject({ authRequired: false, user: null });
    expect(world.engine.got('auth')).toEqual([]);
  });

  it('Z6: without a token goes to sign-in', async () => {
    open();
    world.getToken = () => ({ signedOut: 'no session' });
    client.connect();
    await world.timers.advance(100);
    expect(client.state).toEqual({ phase: 'signed_out', reason: 'no session' });
  });

  it.each([
    ['ours', {}],
    ['(peer) message in data', FOREIGN],
  ])('Z6: a refused fresh token goes to sign-in: %s', async (_, habits) => {
    open(habits);
    world.engine.checkToken = () => ({ code: 'AUTH_INVALID', message: 'not yours' });
    client.connect();
    await world.timers.advance(100);
    expect(client.state).toEqual({ phase: 'signed_out', reason: 'not yours' });
    expect(world.tokensAsked()).toBe(1);
  });

  it('Z6: a token kept from before that is refused is replaced once, on the same connection', async () => {
    const { engine, timers } = await goLive();
    engine.checkToken = (token) =>
      token === 'token-1'
        ? { code: 'AUTH_EXPIRED', message: 'old' }
        : { user: 'ada', role: 'admin', expires_at: timers.now() + 900_000 };
    engine.last.socket.cut();
    await timers.advance(5_000);
    expect(client.state.phase).toBe('live');
    expect(engine.got('auth').map(({ token }) => token)).toEqual(['token-1', 'token-2']);
    expect(engine.connections).toHaveLength(2);
  });

  it('Z6: asks for a token again while whoever issues them is out of reach', async () => {
    open();
    world.getToken = () => Promise.reject(new Error('no network'));
    client.connect();
    await world.timers.advance(2_500);
    expect(client.state.phase).toBe('authenticating');
    world.getToken = () => ({ token: 'at last', expiresAt: world.timers.now() + 1_000_000 });
    await world.timers.advance(1_000);
    expect(client.state.phase).toBe('live');
  });

  it('Z6: a token that comes after its connection is gone is not used', async () => {
    open();
    const issue: ((token: { token: string; expiresAt: number }) => void)[] = [];
    world.getToken = () => new Promise((resolve) => issue.push(resolve));
    client.connect();
    await world.timers.advance(100);
    world.engine.last.socket.cut();
    await world.timers.advance(3_000);
    expect(issue).toHaveLength(2);
    const expiresAt = world.timers.now() + 900_000;
    issue[0]?.({ token: 'of the first', expiresAt });
    await world.timers.advance(10);
    issue[1]?.({ token: 'of the second', expiresAt });
    await world.timers.advance(10);
    expect(world.engine.got('auth').map(({ token }) => token)).toEqual(['of the second']);
  });

  it('Z6: gives up a connection whose auth is not answered in 10 s', async () => {
    open({ authMs: 60_000 });
    client.connect();
    await world.timers.advance(9_900);
    expect(world.engine.connections).toHaveLength(1);
    await world.timers.advance(200);
    expect(world.engine.connections).toHaveLength(2);
  });

  it('Z7: a role the page does not know is no role', async () => {
    open();
    world.engine.checkToken = () => ({ user: 'ada', role: 'wizard', expires_at: world.timers.now() + 1_000_000 });
    client.connect();
    await world.timers.advance(100);
    expect(client.state.phase).toBe('live');
    expect(client.peer).toMatchObject({ user: 'ada', role: null });
  });
});

describe('refresh', () => {
  const issue = (at: World) =>
    at.engine.on('auth.refresh', () => ({ token: 'next', expires_at: at.timers.now() + 900_000 }));

  it('Z8: at 80 % of the lifetime sends a new token on the same connection', async () => {
    const { engine, timers } = await goLive();
    issue(world);
    await timers.advance(0.8 * 900_000 - 1_000);
    expect(engine.ran).toEqual([]);
    await timers.advance(2_000);
    expect(engine.ran.map(({ action }) => action)).toEqual(['auth.refresh']);
    expect(engine.got('auth').map(({ token }) => token)).toEqual(['token-1', 'next']);
    expect(engine.connections).toHaveLength(1);
    await timers.advance(0.8 * 900_000);
    expect(engine.ran).toHaveLength(2);
  });

  it('Z8: counts the lifetime by the server’s clock', async () => {
    open();
    const skew = 3_600_000;
    const { engine, timers } = world;
    engine.checkToken = () => ({ user: 'ada', role: 'admin', expires_at: timers.now() - skew + 900_000 });
    const { send } = engine;
    engine.send = (connection, frame) => send.call(engine, connection, { timestamp: timers.now() - skew, ...frame });
    issue(world);
    client.connect();
    await timers.advance(0.8 * 900_000 + 1_000);
    expect(engine.ran.map(({ action }) => action)).toEqual(['auth.refresh']);
  });

  it('Z8: asks the sign-in for a token where the engine cannot refresh one', async () => {
    const { engine, timers } = await goLive(FOREIGN);
    await timers.advance(0.8 * 900_000 + 1_000);
    expect(engine.got('auth').map(({ token }) => token)).toEqual(['token-1', 'token-2']);
    expect(engine.ran).toEqual([]);
  });

  it('Z8: tries again when the refresh fails', async () => {
    const { engine, timers } = await goLive();
    world.getToken = () => Promise.reject(new Error('no network'));
    await timers.advance(0.8 * 900_000 + 1_000);
    expect(engine.got('auth')).toHaveLength(1);
    issue(world);
    await timers.advance(6_000);
    expect(engine.got('auth')).toHaveLength(2);
    expect(client.state.phase).toBe('live');
  });
});

describe('liveness', () => {
  it('Z16: pings every 30 s and shows the round trip', async () => {
    const { engine, timers, network } = open();
    network.weather = { ...network.weather, delayMs: 50 };
    client.onChange(() => undefined);
    client.connect();
    await timers.advance(95_000);
    expect(engine.got('ping')).toHaveLength(4);
    expect(client.stats.roundTripMs).toBeGreaterThan(0);
    expect(client.stats.roundTripMs).toBeLessThanOrEqual(100);
  });

  it('Z16: answers the server’s ping', async () => {
    const { engine, timers } = await goLive();
    engine.send(engine.last, { type: 'ping' });
    await timers.advance(10);
    expect(engine.got('pong')).toHaveLength(1);
  });

  it('Z16: (peer) a server that does not know pong keeps its connection', async () => {
    const { engine, timers } = await goLive(FOREIGN);
    engine.send(engine.last, { type: 'ping' });
    await timers.advance(60_000);
    expect(client.state).toEqual({ phase: 'live', stale: false });
    expect(engine.connections).toHaveLength(1);
  });

  it('Z16: stale after 35 s of silence, anew after 65 s', async () => {
    const { engine, timers } = await goLive({ answersPing: false });
    await timers.advance(34_000);
    expect(client.state).toEqual({ phase: 'live', stale: false });
    await timers.advance(2_000);
    expect(client.state).toEqual({ phase: 'live', stale: true });
    await timers.advance(28_000);
    expect(engine.connections).toHaveLength(1);
    await timers.advance(2_000);
    expect(engine.connections).toHaveLength(2);
    expect(client.state).toEqual({ phase: 'live', stale: false });
  });

  it('Z16: any frame ends the staleness', async () => {
    const { engine, timers } = await goLive({ answersPing: false });
    await timers.advance(36_000);
    engine.send(engine.last, { type: 'pong' });
    await timers.advance(10);
    expect(client.state).toEqual({ phase: 'live', stale: false });
    await timers.advance(60_000);
    expect(engine.connections).toHaveLength(1);
  });
});

describe('reconnecting', () => {
  it('Z17: waits up to 1 s, doubling to 30 s, ten times, then stays offline', async () => {
    open();
    world.network.weather = { ...world.network.weather, refuse: 1 };
    const waits: number[] = [];
    const seen = new Set<unknown>();
    client.onChange(() => {
      const { state } = client;
      if (state.phase !== 'waiting' || seen.has(state)) return;
      seen.add(state);
      expect(state).toMatchObject({ attempt: waits.length + 1, tries: RECONNECT_TRIES });
      waits.push(state.retryAt - world.timers.now());
    });
    client.connect();
    await world.timers.advance(400_000);
    expect(client.state.phase).toBe('offline');
    expect(world.network.connections).toHaveLength(1 + RECONNECT_TRIES);
    const ceilings = [1, 2, 4, 8, 16, 30, 30, 30, 30, 30].map((s) => s * 1_000);
    expect(waits).toHaveLength(10);
    waits.forEach((wait, i) => expect(wait).toBeLessThanOrEqual(ceilings[i] ?? 0));
    // Jitter: not the ceilings themselves, and not all alike.
    expect(waits.some((wait, i) => wait < 0.5 * (ceilings[i] ?? 0))).toBe(true);
    expect(waits.some((wait, i) => wait > 0.5 * (ceilings[i] ?? 0))).toBe(true);
  });

  it('Z17: makes the next try when it said it would', async () => {
    const { engine, timers } = await goLive();
    engine.last.socket.close(CloseCode.shuttingDown, 'restart');
    await timers.advance(0);
    const { state } = client;
    if (state.phase !== 'waiting') throw new Error(state.phase);
    expect(state.reason).toBe('restart');
    await timers.advance(state.retryAt - timers.now() - 1);
    expect(engine.connections).toHaveLength(1);
    await timers.advance(2);
    expect(engine.connections).toHaveLength(2);
  });

  it('Z17: Reconnect starts anew when offline', async () => {
    open();
    world.network.weather = { ...world.network.weather, refuse: 1 };
    client.connect();
    await world.timers.advance(400_000);
    world.network.weather = { ...world.network.weather, refuse: 0 };
    await world.timers.advance(400_000);
    expect(client.state.phase).toBe('offline');
    client.reconnect();
    expect(client.state).toEqual({ phase: 'connecting', attempt: 0 });
    await world.timers.advance(100);
    expect(client.state.phase).toBe('live');
  });

  it.each(['waiting', 'offline'])('Z17: the online event starts at once when %s', async (phase) => {
    open();
    world.network.weather = { ...world.network.weather, refuse: 1 };
    client.connect();
    await world.timers.advance(phase === 'offline' ? 400_000 : 0);
    for (let i = 0; i < 1_000 && client.state.phase !== phase; i += 1) await world.timers.advance(10);
    expect(client.state.phase).toBe(phase);
    world.network.weather = { ...world.network.weather, refuse: 0 };
    world.goOnline();
    await world.timers.advance(0);
    expect(client.state.phase).toBe('live');
  });

  it('Z17: the online event leaves a live connection alone', async () => {
    const { engine, timers } = await goLive();
    world.goOnline();
    await timers.advance(1_000);
    expect(engine.connections).toHaveLength(1);
  });

  it('Z17: the count resets with authentication, not with the connection', async () => {
    open({ authMs: 60_000 });
    const { engine, timers, network } = world;
    client.connect();
    await timers.advance(100);
    engine.last.socket.cut();
    await timers.advance(5_000);
    engine.last.socket.cut();
    await timers.advance(0);
    expect(client.state).toMatchObject({ phase: 'waiting', attempt: 2 });
    engine.habits = { ...engine.habits, authMs: 0 };
    await timers.advance(10_000);
    expect(client.state.phase).toBe('live');
    network.connections[network.connections.length - 1]?.cut();
    await timers.advance(0);
    expect(client.state).toMatchObject({ phase: 'waiting', attempt: 1 });
    expect(client.stats.reconnects).toBe(0);
    await timers.advance(2_000);
    expect(client.stats.reconnects).toBe(1);
  });

  it('Z17: close 4401 goes to sign-in and stays there', async () => {
    const { engine, timers } = await goLive();
    engine.last.socket.close(CloseCode.authentication, 'session revoked');
    await timers.advance(60_000);
    expect(client.state).toEqual({ phase: 'signed_out', reason: 'session revoked' });
    expect(engine.connections).toHaveLength(1);
    client.connect();
    await timers.advance(100);
    expect(client.state.phase).toBe('live');
    expect(world.tokensAsked()).toBe(2);
  });

  it('Z17: 4401 before any token was sent is a cut like others', async () => {
    open();
    world.getToken = () => new Promise(() => undefined);
    client.connect();
    await world.timers.advance(100);
    world.engine.last.socket.close(CloseCode.authentication);
    await world.timers.advance(0);
    expect(client.state.phase).toBe('waiting');
  });

  it('Z20: 4403 stays offline, and the online event does not change that', async () => {
    const { engine, timers } = await goLive();
    engine.last.socket.close(CloseCode.forbidden, 'not you');
    await timers.advance(0);
    world.goOnline();
    await timers.advance(60_000);
    expect(client.state).toEqual({ phase: 'offline', reason: 'not you' });
    expect(engine.connections).toHaveLength(1);
  });

  it.each([
    CloseCode.bye,
    CloseCode.shuttingDown,
    CloseCode.unsupportedData,
    CloseCode.tooLarge,
    CloseCode.heartbeat,
    CloseCode.slowConsumer,
    CloseCode.rate,
  ])('Z20: comes back after a close with %i', async (code) => {
    const { engine, timers } = await goLive();
    engine.last.socket.close(code);
    await timers.advance(2_000);
    expect(client.state.phase).toBe('live');
    expect(engine.connections).toHaveLength(2);
  });

  it('Z20: says goodbye with 1000, and stays away', async () => {
    const { engine, timers, network } = await goLive();
    const codes: number[] = [];
    engine.last.socket.onClose = (code) => codes.push(code);
    client.close();
    await timers.advance(60_000);
    expect(codes).toEqual([CloseCode.bye]);
    expect(client.state).toEqual({ phase: 'idle' });
    expect(network.connections).toHaveLength(1);
    expect(timers.size).toBe(0);
  });

  it('a change of the connection is told at once, of the figures at most once a second', async () => {
    const { engine, timers } = await goLive();
    const before = client.stats;
    let calls = 0;
    client.onChange(() => (calls += 1));
    for (let i = 0; i < 50; i += 1) engine.send(engine.last, { type: 'ping' });
    await timers.advance(900);
    expect(calls).toBe(0);
    expect(client.stats).toBe(before);
    await timers.advance(200);
    expect(calls).toBe(1);
    expect(client.stats.received).toBe(before.received + 51);
    engine.last.socket.cut();
    await timers.advance(0);
    expect(calls).toBe(2);
  });
});
