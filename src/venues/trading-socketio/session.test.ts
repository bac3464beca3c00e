import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { RawFrame, SessionStatus, VenueEvent, VenueSession, VenueSocket } from '../venue.ts';
import { openSocketIo, type OpenClient } from './client.ts';
import { createTradingSocketioSession, type TradingSocketioSessionOptions } from './session.ts';

const TOKEN = 'header.payload.signature';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

/** The known server's habits (T3, T4) on the official library. */
class KnownServer {
  readonly subscriptions: unknown[] = [];
  readonly sockets: Socket[] = [];
  /** Why a token is refused; `undefined`: it is not. */
  refusal: string | undefined;
  handshakes = 0;
  readonly #http: HttpServer;
  readonly #io: Server;
  #onSubscribed: (() => void)[] = [];

  constructor() {
    this.#http = createServer();
    this.#io = new Server(this.#http, { serveClient: false });
    this.#io.use((socket, next) => {
      this.handshakes += 1;
      const token: unknown = socket.handshake.auth['token'];
      next(this.refusal === undefined && token === TOKEN ? undefined : new Error(this.refusal ?? 'Invalid token'));
    });
    this.#io.on('connection', (socket) => {
      this.sockets.push(socket);
      socket.emit('connected', { message: '连接成功', user_id: 4, authenticated: true });
      socket.on('subscribe_trading', ({ types }: { types: string[] }) => {
        this.subscriptions.push(types);
        this.#io.emit('subscribed', { user_id: 5, types, status: 'success' });
        this.#io.emit('subscribed', { user_id: 4, types, status: 'success' });
        this.#onSubscribed.splice(0).forEach((heard) => heard());
      });
      socket.on('subscribe_ticker', (request) => {
        this.subscriptions.push(request);
        this.#onSubscribed.splice(0).forEach((heard) => heard());
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#http.listen(0, '127.0.0.1', resolve));
    cleanUp.push(() => this.#io.close());
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  subscribed(): Promise<void> {
    return new Promise((resolve) => this.#onSubscribed.push(resolve));
  }

  push(name: string, data: unknown): void {
    this.#io.emit(name, { type: name, data, timestamp: '2025-11-10T09:00:00', user_id: 4 });
  }
}

/** Tries again within a test's patience. */
const quick: OpenClient = (options, on) => openSocketIo({ ...options, retryFromMs: 10, retryToMs: 40 }, on);

function openWs(url: string): VenueSocket {
  const ws = new WebSocket(url);
  const socket: VenueSocket = {
    onopen: null,
    onmessage: null,
    onclose: null,
    onerror: null,
    send: (text) => ws.send(text),
    close: () => ws.close(),
  };
  ws.onopen = () => socket.onopen?.();
  ws.onmessage = ({ data }) => socket.onmessage?.({ data });
  ws.onclose = ({ code, reason }) => socket.onclose?.({ code, reason });
  ws.onerror = (error) => socket.onerror?.(error);
  return socket;
}

interface Bench {
  readonly session: VenueSession;
  readonly events: VenueEvent[];
  readonly statuses: SessionStatus[];
  readonly taps: RawFrame[];
  /** Resolves with the first status, past ones counted from now on, that fits. */
  status(phase: SessionStatus['phase']): Promise<SessionStatus>;
  event(type: VenueEvent['type']): Promise<VenueEvent>;
}

function bench(
  url: string,
  options: Partial<TradingSocketioSessionOptions> = {},
  openSocket: (url: string) => VenueSocket = openWs,
): Bench {
  const events: VenueEvent[] = [];
  const statuses: SessionStatus[] = [];
  const taps: RawFrame[] = [];
  const waiting = new Set<() => void>();
  const when = <T>(pick: () => T | undefined) =>
    new Promise<T>((resolve) => {
      const look = () => {
        const found = pick();
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
    });
  const session = createTradingSocketioSession(
    { url, venue: 'a.trading-socketio', instruments: [], token: TOKEN, openClient: quick, ...options },
    {
      timers: {
        now: () => Date.now(),
        after: (ms, task) => {
          // An eviction's delay in a test's patience.
          const timer = setTimeout(task, ms / 100);
          return () => clearTimeout(timer);
        },
      },
      random: () => 0.5,
      openSocket,
      emit: (batch) => {
        events.push(...batch);
        waiting.forEach((look) => look());
      },
      onStatus: (status) => {
        statuses.push(status);
        waiting.forEach((look) => look());
      },
      tap: (frame) => taps.push(frame),
    },
  );
  cleanUp.push(() => session.close());
  const status = (phase: SessionStatus['phase']) => {
    const from = statuses.length;
    return when(() => statuses.slice(from).find((each) => each.phase === phase));
  };
  const event = (type: VenueEvent['type']) => {
    const from = events.length;
    return when(() => events.slice(from).find((each) => each.type === type));
  };
  return { session, events, statuses, taps, status, event };
}

/** Time enough for three tries: those of a session that does try again. */
async function othersTries(): Promise<void> {
  const { session, status } = bench('http://127.0.0.1:9', { polling: false });
  session.start();
  for (let i = 0; i < 4; i += 1) await status('waiting');
  session.close();
}

const ACCOUNT = { feed: 'account', symbol: '' } as const;
const TYPES = ['balance', 'positions', 'pnl', 'orders'];

describe('an account session on the official client and server', () => {
  it('T2, T4, T5: authenticates, subscribes to the whole set, reads what is pushed', async () => {
    const server = new KnownServer();
    const { session, event, events, taps } = bench(await server.listen());
    session.want([ACCOUNT]);
    const subscribed = server.subscribed();
    session.start();
    await subscribed;
    expect(server.subscriptions).toEqual([TYPES]);
    const pushed = event('account');
    server.push('balance_update', { coin: 'USDT', available: 0, total: 1.5 });
    expect(await pushed).toMatchObject({ event: { type: 'balance', balance: { total: '1.5' } } });
    expect(session.status).toEqual({ phase: 'live', silentSince: null });
    expect(events).toHaveLength(1);
    expect(session.stats()[0]).toMatchObject({
      state: 'live',
      subscriptions: 4,
      byType: { connected: { count: 1 }, subscribed: { count: 2 }, balance_update: { count: 1 } },
      roundTripMs: expect.any(Number),
      latency: { count: 1 },
    });
    // The recorder gets every packet but the one with the token.
    expect(taps.filter(({ dir }) => dir === 'out').map(({ frame }) => frame)).toEqual([
      `42["subscribe_trading",${JSON.stringify({ types: TYPES })}]`,
    ]);
    expect(JSON.stringify(taps)).not.toContain(TOKEN);
  });

  it('T4: an error is shown with its message; the connection stays', async () => {
    const server = new KnownServer();
    const { session, event, status } = bench(await server.listen());
    const live = status('live');
    session.start();
    await live;
    const problem = event('problem');
    server.sockets[0]?.emit('error', { message: 'unknown type: wealth' });
    expect(await problem).toEqual({ type: 'problem', problem: { code: 'refused', message: 'unknown type: wealth' } });
    expect(session.status.phase).toBe('live');
  });

  it('T5: subscribes to the wanted tickers, and anew when they change', async () => {
    const server = new KnownServer();
    const { session } = bench(await server.listen());
    const ticker = (symbol: string) => ({ feed: 'ticker', symbol }) as const;
    session.want([ticker('BTCUSDT')]);
    let heard = server.subscribed();
    session.start();
    await heard;
    heard = server.subscribed();
    session.want([ticker('ETHUSDT'), ticker('BTCUSDT'), ticker('BTCUSDT')]);
    session.want([ticker('BTCUSDT'), ticker('ETHUSDT')]);
    await heard;
    expect(server.subscriptions).toEqual([{ symbols: ['BTCUSDT'] }, { symbols: ['BTCUSDT', 'ETHUSDT'] }]);
  });

  it('T2: a refused token is told and not tried again until somebody says so', async () => {
    const server = new KnownServer();
    server.refusal = `Invalid token ${TOKEN}`;
    const { session, status, statuses } = bench(await server.listen());
    const refused = status('refused');
    session.start();
    expect(await refused).toEqual({ phase: 'refused', reason: 'Invalid token …' });
    await othersTries();
    expect(server.handshakes).toBe(1);
    expect(statuses.at(-1)?.phase).toBe('refused');
    server.refusal = undefined;
    const live = status('live');
    session.reconnect();
    await live;
    expect(server.handshakes).toBe(2);
  });

  it('T8: after a cut it authenticates and subscribes again', async () => {
    const server = new KnownServer();
    const { session, status } = bench(await server.listen());
    session.want([ACCOUNT]);
    let subscribed = server.subscribed();
    session.start();
    await subscribed;
    subscribed = server.subscribed();
    const waiting = status('waiting');
    server.sockets[0]?.conn.close();
    expect(await waiting).toMatchObject({ attempt: 1, retryAt: expect.any(Number) });
    await subscribed;
    expect(server.subscriptions).toEqual([TYPES, TYPES]);
    expect(session.stats()[0]).toMatchObject({ reconnects: 1, state: 'live' });
  });

  it('T8: an expired token ends in `refused`, with the server’s reason', async () => {
    const server = new KnownServer();
    const { session, status, statuses } = bench(await server.listen());
    const live = status('live');
    session.start();
    await live;
    server.refusal = 'token expired';
    const refused = status('refused');
    server.sockets[0]?.disconnect(true);
    expect(await refused).toEqual({ phase: 'refused', reason: 'token expired' });
    expect(statuses.map(({ phase }) => phase)).toEqual(['connecting', 'live', 'waiting', 'connecting', 'refused']);
  });

  it('T1: falls back on long polling where WebSockets do not get through', async () => {
    const server = new KnownServer();
    const noSockets = () => {
      throw new Error('blocked');
    };
    const { session, status } = bench(await server.listen(), {}, noSockets);
    const live = status('live');
    session.start();
    await live;
    expect(server.sockets[0]?.conn.transport.name).toBe('polling');
  });

  it('T8: a server that is not there is tried again, ever more slowly', async () => {
    const { session, status, statuses } = bench('http://127.0.0.1:9', { polling: false });
    session.start();
    for (let i = 0; i < 3; i += 1) await status('waiting');
    const attempts = statuses.flatMap((each) => (each.phase === 'waiting' ? [each.attempt] : []));
    expect(attempts.slice(0, 3)).toEqual([1, 2, 3]);
  });

  it('says nothing after it was closed', async () => {
    const server = new KnownServer();
    const { session, status, statuses, events } = bench(await server.listen());
    const live = status('live');
    session.start();
    await live;
    session.close();
    server.push('pnl_update', { total_pnl: 1 });
    session.reconnect();
    await othersTries();
    expect(statuses.at(-1)).toEqual({ phase: 'closed' });
    expect(events).toEqual([]);
    expect(server.handshakes).toBe(1);
  });
});

describe('the order of the known server', () => {
  it('T3: `connected` before the connect packet: one subscription, after it', async () => {
    const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1', path: '/desk/socket.io/' });
    await new Promise((resolve) => sockets.once('listening', resolve));
    cleanUp.push(() => sockets.close());
    const sent: string[] = [];
    const subscribed = new Promise<void>((resolve) => {
      sockets.on('connection', (ws) => {
        ws.send('0{"sid":"eio1","upgrades":[],"pingTimeout":20000,"pingInterval":25000,"maxPayload":1000000}');
        ws.on('message', (data) => {
          const frame = String(data);
          sent.push(frame);
          if (frame.startsWith('40')) {
            ws.send('42["connected",{"message":"ok","user_id":4,"authenticated":true}]');
            ws.send('40{"sid":"sio1"}');
          } else resolve();
        });
      });
    });
    const { port } = sockets.address() as AddressInfo;
    const { session } = bench(`http://127.0.0.1:${port}/desk/`);
    session.want([ACCOUNT]);
    session.start();
    await subscribed;
    expect(sent).toEqual([`40{"token":"${TOKEN}"}`, `42["subscribe_trading",${JSON.stringify({ types: TYPES })}]`]);
  });
});
