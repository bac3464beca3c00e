/** The test servers over real sockets, asked by official clients. */
import { afterEach, describe, expect, it } from 'vitest';
import { io, type Socket } from 'socket.io-client';
import { WebSocket } from 'ws';
import { createForeignEngine } from './foreign-engine.ts';
import { startKnownSocketioServer } from './known-socketio-server.ts';
import {
  nodeTimers,
  startNodeVenueServer,
  type NodeVenueServerOptions,
  type ServedVenue,
} from './node-venue-server.ts';
import { OkxServer } from './okx-server.ts';
import { PushServer } from './push-server.ts';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function serve(venue: ServedVenue, options?: NodeVenueServerOptions) {
  const server = await startNodeVenueServer(venue, options);
  endings.push(() => server.stop());
  return server;
}

/** A `ws` client whose frames can be awaited one by one. */
async function connect(url: string) {
  const client = new WebSocket(url);
  const frames: string[] = [];
  const waiting: (() => void)[] = [];
  let closed: number | undefined;
  const wake = () => waiting.splice(0).forEach((each) => each());
  client.on('message', (data) => {
    frames.push(data.toString());
    wake();
  });
  client.on('close', (code) => {
    closed = code;
    wake();
  });
  client.on('error', () => undefined);
  endings.push(() => client.terminate());
  await new Promise<void>((resolve) => {
    client.once('open', () => resolve());
    client.once('close', () => resolve());
  });
  return {
    client,
    async next(): Promise<string> {
      while (frames.length === 0 && closed === undefined)
        await new Promise<void>((resolve) => void waiting.push(resolve));
      return frames.shift() ?? `closed ${closed}`;
    },
  };
}

describe('test venues over real sockets', () => {
  it('O1, O15: OKX over ws and HTTP, compressed where offered, refusing handshakes when told to', async () => {
    const venue = new OkxServer({ timers: nodeTimers, depth: 20 });
    endings.push(() => venue.stop());
    const refusals: number[] = [];
    const { url, httpUrl } = await serve(venue, { deflate: true, refuse: () => refusals[0] });
    const { client, next } = await connect(`${url}/ws/v5/public`);
    expect(client.extensions).toContain('permessage-deflate');
    client.send(JSON.stringify({ op: 'subscribe', args: [{ channel: 'books', instId: 'BTC-USDT' }] }));
    expect(JSON.parse(await next())).toMatchObject({ event: 'subscribe' });
    expect(JSON.parse(await next())).toMatchObject({ action: 'snapshot' });
    client.send('ping');
    expect(await next()).toBe('pong');
    const answer = await fetch(`${httpUrl}/api/v5/public/instruments?instType=SPOT`);
    expect(await answer.json()).toMatchObject({ code: '0', data: [{ instId: 'BTC-USDT', tickSz: '0.1' }, {}, {}, {}] });
    refusals.push(503);
    expect(await (await connect(`${url}/ws/v5/public`)).next()).toBe('closed 1006');
    venue.cutAll();
    expect(await next()).toBe('closed 1006');
  });

  it('P3, P4, P4a, P5: the push server greets, pings in JSON, echoes what is no pong, tells tiny prices as numbers', async () => {
    const venue = new PushServer({ timers: nodeTimers, rate: 50, token: 't', habits: { pingMs: 20 } });
    const { url } = await serve(venue);
    expect(await (await connect(`${url}/ws`)).next()).toBe('closed 4401');
    const { client, next } = await connect(`${url}/ws?token=t`);
    const greeting = JSON.parse(await next());
    expect(greeting).toMatchObject({ type: 'connection_established', data: { client_id: 'client_1' } });
    expect(greeting.timestamp).toMatch(/\.\d{6}Z$/);
    client.send('hello');
    expect(JSON.parse(await next())).toMatchObject({ type: 'echo', data: { message: 'hello' } });
    client.send('pong');
    venue.start();
    endings.push(() => venue.stop());
    const seen = new Map<string, string>();
    while (seen.size < 3) {
      const frame = await next();
      seen.set(JSON.parse(frame).type, frame);
    }
    expect(seen.get('price_update')).toMatch(/"price":1\.\d*e-8/);
    expect(JSON.parse(seen.get('ping') ?? '')).not.toHaveProperty('data');
    expect(JSON.parse(seen.get('orderbook_update') ?? '').data).not.toHaveProperty('symbol');
    expect(venue.received.map(({ text }) => text)).toEqual(['hello', 'pong']);
  });

  it('Z5, Z10, Z15: the foreign engine has no capabilities, counts, does not know pong and deprecates grids', async () => {
    const foreign = createForeignEngine(nodeTimers);
    const { url } = await serve(foreign);
    const { client, next } = await connect(`${url}/ws`);
    const ask = async (frame: object) => {
      client.send(JSON.stringify(frame));
      return JSON.parse(await next());
    };
    expect(JSON.parse(await next()).data).toEqual({ protocol: 'zigquant-v2', server: 'fake 1.0' });
    expect(await ask({ type: 'auth', token: 'x' })).toMatchObject({ type: 'auth_result', success: true });
    expect((await ask({ type: 'subscribe', channels: ['grid.*.*', 'strategy.*.*'] })).data).toEqual({
      count: 2,
      active_subscriptions: 2,
    });
    expect(await ask([])).toMatchObject({ type: 'error', error: { code: 'PARSE_ERROR' } });
    expect(await ask({ type: 'pong' })).toMatchObject({ type: 'error', error: { code: 'UNKNOWN_TYPE' } });
    expect(
      await ask({
        type: 'command',
        id: '1',
        action: 'grid.start',
        params: { pair: 'BTC-USDC', upper_price: 2, lower_price: 1, grid_count: 2 },
      }),
    ).toMatchObject({
      success: false,
      error: { code: 'DEPRECATED' },
    });
    const started = await ask({ type: 'command', id: '2', action: 'strategy.start', params: {} });
    expect(started).toMatchObject({ success: true, data: { status: 'running' } });
    foreign.start(20);
    endings.push(() => foreign.stop());
    expect(JSON.parse(await next())).toMatchObject({
      type: 'event',
      channel: `strategy.${started.data.strategy_id}.status`,
    });
  });
});

describe('the known account server', () => {
  async function known(token: string, url: string) {
    const events: (readonly [string, unknown])[] = [];
    const waiting: (() => void)[] = [];
    const socket: Socket = io(url, { auth: { token }, transports: ['websocket'], reconnection: false, forceNew: true });
    endings.push(() => socket.disconnect());
    const note = (event: string, payload: unknown) => {
      events.push([event, payload]);
      waiting.splice(0).forEach((wake) => wake());
    };
    for (const event of ['connect', 'connect_error', 'disconnect'] as const)
      socket.on(event, (why?: unknown) => note(event, why instanceof Error ? why.message : undefined));
    socket.onAny((event: string, payload: unknown) => note(event, payload));
    return {
      socket,
      async until(count: number) {
        while (events.length < count) await new Promise<void>((resolve) => void waiting.push(resolve));
        return events;
      },
    };
  }

  it('T2 – T5: says connected before connect, replaces a set, answers everybody, refuses a bad token', async () => {
    const server = await startKnownSocketioServer({
      tokens: { good: 4, other: 5 },
      isLively: false,
      zoneOffsetMs: 28_800_000,
    });
    endings.push(() => server.stop());
    const mine = await known('good', server.url);
    expect((await mine.until(2)).map(([event]) => event)).toEqual(['connected', 'connect']);
    const theirs = await known('other', server.url);
    await theirs.until(2);
    mine.socket.emit('subscribe_trading', { types: ['balance', 'pnl'] });
    const events = await mine.until(5);
    expect(events.slice(2).map(([event]) => event)).toEqual(['subscribed', 'balance_update', 'pnl_update']);
    expect(events[3]?.[1]).toMatchObject({ user_id: 4, data: { coin: 'USDT' } });
    expect((await theirs.until(3))[2]).toEqual([
      'subscribed',
      { user_id: 4, types: ['balance', 'pnl'], status: 'success' },
    ]);
    mine.socket.emit('subscribe_trading', { subscribeTypes: ['orders'] });
    await mine.until(7);
    expect(server.subscribed(4)).toEqual(['orders']);
    const refused = await known('bad', server.url);
    expect(await refused.until(1)).toEqual([['connect_error', 'Connection rejected by server']]);
    server.expire('good');
    expect((await mine.until(8))[7]?.[0]).toBe('disconnect');
    // T7: the other user never saw the first one's data.
    expect((await theirs.until(4)).filter(([event]) => event.endsWith('_update'))).toEqual([]);
  });

  it('T9: exchanges a password for a token', async () => {
    const server = await startKnownSocketioServer({
      tokens: { good: 4 },
      logins: [{ username: 'ada', password: 'pw', token: 'good' }],
    });
    endings.push(() => server.stop());
    const login = (password: string) =>
      fetch(`${server.url}/login`, { method: 'POST', body: JSON.stringify({ username: 'ada', password }) });
    expect(await (await login('pw')).json()).toEqual({ token: 'good' });
    expect((await login('no')).status).toBe(401);
  });
});
