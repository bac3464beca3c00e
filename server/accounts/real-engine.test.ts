/** A whole engine with accounts at both venues, over real sockets: what it tells, and what it never tells. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { runCli } from '#server/cli/program.ts';
import { type AnyFrame, WsPeer } from '#server/gateway/testing/ws-peer.ts';
import { nodeTimers, startNodeVenueServer, type NodeVenueServer } from '#testing/venues/node-venue-server.ts';
import { OkxServer } from '#testing/venues/okx-server.ts';
import { PolymarketServer } from '#testing/venues/polymarket-server.ts';

const OKX = { apiKey: 'marker-okx-key', secret: 'marker-okx-secret', passphrase: 'marker-okx-pass+"' };
/** The key is the owner in every message of the test server's user channel, as it is at the venue (M13). */
const POLYMARKET = {
  apiKey: '00000000-0000-0000-0000-000000000001',
  secret: 'marker-polymarket-secret=',
  passphrase: 'marker-polymarket-pass',
};

let folder: string;
let okx: OkxServer;
let polymarket: PolymarketServer;
let nets: readonly NodeVenueServer[];
/** Whatever the process itself wrote. */
let written: string[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'griddesk-accounts-'));
  const { apiKey, ...key } = OKX;
  okx = new OkxServer({ timers: nodeTimers, depth: 10, rate: 20, keys: { [apiKey]: key } });
  polymarket = new PolymarketServer({ timers: nodeTimers, keys: [POLYMARKET] });
  nets = [await startNodeVenueServer(okx), await startNodeVenueServer(polymarket)];
  okx.start();
  written = [];
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream);
    vi.spyOn(stream, 'write').mockImplementation((chunk: string | Uint8Array, ...rest: unknown[]) => {
      written.push(String(chunk));
      return Reflect.apply(write, stream, [chunk, ...rest]) as boolean;
    });
  }
});
afterEach(async () => {
  okx.stop();
  polymarket.stop();
  await Promise.all(nets.map((net) => net.stop()));
  rmSync(folder, { recursive: true });
});

interface Desk {
  readonly peer: WsPeer;
  /** The next event of `channel` that is so. */
  readonly next: (
    channel: string,
    isSo?: (data: Record<string, unknown>) => boolean,
  ) => Promise<Record<string, unknown>>;
  readonly rest: (path: string) => Promise<string>;
}

interface Given {
  readonly okxPassphrase?: string;
  readonly polymarketPassphrase?: string;
}

/** Runs an engine with both accounts, and gives everything that came out of it anywhere. */
async function run(meanwhile: (desk: Desk) => Promise<void>, given: Given = {}): Promise<string> {
  const [okxNet, polymarketNet] = nets;
  const terminal: string[] = [];
  const told: string[] = [];
  let failed: unknown;
  const argv = ['start', '--data', folder, '--port', '0', '--auth', 'off', '--market', 'okx', '--record-ticks'];
  const urls = ['--okx-url', okxNet?.url, '--okx-rest-url', okxNet?.httpUrl, '--polymarket-url', polymarketNet?.url];
  const code = await runCli([...argv, ...urls.map(String), '--instruments', 'BTC-USDT'], {
    env: {
      GRIDDESK_OKX_API_KEY: OKX.apiKey,
      GRIDDESK_OKX_API_SECRET: OKX.secret,
      GRIDDESK_OKX_API_PASSPHRASE: given.okxPassphrase ?? OKX.passphrase,
      GRIDDESK_POLYMARKET_API_KEY: POLYMARKET.apiKey,
      GRIDDESK_POLYMARKET_API_SECRET: POLYMARKET.secret,
      GRIDDESK_POLYMARKET_API_PASSPHRASE: given.polymarketPassphrase ?? POLYMARKET.passphrase,
    },
    terminal: {
      stdin: Readable.from(['']),
      out: (line) => terminal.push(line),
      err: (line) => terminal.push(line),
    },
    untilStopped: async () => {
      const url = /Open (http:\/\/[^/]+)/.exec(terminal.join('\n'))?.[1] ?? '';
      const peer = new WsPeer(`${url.replace('http', 'ws')}/ws`, {});
      await peer.next('connected');
      peer.send({ type: 'subscribe', id: 's', channels: ['*'] });
      const rest = async (path: string) => {
        const text = await (await fetch(url + path)).text();
        told.push(text);
        return text;
      };
      const done = meanwhile({
        peer,
        rest,
        next: async (channel, isSo = () => true) => {
          const fits = (frame: AnyFrame) => frame.channel === channel && isSo(frame.data ?? {});
          return (await peer.next(fits)).data ?? {};
        },
      });
      // What fails in there is to be seen here, not as the engine's own failure.
      failed = await done.then(
        () => undefined,
        (error: unknown) => error,
      );
      for (const path of ['/metrics', '/healthz', '/api/v2/system/health', '/api/v2/system/logs?limit=2000'])
        await rest(path);
      told.push(JSON.stringify(peer.frames), filesIn(folder));
      peer.terminate();
    },
  });
  if (failed !== undefined) throw failed;
  // O5: the market's session and the account's connect from one address.
  expect(okx.violations).toEqual([]);
  expect(code).toBe(0);
  return [...terminal, ...written, ...told, filesIn(folder)].join('\n');
}

/** Every byte of every file: the database, what SQLite keeps beside it, the ticks. */
function filesIn(directory: string): string {
  const names = readdirSync(directory);
  expect(names).toEqual(expect.arrayContaining(['griddesk.db', 'ticks.db']));
  return names.map((name) => readFileSync(join(directory, name), 'latin1')).join('\n');
}

/** The credentials as they are, as JSON escapes them, and what was made of them on the way. */
function secrets(): string[] {
  const signatures = okx.received
    .filter(({ text }) => text.includes('"login"'))
    .flatMap(({ text }) => /"sign":"([^"]+)"/.exec(text)?.[1] ?? []);
  expect(signatures.length).toBeGreaterThan(0);
  const values = [...Object.values(OKX), ...Object.values(POLYMARKET), ...signatures];
  const encoded = values.flatMap((value) => [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)]);
  return [...encoded, ...values.map((value) => Buffer.from(value).toString('base64')), '"op":"login"', '"auth":{'];
}

const row = (data: unknown, index = 0) => (Object.values(data as object) as Record<string, unknown>[])[index];

describe('an engine with venue accounts', () => {
  test('O14, O16, M13: shows balances, orders, bots and fills of both, keeps the fills, and lets no secret out', async () => {
    const all = await run(async ({ peer, next, rest }) => {
      expect(await next('account.okx-account.balance')).toMatchObject({ venue: 'okx-account' });
      const ordId = okx.account.place({ instId: 'BTC-USDT', side: 'buy', px: '90000', sz: '0.5' });
      const placed = await next('account.okx-account.orders', (data) => row(data)?.['order_id'] === ordId);
      expect(row(placed)).toMatchObject({ status: 'live', open: true, exact: { quantity: '0.5', price: '90000' } });
      okx.account.fill(ordId, '0.2', '90000', '-0.0001');
      const filled = await next('account.okx-account.fills');
      expect(filled).toMatchObject({ order_id: ordId, side: 'Buy', quantity: 0.2, price: 90000 });
      okx.account.setBot({
        algoId: '448965992920907776',
        instId: 'BTC-USDT',
        state: 'running',
        minPx: '80000',
        maxPx: '100000',
        gridNum: '10',
        runType: '1',
        investment: '1000',
        gridProfit: '1',
        floatProfit: '2',
        totalPnl: '3',
        annualizedRate: '0.1',
      });
      const bots = await next('account.okx-account.bots', (data) => row(data) !== undefined);
      expect(row(bots)).toMatchObject({ id: '448965992920907776', grid_count: 10 });

      await vi.waitUntil(() => polymarket.received.some(({ path }) => path === 'user'), { interval: 5 });
      const [question] = polymarket.questions;
      if (!question) throw new Error('no question');
      const orderId = polymarket.user.place(question, 0, 'BUY', '0.41', '10');
      const order = await next('account.polymarket-account.orders');
      expect(row(order)).toMatchObject({ order_id: orderId, symbol: question.tokens[0], status: 'LIVE' });
      const trade = polymarket.user.match(orderId, '10');
      for (const status of ['MINED', 'CONFIRMED'] as const) polymarket.user.advance(trade, status);
      for (const status of ['MATCHED', 'MINED', 'CONFIRMED']) {
        expect(await next('account.polymarket-account.fills')).toMatchObject({ trade_id: trade, status });
      }

      peer.send({ type: 'command', id: 'f', action: 'account.fills', params: {} });
      const kept = (await peer.answer('f')).data?.['fills'];
      expect(kept).toHaveLength(2);
      expect(kept).toContainEqual(
        expect.objectContaining({ venue: 'polymarket-account', trade_id: trade, status: 'CONFIRMED' }),
      );
      expect(await rest('/metrics')).toContain('griddesk_venue_accounts_connected 2');
      const health = JSON.parse(await rest('/api/v2/system/health')) as { data: { components: object } };
      expect(health.data.components).toMatchObject({
        'account.okx-account': 'up',
        'account.polymarket-account': 'up',
        'market.okx': 'up',
      });
      // Z11: who comes now is told of all three at once.
      const late = new WsPeer(peer.ws.url, {});
      await late.next('connected');
      late.send({ type: 'subscribe', id: 't', channels: ['system.exchange'] });
      await late.answer('t');
      await late.sync();
      const states = late.events.map(({ data = {} }) => data);
      late.terminate();
      expect(states.map(({ venue, state }) => `${String(venue)} ${String(state)}`).toSorted()).toEqual([
        'okx connected',
        'okx-account connected',
        'polymarket-account connected',
      ]);
    });
    // It looked where things are: all of this came out.
    for (const shown of ['okx-account', 'polymarket-account', '"source":"account.okx-account"', 'SQLite format 3']) {
      expect(all).toContain(shown);
    }
    expect(secrets().filter((secret) => all.includes(secret))).toEqual([]);
  });

  test('O8, M12: shows what a venue refused, with its code, and leaves it at that', async () => {
    const wrong = { okxPassphrase: 'marker-wrong-okx', polymarketPassphrase: 'marker-wrong-polymarket' };
    const all = await run(async ({ next, rest }) => {
      const isError = ({ state }: Record<string, unknown>) => state === 'error';
      const refused = [await next('system.exchange', isError), await next('system.exchange', isError)];
      expect(refused.toSorted((a, b) => String(a['venue']).localeCompare(String(b['venue'])))).toMatchObject([
        { venue: 'okx-account', reason: '60024 Wrong passphrase' },
        { venue: 'polymarket-account', reason: 'Unauthorized' },
      ]);
      const health = JSON.parse(await rest('/api/v2/system/health')) as { data: object };
      expect(health.data).toMatchObject({ status: 'degraded', components: { 'account.okx-account': 'down' } });
    }, wrong);
    // Once a connection that needs them: OKX's private and business, Polymarket's user.
    const asked = nets.flatMap(({ handshakes }) => handshakes.map(({ url }) => url ?? ''));
    expect(asked.filter((url) => url !== '/ws/v5/public' && !url.endsWith('/ws/v5/business'))).toEqual([
      '/ws/v5/private',
      '/ws/user',
    ]);
    expect(all).toContain('60024 Wrong passphrase');
    expect([...secrets(), ...Object.values(wrong)].filter((secret) => all.includes(secret))).toEqual([]);
  });
});
