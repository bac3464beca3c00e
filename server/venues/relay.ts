/**
 * A way for the browser to sources it cannot reach itself: a one-time path on our own address, one WebSocket through the
 * engine. It leads to saved sources that go through the engine, nowhere else, and tells the source nothing of the browser.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { Timers } from '#domain/clock.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { CloseCode, MAX_CLIENT_FRAME_BYTES, SUBPROTOCOL } from '#protocol/limits.ts';
import { RELAY_TICKET_MS, RelayClose } from '#protocol/relay.ts';
import { refuseUpgrade } from '#server/gateway/handshake.ts';
import type { Identity, TokenVerifier } from '#server/gateway/identity.ts';
import type { Origins } from '#server/gateway/origins.ts';
import { recurring } from '#server/host/recurring.ts';
import type { Sources, StoredSource } from '#server/storage/sources.ts';
import { STRAIGHT, type Egress } from './proxy.ts';
import { RelayPair, type RelayLimits } from './relay-pair.ts';
import { relayTarget, withToken } from './relay-targets.ts';

export interface RelayOptions {
  readonly sources: Sources;
  readonly verifier: Pick<TokenVerifier, 'isOpen'>;
  readonly origins: Origins;
  readonly timers: Timers;
  /** The way to OKX and Polymarket; other sources are one's own machines and reached straight. */
  readonly egress?: Egress;
  readonly limits?: Partial<Limits>;
}

interface Limits extends RelayLimits {
  readonly relaysPerUser: number;
  readonly ticketsPerUser: number;
  /** What may wait for all the browsers of a user together. */
  readonly towardsUserBytes: number;
  readonly maxFrameBytes: number;
  readonly handshakeMs: number;
}

const LIMITS: Limits = {
  relaysPerUser: 64,
  ticketsPerUser: 128,
  towardsClientBytes: 8 * 1024 * 1024,
  crowdedBytes: 256 * 1024,
  towardsUserBytes: 32 * 1024 * 1024,
  towardsSourceBytes: 1024 * 1024,
  maxFrameBytes: 4 * 1024 * 1024,
  handshakeMs: 10_000,
};
const CHECK_MS = 20_000;
const PATH = '/relay/';

type Holder = Pick<Identity, 'user' | 'sessionId'>;

interface Ticket extends Holder {
  readonly source: StoredSource;
  readonly target: string;
  readonly expiresAt: number;
}

interface Open extends Ticket {
  readonly pair: RelayPair;
}

export function isRelayPath(url: string | undefined): boolean {
  return url?.startsWith(PATH) === true;
}

export class Relay {
  readonly #o: RelayOptions;
  readonly #limits: Limits;
  readonly #tickets = new Map<string, Ticket>();
  readonly #open = new Set<Open>();
  /** Ended ones whose browser has not gone yet are among these; they count, too. */
  readonly #held = new Set<Open>();
  readonly #server: WebSocketServer;
  readonly #cancel: () => void;

  constructor(options: RelayOptions) {
    this.#o = options;
    this.#limits = { ...LIMITS, ...options.limits };
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: MAX_CLIENT_FRAME_BYTES,
      perMessageDeflate: false,
      handleProtocols: (offered) => offered.has(SUBPROTOCOL) && SUBPROTOCOL,
    });
    options.sources.onChanged((id) => this.#sourceChanged(id));
    this.#cancel = recurring(
      options.timers,
      () => CHECK_MS,
      () => this.#check(),
    );
  }

  get open(): number {
    return this.#open.size;
  }

  /**
   * A path that opens one WebSocket to the source within `expires_in_ms`. Throws `NOT_FOUND` for a source that was not
   * saved, `VALIDATION_ERROR` for one that is reached directly or has no such path, `RATE_LIMITED`.
   */
  ticket(id: string, path: string | undefined, holder: Holder): { path: string; expires_in_ms: number } {
    const now = this.#o.timers.now();
    this.#dropTickets((ticket) => ticket.expiresAt <= now);
    const source = this.#o.sources.get(id);
    if (!source) throw new ProtocolError('NOT_FOUND', `there is no source ${id}`);
    if (source.via !== 'engine') throw badField('id', `${id} is reached directly, not through the engine`);
    const target = relayTarget(source, path);
    if (target === undefined) throw badField('path', `${id} has nothing at this path`);
    const own = [...this.#tickets.values()].filter(({ user }) => user === holder.user);
    if (own.length >= this.#limits.ticketsPerUser) {
      throw new ProtocolError('RATE_LIMITED', 'too many relays asked for and not used', {
        retry_after_ms: RELAY_TICKET_MS,
      });
    }
    const { user, sessionId } = holder;
    const name = randomBytes(16).toString('base64url');
    this.#tickets.set(name, { user, sessionId, source, target, expiresAt: now + RELAY_TICKET_MS });
    return { path: PATH + name, expires_in_ms: RELAY_TICKET_MS };
  }

  /** For the HTTP server's `upgrade` event, where `isRelayPath`. */
  readonly upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => socket.destroy());
    const { origins } = this.#o;
    const { host, origin, 'sec-websocket-protocol': protocols } = request.headers;
    if (!origins.allowsHost(host)) return refuse(socket, 403, 'unknown Host; see --public-url');
    if (!origins.allowsOrigin(origin, host)) return refuse(socket, 403, 'Origin not allowed; see --allow-origin');
    const [path = '', query] = (request.url ?? '').split('?', 2);
    const ticket = this.#redeem(path.slice(PATH.length).replace(/\/$/, ''));
    if (!ticket) return refuse(socket, 403, 'this ticket has been used or has expired');
    const others = [...this.#held].filter(({ user }) => user === ticket.user);
    if (others.length >= this.#limits.relaysPerUser) return refuse(socket, 503, 'too many relays are open');
    const target = withToken(ticket.target, ticket.source.kind, new URLSearchParams(query).get('token'));
    const offers = protocols?.split(',').some((each) => each.trim() === SUBPROTOCOL) === true;
    this.#server.handleUpgrade(request, socket, head, (client) => this.#join(client, ticket, target, offers));
  };

  /** The session was ended by somebody (Z6). */
  endSession(sessionId: string): void {
    this.#dropTickets((ticket) => ticket.sessionId === sessionId);
    for (const open of this.#open) {
      if (open.sessionId === sessionId) open.pair.end(RelayClose.sessionEnded, 'the session has ended');
    }
  }

  close(): void {
    this.#cancel();
    this.#tickets.clear();
    for (const { pair } of this.#open) pair.end(CloseCode.shuttingDown, 'the engine stops');
  }

  /** Good once. */
  #redeem(name: string): Ticket | undefined {
    const ticket = this.#tickets.get(name);
    if (!ticket) return undefined;
    this.#tickets.delete(name);
    const { verifier, timers } = this.#o;
    return ticket.expiresAt > timers.now() && verifier.isOpen(ticket.sessionId) ? ticket : undefined;
  }

  #join(client: WebSocket, ticket: Ticket, target: string, offersProtocol: boolean): void {
    const { kind } = ticket.source;
    const egress = kind === 'okx' || kind === 'polymarket' ? (this.#o.egress ?? STRAIGHT) : STRAIGHT;
    const source = new WebSocket(target, kind === 'engine' && offersProtocol ? [SUBPROTOCOL] : [], {
      ...(egress.agent && { agent: egress.agent }),
      maxPayload: this.#limits.maxFrameBytes,
      perMessageDeflate: true,
      followRedirects: false,
    });
    // Not the socket's own timeout: that begins only once a proxy has made the tunnel.
    const giveUp = () => {
      if (source.readyState === WebSocket.CONNECTING)
        pair.end(RelayClose.unreachable, `no answer in time${egress.words}`);
    };
    const cancel = this.#o.timers.after(this.#limits.handshakeMs, giveUp);
    const onEnd = () => {
      cancel();
      this.#open.delete(open);
    };
    const pair = new RelayPair({
      client,
      source,
      limits: this.#limits,
      timers: this.#o.timers,
      isCrowded: () => this.#isCrowded(ticket.user),
      way: egress.words,
      onEnd,
      onGone: () => this.#held.delete(open),
    });
    const open: Open = { ...ticket, pair };
    this.#open.add(open);
    this.#held.add(open);
  }

  #isCrowded(user: string): boolean {
    let waiting = 0;
    for (const held of this.#held) if (held.user === user) waiting += held.pair.waiting;
    return waiting > this.#limits.towardsUserBytes;
  }

  #sourceChanged(id: string): void {
    const now = this.#o.sources.get(id);
    const leadsElsewhere = ({ source }: Ticket) =>
      source.id === id && (now?.url !== source.url || now.kind !== source.kind || now.via !== source.via);
    this.#dropTickets(leadsElsewhere);
    for (const open of this.#open) {
      if (leadsElsewhere(open)) open.pair.end(RelayClose.sourceChanged, 'the source has been changed');
    }
  }

  #check(): void {
    for (const { sessionId, pair } of this.#open) {
      if (this.#o.verifier.isOpen(sessionId)) pair.check();
      else pair.end(RelayClose.sessionEnded, 'the session has ended');
    }
  }

  #dropTickets(which: (ticket: Ticket) => boolean): void {
    for (const [name, ticket] of this.#tickets) if (which(ticket)) this.#tickets.delete(name);
  }
}

function refuse(socket: Duplex, status: 403 | 503, message: string): void {
  refuseUpgrade(socket, { status, message });
}

function badField(path: string, message: string): ProtocolError {
  return new ProtocolError('VALIDATION_ERROR', message, [{ path, message }]);
}
