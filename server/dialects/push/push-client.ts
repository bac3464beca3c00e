/** One client of the push server: its heartbeat (P4), and a bound on what it may leave unread (P6). */
import type { WebSocket } from 'ws';
import type { Timers } from '#domain/clock.ts';
import { CloseCode, MESSAGES_PER_S } from '#protocol/limits.ts';
import { TokenBucket } from '#server/gateway/rate-limit.ts';
import { recurring } from '#server/host/recurring.ts';
import { CLOSE_GRACE_MS } from '../dialect-http.ts';
import { pingFrame, type PushType } from './push-frames.ts';

/** What it needs of a `WebSocket`. */
export type PushSocket = Pick<
  WebSocket,
  'OPEN' | 'readyState' | 'bufferedAmount' | 'send' | 'close' | 'pause' | 'terminate' | 'on' | 'once'
>;

export interface PushClientOptions {
  readonly ws: PushSocket;
  readonly timers: Timers;
  /** `null`: anonymous. */
  readonly sessionId: string | null;
  readonly onClosed: (client: PushClient) => void;
}

const PING_MS = 30_000;
const SILENCE_LIMIT_MS = 60_000;
/** With more than this unread a client gets only the newest price and book, once it reads again. */
const HIGH_WATER_BYTES = 64 * 1024;
/** With more than this it is cut off. */
const MOST_UNREAD_BYTES = 1024 * 1024;

export class PushClient {
  readonly sessionId: string | null;
  readonly #ws: PushSocket;
  readonly #timers: Timers;
  /** What it missed the newest value of. */
  readonly #missed = new Set<PushType>();
  readonly #cancelPing: () => void;
  readonly #pace: TokenBucket;
  #answeredAt: number;
  #isClosed = false;

  constructor({ ws, timers, sessionId, onClosed }: PushClientOptions) {
    this.#ws = ws;
    this.#timers = timers;
    this.sessionId = sessionId;
    this.#answeredAt = timers.now();
    this.#pace = new TokenBucket(MESSAGES_PER_S, timers.now());
    this.#cancelPing = recurring(
      timers,
      () => PING_MS,
      () => this.#ping(),
    );
    ws.on('message', (data, isBinary) => this.#heard(isBinary ? '' : String(data)));
    ws.on('close', () => {
      this.#cancelPing();
      this.#isClosed = true;
      onClosed(this);
    });
  }

  /** What must not be missed. */
  send(frame: string): void {
    if (this.#isClosed || this.#ws.readyState !== this.#ws.OPEN) return;
    // P6: nobody waits for it, and it costs no more than this.
    if (this.#ws.bufferedAmount > MOST_UNREAD_BYTES) return this.close(CloseCode.slowConsumer, 'too slow');
    this.#ws.send(frame);
  }

  /** A value that the next one replaces. */
  sendNewest(type: PushType, frame: string): void {
    if (this.#isBackedUp()) this.#missed.add(type);
    else {
      this.#missed.delete(type);
      this.send(frame);
    }
  }

  /** Whether it reads again and has missed the newest value of this type. */
  wants(type: PushType): boolean {
    return this.#missed.has(type) && !this.#isBackedUp();
  }

  close(code: number, reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancelPing();
    this.#ws.close(code, reason);
    const cancel = this.#timers.after(CLOSE_GRACE_MS, () => this.#ws.terminate());
    this.#ws.once('close', cancel);
  }

  #isBackedUp(): boolean {
    return this.#ws.bufferedAmount > HIGH_WATER_BYTES;
  }

  #ping(): void {
    const now = this.#timers.now();
    if (now - this.#answeredAt >= SILENCE_LIMIT_MS) return this.close(CloseCode.heartbeat, 'no pong for 60 s');
    this.send(pingFrame(now));
  }

  #heard(text: string): void {
    if (this.#isClosed) return;
    if (this.#pace.take(this.#timers.now()) > 0) {
      this.close(CloseCode.rate, 'too many messages');
      // What it goes on sending is not even read.
      this.#ws.pause();
      return;
    }
    if (isPong(text)) this.#answeredAt = this.#timers.now();
    else if (text === 'ping') this.send('pong');
  }
}

/** P4: as text, or as an object of that type. */
function isPong(text: string): boolean {
  if (text === 'pong') return true;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'type' in value && value.type === 'pong';
  } catch {
    return false;
  }
}
