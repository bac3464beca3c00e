/** The dialects of the `--dialect` setting, wired to the engine and listening. */
import type { Timers } from '#domain/clock.ts';
import { listenBeside } from '#server/cli/listen.ts';

import { ConfigError } from '#server/config/load-config.ts';
import type { Config } from '#server/config/schema.ts';
import type { Bus } from '#server/bus.ts';
import type { Call } from '#server/gateway/handlers.ts';
import type { TokenVerifier } from '#server/gateway/identity.ts';
import type { Origins } from '#server/gateway/origins.ts';
import type { Host } from '#server/host/create-host.ts';
import type { ListedInstrument, Market } from '#server/markets/market.ts';
import { Admission } from './admission.ts';
import { PushFeed, type PushInstrument } from './push/push-feed.ts';
import { PushServer } from './push/push-server.ts';
import { AccountServer } from './socketio/account-server.ts';

export interface DialectDeps {
  readonly config: Pick<
    Config,
    'host' | 'dialect' | 'push_port' | 'push_anonymous' | 'push_instrument' | 'socketio_port' | 'socketio_intervals'
  >;
  readonly bus: Bus;
  readonly timers: Timers;
  /** The engine's first: whose account and, by default, whose instrument is told. */
  readonly market: Market;
  readonly host: Pick<Host, 'health' | 'handlers' | 'log'>;
  readonly verifier: TokenVerifier;
  readonly origins: Origins;
  /** The port the dashboard is served on. */
  readonly dashboardPort: number;
}

export interface Dialects {
  /** Where they listen, by name. */
  readonly ports: { readonly push?: number; readonly socketio?: number };
  endSession(sessionId: string): void;
  close(): Promise<void>;
}

export const PUSH_PORT_FLAG = '--push-port';
export const SOCKETIO_PORT_FLAG = '--socketio-port';
const FILLS_A_PAGE = 1_000;
/** The push server as a reader of the engine. */
const READER: Call = { user: 'push', role: 'viewer', sessionId: 'push', id: '', digest: '' };

/** Throws `NetworkError`, `ConfigError`; what was opened is closed again then. */
export async function startDialects(deps: DialectDeps): Promise<Dialects> {
  const { config, host, market } = deps;
  const servers: (PushServer | AccountServer)[] = [];
  const ports: { push?: number; socketio?: number } = {};
  const close = async () => {
    for (const server of servers.splice(0)) await server.close();
  };
  const admission = new Admission({ ...deps, dashboardPort: () => deps.dashboardPort });
  try {
    if (config.dialect.includes('push')) {
      const server = createPush(deps, admission);
      servers.push(server);
      await server.start();
      ports.push = (await listenBeside(server.http, config.host, config.push_port, PUSH_PORT_FLAG)).port;
      host.log('info', 'push', `the push server listens on port ${ports.push}`);
    }
    if (config.dialect.includes('socketio')) {
      const [balance = 10, positions = 5, pnl = 5, orders = 15] = config.socketio_intervals;
      const intervalsMs = {
        balance: balance * 1_000,
        positions: positions * 1_000,
        pnl: pnl * 1_000,
        orders: orders * 1_000,
      };
      const server = new AccountServer({ ...deps, admission, venue: market.venue, intervalsMs });
      servers.push(server);
      server.start();
      ports.socketio = (await listenBeside(server.http, config.host, config.socketio_port, SOCKETIO_PORT_FLAG)).port;
      host.log('info', 'socketio', `the account server listens on port ${ports.socketio}`);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { ports, close, endSession: (sessionId) => servers.forEach((server) => server.endSession(sessionId)) };
}

function createPush({ config, bus, timers, market, host }: DialectDeps, admission: Admission): PushServer {
  const listed = market.instruments();
  const wanted = config.push_instrument ?? listed[0]?.instrument.symbol;
  const found = listed.find(({ instrument }) => instrument.symbol === wanted);
  if (!found) {
    const known = listed.map(({ instrument }) => instrument.symbol).join(', ');
    throw new ConfigError(`--push-instrument ${wanted ?? ''} is not traded here; choose one of ${known}`);
  }
  const feed = new PushFeed({
    bus,
    timers,
    instrument: toPushInstrument(found),
    health: () => host.health(),
    gridOf: gridsOf(host, listed),
    fills: async (before) => {
      const { fills } = await host.handlers['grid.fills'](
        {
          limit: FILLS_A_PAGE,
          ...(before !== undefined && { before }),
        },
        READER,
      );
      return fills;
    },
    onFault: (error) => host.log('error', 'push', String(error)),
  });
  return new PushServer({ feed, admission, timers, anonymous: config.push_anonymous === 'on' });
}

/** What each grid trades, asked for once. */
function gridsOf({ handlers }: Pick<Host, 'handlers'>, listed: readonly ListedInstrument[]) {
  const known = new Map<string, PushInstrument | undefined>();
  return async (id: string): Promise<PushInstrument | undefined> => {
    if (known.has(id)) return known.get(id);
    const pair = await handlers['grid.get']({ id }, READER).then(
      ({ config }) => config.pair,
      () => undefined,
    );
    const found = listed.find(({ instrument: { symbol } }) => symbol === pair);
    const traded = found && toPushInstrument(found);
    known.set(id, traded);
    return traded;
  };
}

function toPushInstrument({ instrument: { venue, symbol, base, quote } }: ListedInstrument): PushInstrument {
  return { venue, symbol, base, quote };
}
