import { createHmac } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#domain/random.ts';
import { createSocketPair } from '../socket-pair.ts';
import { VirtualTimers } from '../virtual-timers.ts';
import { okxChecksum } from './okx-checksum.ts';
import { OKX_LISTINGS } from './okx-instruments.ts';
import { OkxServer, type OkxServerOptions } from './okx-server.ts';
import { openSocketOver, RawClient } from './venue-network.ts';

const BOOKS = { channel: 'books', instId: 'BTC-USDT' };
const TICKERS = { channel: 'tickers', instId: 'BTC-USDT' };
const KEYS = { key1: { secret: 's3cret', passphrase: 'pass' } };

interface Frame {
  readonly event?: string;
  readonly code?: string;
  readonly action?: string;
  readonly arg?: { readonly channel: string };
  readonly data?: readonly {
    readonly seqId: number;
    readonly prevSeqId: number;
    readonly checksum: number;
    readonly bids: readonly (readonly [string, string])[];
    readonly asks: readonly (readonly [string, string])[];
  }[];
}

function world(options: Partial<OkxServerOptions> = {}) {
  const timers = new VirtualTimers();
  const network = createSocketPair(seededRandom(1), timers);
  const server = new OkxServer({ timers, depth: 30, listings: OKX_LISTINGS.slice(0, 2), keys: KEYS, ...options });
  network.onConnection = (socket) => server.accept(socket);
  const open = openSocketOver(network);
  async function connect(path = 'public') {
    const client = new RawClient(open, `ws://venue.test/ws/v5/${path}`);
    await timers.advance(1);
    return client;
  }
  async function ask(client: RawClient, op: string, args: readonly object[], id?: string): Promise<Frame[]> {
    client.send({ ...(id !== undefined && { id }), op, args });
    await timers.advance(1);
    return client.take() as Frame[];
  }
  return { timers, server, connect, ask };
}

function signed(timers: VirtualTimers, secret = 's3cret', passphrase = 'pass') {
  const timestamp = String(timers.now() / 1_000);
  const sign = createHmac('sha256', secret).update(`${timestamp}GET/users/self/verify`).digest('base64');
  return { apiKey: 'key1', passphrase, timestamp, sign };
}

/** Follows a book by the rules and nothing else. */
function follow(frames: readonly Frame[]) {
  const sides = { bids: new Map<string, string>(), asks: new Map<string, string>() };
  for (const { action, data } of frames) {
    for (const row of data ?? []) {
      for (const side of ['bids', 'asks'] as const) {
        if (action === 'snapshot') sides[side].clear();
        for (const [price, size] of row[side]) {
          if (size === '0') sides[side].delete(price);
          else sides[side].set(price, size);
        }
      }
    }
  }
  const sorted = (side: 'bids' | 'asks', sign: number) =>
    [...sides[side]].sort(([a], [b]) => sign * (Number(a) - Number(b)));
  return { bids: sorted('bids', -1), asks: sorted('asks', 1) };
}

describe('the test OKX', () => {
  it('O3: acks each argument with its connection and the id, then tells the book as it is', async () => {
    const { server, connect, ask } = world();
    const frames = await ask(await connect(), 'subscribe', [BOOKS, TICKERS], 'a1');
    expect(frames.filter(({ event }) => event === 'subscribe')).toEqual([
      { id: 'a1', event: 'subscribe', arg: BOOKS, connId: 'a4d30000' },
      { id: 'a1', event: 'subscribe', arg: TICKERS, connId: 'a4d30000' },
    ]);
    const snapshot = frames.find(({ action }) => action === 'snapshot');
    expect(snapshot?.data?.[0]?.prevSeqId).toBe(-1);
    expect(follow([snapshot ?? {}])).toEqual({
      bids: server.book('BTC-USDT').bids,
      asks: server.book('BTC-USDT').asks,
    });
  });

  it('O3: acks a duplicate without a snapshot and writes it down; data may come before its ack', async () => {
    const { server, connect, ask } = world({ habits: { dataBeforeAck: true, shuffleAcks: true } });
    const client = await connect();
    expect((await ask(client, 'subscribe', [BOOKS])).map(({ event, action }) => event ?? action)).toEqual([
      'snapshot',
      'subscribe',
    ]);
    expect((await ask(client, 'subscribe', [BOOKS])).map(({ event, action }) => event ?? action)).toEqual([
      'subscribe',
    ]);
    expect(server.violations.map(({ rule }) => rule)).toEqual(['O3']);
    await ask(client, 'unsubscribe', [BOOKS]);
    expect((await ask(client, 'subscribe', [BOOKS])).some(({ action }) => action === 'snapshot')).toBe(true);
    expect(server.violations).toHaveLength(1);
  });

  it('O12: updates link up and lead to the true book, across a maintenance reset', async () => {
    const { timers, server, connect, ask } = world({ habits: { checksum: 'real' } });
    server.start();
    const client = await connect();
    const frames = await ask(client, 'subscribe', [BOOKS]);
    await timers.advance(3_000);
    server.maintenance('BTC-USDT');
    await timers.advance(3_000);
    server.pause();
    frames.push(...(client.take() as Frame[]));
    const rows = frames.flatMap(({ data }) => data ?? []);
    expect(rows.length).toBeGreaterThan(50);
    for (const [i, row] of rows.slice(1).entries()) expect(row.prevSeqId).toBe(rows[i]?.seqId);
    expect(rows.filter(({ seqId, prevSeqId }) => seqId < prevSeqId)).toHaveLength(1);
    const { bids, asks } = server.book('BTC-USDT');
    expect(follow(frames)).toEqual({ bids, asks });
    expect(rows.at(-1)?.checksum).toBe(okxChecksum(bids, asks));
  });

  it('O12: leaves a gap, repeats, miscounts and says that nothing happened, on demand', async () => {
    const { timers, server, connect, ask } = world({ rate: 10, habits: { checksum: 'real', keepAliveMs: 500 } });
    server.start();
    const client = await connect();
    await ask(client, 'subscribe', [BOOKS]);
    const next = async (ms: number) => {
      await timers.advance(ms);
      return (client.take() as Frame[]).flatMap(({ data }) => data ?? []);
    };
    const [before] = (await next(200)).slice(-1);
    server.gap('BTC-USDT');
    expect((await next(400))[0]?.prevSeqId).not.toBe(before?.seqId);
    server.duplicate('BTC-USDT');
    const [a, b] = await next(200);
    expect(a).toEqual(b);
    server.miscount('BTC-USDT');
    server.quiet('BTC-USDT');
    const { seqId } = server.book('BTC-USDT');
    expect(await next(600)).toMatchObject([{ bids: [], asks: [], seqId, prevSeqId: seqId }]);
  });

  it.skipIf(!existsSync(resolve('../shared/vectors/okx')))('O13: counts the checksum of a real snapshot', () => {
    const frame = JSON.parse(readFileSync(resolve('../shared/vectors/okx/books_snapshot_checksum_TRX.json'), 'utf8'));
    const [{ bids, asks, checksum }] = frame.data;
    const levels = (rows: [string, string][]) => rows.map(([price, size]): [string, string] => [price, size]);
    expect(okxChecksum(levels(bids), levels(asks))).toBe(checksum);
  });

  it('O2: answers 60018 on the wrong address, and 60011 before a login', async () => {
    const { connect, ask } = world();
    const candle = { channel: 'candle1m', instId: 'BTC-USDT' };
    expect(await ask(await connect('public'), 'subscribe', [candle])).toMatchObject([
      { event: 'error', code: '60018' },
    ]);
    expect(await ask(await connect('business'), 'subscribe', [TICKERS])).toMatchObject([
      { event: 'error', code: '60018' },
    ]);
    expect(await ask(await connect('private'), 'subscribe', [{ channel: 'account' }])).toMatchObject([
      { event: 'error', code: '60011' },
    ]);
  });

  it('O8: takes a right signature, and says what is wrong with others', async () => {
    const { timers, connect, ask } = world();
    const login = async (args: object) => {
      await timers.advance(1_000);
      const client = await connect('private');
      const [answer] = await ask(client, 'login', [args]);
      return [answer?.code, client.closed];
    };
    expect(await login(signed(timers))).toEqual(['0', undefined]);
    expect(await login(signed(timers, 'other'))).toEqual(['60007', 4001]);
    expect(await login(signed(timers, 's3cret', 'other'))).toEqual(['60024', 4001]);
    expect(await login({ ...signed(timers), apiKey: 'key2' })).toEqual(['60032', 4001]);
    expect(await login({ ...signed(timers), timestamp: 'now' })).toEqual(['60004', 4001]);
    expect(await login({ ...signed(timers), timestamp: String(timers.now()) })).toEqual(['60006', 4001]);
  });

  it('O14, O16: tells an account that logged in what happens to it', async () => {
    const { timers, server, connect, ask } = world();
    const client = await connect('private');
    await ask(client, 'login', [signed(timers)]);
    const args = [
      { channel: 'account' },
      { channel: 'orders', instType: 'ANY' },
      { channel: 'positions', instType: 'ANY' },
    ];
    const first = await ask(client, 'subscribe', args);
    expect(first.filter(({ event }) => event === 'channel-conn-count')).toHaveLength(3);
    expect(first.filter(({ data }) => data).map(({ arg }) => arg?.channel)).toEqual(['account']);
    const ordId = server.account.place({ instId: 'BTC-USDT', side: 'buy', px: '94000', sz: '0.3' });
    server.account.fill(ordId, '0.1', '94000', '-0.0001');
    server.account.fill(ordId, '0.2', '94000', '-0.0002');
    await timers.advance(1);
    expect(client.take()).toMatchObject([
      { data: [{ ordId, state: 'live' }] },
      { data: [{ ordId, state: 'partially_filled', accFillSz: '0.1', fillSz: '0.1' }] },
      { data: [{ ordId, state: 'filled', accFillSz: '0.3', fillSz: '0.2', fee: '-0.0003' }] },
    ]);
  });

  it('O4: limits the connections of a private channel', async () => {
    const { timers, connect, ask } = world({ habits: { maxPrivateConnections: 1 } });
    for (const expected of ['channel-conn-count', 'channel-conn-count-error']) {
      const client = await connect('private');
      await ask(client, 'login', [signed(timers)]);
      const events = (await ask(client, 'subscribe', [{ channel: 'account' }])).map(({ event }) => event);
      expect(events).toContain(expected);
    }
  });

  it('O5: closes on the fourth connect in a second, and writes down the 481st request in an hour', async () => {
    const { timers, server, connect, ask } = world();
    const clients = [await connect(), await connect(), await connect(), await connect()];
    await timers.advance(1);
    expect(clients.map(({ closed }) => closed)).toEqual([undefined, undefined, undefined, 1008]);
    const [client] = clients;
    if (!client) throw new Error('nobody');
    for (let i = 0; i < 240; i += 1) {
      await ask(client, 'subscribe', [TICKERS]);
      await ask(client, 'unsubscribe', [TICKERS]);
    }
    expect(server.violations).toHaveLength(1);
    await ask(client, 'subscribe', [TICKERS]);
    expect(server.violations.map(({ rule }) => rule)).toEqual(['O5', 'O5']);
    expect(client.closed).toBe(4002);
  });

  it('O6: closes with 4004 after 30 s of silence, not while ping is answered', async () => {
    const { timers, connect } = world();
    const [idle, lively] = [await connect(), await connect()];
    for (let i = 0; i < 3; i += 1) {
      await timers.advance(15_000);
      lively.send('ping');
    }
    await timers.advance(1);
    expect(idle.closed).toBe(4004);
    expect(lively.closed).toBeUndefined();
    expect(lively.frames).toEqual(['pong', 'pong', 'pong']);
  });

  it('O4: announces its end a minute before', async () => {
    const { timers, server, connect } = world({ habits: { idleCloseMs: 600_000 } });
    const client = await connect();
    server.notice();
    await timers.advance(59_000);
    expect(client.take()).toMatchObject([{ event: 'notice', code: '64008' }]);
    expect(client.isOpen).toBe(true);
    await timers.advance(2_000);
    expect(client.closed).toBe(1001);
  });

  it('O10: confirms a bar once it is over', async () => {
    const { timers, server, connect, ask } = world({ rate: 2 });
    server.start();
    const client = await connect('business');
    const first = await ask(client, 'subscribe', [{ channel: 'candle1m', instId: 'BTC-USDT' }]);
    await timers.advance(61_000);
    const rows = [...first, ...(client.take() as Frame[])].flatMap(({ data }) => (data ?? []) as unknown as string[][]);
    const confirmed = rows.filter((row) => row[8] === '1');
    expect(confirmed).toHaveLength(1);
    const opens = [...new Set(rows.map(([ts]) => ts))];
    expect(opens).toHaveLength(2);
    expect(confirmed[0]?.[0]).toBe(opens[0]);
  });

  it('O15: pages candles newest first, the newest as the socket tells it', async () => {
    const { timers, server } = world();
    const get = (query: string) =>
      server.rest('/api/v5/market/history-candles', new URLSearchParams(query), {}).body as { data: string[][] };
    const { data } = get('instId=BTC-USDT&bar=1H&limit=300');
    expect(data).toHaveLength(300);
    for (const [i, row] of data.slice(1).entries()) expect(Number(row[0])).toBe(Number(data[i]?.[0]) - 3_600_000);
    const older = get(`instId=BTC-USDT&bar=1H&limit=5&after=${data[10]?.[0]}`).data;
    expect(older[0]).toEqual(data[11]);
    expect(data[0]?.[8]).toBe('0');
    for (let i = 0; i < 25; i += 1) server.rest('/api/v5/public/time', new URLSearchParams(), {});
    expect(server.rest('/api/v5/public/time', new URLSearchParams(), {}).status).toBe(429);
    expect(server.violations[0]?.rule).toBe('O15');
    await timers.advance(2_001);
    expect(server.rest('/api/v5/public/time', new URLSearchParams(), {}).status).toBe(200);
  });
});
