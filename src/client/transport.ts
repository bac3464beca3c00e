/**
 * One `reconnecting-websocket`, used as a thin disposable socket: it connects, and connects again after the delay we
 * name, until it is closed. It never starts anew after `close`: whoever wants that builds another one.
 */
import ReconnectingWebSocket from 'reconnecting-websocket';
import { RECONNECT_MAX_MS, SUBPROTOCOL } from '#protocol/limits.ts';
import type { WebSocketConstructor } from './options.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const ABNORMAL_CLOSURE = 1006;

export interface Loss {
  readonly code: number;
  readonly reason: string;
  readonly retryInMs: number;
}

export interface TransportPorts {
  /** Read at each attempt; it must not throw. */
  readonly url: () => string;
  readonly WebSocket: WebSocketConstructor;
  /** How long to wait before the next attempt; asked once a loss. */
  readonly nextDelay: () => number;
  readonly attempting: () => void;
  readonly opened: () => void;
  readonly received: (data: unknown) => void;
  readonly lost: (loss: Loss) => void;
  /** The platform refuses to build a socket at all, as for `ws:` on a page that came over https. */
  readonly impossible: (reason: string) => void;
}

export class Transport {
  readonly #socket: ReconnectingWebSocket;
  #retryInMs = 0;
  #closed = false;

  constructor(ports: TransportPorts) {
    const takeDelay = () => (this.#retryInMs = ports.nextDelay());
    const url = () => {
      // The library asks once more after `close` before it sees that it is closed.
      if (!this.#closed) ports.attempting();
      return ports.url();
    };
    this.#socket = new ReconnectingWebSocket(url, SUBPROTOCOL, {
      WebSocket: unthrowing(ports.WebSocket, (reason) => {
        if (!this.#closed) ports.impossible(reason);
      }),
      connectionTimeout: CONNECT_TIMEOUT_MS,
      // Its queue would flush before authentication.
      maxEnqueuedMessages: 0,
      // Read at each attempt, before `onclose`.
      get minReconnectionDelay() {
        return takeDelay();
      },
      maxReconnectionDelay: RECONNECT_MAX_MS,
      reconnectionDelayGrowFactor: 1,
    });
    this.#socket.onopen = () => ports.opened();
    this.#socket.onmessage = ({ data }: { data: unknown }) => ports.received(data);
    this.#socket.onclose = (event) => {
      const loss = {
        // The library makes up a 1000 of its own after an error or a timeout.
        code: event.target === this.#socket ? ABNORMAL_CLOSURE : event.code,
        reason: event.reason,
        retryInMs: this.#retryInMs,
      };
      this.#retryInMs = 0;
      ports.lost(loss);
    };
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  /** Gives this connection up without waiting for the other end, and tries the next at once. */
  drop(): void {
    this.#socket.reconnect();
  }

  close(): void {
    this.#closed = true;
    this.#socket.onopen = null;
    this.#socket.onmessage = null;
    this.#socket.onclose = null;
    this.#socket.close();
  }
}

/** Inside the library a constructor that throws ends in an unhandled rejection and a lock held for ever. */
function unthrowing(Socket: WebSocketConstructor, failed: (reason: string) => void): WebSocketConstructor {
  return new Proxy(Socket, {
    construct(Target, [url, protocols]: [string, string | string[]]) {
      try {
        return new Target(url, protocols);
      } catch (error) {
        failed(error instanceof Error ? error.message : String(error));
        return { readyState: 3, addEventListener() {}, removeEventListener() {}, send() {}, close() {} };
      }
    },
  });
}
