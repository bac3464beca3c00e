/** A network in memory: a `WebSocket` constructor for the client's end, and the server's ends as they are accepted. */
import type { Timers } from '#domain/clock.ts';
import type { Random } from '#domain/random.ts';
import { SUBPROTOCOL } from '#protocol/limits.ts';

export interface Weather {
  /** One way, each frame: uniform up to this many ms, in order. */
  readonly delayMs: number;
  /** Until a connection opens: up to this many ms, so that a later one may come first. */
  readonly connectMs: number;
  /** Chance of a cut with each frame; what is under way then is lost, or arrives though nobody waits for it. */
  readonly cut: number;
  /** Chance that a frame arrives twice. */
  readonly duplicate: number;
  /** Chance that a connection does not come about. */
  readonly refuse: number;
}

export const FAIR: Weather = { delayMs: 0, connectMs: 0, cut: 0, duplicate: 0, refuse: 0 };

/** The server's end of one connection. */
export interface ServerSocket {
  readonly url: string;
  readonly protocols: readonly string[];
  readonly isOpen: boolean;
  onText: (text: string) => void;
  onClose: (code: number) => void;
  send(text: string): void;
  /** Sends something that is no text. */
  sendBinary(data: Uint8Array): void;
  close(code: number, reason?: string): void;
  /** The cable is cut: neither end says goodbye. */
  cut(): void;
}

export interface SentText {
  readonly at: number;
  readonly connection: number;
  readonly text: string;
}

export interface SocketPair {
  readonly WebSocket: new (url: string, protocols?: string | string[]) => WebSocket;
  /** What clients have sent, when, and on which connection (from 0). */
  readonly sent: readonly SentText[];
  readonly connections: readonly ServerSocket[];
  /** May change while it rains. */
  weather: Weather;
  onConnection: (socket: ServerSocket) => void;
}

const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

export function createSocketPair(random: Random, timers: Timers, weather: Weather = FAIR): SocketPair {
  const sent: SentText[] = [];
  const connections: ServerSocket[] = [];
  const wait = (ms: number) => Math.round(random() * ms);
  const chance = (probability: number) => probability > 0 && random() < probability;

  /** One direction: in order, each frame with a delay of its own. */
  function lane(deliver: (data: string | Uint8Array) => void) {
    let lastAt = 0;
    let isCut = false;
    return {
      push(data: string | Uint8Array) {
        const at = Math.max(lastAt, timers.now() + wait(pair.weather.delayMs));
        lastAt = at;
        const times = chance(pair.weather.duplicate) ? 2 : 1;
        timers.after(at - timers.now(), () => {
          for (let i = 0; i < times && !isCut; i += 1) deliver(data);
        });
      },
      /** After everything that is under way. */
      last(run: () => void) {
        timers.after(Math.max(0, lastAt - timers.now()), run);
      },
      cut() {
        isCut = true;
      },
    };
  }

  class FakeWebSocket extends EventTarget {
    static readonly CONNECTING = 0;
    static readonly OPEN = OPEN;
    static readonly CLOSING = CLOSING;
    static readonly CLOSED = CLOSED;
    readonly url: string;
    readonly #number = connections.length;
    binaryType = 'blob';
    protocol = '';
    readyState = 0;
    #serverOpen = true;
    #isCut = false;
    readonly #up = lane((data) => {
      if (this.#serverOpen && typeof data === 'string') this.#server.onText(data);
    });
    readonly #down = lane((data) => {
      if (this.readyState === OPEN) this.dispatchEvent(new MessageEvent('message', { data }));
    });
    readonly #server: ServerSocket;

    constructor(url: string, protocols: string | string[] = []) {
      super();
      this.url = url;
      const offered = [protocols].flat();
      const isOpen = () => this.#serverOpen;
      const push = (data: string | Uint8Array) => {
        if (!this.#serverOpen || this.#isCut) return;
        this.#down.push(data);
        if (chance(pair.weather.cut)) this.#cut();
      };
      this.#server = {
        url,
        protocols: offered,
        get isOpen() {
          return isOpen();
        },
        onText: () => undefined,
        onClose: () => undefined,
        send: push,
        sendBinary: push,
        close: (code, reason = '') => {
          if (!this.#serverOpen) return;
          this.#serverOpen = false;
          this.#down.last(() => this.#closed(code, reason));
          this.#server.onClose(code);
        },
        cut: () => this.#cut(),
      };
      connections.push(this.#server);
      timers.after(wait(pair.weather.connectMs), () => this.#open(offered));
    }

    send(text: string): void {
      if (this.readyState !== OPEN) return;
      sent.push({ at: timers.now(), connection: this.#number, text });
      this.#up.push(text);
      if (chance(pair.weather.cut)) this.#cut();
    }

    close(code = 1005, reason = ''): void {
      if (this.readyState >= CLOSING) return;
      const wasOpen = this.readyState === OPEN;
      this.readyState = CLOSING;
      if (wasOpen) this.#up.last(() => this.#serverClosed(code));
      else this.#serverOpen = false;
      timers.after(0, () => this.#closed(wasOpen ? code : 1006, reason));
    }

    #open(offered: readonly string[]): void {
      if (this.readyState !== 0) return;
      if (chance(pair.weather.refuse)) {
        this.#serverOpen = false;
        this.dispatchEvent(new Event('error'));
        return this.#closed(1006, '');
      }
      this.readyState = OPEN;
      if (offered.includes(SUBPROTOCOL)) this.protocol = SUBPROTOCOL;
      pair.onConnection(this.#server);
      this.dispatchEvent(new Event('open'));
    }

    #cut(): void {
      if (this.#isCut) return;
      this.#isCut = true;
      // What was under way arrives in part; the server may hear the client's last words, and notice the cut long after it.
      timers.after(wait(pair.weather.delayMs), () => {
        this.#down.cut();
        this.#closed(1006, '');
      });
      if (random() < 0.5) this.#up.cut();
      timers.after(wait(5_000), () => this.#serverClosed(1006));
    }

    #serverClosed(code: number): void {
      if (!this.#serverOpen) return;
      this.#serverOpen = false;
      this.#server.onClose(code);
    }

    #closed(code: number, reason: string): void {
      if (this.readyState === CLOSED) return;
      this.readyState = CLOSED;
      this.dispatchEvent(Object.assign(new Event('close'), { code, reason, wasClean: code !== 1006 }));
    }
  }

  const pair: SocketPair = {
    // The handful of members a client uses, as the platform has them.
    WebSocket: FakeWebSocket as unknown as SocketPair['WebSocket'],
    sent,
    connections,
    weather,
    onConnection: () => undefined,
  };
  return pair;
}
