/** A client that sends what it is told, keeps what it gets, in order, and lets a test wait for a frame. */
import { WebSocket } from 'ws';
import { SUBPROTOCOL } from '#protocol/limits.ts';

/** A frame as it came; tests look into it freely. */
export interface AnyFrame {
  readonly type: string;
  readonly id?: string;
  readonly timestamp?: number;
  readonly success?: boolean;
  readonly channel?: string;
  readonly event?: string;
  readonly seq?: number;
  readonly data?: Record<string, unknown>;
  readonly error?: { readonly code: string; readonly message: string; readonly details?: unknown };
}

export interface PeerOptions {
  readonly protocols?: readonly string[];
  readonly origin?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
}

export class WsPeer {
  readonly ws: WebSocket;
  /** Everything that came, oldest first. */
  readonly frames: AnyFrame[] = [];
  /** The close code, or the HTTP status of a refused handshake. */
  readonly ended: Promise<{ readonly code?: number; readonly status?: number }>;
  #read = 0;
  #wake: () => void = () => {};

  constructor(url: string, { protocols = [SUBPROTOCOL], origin, headers }: PeerOptions) {
    this.ws = new WebSocket(url, [...protocols], {
      ...(origin === undefined ? {} : { origin }),
      ...(headers === undefined ? {} : { headers }),
      perMessageDeflate: true,
    });
    this.ws.on('message', (data) => {
      this.frames.push(JSON.parse(String(data)) as AnyFrame);
      this.#wake();
    });
    this.ended = new Promise((resolve) => {
      this.ws.on('unexpected-response', (_request, response) => {
        response.resume();
        resolve({ status: response.statusCode ?? 0 });
        this.ws.terminate();
      });
      this.ws.on('close', (code) => {
        resolve({ code });
        this.#wake();
      });
    });
    this.ws.on('error', () => {});
  }

  send(frame: unknown): void {
    this.ws.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  terminate(): void {
    this.ws.terminate();
  }

  /** The next unread frame that fits; those before it count as read. Rejects when the connection ends first. */
  async next(wanted: string | ((frame: AnyFrame) => boolean)): Promise<AnyFrame> {
    const fits = typeof wanted === 'string' ? ({ type }: AnyFrame) => type === wanted : wanted;
    for (;;) {
      while (this.#read < this.frames.length) {
        const frame = this.frames[this.#read];
        this.#read += 1;
        if (frame && fits(frame)) return frame;
      }
      if (this.ws.readyState === WebSocket.CLOSED) {
        throw new Error(`closed while waiting for ${String(wanted)}; got ${JSON.stringify(this.frames.slice(-3))}`);
      }
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** The answer to a frame with this id. */
  answer(id: string): Promise<AnyFrame> {
    return this.next((frame) => frame.id === id);
  }

  /** A round trip: whatever was sent to this client before has arrived. */
  async sync(): Promise<void> {
    this.send({ type: 'ping' });
    await this.next('pong');
  }

  /** Drops what was read and unread. */
  forget(): void {
    this.frames.length = 0;
    this.#read = 0;
  }

  get events(): AnyFrame[] {
    return this.frames.filter(({ type }) => type === 'event');
  }
}
