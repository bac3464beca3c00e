/** The WebSocket side of the engine: takes upgrades, keeps the connections, closes them. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Timers } from '#domain/clock.ts';
import {
  CloseCode,
  COMMANDS_PER_S,
  DURABLE_QUEUE_BYTES,
  MAX_CLIENT_FRAME_BYTES,
  MAX_SUBSCRIPTIONS,
  MESSAGES_PER_S,
  SUBPROTOCOL,
} from '#protocol/limits.ts';
import type { Bus } from '#server/bus.ts';
import { greeting } from './capabilities.ts';
import { Connection, SESSION_ENDED, type ConnectionLimits } from './connection.ts';
import type { Dispatcher } from './dispatcher.ts';
import { EventHub } from './event-hub.ts';
import { checkHandshake, refuseUpgrade } from './handshake.ts';
import { ANONYMOUS, type TokenVerifier } from './identity.ts';
import type { Origins } from './origins.ts';

export interface GatewayOptions {
  readonly bus: Bus;
  readonly dispatcher: Dispatcher;
  readonly verifier: TokenVerifier;
  readonly origins: Origins;
  readonly timers: Timers;
  /** Unique for this run of the engine (Z12). */
  readonly run: string;
  /** `<name> <version>` (Z5). */
  readonly server: string;
  /** `false`: everybody is admin; only for an engine nobody else can reach. */
  readonly authRequired: boolean;
  readonly limits?: Partial<ConnectionLimits>;
}

const LIMITS: ConnectionLimits = {
  messagesPerSecond: MESSAGES_PER_S,
  commandsPerSecond: COMMANDS_PER_S,
  subscriptions: MAX_SUBSCRIPTIONS,
  highWaterBytes: 256 * 1024,
  queueBytes: DURABLE_QUEUE_BYTES,
};
const MAX_CONNECTIONS = 5_000;

export class Gateway {
  readonly hub: EventHub;
  readonly #options: GatewayOptions;
  readonly #limits: ConnectionLimits;
  readonly #connections = new Set<Connection>();
  readonly #sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_CLIENT_FRAME_BYTES,
    // Frames are built once for all clients (ws-frame.ts); compressing each for itself would undo that.
    perMessageDeflate: false,
    handleProtocols: (offered) => offered.has(SUBPROTOCOL) && SUBPROTOCOL,
  });
  #slowConsumers = 0;
  #closing = false;
  #onEmpty: () => void = () => {};

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#limits = { ...LIMITS, ...options.limits };
    this.hub = new EventHub({ bus: options.bus, run: options.run });
  }

  get clients(): number {
    return this.#connections.size;
  }

  /** Connections cut off since the start because they did not keep up (Z19). */
  get slowConsumers(): number {
    return this.#slowConsumers;
  }

  get backedUp(): number {
    let count = 0;
    for (const connection of this.#connections) if (connection.backedUp) count += 1;
    return count;
  }

  /** For the HTTP server's `upgrade` event. */
  readonly upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // A reset must not take the process down: not before `ws` takes over, nor after a refusal it never gets to see.
    socket.on('error', () => socket.destroy());
    void this.#accept(request, socket, head);
  };

  /** The session was ended by somebody (Z6). */
  endSession(sessionId: string): void {
    for (const connection of this.#connections) {
      if (connection.identity?.sessionId !== sessionId) continue;
      connection.close(CloseCode.authentication, SESSION_ENDED);
    }
  }

  /** Says 1001 to everybody and resolves once they are gone (Z20). */
  async close(): Promise<void> {
    this.#closing = true;
    this.hub.close();
    for (const connection of this.#connections) connection.close(CloseCode.shuttingDown);
    if (this.#connections.size > 0) await new Promise<void>((resolve) => (this.#onEmpty = resolve));
  }

  async #accept(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { authRequired, origins, verifier } = this.#options;
    const handshake = await checkHandshake(request, origins, verifier);
    if ('refusal' in handshake) {
      refuseUpgrade(socket, handshake.refusal);
      return;
    }
    if (this.#closing || this.#connections.size >= MAX_CONNECTIONS) {
      refuseUpgrade(socket, { status: 503, message: this.#closing ? 'shutting down' : 'too many connections' });
      return;
    }
    const identity = authRequired ? handshake.identity : (handshake.identity ?? ANONYMOUS);
    this.#sockets.handleUpgrade(request, socket, head, (ws) => {
      const { hub, dispatcher, timers, run, server } = { ...this.#options, hub: this.hub };
      const connection = new Connection({
        ws,
        socket,
        hub,
        dispatcher,
        verifier,
        timers,
        identity,
        limits: this.#limits,
        greeting: greeting({
          server,
          run,
          seq: hub.seq,
          authRequired,
          actions: dispatcher.actions,
          limits: this.#limits,
        }),
        onSlow: () => (this.#slowConsumers += 1),
        onClosed: (closed) => {
          this.#connections.delete(closed);
          if (this.#connections.size === 0) this.#onEmpty();
        },
      });
      this.#connections.add(connection);
    });
  }
}
