/** All five kinds of sources on free loopback ports with a lively market, and the settings a dashboard needs for them. */
import type { SourceConfig, SourceInstrument } from '#domain/source.ts';
import { seededRandom } from '#domain/random.ts';
import { createForeignEngine } from './foreign-engine.ts';
import { startKnownSocketioServer } from './known-socketio-server.ts';
import { nodeTimers, startNodeVenueServer } from './node-venue-server.ts';
import { OKX_LISTINGS } from './okx-instruments.ts';
import type { OkxListing } from './okx-instruments.ts';
import { OkxServer } from './okx-server.ts';
import { QUESTIONS, type Question } from './polymarket-questions.ts';
import { PolymarketServer } from './polymarket-server.ts';
import { PushServer } from './push-server.ts';
import { every } from './venue-socket.ts';

/** For everything that asks for one. */
export const DEMO_TOKEN = 'demo';
export const DEMO_KEY = { apiKey: 'demo-key', secret: 'demo-secret', passphrase: 'demo' };

export interface DemoVenues {
  readonly sources: readonly SourceConfig[];
  /** Bases of REST, for the engine's settings. */
  readonly okxRestUrl: string;
  readonly okxUrl: string;
  readonly polymarketRestUrl: string;
  stop(): Promise<void>;
}

export interface DemoOptions {
  /** Moves of every market a second. */
  readonly rate?: number;
  readonly seed?: number;
}

export async function startDemoVenues({ rate = 4, seed = 1 }: DemoOptions = {}): Promise<DemoVenues> {
  const timers = nodeTimers;
  const okx = new OkxServer({ timers, seed, rate, keys: { [DEMO_KEY.apiKey]: DEMO_KEY } });
  const polymarket = new PolymarketServer({ timers, seed, rate, keys: [DEMO_KEY] });
  const push = new PushServer({ timers, seed, rate: Math.min(rate, 20) });
  // A pair that OKX has too, so that there is a spread to watch.
  const second = new PushServer({
    timers,
    seed: seed + 1,
    symbol: 'PEPE/USDT',
    rate: Math.min(rate, 20),
    market: { tickSize: '0.000000001', lotSize: '1', price: '0.000011884', size: '60000000' },
  });
  const foreign = createForeignEngine(timers, false);
  const [okxPort, polymarketPort, pushPort, secondPort, foreignPort, account] = await Promise.all([
    startNodeVenueServer(okx, { deflate: true }),
    startNodeVenueServer(polymarket),
    startNodeVenueServer(push),
    startNodeVenueServer(second),
    startNodeVenueServer(foreign),
    startKnownSocketioServer({
      tokens: { [DEMO_TOKEN]: 4 },
      logins: [{ username: 'demo', password: 'demo', token: DEMO_TOKEN }],
      intervals: { balance: 10_000, positions: 2_000, pnl: 2_000, orders: 15_000 },
    }),
  ]);
  for (const venue of [okx, polymarket, push, second, foreign]) venue.start();
  const random = seededRandom(seed);
  const endings = [
    every(timers, 4_000, () => tradeOnOkx(okx, random)),
    every(timers, 5_000, () => tradeOnPolymarket(polymarket, random)),
  ];
  botsOf(okx);

  const usual = { via: 'direct', enabled: true, auth: 'none', instruments: [] } as const;
  return {
    okxUrl: okxPort.url,
    okxRestUrl: okxPort.httpUrl,
    polymarketRestUrl: polymarketPort.httpUrl,
    sources: [
      { ...usual, id: 'okx', kind: 'okx', name: 'OKX', url: okxPort.url, instruments: OKX_LISTINGS.map(okxInstrument) },
      {
        ...usual,
        id: 'polymarket',
        kind: 'polymarket',
        name: 'Polymarket',
        url: polymarketPort.url,
        instruments: QUESTIONS.flatMap(outcomesOf),
      },
      { ...usual, id: 'push', kind: 'push', name: 'KOGE bot', url: `${pushPort.url}/ws` },
      { ...usual, id: 'push-2', kind: 'push', name: 'PEPE bot', url: `${secondPort.url}/ws` },
      {
        ...usual,
        id: 'account',
        kind: 'trading-socketio',
        name: 'Bybit account',
        url: account.url,
        auth: 'login',
        loginUrl: `${account.url}/login`,
      },
      { ...usual, id: 'lab', kind: 'engine', name: 'zigQuant', url: `${foreignPort.url}/ws` },
    ],
    async stop() {
      for (const end of endings) end();
      for (const venue of [okx, polymarket, push, second, foreign]) venue.stop();
      await Promise.all(
        [okxPort, polymarketPort, pushPort, secondPort, foreignPort, account].map((server) => server.stop()),
      );
    },
  };
}

export function okxInstrument({ instId, tickSz, lotSz, minSz }: OkxListing): SourceInstrument {
  const [base = instId, quote = ''] = instId.split('-');
  return {
    symbol: instId,
    base,
    quote,
    tickSize: tickSz,
    lotSize: lotSz,
    minSize: minSz,
    minNotional: '0',
    makerFee: '0.0008',
    takerFee: '0.001',
    feeCurrency: 'received',
  };
}

export function outcomesOf({
  conditionId,
  question,
  slug,
  outcomes,
  tokens,
  tickSize,
  endDate,
}: Question): SourceInstrument[] {
  const named = outcomes.map((name, i) => ({ symbol: tokens[i] ?? '', name }));
  return named.map(({ symbol, name }) => ({
    symbol,
    base: name,
    quote: 'USDC',
    tickSize,
    lotSize: '0.01',
    minSize: '5',
    minNotional: '0',
    makerFee: '0',
    takerFee: '0',
    feeCurrency: 'quote',
    title: `${question} — ${name}`,
    prediction: {
      id: conditionId,
      question,
      slug,
      outcomes: named,
      tickSize,
      state: 'open',
      endsAt: Date.parse(endDate),
    },
  }));
}

/** An order rests, and now and then one is filled or taken back. */
function tradeOnOkx(okx: OkxServer, random: () => number): void {
  const { account } = okx;
  const { openOrders } = account;
  const [oldest] = openOrders;
  if (oldest === undefined || openOrders.length < 4) {
    const side = random() < 0.5 ? 'buy' : 'sell';
    const { bids, asks } = okx.book('BTC-USDT');
    const [px = '95000'] = (side === 'buy' ? bids : asks)[5] ?? [];
    account.place({ instId: 'BTC-USDT', side, px, sz: '0.02' });
  } else if (random() < 0.7) {
    account.fill(oldest, '0.01', String(account.order(oldest)?.['px']), '-0.00001');
  } else {
    account.cancel(oldest);
  }
}

function tradeOnPolymarket({ user, questions }: PolymarketServer, random: () => number): void {
  const { openOrders } = user;
  const [oldest] = openOrders;
  const [question] = questions;
  if (!question) return;
  if (oldest === undefined || openOrders.length < 3) user.place(question, 0, 'BUY', question.price, '100');
  else if (random() < 0.7) {
    const trade = user.match(oldest, '50');
    nodeTimers.after(1_000, () => user.advance(trade, 'MINED'));
    nodeTimers.after(3_000, () => user.advance(trade, 'CONFIRMED'));
  } else user.cancel(oldest);
}

function botsOf({ account }: OkxServer): void {
  account.setPosition({
    instId: 'BTC-USDT-SWAP',
    pos: '12',
    avgPx: '94210.4',
    markPx: '95034.9',
    upl: '98.94',
    lever: '3',
  });
  account.setBot({
    algoId: '448965992920907776',
    instId: 'BTC-USDT',
    state: 'running',
    minPx: '88000',
    maxPx: '102000',
    gridNum: '40',
    runType: '1',
    investment: '5000',
    gridProfit: '84.21',
    floatProfit: '-12.5',
    totalPnl: '71.71',
    annualizedRate: '0.2144',
  });
}
