/** The engine as an account server (T1–T9): its own account, on the official Socket.IO server, on a port of its own. */
import type { Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import type { Timers } from '#domain/clock.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { COMMANDS_PER_S, EXCESS_CLOSE_MS } from '#protocol/limits.ts';
import type { Bus } from '#server/bus.ts';
import type { Identity } from '#server/gateway/identity.ts';
import { ExcessWatch, TokenBucket } from '#server/gateway/rate-limit.ts';
import { recurring } from '#server/host/recurring.ts';
import { tokenOf, type Admission } from '../admission.ts';
import { CLOSE_GRACE_MS, dialectHttp } from '../dialect-http.ts';
import { ACCOUNT_TYPES, readTypes, type AccountType } from './subscriptions.ts';

export interface AccountServerOptions {
  readonly bus: Bus;
  readonly admission: Admission;
  readonly timers: Timers;
  /** Whose account: `account.<venue>.*`. */
  readonly venue: string;
  /** T6. */
  readonly intervalsMs: Readonly<Record<AccountType, number>>;
}

const MAX_CLIENTS = 1_000;
const MAX_FRAME_BYTES = 16 * 1024;
/** A client that has not taken this many packets gets no more until it has: they are values, the newest counts. */
const MOST_UNSENT = 8;
/** One that asks on without reading so many answers is cut off. */
const MOST_UNREAD_ANSWERS = 100;
/** Who has not shown a token by then is cut off: until then it needs none. */
const ADMISSION_MS = 10_000;

interface Client {
  readonly socket: Socket;
  readonly identity: Identity;
  /** T6: of each type subscribed to, what was pushed last; '' before the first push. */
  readonly pushed: Map<AccountType, string>;
  /** Packets that its transport has not taken yet. */
  unsent: number;
}

export class AccountServer {
  readonly #http = dialectHttp(404, 'the account server is Socket.IO at /socket.io');
  readonly #o: AccountServerOptions;
  readonly #io: Server;
  readonly #clients = new Set<Client>();
  /** Of sockets on their way in. */
  readonly #identities = new WeakMap<Socket, Identity>();
  readonly #undo: (() => void)[] = [];

  constructor(options: AccountServerOptions) {
    this.#o = options;
    this.#io = new Server(this.http, {
      serveClient: false,
      transports: ['websocket', 'polling'],
      maxHttpBufferSize: MAX_FRAME_BYTES,
      connectTimeout: ADMISSION_MS,
      // The page's script reads the answers of polling only where it is allowed to: the same check as below.
      cors: (request, callback) => {
        const { origin } = request.headers;
        const isAllowed = origin !== undefined && options.admission.refusal(request.headers) === undefined;
        callback(null, { origin: isAllowed ? origin : false, credentials: true });
      },
      allowRequest: (request, callback) => {
        const isFull = this.#io.engine.clientsCount >= MAX_CLIENTS;
        const refusal = options.admission.refusal(request.headers) ?? (isFull ? 'too many connections' : undefined);
        callback(refusal, refusal === undefined);
      },
    });
    this.#io.use(async (socket, next) => next(await this.#admit(socket)));
    this.#io.on('connection', (socket) => this.#welcome(socket));
  }

  get http(): HttpServer {
    return this.#http.server;
  }

  get clients(): number {
    return this.#clients.size;
  }

  start(): void {
    const { timers, intervalsMs } = this.#o;
    for (const type of ACCOUNT_TYPES) {
      this.#undo.push(
        recurring(
          timers,
          () => intervalsMs[type],
          () => this.#pushAll(type),
        ),
      );
    }
  }

  endSession(sessionId: string): void {
    for (const { socket, identity } of this.#clients) if (identity.sessionId === sessionId) socket.disconnect(true);
  }

  async close(): Promise<void> {
    for (const step of this.#undo.splice(0)) step();
    const cancel = this.#o.timers.after(CLOSE_GRACE_MS, () => this.#http.cutOff());
    await this.#io.close();
    cancel();
    await this.#http.close();
  }

  /** T2: by the `auth` payload, the header, the address, in this order. Why not, if not. */
  async #admit(socket: Socket): Promise<Error | undefined> {
    if (this.#clients.size >= MAX_CLIENTS) return new Error('too many connections');
    const { auth, headers, url } = socket.handshake;
    const token: unknown = auth['token'];
    const given = typeof token === 'string' && token !== '' ? token : tokenOf(headers, url);
    try {
      this.#identities.set(socket, await this.#o.admission.verify(given ?? ''));
      return undefined;
    } catch (error) {
      return new Error(error instanceof ProtocolError ? error.message : 'the token is not valid');
    }
  }

  #welcome(socket: Socket): void {
    const identity = this.#identities.get(socket);
    if (!identity) return void socket.disconnect(true);
    const client: Client = { socket, identity, pushed: new Map(), unsent: 0 };
    const { admission, timers } = this.#o;
    // T8: it comes back with its old token and is told why that is over.
    const unwatch = admission.watch(identity, () => socket.disconnect(true));
    const requests = new TokenBucket(COMMANDS_PER_S, timers.now());
    const excess = new ExcessWatch(EXCESS_CLOSE_MS);
    this.#clients.add(client);
    socket.conn.on('drain', () => (client.unsent = 0));
    socket.on('disconnect', () => {
      unwatch();
      this.#clients.delete(client);
    });
    const on = (event: string, act: (types: readonly AccountType[]) => void) => {
      socket.on(event, (payload: unknown) => {
        if (client.unsent > MOST_UNREAD_ANSWERS) return cutOff(socket);
        if (requests.take(timers.now()) > 0) {
          if (excess.note(timers.now())) return void socket.disconnect(true);
          return answer(client, 'error', { message: 'too many requests' });
        }
        const types = readTypes(payload);
        if (typeof types === 'string') answer(client, 'error', { message: types });
        else act(types);
      });
    };
    on('subscribe_trading', (types) => this.#subscribe(client, types));
    on('unsubscribe_trading', (types) => {
      for (const type of types) client.pushed.delete(type);
      answer(client, 'unsubscribed', { user_id: identity.user, types, status: 'success' });
    });
    socket.emit('connected', { message: 'connected', user_id: identity.user, authenticated: true });
  }

  /** T4: the new set replaces the earlier one; T6: the first push comes at once. */
  #subscribe(client: Client, types: readonly AccountType[]): void {
    client.pushed.clear();
    for (const type of types) client.pushed.set(type, '');
    answer(client, 'subscribed', { user_id: client.identity.user, types, status: 'success' });
    for (const type of types) this.#push(client, type, this.#read(type));
  }

  #pushAll(type: AccountType): void {
    const subscribers = [...this.#clients].filter(({ pushed }) => pushed.has(type));
    if (subscribers.length === 0) return;
    const reading = this.#read(type);
    for (const client of subscribers) this.#push(client, type, reading);
  }

  #push(client: Client, type: AccountType, reading: Reading | undefined): void {
    const { identity, pushed } = client;
    if (!reading || pushed.get(type) === reading.text || client.unsent > MOST_UNSENT) return;
    pushed.set(type, reading.text);
    const name = `${type}_update`;
    answer(client, name, { type: name, data: reading.data, timestamp: reading.timestamp, user_id: identity.user });
  }

  /** T5; `undefined` before the engine has an account. */
  #read(type: AccountType): Reading | undefined {
    const { bus, venue, timers } = this.#o;
    const data = bus.current(`account.${venue}.${type}`)?.data;
    if (data === undefined) return undefined;
    // Without a zone: UTC.
    return { data, text: JSON.stringify(data), timestamp: new Date(timers.now()).toISOString().replace('Z', '') };
  }
}

function answer(client: Client, event: string, payload: object): void {
  client.unsent += 1;
  client.socket.emit(event, payload);
}

/** Without a goodbye, which would wait behind all that it has not read. */
function cutOff({ conn, request }: Socket): void {
  conn.close(true);
  request.socket.destroy();
}

interface Reading {
  readonly data: unknown;
  readonly text: string;
  readonly timestamp: string;
}
