import { get } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { WebSocket } from 'ws';
import { COMMANDS_PER_S, EXCESS_CLOSE_MS } from '#protocol/limits.ts';
import { nodeSockets } from '#server/venues/node-socket.ts';
import { openSocketIo } from '#venues/trading-socketio/client.ts';
import { createTradingSocketioSession } from '#venues/trading-socketio/session.ts';
import type { SessionStatus, VenueEvent } from '#venues/venue.ts';
import { DASHBOARD_PORT, DialectBench, listenAnywhere } from '../testing/dialect-bench.ts';
import { AccountServer } from './account-server.ts';

const INTERVALS = { balance: 10_000, positions: 5_000, pnl: 5_000, orders: 15_000 };
const BALANCE = {
  venue: 'sim',
  currency: 'USDC',
  total_balance: 100,
  available_balance: 60,
  used_margin: 40,
  balances: [],
};
const POSITIONS = [{ symbol: 'BTC-USDC', side: 'Buy', size: 0.1, entry_price: 50_000, mark_price: 51_000, unrealized_pnl: 100 }]; // prettier-ignore
const PNL = { total_pnl: 3, today_pnl: 1, unrealized_pnl: 2, realized_pnl: 1, exact: { total_pnl: '3.0000000000000000001' } }; // prettier-ignore
const ORDERS = [{ order_id: 'g1-1', symbol: 'BTC-USDC', side: 'Sell', quantity: 0.1, price: 52_000, status: 'New', open: true }]; // prettier-ignore

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

async function serve(allow: readonly string[] = []) {
  const bench = new DialectBench(allow);
  const set = (type: string, data: unknown) => bench.set(`account.sim.${type}`, data);
  set('balance', BALANCE);
  set('positions', POSITIONS);
  set('pnl', PNL);
  set('orders', ORDERS);
  const { bus, admission, timers } = bench;
  const server = new AccountServer({ bus, admission, timers, venue: 'sim', intervalsMs: INTERVALS });
  server.start();
  const url = `http://127.0.0.1:${await listenAnywhere(server.http)}`;
  cleanUp.push(() => server.close());
  return { bench, server, url, set };
}

interface Told {
  readonly name: string;
  readonly payload: Record<string, unknown>;
}

/** An official client that keeps what it is told. */
class Peer {
  readonly socket: Socket;
  readonly told: Told[] = [];
  #waiting: (() => void)[] = [];

  constructor(url: string, options: Partial<ManagerOptions & SocketOptions> = {}) {
    this.socket = io(url, { forceNew: true, reconnection: false, transports: ['websocket'], ...options });
    this.socket.onAny((name: string, payload: Record<string, unknown>) => this.#tell({ name, payload }));
    this.socket.on('connect_error', ({ message }) => this.#tell({ name: 'connect_error', payload: { message } }));
    this.socket.on('disconnect', (reason) => this.#tell({ name: 'disconnect', payload: { reason } }));
    cleanUp.push(() => this.socket.disconnect());
  }

  /** The `count`-th of this name, past or to come. */
  async next(name: string, count = 1): Promise<Record<string, unknown>> {
    for (;;) {
      const found = this.of(name)[count - 1];
      if (found) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  of(name: string): Record<string, unknown>[] {
    return this.told.filter((each) => each.name === name).map(({ payload }) => payload);
  }

  /** What the server said up to here is there: its answer to a request it refuses comes after. */
  async sync(): Promise<void> {
    const count = this.of('error').length;
    this.socket.emit('subscribe_trading', { types: 'sync' });
    await this.next('error', count + 1);
  }

  #tell(told: Told): void {
    this.told.push(told);
    this.#waiting.splice(0).forEach((look) => look());
  }
}

const auth = (token: string) => ({ auth: { token } });

describe('the account server and official clients', () => {
  it('T3, T4, T5: welcomes, subscribes, pushes at once in the published shapes, UTC without a zone', async () => {
    const { url } = await serve();
    const peer = new Peer(url, auth('ann:viewer'));
    peer.socket.emit('subscribe_trading', { types: ['balance', 'positions', 'pnl', 'orders'] });
    await peer.next('orders_update');
    const update = (name: string, data: unknown) => ({
      name,
      payload: { type: name, data, timestamp: '2026-01-02T12:00:00.000', user_id: 'ann' },
    });
    expect(peer.told).toEqual([
      { name: 'connected', payload: { message: 'connected', user_id: 'ann', authenticated: true } },
      {
        name: 'subscribed',
        payload: { user_id: 'ann', types: ['balance', 'positions', 'pnl', 'orders'], status: 'success' },
      },
      update('balance_update', BALANCE),
      update('positions_update', POSITIONS),
      update('pnl_update', PNL),
      update('orders_update', ORDERS),
    ]);
  });

  it('T2: the token in the `auth` payload, the header, or the address, the first of them counts', async () => {
    const { url } = await serve();
    const user = async (options: Partial<ManagerOptions & SocketOptions>) =>
      (await new Peer(url, options).next('connected'))['user_id'];
    const header = { extraHeaders: { Authorization: 'Bearer bob:trader' } };
    const query = { query: { token: 'carl:admin' } };
    expect(await user({ ...auth('ann:viewer'), ...header, ...query })).toBe('ann');
    expect(await user({ ...header, ...query })).toBe('bob');
    expect(await user(query)).toBe('carl');
    expect(await user({ ...auth('ann:viewer'), transports: ['polling'] })).toBe('ann');
  });

  it('T2: a missing, wrong or expired token is refused with its reason', async () => {
    const { url, server } = await serve();
    const reason = async (options: Partial<ManagerOptions & SocketOptions>) =>
      (await new Peer(url, options).next('connect_error'))['message'];
    expect(await reason({})).toBe('the token is not valid');
    expect(await reason(auth('nobody'))).toBe('the token is not valid');
    expect(await reason(auth('expired'))).toBe('the token has expired');
    // The first place that has one counts, even if another would do.
    expect(await reason({ ...auth('nobody'), query: { token: 'ann:viewer' } })).toBe('the token is not valid');
    expect(server.clients).toBe(0);
  });

  it('T4: a new subscription replaces the earlier; `subscribeTypes` is `types`', async () => {
    const { url, bench, set } = await serve();
    const peer = new Peer(url, auth('ann:viewer'));
    peer.socket.emit('subscribe_trading', { types: ['balance', 'pnl'] });
    peer.socket.emit('subscribe_trading', { subscribeTypes: ['orders'] });
    await peer.next('orders_update');
    set('balance', { ...BALANCE, total_balance: 1 });
    set('orders', []);
    bench.timers.advance(15_000);
    await peer.next('orders_update', 2);
    expect(peer.of('balance_update')).toHaveLength(1);
    peer.socket.emit('unsubscribe_trading', { types: ['orders'] });
    expect(await peer.next('unsubscribed')).toEqual({ user_id: 'ann', types: ['orders'], status: 'success' });
    set('orders', ORDERS);
    bench.timers.advance(15_000);
    await peer.sync();
    expect(peer.of('orders_update')).toHaveLength(2);
  });

  it('T4: an unknown type or a missing list is an error and changes nothing', async () => {
    const { url, bench, set } = await serve();
    const peer = new Peer(url, auth('ann:viewer'));
    peer.socket.emit('subscribe_trading', { types: ['pnl'] });
    await peer.next('pnl_update');
    for (const bad of [{ types: ['balance', 'wealth'] }, {}, { types: 'pnl' }, null, 'pnl']) {
      peer.socket.emit('subscribe_trading', bad);
    }
    const { message } = await peer.next('error');
    expect(message).toBe('unknown type "wealth": expected some of balance, positions, pnl, orders');
    await peer.next('error', 5);
    expect(peer.of('subscribed')).toHaveLength(1);
    set('pnl', { ...PNL, total_pnl: 4 });
    bench.timers.advance(5_000);
    await peer.next('pnl_update', 2);
    expect(peer.of('balance_update')).toEqual([]);
  });

  it('T4: answers the caller alone, and keeps a set a connection', async () => {
    const { url, bench, set } = await serve();
    const [phone, laptop] = [new Peer(url, auth('ann:viewer')), new Peer(url, auth('ann:viewer'))];
    await laptop.next('connected');
    phone.socket.emit('subscribe_trading', { types: ['pnl'] });
    await phone.next('pnl_update');
    set('pnl', { ...PNL, total_pnl: 4 });
    bench.timers.advance(5_000);
    await phone.next('pnl_update', 2);
    await laptop.sync();
    expect(laptop.told.map(({ name }) => name)).toEqual(['connected', 'error']);
  });

  it('T6: each type at its own pace, and only when it changed since the last push to that subscriber', async () => {
    const { url, bench, set } = await serve();
    const peer = new Peer(url, auth('ann:viewer'));
    const types = ['balance', 'positions', 'pnl', 'orders'];
    peer.socket.emit('subscribe_trading', { types });
    await peer.next('orders_update');
    const counts = async () => {
      await peer.sync();
      return types.map((type) => peer.of(`${type}_update`).length);
    };
    bench.timers.advance(30_000);
    expect(await counts()).toEqual([1, 1, 1, 1]);
    set('balance', { ...BALANCE, total_balance: 1 });
    set('positions', []);
    set('pnl', { ...PNL, total_pnl: 4 });
    set('orders', []);
    bench.timers.advance(4_999);
    expect(await counts()).toEqual([1, 1, 1, 1]);
    bench.timers.advance(1);
    expect(await counts()).toEqual([1, 2, 2, 1]);
    bench.timers.advance(5_000);
    expect(await counts()).toEqual([2, 2, 2, 1]);
    bench.timers.advance(5_000);
    expect(await counts()).toEqual([2, 2, 2, 2]);
    // Who comes later is told at once, the others not again.
    const late = new Peer(url, auth('bob:viewer'));
    late.socket.emit('subscribe_trading', { types: ['pnl'] });
    expect(await late.next('pnl_update')).toMatchObject({ user_id: 'bob', data: { total_pnl: 4 } });
    expect(await counts()).toEqual([2, 2, 2, 2]);
  });

  it('T8: a token that runs out or is revoked ends the connection; coming back with it is refused', async () => {
    const { url, bench, server } = await serve();
    const [ann, bob] = [new Peer(url, auth('ann:viewer')), new Peer(url, auth('bob:viewer'))];
    for (const peer of [ann, bob]) await peer.next('connected');
    server.endSession('session-ann');
    expect(await ann.next('disconnect')).toEqual({ reason: 'io server disconnect' });
    await bob.sync();
    bench.timers.advance(50_000);
    expect(await bob.next('disconnect')).toEqual({ reason: 'io server disconnect' });
    const carl = new Peer(url, auth('carl:viewer'));
    await carl.next('connected');
    bench.verifier.ended.add('session-carl');
    bench.timers.advance(30_000);
    await carl.next('disconnect');
  });

  it('Z3: other sites and foreign names are kept out; the dashboard of this engine is not', async () => {
    const { url } = await serve(['https://desk.example']);
    const from = (extraHeaders: Record<string, string>) => new Peer(url, { ...auth('ann:viewer'), extraHeaders });
    await from({ Origin: 'https://evil.example' }).next('connect_error');
    await from({ Host: 'rebound.example' }).next('connect_error');
    await from({ Origin: `http://127.0.0.1:${DASHBOARD_PORT}` }).next('connected');
    // A page polls by HTTP, and may read the answers only where it is allowed to.
    const poll = (headers: Record<string, string>) =>
      new Promise<unknown[]>((resolve) => {
        get(`${url}/socket.io/?EIO=4&transport=polling`, { headers, agent: false }, (response) => {
          response.resume();
          resolve([response.statusCode, response.headers['access-control-allow-origin']]);
        });
      });
    expect(await poll({ Origin: 'https://desk.example' })).toEqual([200, 'https://desk.example']);
    expect(await poll({ Origin: 'https://evil.example' })).toEqual([403, undefined]);
    expect(await poll({ Host: 'rebound.example' })).toEqual([403, undefined]);
  });

  it('T7: 100 users at once, each told of a change, in their own names', async () => {
    const { url, bench, set } = await serve();
    const peers = Array.from({ length: 100 }, (_, i) => new Peer(url, auth(`user-${i}:viewer`)));
    for (const peer of peers)
      peer.socket.emit('subscribe_trading', { types: ['balance', 'positions', 'pnl', 'orders'] });
    await Promise.all(peers.map((peer) => peer.next('orders_update')));
    set('pnl', { ...PNL, total_pnl: 4 });
    const started = performance.now();
    bench.timers.advance(5_000);
    const delays = await Promise.all(
      peers.map(async (peer, i) => {
        expect(await peer.next('pnl_update', 2)).toMatchObject({ user_id: `user-${i}`, data: { total_pnl: 4 } });
        return performance.now() - started;
      }),
    );
    // T7 asks for less than a second; a figure, not a test of this machine.
    process.stdout.write(`100 users: all told within ${Math.max(...delays).toFixed(1)} ms\n`);
    expect(peers.every((peer) => peer.of('pnl_update').length === 2)).toBe(true);
  });
});

describe('clients that mean no good', () => {
  /** A client without a library: it can be deaf. */
  async function rawClient(url: string, token?: string) {
    const ws = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
    cleanUp.push(() => ws.terminate());
    ws.on('error', () => {});
    await new Promise((resolve) => ws.once('message', resolve));
    if (token !== undefined) {
      ws.send(`40${JSON.stringify({ token })}`);
      await new Promise((resolve) => ws.once('message', resolve));
    }
    return ws;
  }

  it('one that asks on without reading its answers is cut off', async () => {
    const { url, server } = await serve();
    const ws = await rawClient(url, 'ann:viewer');
    expect(server.clients).toBe(1);
    ws.pause();
    const request = `42["subscribe_trading",{"types":["${'x'.repeat(60)}"]}]`;
    // Without the bound each answer would wait in the engine's memory.
    for (let i = 0; i < 400_000 && server.clients === 1; i++) {
      ws.send(request);
      if (i % 200 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(server.clients).toBe(0);
    const connections = () => new Promise((resolve) => server.http.getConnections((_error, count) => resolve(count)));
    while ((await connections()) !== 0) await new Promise((resolve) => setImmediate(resolve));
  });

  it('Z18: one that asks too often is told so, and cut off where it goes on', async () => {
    const { url, bench } = await serve();
    const peer = new Peer(url, auth('ann:viewer'));
    await peer.next('connected');
    const ask = async (count: number) => {
      for (let i = 0; i < count; i++) peer.socket.emit('subscribe_trading', { types: [] });
      await peer.next('error');
    };
    await ask(COMMANDS_PER_S + 1);
    expect(peer.of('subscribed')).toHaveLength(COMMANDS_PER_S);
    expect(peer.of('error')).toEqual([{ message: 'too many requests' }]);
    for (let second = 1; second <= EXCESS_CLOSE_MS / 1_000; second++) {
      const before = peer.of('error').length;
      bench.timers.advance(1_000);
      for (let i = 0; i <= COMMANDS_PER_S; i++) peer.socket.emit('subscribe_trading', { types: [] });
      if (second < EXCESS_CLOSE_MS / 1_000) await peer.next('error', before + 1);
    }
    expect(await peer.next('disconnect')).toEqual({ reason: 'io server disconnect' });
  });

  it('the end of the engine waits for nobody who does not answer', async () => {
    const { url, server, bench } = await serve();
    const ws = await rawClient(url);
    ws.pause();
    const closed = server.close();
    bench.timers.advance(3_000);
    await closed;
    expect(server.http.listening).toBe(false);
  });
});

describe('our own session against it', () => {
  it('T2–T8: reads the account exactly, and asks for a new token when the old one is over', async () => {
    const { url, bench, server, set } = await serve();
    const events: VenueEvent[] = [];
    const statuses: SessionStatus[] = [];
    const waiting = new Set<() => void>();
    const heard = () => waiting.forEach((look) => look());
    const when = (is: () => boolean) =>
      new Promise<void>((resolve) => {
        const look = () => is() && resolve();
        waiting.add(look);
        look();
      });
    const session = createTradingSocketioSession(
      {
        url,
        venue: 'acc.trading-socketio',
        instruments: [],
        token: 'ann:viewer',
        openClient: (options, on) => openSocketIo({ ...options, retryFromMs: 10, retryToMs: 40 }, on),
      },
      {
        timers: bench.timers,
        random: () => 0,
        openSocket: nodeSockets(),
        emit: (batch) => {
          events.push(...batch);
          heard();
        },
        onStatus: (status) => {
          statuses.push(status);
          heard();
        },
      },
    );
    cleanUp.push(() => session.close());
    session.want([{ feed: 'account', symbol: '' }]);
    session.start();
    await when(() => events.length === 4);
    expect(events).toMatchObject([
      { event: { type: 'balance', balance: { currency: 'USDC', total: '100', available: '60', used: '40' } } },
      { event: { type: 'positions', positions: [{ symbol: 'BTC-USDC', side: 'buy', size: '0.1' }] } },
      { event: { type: 'pnl', pnl: { total: '3.0000000000000000001', realized: '1' } } },
      { event: { type: 'orders', orders: [{ id: 'g1-1', side: 'sell', price: '52000', open: true }] } },
    ]);
    set('positions', []);
    bench.timers.advance(5_000);
    await when(() => events.length === 5);
    expect(events.at(-1)).toEqual({ type: 'account', event: { type: 'positions', positions: [] } });
    // Revoked: thrown out, let come back once, told why not.
    bench.verifier.verify = async () => {
      throw new Error('ended');
    };
    server.endSession('session-ann');
    await when(() => statuses.at(-1)?.phase === 'waiting');
    bench.timers.advance(1_000);
    await when(() => statuses.at(-1)?.phase === 'refused');
    expect(statuses.at(-1)).toEqual({ phase: 'refused', reason: 'the token is not valid' });
  });
});
