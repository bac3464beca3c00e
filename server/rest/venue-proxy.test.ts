import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { systemTimers } from '#server/host/system-timers.ts';
import { STRAIGHT } from '#server/venues/proxy.ts';
import { RequestPace } from '#server/venues/request-pace.ts';
import { RestClient } from '#server/venues/rest-client.ts';
import { createVenueApis } from '#server/venues/venue-apis.ts';
import { HttpFixture } from './testing/http-fixture.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const CANDLES = '/api/v5/market/candles';

/** An engine in front of a venue that answers with what it was asked. */
async function start(options: { readonly authRequired?: boolean; readonly status?: number } = {}) {
  const asked: { readonly url: string; readonly headers: Record<string, unknown> }[] = [];
  const server = createServer((request, response) => {
    asked.push({ url: request.url ?? '', headers: { ...request.headers } });
    response.writeHead(options.status ?? 200, { 'set-cookie': 'evil=1', location: 'http://evil.example/' });
    response.end(JSON.stringify({ code: '0', n: asked.length, url: request.url }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  undo.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const venues = createVenueApis(
    { okx_rest_url: base, polymarket_gamma_url: `${base}`, polymarket_clob_url: 'http://127.0.0.1:1' },
    // Waits are over at once.
    {
      timers: { now: () => 0, after: (_ms, task) => (queueMicrotask(task), () => {}) },
      random: () => 0,
      egress: STRAIGHT,
    },
  );
  const { status: _, ...rest } = options;
  const fixture = await HttpFixture.start({}, { venues, ...rest });
  undo.push(() => fixture.stop());
  const headers = rest.authRequired === false ? {} : await fixture.bearer('viewer');
  const ask = (path: string, method: 'GET' | 'POST' = 'GET') =>
    fixture.ask(method, `/api/v2/venues/${path}`, { headers });
  return { asked, ask, fixture };
}

describe('O15, M14: the venues’ public data on our own origin', () => {
  test('a viewer gets the venue’s own JSON; the venue learns nothing of them', async () => {
    const { asked, ask } = await start();
    const { status, body, headers } = await ask(`okx${CANDLES}?instId=BTC-USDT&bar=1m&limit=300`);
    expect([status, body]).toEqual([200, { code: '0', n: 1, url: `${CANDLES}?bar=1m&instId=BTC-USDT&limit=300` }]);
    expect(headers).toMatchObject({ 'cache-control': 'no-store' });
    expect(headers).not.toHaveProperty('set-cookie');
    expect(asked[0]?.headers).not.toHaveProperty('authorization');
    expect(asked[0]?.headers).not.toHaveProperty('x-simulated-trading');
  });

  test('O1: demo data is asked for with the venue’s header', async () => {
    const { asked, ask } = await start();
    await ask(`okx-demo${CANDLES}?instId=BTC-USDT`);
    expect(asked[0]?.headers).toMatchObject({ 'x-simulated-trading': '1' });
  });

  test.each([
    'okx/api/v5/market/history-candles',
    'okx/api/v5/public/instruments?instType=SPOT',
    'polymarket-gamma/events',
    'polymarket-gamma/public-search?q=rain',
  ])('%s is served', async (path) => {
    const { ask } = await start();
    expect((await ask(path)).status).toBe(200);
  });

  test('dashboards that ask without end do not fill the line the engine asks in', async () => {
    const asked: string[] = [];
    const waiting: (() => void)[] = [];
    const pace = new RequestPace(
      { now: () => 0, after: (_ms, task) => (waiting.push(task), () => {}) },
      { requests: 1, perMs: 2_000, maxWaiting: 200 },
    );
    const venue = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('{}');
    });
    await new Promise<void>((resolve) => venue.listen(0, '127.0.0.1', resolve));
    undo.push(() => {
      venue.closeAllConnections();
      venue.close();
    });
    const okx = new RestClient({
      venue: 'OKX',
      base: `http://127.0.0.1:${(venue.address() as AddressInfo).port}`,
      timers: systemTimers,
      random: () => 0,
      pace,
    });
    const fixture = await HttpFixture.start(
      {},
      { authRequired: false, venues: { okx, 'okx-demo': okx, 'polymarket-gamma': okx, 'polymarket-clob': okx } },
    );
    undo.push(() => fixture.stop());
    await okx.get('/first');
    const answers = Array.from({ length: 60 }, (_, n) =>
      fixture.ask('GET', `/api/v2/venues/okx${CANDLES}?instId=A-${n}`, {}),
    );
    const refused = await Promise.any(answers.map(async (answer) => ((await answer).status === 503 ? answer : Promise.reject(new Error('let in'))))); // prettier-ignore
    expect(refused.body).toMatchObject({ error: { code: 'VENUE_UNAVAILABLE', details: { fault: 'busy' } } });
    const own = okx.get('/own');
    let isThere = false;
    void own.then(() => (isThere = true));
    while (!isThere) {
      waiting.splice(0).forEach((go) => go());
      await new Promise((resolve) => setImmediate(resolve));
    }
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(40);
    expect(asked.at(-1)).toBe('/own');
  });

  test('who is not signed in gets nothing', async () => {
    const { asked, fixture } = await start();
    expect((await fixture.ask('GET', `/api/v2/venues/okx${CANDLES}`)).status).toBe(401);
    const headers = { authorization: 'Bearer x.y.z' };
    expect((await fixture.ask('GET', `/api/v2/venues/okx${CANDLES}`, { headers })).status).toBe(401);
    expect(asked).toEqual([]);
  });

  test('an engine without sign-in serves everybody', async () => {
    const { ask } = await start({ authRequired: false });
    expect((await ask(`okx${CANDLES}?instId=BTC-USDT`)).status).toBe(200);
  });

  test('equal requests are one, also while it is on its way', async () => {
    const { asked, ask, fixture } = await start();
    const [first, second] = await Promise.all([
      ask(`okx${CANDLES}?instId=A&bar=1m`),
      ask(`okx${CANDLES}?bar=1m&instId=A`),
    ]);
    expect(first.body).toEqual(second.body);
    await ask(`okx${CANDLES}?instId=A&bar=1m`);
    expect(asked).toHaveLength(1);
    fixture.clock.advance(1_000);
    await ask(`okx${CANDLES}?instId=A&bar=1m`);
    await ask(`okx-demo${CANDLES}?instId=A&bar=1m`);
    expect(asked).toHaveLength(3);
  });
});

describe('no open proxy', () => {
  test.each([
    'okx/api/v5/account/balance',
    'okx/api/v5/trade/order',
    'okx/api/v5/market/candles/',
    'okx//api/v5/market/candles',
    'okx/%61pi/v5/market/candles',
    'okx/api/v5/market%2Fcandles',
    'okx/api/v5/market/candles%00',
    'okx/API/v5/market/candles',
    'okx/http://evil.example/api/v5/market/candles',
    'okx@evil.example/api/v5/market/candles',
    'okx',
    'okx/',
    'okx/constructor',
    'constructor/api/v5/market/candles',
    '__proto__/api/v5/market/candles',
    'binance/api/v5/market/candles',
    'polymarket-gamma/book',
    'polymarket-clob/auth/api-key',
    'polymarket-clob/data/orders',
    '../venues/okx/api/v5/account/balance',
    'http://evil.example/',
  ])('%s is nothing', async (path) => {
    const { asked, ask } = await start();
    expect((await ask(path)).status).toBe(404);
    expect(asked).toEqual([]);
  });

  test.each(['instId=BTC-USDT&callback=x', 'instId=BTC-USDT&__proto__=x', `instId=${'A'.repeat(1_001)}`])(
    'the parameters %j are refused',
    async (query) => {
      const { asked, ask } = await start();
      const { status, body } = await ask(`okx${CANDLES}?${query}`);
      expect([status, body.error?.code]).toEqual([400, 'VALIDATION_ERROR']);
      expect(asked).toEqual([]);
    },
  );

  test('what a value holds stays a value', async () => {
    const { asked, ask } = await start();
    await ask(`okx${CANDLES}?instId=A%26limit%3D1%23/../x%0d%0aHost:evil`);
    expect(asked[0]?.url).toBe(`${CANDLES}?instId=A%26limit%3D1%23%2F..%2Fx%0D%0AHost%3Aevil`);
  });

  test('only GET', async () => {
    const { asked, ask } = await start();
    expect((await ask(`okx${CANDLES}`, 'POST')).status).toBe(404);
    expect(asked).toEqual([]);
  });
});

describe('a venue that does not answer', () => {
  test('is named, with what happened', async () => {
    const { ask } = await start();
    const { status, body } = await ask('polymarket-clob/book?token_id=1');
    expect([status, body.error]).toEqual([
      502,
      {
        code: 'VENUE_UNAVAILABLE',
        message: 'Polymarket does not answer at 127.0.0.1:1: nothing listens there',
        details: { fault: 'unreachable' },
      },
    ]);
  });

  test.each([500, 302, 404])(
    'HTTP %d of it is 502 of ours, tried again where that helps, never followed',
    async (status) => {
      const { asked, ask } = await start({ status });
      const answer = await ask(`okx${CANDLES}?instId=A`);
      expect([answer.status, answer.body.error?.code]).toEqual([502, 'VENUE_UNAVAILABLE']);
      expect(answer.body.error?.message).toContain(`HTTP ${status}`);
      expect(asked).toHaveLength(status === 500 ? 3 : 1);
    },
  );

  test('a failure is not kept', async () => {
    const { asked, ask } = await start({ status: 404 });
    await ask(`okx${CANDLES}?instId=A`);
    await ask(`okx${CANDLES}?instId=A`);
    expect(asked).toHaveLength(2);
  });
});
