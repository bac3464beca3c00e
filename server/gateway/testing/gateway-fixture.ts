/** A gateway on a real socket with a small set of commands in memory and time that passes when told to. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ProtocolError } from '#protocol/errors.ts';
import type { Role } from '#protocol/roles.ts';
import { InProcessBus } from '#server/bus.ts';
import { ManualTimers } from '#server/host/testing/manual-timers.ts';
import type { ConnectionLimits } from '../connection.ts';
import { Dispatcher, type AuditEntry } from '../dispatcher.ts';
import { Gateway } from '../gateway.ts';
import type { Handlers, RequestKey, ResponseStore, StoredResponse } from '../handlers.ts';
import type { Identity, TokenVerifier } from '../identity.ts';
import { Origins, type OriginOptions } from '../origins.ts';
import { WsPeer, type PeerOptions } from './ws-peer.ts';

export const RUN = 'run-1';
export const TOKEN_LIFETIME_MS = 50_000;

export class MemoryResponses implements ResponseStore {
  readonly #responses = new Map<string, { digest: string; response: StoredResponse }>();

  find(user: string, id: string) {
    return this.#responses.get(`${user}\n${id}`);
  }

  record({ user, id, digest }: RequestKey, response: StoredResponse): void {
    const key = `${user}\n${id}`;
    if (!this.#responses.has(key)) this.#responses.set(key, { digest, response });
  }
}

/** Tokens are `<user>:<role>`, `expired` or rubbish. */
export class FakeVerifier implements TokenVerifier {
  readonly #timers: ManualTimers;
  /** Held back until `release` is called, so that a test can send more meanwhile. */
  held: Promise<void> | undefined;

  /** Sessions ended without a word to the gateway. */
  readonly ended = new Set<string>();

  constructor(timers: ManualTimers) {
    this.#timers = timers;
  }

  isOpen(sessionId: string): boolean {
    return !this.ended.has(sessionId);
  }

  async verify(token: string): Promise<Identity> {
    await this.held;
    if (token === 'expired') throw new ProtocolError('AUTH_EXPIRED', 'the token has expired');
    const [user, role] = token.split(':');
    if (user === undefined || !isRole(role)) throw new ProtocolError('AUTH_INVALID', 'the token is not valid');
    return { user, role, sessionId: `session-${user}`, expiresAt: this.#timers.now() + TOKEN_LIFETIME_MS };
  }
}

function isRole(role: string | undefined): role is Role {
  return role === 'viewer' || role === 'trader' || role === 'admin';
}

export interface FixtureOptions {
  readonly handlers?: Handlers;
  readonly limits?: Partial<ConnectionLimits>;
  readonly origins?: Partial<OriginOptions>;
  readonly authRequired?: boolean;
  readonly responses?: ResponseStore;
}

export class GatewayFixture {
  readonly bus = new InProcessBus();
  readonly timers = new ManualTimers();
  readonly verifier = new FakeVerifier(this.timers);
  readonly audit: AuditEntry[] = [];
  readonly faults: unknown[] = [];
  readonly dispatcher: Dispatcher;
  readonly gateway: Gateway;
  readonly #server = createServer((_request, response) => response.end());
  readonly #peers: WsPeer[] = [];
  #port = 0;

  static async start(options: FixtureOptions = {}): Promise<GatewayFixture> {
    const fixture = new GatewayFixture(options);
    await new Promise<void>((resolve) => fixture.#server.listen(0, '127.0.0.1', resolve));
    fixture.#port = (fixture.#server.address() as AddressInfo).port;
    return fixture;
  }

  private constructor(options: FixtureOptions) {
    this.dispatcher = new Dispatcher({
      handlers: options.handlers ?? {},
      responses: options.responses ?? new MemoryResponses(),
      clock: this.timers,
      audit: (entry) => this.audit.push(entry),
      onFault: (_action, error) => this.faults.push(error),
    });
    this.gateway = new Gateway({
      bus: this.bus,
      dispatcher: this.dispatcher,
      verifier: this.verifier,
      origins: new Origins({ host: '127.0.0.1', publicUrl: undefined, allowOrigins: [], ...options.origins }),
      timers: this.timers,
      run: RUN,
      server: 'Griddesk test',
      authRequired: options.authRequired ?? true,
      ...(options.limits ? { limits: options.limits } : {}),
    });
    this.#server.on('upgrade', this.gateway.upgrade);
  }

  get url(): string {
    return `ws://127.0.0.1:${this.#port}/ws`;
  }

  get port(): number {
    return this.#port;
  }

  connect(options: PeerOptions = {}): WsPeer {
    const peer = new WsPeer(this.url + (options.query ?? ''), options);
    this.#peers.push(peer);
    return peer;
  }

  /** Connected, greeted and signed in. */
  async signedIn(role: Role = 'trader', user = 'ann'): Promise<WsPeer> {
    const peer = this.connect();
    await peer.next('connected');
    peer.send({ type: 'auth', token: `${user}:${role}` });
    await peer.next('auth_result');
    return peer;
  }

  publish(channel: string, event: string, data: unknown): void {
    this.bus.publish({ channel, event, timestamp: this.timers.now(), data });
  }

  async stop(): Promise<void> {
    for (const peer of this.#peers) peer.terminate();
    await this.gateway.close();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
