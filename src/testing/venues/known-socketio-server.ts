/**
 * The account push server with the habits of the known one, which runs on Flask-SocketIO: `connected` comes before the
 * client's `connect` (T3); a set belongs to the user, a new one replaces it, and replies go to everybody (T4); shapes and
 * local times of its own (T5).
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { seededRandom } from '#domain/random.ts';
import { isFields, isTexts, type Fields } from './venue-socket.ts';

const TYPES = ['balance', 'positions', 'pnl', 'orders'] as const;
export type TradingType = (typeof TYPES)[number];

export interface KnownSocketioOptions {
  /** Token → user. */
  readonly tokens: Readonly<Record<string, number>>;
  /** T9: `POST /login` JSON `{username, password}` → `{token}`. */
  readonly logins?: readonly { readonly username: string; readonly password: string; readonly token: string }[];
  readonly port?: number;
  /** T5: shapes of the page, or the known server's own. */
  readonly shapes?: 'documented' | 'known';
  /** ms between pushes of a type (T6). */
  readonly intervals?: Readonly<Record<TradingType, number>>;
  /** What local time is ahead of UTC, ms. */
  readonly zoneOffsetMs?: number;
  /** `false`: nothing is pushed but on demand and after a subscription. */
  readonly isLively?: boolean;
}

export interface KnownSocketioServer {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  readonly port: number;
  /** Every message of a client: `[user, event, payload]`. */
  readonly received: readonly (readonly [user: number, event: string, payload: unknown])[];
  /** Handshakes that were refused. */
  readonly refused: number;
  /** Types of a user. */
  subscribed(user: number): readonly string[];
  /** What is pushed from now on of this type; tells it at once to users who want it. */
  set(user: number, type: TradingType, data: unknown): void;
  /** T7: to one user. */
  push(user: number, type: TradingType): void;
  /** A token is worth nothing any more (T8); its connections end. */
  expire(token: string): void;
  /** Cuts the transports; clients come back by themselves. */
  cutAll(): void;
  stop(): Promise<void>;
}

const CADENCE: Readonly<Record<TradingType, number>> = {
  balance: 10_000,
  positions: 5_000,
  pnl: 5_000,
  orders: 15_000,
};

/** Of one user, in shapes the server was asked for. */
function firstData(shapes: 'documented' | 'known'): Record<TradingType, unknown> {
  const position = {
    symbol: 'BTCUSDT',
    side: 'Buy',
    size: 0.5,
    entry_price: 94200.5,
    mark_price: 95010.1,
    unrealized_pnl: 404.8,
  };
  const known = shapes === 'known';
  const positions = [known ? { ...position, leverage: '10', position_idx: 0 } : position];
  return {
    balance: known
      ? { coin: 'USDT', available: 9_200.25, total: 10_000.5, equity: 10_405.3 }
      : { total_balance: 10_000.5, available_balance: 9_200.25, used_margin: 800.25 },
    positions,
    pnl: known
      ? { total_unrealized_pnl: 404.8, position_count: 1, positions }
      : { total_pnl: 1_204.8, today_pnl: 84.2, unrealized_pnl: 404.8, realized_pnl: 800 },
    orders: [
      { order_id: 'o-1', symbol: 'BTCUSDT', side: 'Buy', quantity: 0.1, price: 93000, status: 'New' },
      { order_id: 'o-2', symbol: 'BTCUSDT', side: 'Sell', quantity: 0.2, price: known ? null : 97000, status: 'New' },
    ],
  };
}

export async function startKnownSocketioServer(options: KnownSocketioOptions): Promise<KnownSocketioServer> {
  const {
    tokens,
    logins = [],
    port = 0,
    shapes = 'known',
    intervals = CADENCE,
    zoneOffsetMs = 0,
    isLively = true,
  } = options;
  const random = seededRandom(1);
  const worthless = new Set<string>();
  const received: (readonly [number, string, unknown])[] = [];
  const sets = new Map<number, readonly string[]>();
  const users = new Map<number, Record<TradingType, unknown>>();
  const lastPushed = new Map<string, string>();
  const timers: NodeJS.Timeout[] = [];
  let refused = 0;

  const http = createServer((request, response) => {
    const say = (status: number, body: object) =>
      response
        .writeHead(status, {
          'content-type': 'application/json',
          'access-control-allow-origin': '*',
          'access-control-allow-headers': '*',
        })
        .end(JSON.stringify(body));
    if (request.method === 'OPTIONS') return void say(200, {});
    if (request.method !== 'POST' || request.url !== '/login') return void say(404, { error: 'not found' });
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      const asked: unknown = body === '' ? {} : JSON.parse(body);
      const known = logins.find(
        ({ username, password }) => isFields(asked) && asked['username'] === username && asked['password'] === password,
      );
      if (known) say(200, { token: known.token });
      else say(401, { error: 'invalid credentials' });
    });
  });
  const io = new Server(http, { cors: { origin: '*', allowedHeaders: ['authorization'] } });

  const stamp = () => new Date(Date.now() + zoneOffsetMs).toISOString().replace('Z', '417');
  const roomOf = (user: number) => `user_${user}`;
  function dataOf(user: number): Record<TradingType, unknown> {
    const known = users.get(user) ?? firstData(shapes);
    users.set(user, known);
    return known;
  }
  function push(user: number, type: TradingType): void {
    const data = dataOf(user)[type];
    lastPushed.set(`${user} ${type}`, JSON.stringify(data));
    io.to(roomOf(user)).emit(`${type}_update`, { type: `${type}_update`, data, timestamp: stamp(), user_id: user });
  }
  /** T6: only when changed. */
  function pushChanged(type: TradingType): void {
    for (const [user, types] of sets) {
      if (!types.includes(type)) continue;
      if (isLively) wander(dataOf(user), random);
      if (lastPushed.get(`${user} ${type}`) !== JSON.stringify(dataOf(user)[type])) push(user, type);
    }
  }

  io.use((socket, next) => {
    const user = userOf(tokenOf(socket), tokens, worthless);
    if (user === undefined) {
      refused += 1;
      return next(new Error('Connection rejected by server'));
    }
    socket.data.user = user;
    // T3: before the library says it is connected.
    socket.emit('connected', { message: '连接成功', user_id: user, authenticated: true });
    return next();
  });
  io.on('connection', (socket) => {
    const user = Number(socket.data.user);
    void socket.join(roomOf(user));
    socket.onAny((event: string, payload: unknown) => received.push([user, event, payload]));
    // T4: to every client, whoever asked.
    socket.on('subscribe_trading', (payload: unknown) => {
      const types = typesOf(payload);
      sets.set(user, types);
      io.emit('subscribed', { user_id: user, types, status: 'success' });
      for (const type of TYPES) if (types.includes(type)) push(user, type);
    });
    socket.on('unsubscribe_trading', (payload: unknown) => {
      const types = typesOf(payload);
      sets.set(
        user,
        (sets.get(user) ?? []).filter((type) => !types.includes(type)),
      );
      io.emit('unsubscribed', { user_id: user, types, status: 'success' });
    });
    socket.on('subscribe_ticker', (payload: unknown) => {
      const symbols = isFields(payload) && isTexts(payload['symbols']) ? payload['symbols'] : [];
      io.emit('ticker_subscribed', { user_id: user, symbols, status: 'success' });
    });
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, '127.0.0.1', resolve);
  });
  for (const type of TYPES) timers.push(setInterval(() => pushChanged(type), intervals[type]));
  const actual = (http.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${actual}`,
    port: actual,
    received,
    get refused() {
      return refused;
    },
    subscribed: (user) => sets.get(user) ?? [],
    set(user, type, data) {
      dataOf(user)[type] = data;
      if (sets.get(user)?.includes(type)) push(user, type);
    },
    push,
    expire(token) {
      worthless.add(token);
      for (const socket of io.sockets.sockets.values()) if (tokenOf(socket) === token) socket.disconnect(true);
    },
    cutAll() {
      for (const socket of io.sockets.sockets.values()) socket.conn.close(true);
    },
    async stop() {
      for (const timer of timers) clearInterval(timer);
      await io.close();
    },
  };
}

/** T2: the payload, the header, the address, in this order. */
function tokenOf({ handshake }: Socket): string | undefined {
  const payload: unknown = handshake.auth['token'];
  if (typeof payload === 'string') return payload;
  const [, bearer] = /^Bearer (.+)$/.exec(handshake.headers.authorization ?? '') ?? [];
  const query = handshake.query['token'];
  return bearer ?? (typeof query === 'string' ? query : undefined);
}

function userOf(
  token: string | undefined,
  tokens: Readonly<Record<string, number>>,
  worthless: ReadonlySet<string>,
): number | undefined {
  return token === undefined || worthless.has(token) || !Object.hasOwn(tokens, token) ? undefined : tokens[token];
}

/** T4: both names. */
function typesOf(payload: unknown): readonly string[] {
  if (!isFields(payload)) return [];
  const types = payload['types'] ?? payload['subscribeTypes'];
  return isTexts(types) ? types : [];
}

/** Something small changes, as it does while a market moves. */
function wander(data: Record<TradingType, unknown>, random: () => number): void {
  const step = Math.round((random() - 0.5) * 2_000) / 100;
  const moved = (record: unknown, names: readonly string[]): Fields => {
    const fields = isFields(record) ? record : {};
    const changed = names.filter((name) => typeof fields[name] === 'number');
    return {
      ...fields,
      ...Object.fromEntries(changed.map((name) => [name, Math.round((Number(fields[name]) + step) * 100) / 100])),
    };
  };
  data.balance = moved(data.balance, ['total_balance', 'total', 'equity']);
  const { positions } = data;
  if (Array.isArray(positions)) data.positions = positions.map((each) => moved(each, ['mark_price', 'unrealized_pnl']));
  data.pnl = moved(data.pnl, ['total_pnl', 'today_pnl', 'unrealized_pnl', 'total_unrealized_pnl']);
}
