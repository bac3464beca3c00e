/** The engine as a push server (P1–P9), on a port of its own. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { randomUUID } from 'node:crypto';
import { WebSocketServer } from 'ws';
import type { Timers } from '#domain/clock.ts';
import { CloseCode } from '#protocol/limits.ts';
import { refuseUpgrade } from '#server/gateway/handshake.ts';
import type { Identity } from '#server/gateway/identity.ts';
import { tokenOf, type Admission } from '../admission.ts';
import { CLOSE_GRACE_MS, dialectHttp } from '../dialect-http.ts';
import { PushClient, type PushSocket } from './push-client.ts';
import type { PushFeed } from './push-feed.ts';
import { pushFrame, type PushType } from './push-frames.ts';

export interface PushServerOptions {
  readonly feed: PushFeed;
  readonly admission: Admission;
  readonly timers: Timers;
  /** P9: without a token. */
  readonly anonymous: boolean;
}

const MAX_CLIENTS = 1_000;
const MAX_FRAME_BYTES = 4 * 1024;
const NEWEST: readonly PushType[] = ['price_update', 'orderbook_update', 'system_status'];
/** How often those who were backed up are looked after. */
const CATCH_UP_MS = 250;

export class PushServer {
  readonly #http = dialectHttp(426, 'the push server is a WebSocket at /ws');
  readonly #o: PushServerOptions;
  readonly #clients = new Set<PushClient>();
  readonly #sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
  });
  #cancelCatchUp: () => void = () => {};
  #closing = false;
  #onEmpty: () => void = () => {};

  constructor(options: PushServerOptions) {
    this.#o = options;
    this.http.on('upgrade', (request, socket, head) => {
      socket.on('error', () => socket.destroy());
      void this.#accept(request, socket, head);
    });
  }

  get http(): Server {
    return this.#http.server;
  }

  get clients(): number {
    return this.#clients.size;
  }

  async start(): Promise<void> {
    await this.#o.feed.start({
      isHeard: () => this.#clients.size > 0,
      newest: (type, frame) => {
        for (const client of this.#clients) client.sendNewest(type, frame);
      },
      each: (frame) => {
        for (const client of this.#clients) client.send(frame);
      },
    });
    this.#catchUpLater();
  }

  endSession(sessionId: string): void {
    for (const client of this.#clients) {
      if (client.sessionId === sessionId) client.close(CloseCode.authentication, 'the session has ended');
    }
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#o.feed.stop();
    this.#cancelCatchUp();
    for (const client of this.#clients) client.close(CloseCode.shuttingDown, 'shutting down');
    if (this.#clients.size > 0) await new Promise<void>((resolve) => (this.#onEmpty = resolve));
    // Those that were not let in may still be there.
    this.#http.cutOff();
    await this.#http.close();
  }

  async #accept(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const refusal = this.#o.admission.refusal(request.headers);
    if (refusal !== undefined) return refuseUpgrade(socket, { status: 403, message: refusal });
    if ((request.url ?? '').split('?', 1)[0] !== '/ws') {
      return refuseUpgrade(socket, { status: 404, message: 'the push server is at /ws' });
    }
    const identity = await this.#identify(request);
    if (socket.destroyed) return;
    if (this.#closing) return refuseUpgrade(socket, { status: 503, message: 'shutting down' });
    if (this.#clients.size >= MAX_CLIENTS)
      return refuseUpgrade(socket, { status: 503, message: 'too many connections' });
    this.#sockets.handleUpgrade(request, socket, head, (ws) => {
      // A browser hears why only of a connection that came about.
      ws.on('error', () => {});
      if (identity === undefined) {
        ws.close(CloseCode.authentication, 'the token is missing or not valid');
        ws.once(
          'close',
          this.#o.timers.after(CLOSE_GRACE_MS, () => ws.terminate()),
        );
        return;
      }
      this.#welcome(ws, identity);
    });
  }

  /** `null`: anonymous; `undefined`: not to be let in. */
  async #identify({ headers, url }: IncomingMessage): Promise<Identity | null | undefined> {
    if (this.#o.anonymous) return null;
    const token = tokenOf(headers, url);
    try {
      return await this.#o.admission.verify(token ?? '');
    } catch {
      return undefined;
    }
  }

  #welcome(ws: PushSocket, identity: Identity | null): void {
    const { timers, feed, admission } = this.#o;
    let unwatch = () => {};
    const client = new PushClient({
      ws,
      timers,
      sessionId: identity?.sessionId ?? null,
      onClosed: () => {
        unwatch();
        this.#clients.delete(client);
        if (this.#clients.size === 0) this.#onEmpty();
      },
    });
    if (identity) unwatch = admission.watch(identity, (reason) => client.close(CloseCode.authentication, reason));
    const now = timers.now();
    const greeting = { client_id: randomUUID(), server_time: new Date(now).toISOString() };
    client.send(pushFrame('connection_established', greeting, now));
    for (const [type, frame] of feed.current()) client.sendNewest(type, frame);
    this.#clients.add(client);
  }

  #catchUpLater(): void {
    this.#cancelCatchUp = this.#o.timers.after(CATCH_UP_MS, () => {
      this.#catchUpLater();
      for (const client of this.#clients) {
        for (const type of NEWEST) {
          const frame = client.wants(type) ? this.#o.feed.newest(type) : undefined;
          if (frame !== undefined) client.sendNewest(type, frame);
        }
      }
    });
  }
}
