/** The composition root: everything one engine is made of, wired together, listening. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { accountHandlers } from '#server/accounts/account-handlers.ts';
import { connectAccounts, type VenueAccounts } from '#server/accounts/connect-accounts.ts';
import { AuthService } from '#server/auth/auth-service.ts';
import { authHandlers } from '#server/auth/auth-handlers.ts';
import { createBacktests } from '#server/backtests/create-backtests.ts';
import { InProcessBus } from '#server/bus.ts';
import { riskLimits } from '#server/config/risk-limits.ts';
import type { Config } from '#server/config/schema.ts';
import { createDatasets } from '#server/datasets/create-datasets.ts';
import { Dispatcher } from '#server/gateway/dispatcher.ts';
import { Gateway } from '#server/gateway/gateway.ts';
import { ANYBODY } from '#server/gateway/identity.ts';
import { Origins } from '#server/gateway/origins.ts';
import { PUSH_PORT_FLAG, SOCKETIO_PORT_FLAG, startDialects } from '#server/dialects/start-dialects.ts';
import { createHost, DEFAULT_ENGINE_OPTIONS, type Host } from '#server/host/create-host.ts';
import { sourceHandlers } from '#server/host/source-handlers.ts';
import { systemTimers } from '#server/host/system-timers.ts';
import { TickRecorder } from '#server/host/tick-recorder.ts';
import { createHttpServer } from '#server/rest/http-server.ts';
import { createMetrics } from '#server/rest/metrics.ts';
import { AccountFills } from '#server/storage/account-fills.ts';
import { Audit } from '#server/storage/audit.ts';
import { openDatabase } from '#server/storage/database.ts';
import { secret } from '#server/storage/secrets.ts';
import { Sources } from '#server/storage/sources.ts';
import { openTicks } from '#server/storage/ticks.ts';
import { nodeSockets } from '#server/venues/node-socket.ts';
import { createEgress } from '#server/venues/proxy.ts';
import { Relay } from '#server/venues/relay.ts';
import { createVenueApis } from '#server/venues/venue-apis.ts';
import { backtestWorkerFile } from '#server/workers/worker-file.ts';
import { okxConnects } from '#venues/okx/session.ts';
import { createMarket } from './create-market.ts';
import { ensureFree, listen } from './listen.ts';
import { packageRoot, packageVersion } from './package-root.ts';

export interface RunningEngine {
  /** Where the dashboard is, without a trailing slash. */
  readonly url: string;
  /** `null`: somebody can sign in by password, or nobody needs to. */
  readonly signInUrl: string | null;
  stop(): Promise<void>;
}

export interface StartOptions {
  /** The built thread for backtests, where it is not beside this engine. */
  readonly workerFile?: string;
}

/** Throws `NetworkError`, `StorageError`, `CandleFileError`; whatever was opened is closed again then. */
export async function startEngine(
  config: Config,
  warn: (message: string) => void,
  { workerFile = backtestWorkerFile() }: StartOptions = {},
): Promise<RunningEngine> {
  const undo: (() => unknown)[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    // A port in use is said before a history is made and grids trade.
    await ensureFree(config.host, config.port);
    if (config.dialect.includes('push')) await ensureFree(config.host, config.push_port, PUSH_PORT_FLAG);
    if (config.dialect.includes('socketio')) await ensureFree(config.host, config.socketio_port, SOCKETIO_PORT_FLAG);
    const db = openDatabase(join(config.data, 'griddesk.db'));
    undo.push(() => db.close());
    const timers = systemTimers;
    const egress = createEgress(config.proxy);
    const venues = createVenueApis(config, { timers, random: Math.random, egress });
    const connects = okxConnects(timers);
    const bus = new InProcessBus();
    undo.push(
      bus.onEvent(({ channel, event, data }) => {
        if (channel === 'system.log' && (event === 'warn' || event === 'error')) warn(logLine(data));
      }),
    );
    const clients = { count: () => 0 };
    const calculations = { open: () => 0 };
    // To the terminal until there is a log.
    const marketLog = { warn };
    const market = await createMarket(config, {
      db,
      timers,
      egress,
      venues,
      okxConnects: connects,
      warn: (message) => marketLog.warn(message),
    });
    const fills = new AccountFills(db);
    // Nothing is logged before it is started, and then there is a log.
    const accounts = connectAccounts(config, {
      bus,
      timers,
      fills,
      random: Math.random,
      openSocket: nodeSockets({ egress }),
      okxConnects: connects,
      log: (level, source, message) => host.log(level, source, message),
    });
    const host = await createHost({
      db,
      bus,
      timers,
      markets: [market],
      clients: () => clients.count(),
      backtests: () => calculations.open(),
      components: () => accounts.components(),
      options: {
        engine: {
          ...DEFAULT_ENGINE_OPTIONS,
          startBalance: config.start_balance,
          risk: riskLimits(config),
        },
      },
    });
    undo.push(() => host.stop());
    undo.push(() => accounts.close());
    if (config.record_ticks === 'on') {
      const recorder = new TickRecorder({
        bus,
        timers,
        open: () => openTicks(join(config.data, 'ticks.db')),
        warn: (message) => host.log('warn', 'ticks', message),
      });
      recorder.start();
      undo.push(() => recorder.stop());
    }
    marketLog.warn = (message) => host.log('warn', 'market', message);

    const authRequired = config.auth === 'on';
    const auth = new AuthService({ db, clock: timers });
    const audit = new Audit(db);
    const { responses } = host;
    const datasets = createDatasets({
      data: config.data,
      db,
      bus,
      timers,
      responses,
      markets: [market],
      okx: venues.okx,
      warn: (message) => host.log('warn', 'datasets', message),
    });
    undo.push(() => datasets.close());
    const backtests = createBacktests({
      db,
      bus,
      timers,
      responses,
      data: datasets,
      log: (level, source, message) => host.log(level, source, message),
      database: join(config.data, 'griddesk.db'),
      workerFile,
    });
    calculations.open = () => backtests.open;
    undo.push(() => backtests.close());
    const onFault = (where: string, error: unknown) => host.log('error', 'gateway', `${where}: ${describe(error)}`);
    const verifier = authRequired ? auth : ANYBODY;
    const origins = new Origins({
      host: config.host,
      publicUrl: config.public_url,
      allowOrigins: config.allow_origin,
    });
    const sources = new Sources(db);
    const relay = new Relay({ sources, verifier, origins, timers, egress });
    undo.push(() => relay.close());
    const configuredUrls = config.okx_url === undefined ? [] : [config.okx_url];
    const dispatcher = new Dispatcher({
      handlers: {
        ...host.handlers,
        ...authHandlers({ auth, audit, clock: timers, db, responses }),
        ...accountHandlers(fills),
        ...datasets.handlers,
        ...backtests.handlers,
        ...sourceHandlers({ sources, relay, db, responses, clock: timers, configuredUrls }),
      },
      responses,
      clock: timers,
      audit: (entry) => audit.add(entry),
      onFault,
    });
    const run = randomUUID();
    const server = `Griddesk ${packageVersion()}`;
    const gateway = new Gateway({ bus, dispatcher, verifier, origins, timers, run, server, authRequired });
    clients.count = () => gateway.clients;
    auth.onRevoked((sessionId) => {
      gateway.endSession(sessionId);
      relay.endSession(sessionId);
    });

    const app = await createHttpServer({
      gateway,
      relay,
      venues,
      sources,
      datasets,
      backtests: backtests.backtests,
      dispatcher,
      auth,
      verifier,
      origins,
      clock: timers,
      authRequired,
      cookieName: `griddesk_${secret(db, 'installation').toString('hex').slice(0, 8)}`,
      secure: config.public_url?.startsWith('https:') ?? false,
      behindProxy: config.public_url !== undefined,
      connectSources: config.connect_src,
      webRoot: join(packageRoot(), 'dist', 'web'),
      healthy: () => host.metrics().storageUp,
      metrics: createMetrics(figures(host, gateway, accounts)),
      onFault,
    });
    undo.push(async () => {
      // The HTTP server waits for its sockets, so those that became WebSockets go first.
      relay.close();
      await gateway.close();
      await app.close();
    });
    await host.start();
    await datasets.start();
    accounts.start();
    const address = await listen(app, config.host, config.port);
    const dialects = await startDialects({
      config,
      bus,
      timers,
      market,
      host,
      verifier,
      origins,
      dashboardPort: address.port,
    });
    undo.push(() => dialects.close());
    auth.onRevoked((sessionId) => dialects.endSession(sessionId));
    const url = config.public_url?.replace(/\/$/, '') ?? urlOf(address);
    const link = authRequired ? auth.offerLink() : null;
    host.log('info', 'engine', `${server} listens on ${urlOf(address)}`);
    return { url, signInUrl: link === null ? null : `${url}/sign-in?token=${link}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function figures(host: Host, gateway: Gateway, accounts: VenueAccounts) {
  return {
    clients: { help: 'Connected WebSocket clients', value: () => gateway.clients },
    clients_backed_up: { help: 'Clients that do not keep up', value: () => gateway.backedUp },
    slow_consumers: { help: 'Clients cut off since the start', value: () => gateway.slowConsumers },
    events_published: { help: 'Events numbered since the start', value: () => gateway.hub.seq },
    replay_bytes: { help: 'Bytes kept for replay', value: () => gateway.hub.ringBytes },
    venue_accounts: { help: 'Venue accounts with credentials', value: () => accounts.configured },
    venue_accounts_connected: { help: 'Of these, those that are connected', value: () => accounts.connected },
    running_grids: { help: 'Grids that have not ended', value: () => host.metrics().runningGrids },
    engine_events: { help: 'Events through the core since the start', value: () => host.metrics().events },
    engine_queue: { help: 'Events that wait for the core', value: () => host.metrics().queueLength },
    journal_commits: { help: 'Transactions since the start', value: () => host.metrics().commits },
    journal_commit_failures: { help: 'Transactions that failed', value: () => host.metrics().commitFailures },
    journal_commit_p50_ms: { help: 'Median commit', value: () => host.metrics().commitP50Ms },
    journal_commit_p99_ms: { help: '99th percentile commit', value: () => host.metrics().commitP99Ms },
    event_loop_lag_ms: { help: 'Mean event loop delay', value: () => host.metrics().eventLoopLagMs },
  };
}

function urlOf({ address, family, port }: AddressInfo): string {
  const shown = address === '0.0.0.0' || address === '::' ? 'localhost' : family === 'IPv6' ? `[${address}]` : address;
  return `http://${shown}:${port}`;
}

function logLine(data: unknown): string {
  if (typeof data !== 'object' || data === null || !('message' in data)) return String(data);
  return 'source' in data ? `${String(data.source)}: ${String(data.message)}` : String(data.message);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
