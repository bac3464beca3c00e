/** Everything a dashboard can watch beside its own engine, on loopback. */
import type { IncomingMessage } from 'node:http';
import { outcomesOf, okxInstrument } from '#testing/venues/demo-venues.ts';
import { createForeignEngine } from '#testing/venues/foreign-engine.ts';
import { type KnownSocketioServer, startKnownSocketioServer } from '#testing/venues/known-socketio-server.ts';
import { type NodeVenueServer, nodeTimers, startNodeVenueServer } from '#testing/venues/node-venue-server.ts';
import { OKX_LISTINGS } from '#testing/venues/okx-instruments.ts';
import { OkxServer } from '#testing/venues/okx-server.ts';
import { QUESTIONS } from '#testing/venues/polymarket-questions.ts';
import { PolymarketServer } from '#testing/venues/polymarket-server.ts';
import { PushServer } from '#testing/venues/push-server.ts';
import { Cable } from './cable.ts';
import type { Engine, EngineOptions } from './engine.ts';

export const ACCOUNT_TOKEN = 'account-token';

/** Moves of every market a second, until told otherwise. */
const CALM = 4;

export interface Venues {
  readonly okx: OkxServer;
  readonly polymarket: PolymarketServer;
  /** Refuses browsers by their origin: only the engine gets through. */
  readonly push: { readonly server: PushServer; readonly url: string; readonly port: NodeVenueServer };
  readonly account: KnownSocketioServer;
  /** What a browser dials; the engine asks for REST without this cable. */
  readonly okxCable: Cable;
  readonly okxUrl: string;
  readonly polymarketUrl: string;
  readonly foreignUrl: string;
  /** All of them as saved settings, `other` another of our engines. */
  sources(other: Engine): readonly { readonly id: string }[];
  /** Tells the engine where the venues' REST is. */
  readonly engine: EngineOptions;
  stop(): Promise<void>;
}

export async function openVenues(): Promise<Venues> {
  const okx = new OkxServer({ timers: nodeTimers, seed: 5, rate: CALM, habits: { checksum: 'real' } });
  const polymarket = new PolymarketServer({ timers: nodeTimers, seed: 5, rate: CALM });
  const market = { tickSize: '0.01', lotSize: '0.0001', price: '95100', size: '1' };
  const push = new PushServer({ timers: nodeTimers, symbol: 'BTC/USDT', market, rate: CALM });
  const foreign = createForeignEngine(nodeTimers, false);
  const refuse = ({ headers }: IncomingMessage) => (headers.origin === undefined ? undefined : 403);
  const [okxPort, polymarketPort, pushPort, foreignPort, account] = await Promise.all([
    startNodeVenueServer(okx, { deflate: true }),
    startNodeVenueServer(polymarket),
    startNodeVenueServer(push, { refuse }),
    startNodeVenueServer(foreign),
    startKnownSocketioServer({
      tokens: { [ACCOUNT_TOKEN]: 4 },
      intervals: { balance: 2_000, positions: 1_000, pnl: 1_000, orders: 3_000 },
    }),
  ]);
  const okxCable = await Cable.to(okxPort.port);
  const lively = [okx, polymarket, push, foreign];
  for (const venue of lively) venue.start();
  return {
    okx,
    polymarket,
    push: { server: push, url: `${pushPort.url}/ws`, port: pushPort },
    account,
    okxCable,
    okxUrl: okxCable.url.replace('http', 'ws'),
    polymarketUrl: polymarketPort.url,
    foreignUrl: `${foreignPort.url}/ws`,
    sources(other) {
      const usual = { via: 'direct', enabled: true, auth: 'none', instruments: [] } as const;
      const engineUrl = `${other.url.replace('http', 'ws')}/ws`;
      return [
        { ...usual, id: 'lab', kind: 'engine', name: 'zigQuant', url: `${foreignPort.url}/ws` },
        {
          ...usual,
          id: 'okx',
          kind: 'okx',
          name: 'OKX',
          url: okxCable.url.replace('http', 'ws'),
          instruments: OKX_LISTINGS.map(okxInstrument),
        },
        {
          ...usual,
          id: 'polymarket',
          kind: 'polymarket',
          name: 'Polymarket',
          url: polymarketPort.url,
          instruments: QUESTIONS.flatMap(outcomesOf),
        },
        { ...usual, id: 'push', kind: 'push', name: 'Push server', url: `${pushPort.url}/ws`, via: 'engine' },
        { ...usual, id: 'account', kind: 'trading-socketio', name: 'Account server', url: account.url, auth: 'token' },
        { ...usual, id: 'other', kind: 'engine', name: 'Another engine', url: engineUrl },
      ];
    },
    engine: {
      args: [
        `--okx-url=${okxPort.url}`,
        `--okx-rest-url=${okxPort.httpUrl}`,
        `--polymarket-gamma-url=${polymarketPort.httpUrl}`,
        `--polymarket-clob-url=${polymarketPort.httpUrl}`,
      ],
    },
    async stop() {
      await okxCable.dispose();
      for (const venue of lively) venue.stop();
      await Promise.all([okxPort, polymarketPort, pushPort, foreignPort, account].map((server) => server.stop()));
    },
  };
}
