/** The engine's HTTP side: dashboard, REST, health, metrics, and the door of the WebSocket. */
import fastifyCookie from '@fastify/cookie';
import fastifyHelmet from '@fastify/helmet';
import { fastify, type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Clock } from '#domain/clock.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { roleAllows } from '#protocol/roles.ts';
import type { AuthService } from '#server/auth/auth-service.ts';
import type { DatasetService } from '#server/datasets/create-datasets.ts';
import type { Dispatcher } from '#server/gateway/dispatcher.ts';
import type { Gateway } from '#server/gateway/gateway.ts';
import type { TokenVerifier } from '#server/gateway/identity.ts';
import type { Origins } from '#server/gateway/origins.ts';
import type { Sources } from '#server/storage/sources.ts';
import { isRelayPath, type Relay } from '#server/venues/relay.ts';
import type { VenueApis } from '#server/venues/venue-apis.ts';
import { isLoopbackAddress } from './addresses.ts';
import { authRoutes } from './auth-routes.ts';
import { backtestExport, type ExportPorts } from './backtest-export.ts';
import { commandRoutes, identify } from './command-routes.ts';
import { dashboard } from './dashboard.ts';
import { dataRoutes, IMPORT_PATH } from './data-routes.ts';
import { refuse } from './replies.ts';
import { PERMISSIONS_POLICY, securityHeaders } from './security-headers.ts';
import { venueProxy } from './venue-proxy.ts';

export interface HttpOptions {
  readonly gateway: Pick<Gateway, 'upgrade'>;
  readonly relay: Pick<Relay, 'upgrade'>;
  readonly venues: VenueApis;
  readonly sources: Pick<Sources, 'list'>;
  /** Without them there are no routes to them. */
  readonly datasets?: Pick<DatasetService, 'importFile' | 'store'>;
  readonly backtests?: ExportPorts['backtests'];
  readonly dispatcher: Dispatcher;
  readonly auth: AuthService;
  readonly verifier: TokenVerifier;
  readonly origins: Origins;
  readonly clock: Clock;
  readonly authRequired: boolean;
  readonly cookieName: string;
  /** Browsers come by https, through a proxy. */
  readonly secure: boolean;
  /** A proxy on this machine tells the client's address. */
  readonly behindProxy: boolean;
  readonly connectSources: readonly string[];
  /** Folder of the built dashboard. */
  readonly webRoot: string;
  readonly healthy: () => boolean;
  /** Prometheus text. */
  readonly metrics: () => Promise<string>;
  readonly onFault: (where: string, error: unknown) => void;
  readonly commandsPerSecond?: number;
}

const BODY_LIMIT = 64 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;
/** A file of a gigabyte over a slow line; only that path has so long. */
const UPLOAD_TIMEOUT_MS = 3_600_000;

export async function createHttpServer(options: HttpOptions): Promise<FastifyInstance> {
  const { gateway, relay, origins, clock, authRequired, secure, cookieName } = options;
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: UPLOAD_TIMEOUT_MS,
    trustProxy: options.behindProxy ? 'loopback' : false,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 128 },
  });
  app.server.on('upgrade', (request, socket, head) =>
    (isRelayPath(request.url) ? relay : gateway).upgrade(request, socket, head),
  );

  app.server.headersTimeout = REQUEST_TIMEOUT_MS;
  app.addHook('onRequest', async (request) => boundBody(request));
  app.addHook('onRequest', async ({ headers }, response) => {
    void response.header('Permissions-Policy', PERMISSIONS_POLICY);
    if (!origins.allowsHost(headers.host)) throw new ProtocolError('FORBIDDEN', 'unknown Host; see --public-url');
  });
  const { connectSources, sources } = options;
  await app.register(fastifyHelmet, securityHeaders({ connectSources, sources: () => sources.list(), secure }));
  await app.register(fastifyCookie);
  guardApi(app, origins);
  authRoutes(app, { auth: options.auth, clock, authRequired, cookieName, secure });
  commandRoutes(app, options);
  venueProxy(app, options);
  const { datasets, backtests, verifier } = options;
  if (datasets) dataRoutes(app, { datasets, verifier, authRequired });
  if (backtests) backtestExport(app, { backtests, verifier, authRequired });

  app.get('/healthz', (_request, response) => {
    const ok = options.healthy();
    return response.code(ok ? 200 : 503).send({ status: ok ? 'ok' : 'unavailable' });
  });

  app.get('/metrics', async (request, response) => {
    const { headers, socket } = request;
    const forwarded = headers['x-forwarded-for'] ?? headers.forwarded;
    if (!isLoopbackAddress(socket.remoteAddress) || forwarded !== undefined) {
      const { role } = await identify(request, options);
      if (!roleAllows(role, 'admin')) throw new ProtocolError('FORBIDDEN', '/metrics needs the role admin');
    }
    return response.type('text/plain; version=0.0.4; charset=utf-8').send(await options.metrics());
  });

  app.setErrorHandler((error, request, response) => refuse(response, asProtocolError(error, request.url, options)));
  await dashboard(app, options.webRoot);
  return app;
}

/** Node's own limit is for all requests alike. */
function boundBody({ raw, routeOptions }: FastifyRequest): void {
  if (routeOptions.url === IMPORT_PATH) return;
  const timer = setTimeout(() => {
    // The answer may take as long as it takes.
    if (!raw.complete) raw.destroy();
  }, REQUEST_TIMEOUT_MS);
  raw.once('close', () => clearTimeout(timer)).once('end', () => clearTimeout(timer));
}

/**
 * Z3 for HTTP: no other site's page may use it, cookies or not; allowed dashboards get their CORS headers. Whatever the
 * path is: `/%61pi/…` is the API to the router, too.
 */
function guardApi(app: FastifyInstance, origins: Origins): void {
  app.addHook('onRequest', async (request, response) => {
    const { origin, host } = request.headers;
    if (!origins.allowsOrigin(origin, host))
      throw new ProtocolError('FORBIDDEN', 'Origin not allowed; see --allow-origin');
    if (!(request.routeOptions.url ?? request.url).startsWith('/api/')) return;
    void response.header('Cache-Control', 'no-store').header('Vary', 'Origin');
    if (origin === undefined || !origins.isForeign(origin, host)) return;
    void response
      .header('Access-Control-Allow-Origin', origin)
      .header('Access-Control-Allow-Credentials', 'true')
      .header('Cross-Origin-Resource-Policy', 'cross-origin');
    if (request.method === 'OPTIONS') {
      await response
        .header('Access-Control-Allow-Methods', 'GET, POST, PUT')
        .header('Access-Control-Allow-Headers', 'Authorization, Content-Type, Idempotency-Key')
        .header('Access-Control-Max-Age', '600')
        .code(204)
        .send();
    }
  });
}

function asProtocolError(error: unknown, url: string, { onFault }: HttpOptions): ProtocolError {
  if (error instanceof ProtocolError) return error;
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  if (error instanceof Error && typeof status === 'number' && status < 500) {
    return new ProtocolError(isBadJson(error) ? 'PARSE_ERROR' : 'INVALID_MESSAGE', error.message);
  }
  onFault(url.split('?', 1)[0] ?? '', error);
  return new ProtocolError('INTERNAL_ERROR', 'the engine failed to carry this out; its log says why');
}

function isBadJson(error: Error): boolean {
  return error instanceof SyntaxError || ('code' in error && error.code === 'FST_ERR_CTP_INVALID_JSON_BODY');
}
