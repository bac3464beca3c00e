import { afterEach, describe, expect, test, vi } from 'vitest';
import { ProtocolError } from '#protocol/errors.ts';
import type { Handlers } from '#server/gateway/handlers.ts';
import type { StoredSource } from '#server/storage/sources.ts';
import { HttpFixture } from './testing/http-fixture.ts';

let fixture: HttpFixture;
const start = async (...args: Parameters<typeof HttpFixture.start>) => (fixture = await HttpFixture.start(...args));
afterEach(() => fixture.stop());

const grid = { pair: 'BTC-USDC', upper_price: 110, lower_price: 90, grid_count: 10, investment: 1000 };

/** Every call that came through, as `action params`. */
function recording() {
  const calls: [string, unknown][] = [];
  const note =
    <T>(action: string, result: T) =>
    async (params: unknown) => {
      calls.push([action, params]);
      return result;
    };
  const handlers: Handlers = {
    'grid.start': note('grid.start', { grid_id: 'g1', status: 'starting' }),
    'grid.stop': note('grid.stop', { grid_id: 'g1', status: 'stopped', final_pnl: 0, total_trades: 0 }),
    'grid.update_params': note('grid.update_params', { grid_id: 'g1', updated_params: [] }),
    'grid.list': note('grid.list', { grids: [] }),
    'grid.orders': note('grid.orders', { orders: [] }),
    'grid.get': async () => {
      throw new ProtocolError('NOT_FOUND', 'there is no grid');
    },
    'system.logs': note('system.logs', { logs: [] }),
    'system.kill_switch': note('system.kill_switch', {
      kill_switch: true,
      affected: { grids_stopped: 0, strategies_stopped: 0, orders_cancelled: 0 },
    }),
    'system.health': async () => ({ status: 'healthy' }),
  };
  return { calls, handlers };
}

describe('REST', () => {
  test.each([
    ['POST', 'grid/start', grid, 'grid.start', grid],
    ['POST', 'grid/g1/stop', { close_position: true }, 'grid.stop', { id: 'g1', close_position: true }],
    ['PUT', 'grid/g1/params', { stop_loss: 80 }, 'grid.update_params', { id: 'g1', params: { stop_loss: 80 } }],
    ['GET', 'grid?limit=5', undefined, 'grid.list', { limit: 5 }],
    ['GET', 'grid/g1/orders?state=open', undefined, 'grid.orders', { id: 'g1', state: 'open' }],
    ['GET', 'system/logs?level=warn&q=42', undefined, 'system.logs', { level: 'warn', q: '42' }],
    ['POST', 'system/kill-switch', { action: 'activate', reason: 'x' }, 'system.kill_switch', undefined],
  ] as const)('%s %s is the command', async (method, path, payload, action, params) => {
    const { calls, handlers } = recording();
    await start(handlers);
    const headers = await fixture.bearer('trader');
    const answer = await fixture.ask(method, `/api/v2/${path}`, { headers, ...(payload ? { payload } : {}) });
    expect(answer).toMatchObject({ status: 200, body: { success: true } });
    expect(calls).toEqual([[action, params ?? payload]]);
  });

  test('Z13: Idempotency-Key: the same request runs once, another one is refused', async () => {
    const { calls, handlers } = recording();
    await start(handlers);
    const headers = { ...(await fixture.bearer('trader')), 'idempotency-key': 'k1' };
    const [a, b] = await Promise.all([
      fixture.ask('POST', '/api/v2/grid/start', { headers, payload: grid }),
      fixture.ask('POST', '/api/v2/grid/start', { headers, payload: grid }),
    ]);
    expect(a?.body).toEqual(b?.body);
    expect(calls).toHaveLength(1);
    const other = await fixture.ask('POST', '/api/v2/grid/start', { headers, payload: { ...grid, grid_count: 9 } });
    expect(other).toMatchObject({ status: 400, body: { error: { code: 'INVALID_COMMAND' } } });
    const long = { ...headers, 'idempotency-key': 'x'.repeat(65) };
    expect((await fixture.ask('POST', '/api/v2/grid/start', { headers: long, payload: grid })).status).toBe(400);
  });

  test('Z7: without a token 401, with too small a role 403', async () => {
    const { calls, handlers } = recording();
    await start(handlers);
    const bare = await fixture.ask('GET', '/api/v2/grid');
    expect(bare).toMatchObject({ status: 401, body: { success: false, error: { code: 'AUTH_REQUIRED' } } });
    const headers = await fixture.bearer('viewer');
    expect((await fixture.ask('POST', '/api/v2/grid/start', { headers, payload: grid })).status).toBe(403);
    const trader = await fixture.bearer('trader');
    const payload = { action: 'deactivate', reason: 'x' };
    expect((await fixture.ask('POST', '/api/v2/system/kill-switch', { headers: trader, payload })).status).toBe(403);
    expect(calls).toEqual([]);
  });

  test('Z15: refusals carry their code, their fields and a fitting status', async () => {
    await start(recording().handlers);
    const headers = await fixture.bearer('trader');
    const bad = await fixture.ask('POST', '/api/v2/grid/start', { headers, payload: { ...grid, upper_price: 1 } });
    expect(bad).toMatchObject({ status: 400, body: { error: { code: 'VALIDATION_ERROR' } } });
    expect(bad.body.error?.details).toEqual([{ path: 'upper_price', message: 'must be above the lower price' }]);
    expect((await fixture.ask('GET', '/api/v2/grid/x/status', { headers })).status).toBe(404);
    expect(await fixture.ask('GET', '/api/v2/nothing', { headers })).toMatchObject({
      status: 404,
      body: { error: { code: 'NOT_FOUND' } },
    });
  });

  test('a body that is no JSON, or too large, is refused by name', async () => {
    await start(recording().handlers);
    const headers = { ...(await fixture.bearer('trader')), 'content-type': 'application/json' };
    const broken = await fixture.ask('POST', '/api/v2/grid/start', { headers, payload: '{"pair":' });
    expect(broken).toMatchObject({ status: 400, body: { error: { code: 'PARSE_ERROR' } } });
    const payload = { ...grid, name: 'x'.repeat(70_000) };
    expect((await fixture.ask('POST', '/api/v2/grid/start', { headers, payload })).body.error?.code).toBe(
      'INVALID_MESSAGE',
    );
    expect(fixture.faults).toEqual([]);
  });

  test('Z18: more than 10 commands a second of a session are 429 with Retry-After', async () => {
    await start(recording().handlers);
    const headers = await fixture.bearer('viewer');
    for (let i = 0; i < 10; i += 1) expect((await fixture.ask('GET', '/api/v2/grid', { headers })).status).toBe(200);
    const answer = await fixture.ask('GET', '/api/v2/grid', { headers });
    expect(answer).toMatchObject({ status: 429, body: { error: { code: 'RATE_LIMITED' } } });
    expect(answer.headers['retry-after']).toBe('1');
    fixture.clock.advance(1_000);
    expect((await fixture.ask('GET', '/api/v2/grid', { headers })).status).toBe(200);
  });
});

describe('users, sessions and the audit', () => {
  test('an admin adds, lists and removes users; what they did is written down without the password', async () => {
    await start();
    await fixture.bearer('admin');
    const call = (action: string, params: unknown, id: string) => dispatch(action, params, id);
    expect(await call('user.add', { name: 'bob', role: 'viewer', password: 'correct horse' }, '1')).toMatchObject({
      success: true,
    });
    expect((await fixture.login('bob')).status).toBe(200);
    expect(await call('user.add', { name: 'bob', role: 'viewer', password: 'correct horse' }, '2')).toMatchObject({
      error: { code: 'VALIDATION_ERROR', details: [{ path: 'name' }] },
    });
    expect(await call('user.remove', { name: 'admin' }, '3')).toMatchObject({ error: { code: 'VALIDATION_ERROR' } });
    expect(await call('user.remove', { name: 'bob' }, '4')).toMatchObject({ success: true });
    expect((await fixture.login('bob')).status).toBe(401);
    const audit = JSON.stringify(await call('audit.list', {}, '5'));
    expect(audit).toContain('bob');
    expect(audit).not.toContain('correct horse');
  });

  test('Z13: a change and its response are kept together, or neither', async () => {
    await start();
    const bob = { name: 'bob', role: 'viewer', password: 'correct horse' };
    const responses = vi.spyOn(fixture.responses, 'record').mockImplementation(() => {
      throw new Error('the power is gone');
    });
    await dispatch('user.add', bob, 'same');
    expect(fixture.auth.users.get('bob')).toBeUndefined();
    responses.mockRestore();
    expect(await dispatch('user.add', bob, 'same')).toMatchObject({ success: true });
    expect(fixture.responses.find('admin', 'same')).toMatchObject({ response: { data: { name: 'bob' } } });
  });

  test('a new password needs the present one and ends the other sessions', async () => {
    await start();
    await fixture.addUser('ann', 'trader');
    const here = await fixture.login('ann');
    const there = await fixture.login('ann');
    const identity = await fixture.auth.verify(String(here.body.data?.['token']));
    const wrong = await dispatch('user.password', { current: 'nope', password: 'another horse' }, '1', identity);
    expect(wrong).toMatchObject({ error: { code: 'VALIDATION_ERROR', details: [{ path: 'current' }] } });
    const params = { current: 'correct horse', password: 'another horse' };
    expect(await dispatch('user.password', params, '2', identity)).toMatchObject({ success: true });
    expect((await fixture.refresh(there.cookie ?? '')).status).toBe(401);
    expect((await fixture.refresh(here.cookie ?? '')).status).toBe(200);
    expect((await fixture.login('ann', 'another horse')).status).toBe(200);
    const other = await dispatch('user.password', { name: 'admin', password: 'another horse' }, '3', identity);
    expect(other).toMatchObject({ error: { code: 'FORBIDDEN' } });
  });

  test('Z8: auth.refresh renews the token of its session, until that is revoked', async () => {
    await start();
    await fixture.addUser('ann', 'viewer');
    const answer = await fixture.login('ann');
    const identity = await fixture.auth.verify(String(answer.body.data?.['token']));
    fixture.clock.advance(600_000);
    const renewed = await dispatch('auth.refresh', {}, '1', identity);
    expect(renewed).toMatchObject({ success: true, data: { expires_at: fixture.clock.now() + 900_000 } });
    expect(await dispatch('session.revoke', { id: identity.sessionId }, '2')).toMatchObject({ success: true });
    expect(await dispatch('auth.refresh', {}, '3', identity)).toMatchObject({ error: { code: 'AUTH_INVALID' } });
  });

  test('Z8: POST auth/refresh gives a script without cookies the next token for the one it has', async () => {
    await start();
    const headers = await fixture.bearer('viewer');
    fixture.clock.advance(600_000);
    const answer = await fixture.ask('POST', '/api/v2/auth/refresh', { headers });
    expect(answer.body.data).toEqual({ token: expect.any(String), expires_at: fixture.clock.now() + 900_000 });
    expect(answer.cookie).toBeUndefined();
    fixture.clock.advance(300_001);
    expect(await fixture.ask('POST', '/api/v2/auth/refresh', { headers })).toMatchObject({
      status: 401,
      body: { error: { code: 'AUTH_EXPIRED' } },
    });
    expect((await fixture.ask('POST', '/api/v2/auth/refresh')).body.error?.code).toBe('AUTH_REQUIRED');
  });

  const admin = { user: 'admin', role: 'admin', sessionId: 'none' } as const;
  const dispatch = (
    action: string,
    params: unknown,
    id: string,
    {
      user,
      role,
      sessionId,
    }: Pick<Awaited<ReturnType<typeof fixture.auth.verify>>, 'user' | 'role' | 'sessionId'> = admin,
  ) => fixture.dispatcher.execute({ action, params, id, user, role, sessionId });
});

describe('what every response says', () => {
  test.each(['/', '/assets/app-1a2b.js', '/healthz', '/api/v2/nothing'])(
    '%s has a strict CSP and the rest',
    async (url) => {
      await start();
      const { headers } = await fixture.ask('GET', url);
      const csp = String(headers['content-security-policy']);
      expect(csp.split(';').toSorted()).toEqual(
        [
          "base-uri 'none'",
          "connect-src 'self' wss://other.example:8080",
          "default-src 'none'",
          "font-src 'self'",
          "form-action 'self'",
          "frame-ancestors 'none'",
          "img-src 'self'",
          "manifest-src 'self'",
          "script-src 'self'",
          "style-src 'self'",
          "worker-src 'self'",
        ].toSorted(),
      );
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'permissions-policy': expect.stringContaining('camera=()'),
      });
    },
  );

  test('Z3: an unknown Host is refused', async () => {
    await start();
    expect((await fixture.ask('GET', '/', { headers: { host: 'evil.example' } })).status).toBe(403);
  });
});

test('a relay is no page', async () => {
  await start();
  expect((await fixture.ask('GET', '/relay/AAAAAAAAAAAAAAAAAAAAAA')).status).toBe(404);
});

describe('what the browser may connect to follows the sources', () => {
  const okx: StoredSource = {
    id: 'okx',
    kind: 'okx',
    name: 'OKX',
    url: 'wss://ws.okx.com:8443',
    via: 'direct',
    enabled: true,
    instruments: [],
    auth: 'none',
  };
  const WORKER = '/assets/feed-worker-1a2b3c.js';
  const OWN = "'self' wss://other.example:8080";

  async function policies(...sources: StoredSource[]) {
    await start();
    for (const source of sources) fixture.sources.save(source);
    fixture.sources.announce('');
    const connectSrc = async (url: string) => {
      const { headers } = await fixture.ask('GET', url);
      return /connect-src ([^;]*)/.exec(String(headers['content-security-policy']))?.[1];
    };
    return { page: await connectSrc('/'), worker: await connectSrc(`${WORKER}?for=x`) };
  }

  test('a venue is for the worker only', async () => {
    const off = { ...okx, id: 'off', enabled: false, url: 'ws://10.0.0.7:8000/ws' };
    expect(await policies(okx, off)).toEqual({
      page: OWN,
      worker: `${OWN} ws://10.0.0.7:8000 wss://ws.okx.com:8443`,
    });
  });

  test('what goes through the engine needs nothing', async () => {
    expect(await policies({ ...okx, via: 'engine' })).toEqual({ page: OWN, worker: OWN });
  });

  test('an engine that is switched on is for the page', async () => {
    const engine: StoredSource = { ...okx, id: 'a', kind: 'engine', url: 'wss://lab.example:8080/ws' };
    const off = { ...engine, id: 'b', enabled: false, url: 'wss://off.example/ws' };
    expect(await policies(engine, off)).toEqual({ page: `${OWN} wss://lab.example:8080`, worker: OWN });
  });

  test('T1, T9: an account server is polled and upgraded by the worker, its login is posted by the page', async () => {
    const account: StoredSource = {
      ...okx,
      kind: 'trading-socketio',
      url: 'http://10.0.0.7:5000',
      auth: 'login',
      loginUrl: 'http://10.0.0.7:5001/api/login',
    };
    expect(await policies(account)).toEqual({
      page: `${OWN} http://10.0.0.7:5001`,
      worker: `${OWN} http://10.0.0.7:5000 ws://10.0.0.7:5000`,
    });
  });

  test.each(['wss://*:8443', 'wss://a;script-src:8443', 'wss://a,b'])('%s is no origin of one host', async (url) => {
    expect(await policies({ ...okx, url })).toEqual({ page: OWN, worker: OWN });
  });

  test('the worker is asked for anew each time, also compressed', async () => {
    await start();
    for (const encoding of ['identity', 'br']) {
      const { headers } = await fixture.ask('GET', `${WORKER}?for=x`, { headers: { 'accept-encoding': encoding } });
      expect(headers['cache-control']).toBe('no-cache');
    }
  });
});

describe('the dashboard', () => {
  test('hashed files are immutable and compressed at build time, the page is always asked for anew', async () => {
    await start();
    const script = await fixture.ask('GET', '/assets/app-1a2b.js', { headers: { 'accept-encoding': 'gzip, br' } });
    expect(script.headers).toMatchObject({
      'content-encoding': 'br',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': expect.stringContaining('javascript'),
    });
    for (const url of ['/', '/index.html', '/grids/g1', '/sign-in?token=x']) {
      const page = await fixture.ask('GET', url);
      expect(page).toMatchObject({ status: 200, headers: { 'cache-control': 'no-cache' } });
      expect(page.headers['content-type']).toContain('text/html');
    }
  });

  test('a missing file, a way out of the folder and an unknown API route are no pages', async () => {
    await start();
    for (const url of ['/assets/gone.js', '/../package.json', '/%2e%2e/package.json', '/api/v2/nothing']) {
      const { status, headers } = await fixture.ask('GET', url);
      expect([400, 403, 404]).toContain(status);
      expect(headers['content-type']).not.toContain('text/html');
    }
  });

  test('one that was never built says so', async () => {
    await start({}, { webRoot: '/nonexistent' });
    expect((await fixture.ask('GET', '/')).status).toBe(503);
  });
});

describe('/healthz and /metrics', () => {
  test('/healthz follows the storage', async () => {
    await start();
    expect((await fixture.ask('GET', '/healthz')).status).toBe(200);
    fixture.healthy = false;
    expect((await fixture.ask('GET', '/healthz')).status).toBe(503);
  });

  test('/metrics is for this machine or an admin', async () => {
    await start();
    expect((await fixture.ask('GET', '/metrics')).status).toBe(200);
    const remoteAddress = '10.0.0.9';
    expect((await fixture.ask('GET', '/metrics', { remoteAddress })).status).toBe(401);
    expect((await fixture.ask('GET', '/metrics', { headers: { 'x-forwarded-for': '10.0.0.9' } })).status).toBe(401);
    const viewer = await fixture.bearer('viewer');
    expect((await fixture.ask('GET', '/metrics', { remoteAddress, headers: viewer })).status).toBe(403);
    const headers = await fixture.bearer('admin');
    expect((await fixture.ask('GET', '/metrics', { remoteAddress, headers })).status).toBe(200);
  });
});
