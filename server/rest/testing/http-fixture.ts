/** The HTTP side on a database in memory, with time that passes when told to and passwords that hash fast. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { authHandlers } from '#server/auth/auth-handlers.ts';
import { AuthService } from '#server/auth/auth-service.ts';
import { Passwords } from '#server/auth/passwords.ts';
import { Dispatcher } from '#server/gateway/dispatcher.ts';
import type { Handlers, ResponseStore } from '#server/gateway/handlers.ts';
import { ANYBODY } from '#server/gateway/identity.ts';
import { Origins } from '#server/gateway/origins.ts';
import { ManualTimers } from '#server/host/testing/manual-timers.ts';
import { Audit } from '#server/storage/audit.ts';
import { openDatabase } from '#server/storage/database.ts';
import { SqliteResponses } from '#server/storage/responses.ts';
import { Sources } from '#server/storage/sources.ts';
import { STRAIGHT } from '#server/venues/proxy.ts';
import { createVenueApis } from '#server/venues/venue-apis.ts';
import type { Role } from '#protocol/roles.ts';
import { createHttpServer, type HttpOptions } from '../http-server.ts';

const NOWHERE = 'http://127.0.0.1:1';

export const COOKIE = 'griddesk_test';

export interface Answer {
  readonly status: number;
  readonly body: {
    readonly success?: boolean;
    readonly data?: Record<string, unknown>;
    readonly error?: { readonly code: string; readonly message: string; readonly details?: unknown };
  };
  readonly headers: Readonly<Record<string, unknown>>;
  /** The refresh cookie that was set; '' where it was cleared. */
  readonly cookie: string | undefined;
}

/** What the server is put on. */
class Base {
  readonly clock = new ManualTimers();
  readonly db = openDatabase(':memory:');
  readonly auth = new AuthService({
    db: this.db,
    clock: this.clock,
    passwords: new Passwords({ log2N: 4, r: 8, p: 1 }),
  });
  readonly responses = new SqliteResponses(this.db);
  readonly faults: unknown[] = [];
  readonly webRoot = mkdtempSync(join(tmpdir(), 'griddesk-web-'));
  readonly sources = new Sources(this.db);
  /** Nothing is asked of a venue unless a test brings its own. */
  readonly venues = createVenueApis(
    { okx_rest_url: NOWHERE, polymarket_gamma_url: NOWHERE, polymarket_clob_url: NOWHERE },
    { timers: this.clock, random: () => 0, egress: STRAIGHT },
  );
  healthy = true;

  constructor() {
    mkdirSync(join(this.webRoot, 'assets'));
    writeFileSync(join(this.webRoot, 'index.html'), '<!doctype html><title>Griddesk</title>');
    writeFileSync(join(this.webRoot, 'assets', 'app-1a2b.js'), 'export {}');
    writeFileSync(join(this.webRoot, 'assets', 'app-1a2b.js.br'), brotliCompressSync('export {}'));
    writeFileSync(join(this.webRoot, 'assets', 'feed-worker-1a2b3c.js'), 'export {}');
    writeFileSync(join(this.webRoot, 'assets', 'feed-worker-1a2b3c.js.br'), brotliCompressSync('export {}'));
  }
}

export class HttpFixture {
  readonly dispatcher: Dispatcher;
  readonly #base: Base;
  readonly #app: FastifyInstance;

  private constructor(base: Base, dispatcher: Dispatcher, app: FastifyInstance) {
    this.#base = base;
    this.dispatcher = dispatcher;
    this.#app = app;
  }

  get auth(): AuthService {
    return this.#base.auth;
  }

  get clock(): ManualTimers {
    return this.#base.clock;
  }

  get responses(): ResponseStore {
    return this.#base.responses;
  }

  get sources(): Sources {
    return this.#base.sources;
  }

  get faults(): readonly unknown[] {
    return this.#base.faults;
  }

  set healthy(healthy: boolean) {
    this.#base.healthy = healthy;
  }

  static async start(handlers: Handlers = {}, options: Partial<HttpOptions> = {}): Promise<HttpFixture> {
    const base = new Base();
    const { auth, clock, db, faults, responses } = base;
    const audit = new Audit(db);
    const dispatcher = new Dispatcher({
      handlers: { ...handlers, ...authHandlers({ auth, audit, clock, db, responses }) },
      responses,
      clock,
      audit: (entry) => audit.add(entry),
      onFault: (_where, error) => faults.push(error),
    });
    const authRequired = options.authRequired ?? true;
    const app = await createHttpServer({
      gateway: { upgrade: () => {} },
      relay: { upgrade: () => {} },
      sources: base.sources,
      venues: base.venues,
      dispatcher,
      auth,
      verifier: authRequired ? auth : ANYBODY,
      origins: new Origins({ host: '127.0.0.1', publicUrl: undefined, allowOrigins: ['https://desk.example'] }),
      clock,
      authRequired,
      cookieName: COOKIE,
      secure: false,
      behindProxy: false,
      connectSources: ['wss://other.example:8080'],
      webRoot: base.webRoot,
      healthy: () => base.healthy,
      metrics: async () => 'griddesk_clients 0\n',
      onFault: (_where, error) => faults.push(error),
      ...options,
    });
    return new HttpFixture(base, dispatcher, app);
  }

  async addUser(name: string, role: Role, password = 'correct horse'): Promise<void> {
    const hash = await this.auth.passwords.hash(password);
    this.auth.users.add({ name, role, password: hash, created_at: this.clock.now() });
  }

  async ask(method: 'GET' | 'POST' | 'PUT' | 'OPTIONS', url: string, options: InjectOptions = {}): Promise<Answer> {
    const response = await this.#app.inject({ method, url, ...options });
    const set = response.cookies.find(({ name }) => name === COOKIE);
    const isJson = String(response.headers['content-type']).startsWith('application/json');
    return {
      status: response.statusCode,
      body: isJson ? (response.json() as Answer['body']) : {},
      headers: response.headers,
      cookie: set?.value,
    };
  }

  /** Its address on a real socket, for bodies that come and go in pieces. */
  listen(): Promise<string> {
    return this.#app.listen({ host: '127.0.0.1', port: 0 });
  }

  login(user: string, password = 'correct horse'): Promise<Answer> {
    return this.ask('POST', '/api/v2/auth/login', { payload: { user, password } });
  }

  refresh(cookie: string): Promise<Answer> {
    return this.ask('POST', '/api/v2/auth/refresh', { cookies: { [COOKIE]: cookie } });
  }

  /** Headers of a signed-in script. */
  async bearer(role: Role): Promise<{ authorization: string }> {
    if (!this.auth.users.get(role)) await this.addUser(role, role);
    const { body } = await this.login(role);
    return { authorization: `Bearer ${String(body.data?.['token'])}` };
  }

  async stop(): Promise<void> {
    await this.#app.close();
    this.#base.db.close();
    rmSync(this.#base.webRoot, { recursive: true });
  }
}
