import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Role } from '#protocol/roles.ts';
import { Dispatcher } from '#server/gateway/dispatcher.ts';
import { Audit } from '#server/storage/audit.ts';
import { openDatabase } from '#server/storage/database.ts';
import { SqliteResponses } from '#server/storage/responses.ts';
import { Sources, type StoredSource } from '#server/storage/sources.ts';
import { MAX_SOURCES, sourceHandlers } from './source-handlers.ts';
import { ManualTimers } from './testing/manual-timers.ts';

const OKX: StoredSource = {
  id: 'okx',
  kind: 'okx',
  name: 'OKX',
  url: 'wss://ws.okx.com:8443',
  via: 'direct',
  enabled: true,
  instruments: [],
  auth: 'none',
};
const PUSH: StoredSource = { ...OKX, id: 'lab', kind: 'push', url: 'ws://10.0.0.7:8000/ws', via: 'engine' };

const LOGIN: StoredSource = {
  ...OKX,
  id: 'acc',
  kind: 'trading-socketio',
  url: 'http://acc.example:5000',
  auth: 'login',
  loginUrl: 'https://acc.example/login',
};

let id = 0;
function setUp() {
  const db = openDatabase(':memory:');
  const clock = new ManualTimers();
  const sources = new Sources(db);
  const responses = new SqliteResponses(db);
  const audit = new Audit(db);
  const relays: unknown[] = [];
  const changed: string[] = [];
  sources.onChanged((each) => changed.push(each));
  const dispatcher = new Dispatcher({
    handlers: sourceHandlers({
      sources,
      relay: {
        ticket: (...asked) => {
          relays.push(asked);
          return { path: '/relay/x', expires_in_ms: 1 };
        },
      },
      db,
      responses,
      clock,
      configuredUrls: ['ws://127.0.0.1:7001'],
    }),
    responses,
    clock,
    audit: (entry) => audit.add(entry),
    onFault: (_action, error) => {
      throw error;
    },
  });
  const ask = (role: Role, action: string, params: unknown, request = `r${++id}`) =>
    dispatcher.execute({ role, action, params, id: request, user: role, sessionId: 's' });
  const save = (role: Role, source: unknown, request?: string) => ask(role, 'source.save', { source }, request);
  return { ask, save, sources, audit, relays, changed, db };
}

let desk: ReturnType<typeof setUp>;
beforeEach(() => {
  desk = setUp();
});
afterEach(() => desk.db.close());

const refused = (code: string, path?: string) => ({
  success: false,
  error: { code, ...(path !== undefined && { details: [expect.objectContaining({ path })] }) },
});

describe('source.save', () => {
  test('Z7: a trader adds and changes, a viewer looks; every change is audited and announced', async () => {
    expect(await desk.save('viewer', OKX)).toMatchObject(refused('FORBIDDEN'));
    expect(await desk.save('trader', OKX)).toEqual({ success: true, data: { source: OKX } });
    expect(await desk.save('trader', { ...OKX, name: 'Okay' })).toMatchObject({ success: true });
    expect(await desk.ask('viewer', 'source.list', {})).toEqual({
      success: true,
      data: { sources: [{ ...OKX, name: 'Okay' }] },
    });
    expect(await desk.ask('trader', 'source.delete', { id: 'okx' })).toMatchObject({ success: true });
    expect(await desk.ask('trader', 'source.delete', { id: 'okx' })).toMatchObject(refused('NOT_FOUND'));
    expect(desk.changed).toEqual(['okx', 'okx', 'okx']);
    const audited = desk.audit.list(10).map(({ user, action, outcome }) => `${user} ${action} ${outcome}`);
    expect(audited).toEqual([
      'trader source.delete NOT_FOUND',
      'trader source.delete ok',
      'trader source.save ok',
      'trader source.save ok',
    ]);
  });

  test('O1, M1: an address copied with its path is kept as its base, and so may go through the engine', async () => {
    const url = 'wss://ws.okx.com:8443/ws/v5/public';
    expect(await desk.save('trader', { ...OKX, url, via: 'engine' })).toMatchObject({
      success: true,
      data: { source: { url: 'wss://ws.okx.com:8443' } },
    });
    expect(desk.sources.get('okx')?.url).toBe('wss://ws.okx.com:8443');
    const market = {
      ...OKX,
      id: 'pm',
      kind: 'polymarket',
      url: 'wss://ws-subscriptions-clob.polymarket.com/ws/market',
    };
    await desk.save('trader', { ...market, via: 'engine' });
    expect(desk.sources.get('pm')?.url).toBe('wss://ws-subscriptions-clob.polymarket.com');
    const elsewhere = { ...OKX, url: `${url}/more`, via: 'engine' };
    expect(await desk.save('trader', elsewhere)).toMatchObject({ success: false, error: { code: 'FORBIDDEN' } });
  });

  test('Z13: the same request again changes nothing', async () => {
    await desk.save('trader', OKX, 'once');
    await desk.save('trader', { ...OKX, name: 'Later' });
    await desk.save('trader', OKX, 'once');
    expect(desk.sources.get('okx')?.name).toBe('Later');
  });

  test.each([
    ['another protocol', { ...OKX, url: 'https://www.okx.com' }, 'source.url'],
    ['credentials in the address', { ...OKX, url: 'wss://anna:secret@ws.okx.com:8443' }, 'source.url'],
    ['a token in the address', { ...PUSH, url: 'ws://10.0.0.7:8000/ws?token=abc' }, 'source.url'],
    ['a token by another name', { ...PUSH, url: 'ws://10.0.0.7:8000/ws?x=1&Api_Key=abc' }, 'source.url'],
    ['a password in the login', { ...LOGIN, loginUrl: 'https://bob:hunter2@acc.example/login' }, 'source.loginUrl'],
    ['a token in the login', { ...LOGIN, loginUrl: 'https://acc.example/login?access_token=x' }, 'source.loginUrl'],
    ['a login that is no address', { ...LOGIN, loginUrl: 'javascript:alert(1)' }, 'source.loginUrl'],
    ['a login that ends a policy', { ...LOGIN, loginUrl: 'https://a;b/login' }, 'source.loginUrl'],
    ['an address that is none', { ...OKX, url: 'wss://host:99999' }, 'source.url'],
    ['a host that means more in a policy', { ...OKX, url: 'wss://*:8443' }, 'source.url'],
    ['a host that ends a policy', { ...OKX, url: 'wss://a;b:8443' }, 'source.url'],
    ['the own engine’s name', { ...OKX, id: 'engine' }, 'source.id'],
    ['the name of replays', { ...OKX, id: 'replay' }, 'source.id'],
    ['a name with a dot', { ...OKX, id: 'a.b' }, 'source.id'],
  ])('%s is refused at its field', async (_what, source, path) => {
    expect(await desk.save('admin', source)).toMatchObject(refused('VALIDATION_ERROR', path));
    expect(desk.sources.list()).toEqual([]);
  });

  test('T9: a login at an address of its own is kept', async () => {
    expect(await desk.save('trader', LOGIN)).toEqual({ success: true, data: { source: LOGIN } });
  });

  test('secrets that somebody sends along are not kept', async () => {
    await desk.save('trader', { ...OKX, token: 'tok-123', password: 'geheim' });
    expect(JSON.stringify([desk.sources.list(), desk.audit.list(10)])).not.toMatch(/tok-123|geheim/);
  });

  test(`at most ${MAX_SOURCES}; those that are there can still be changed`, async () => {
    for (let i = 0; i < MAX_SOURCES; i++) desk.sources.save({ ...OKX, id: `s${i}` });
    desk.sources.announce('s0');
    expect(await desk.save('admin', OKX)).toMatchObject(refused('VALIDATION_ERROR', 'source.id'));
    expect(await desk.save('admin', { ...OKX, id: 's3', name: 'New' })).toMatchObject({ success: true });
  });
});

describe('through the engine', () => {
  test.each([
    { ...OKX, via: 'engine' },
    { ...OKX, via: 'engine', url: 'wss://wspap.okx.com:8443' },
    { ...OKX, via: 'engine', url: 'ws://127.0.0.1:7001' },
    { ...OKX, via: 'engine', kind: 'polymarket', url: 'wss://ws-subscriptions-clob.polymarket.com' },
  ])('a trader uses the venues’ own hosts and the configured ones: $url', async (source) => {
    expect(await desk.save('trader', source)).toMatchObject({ success: true });
  });

  test.each([
    PUSH,
    { ...OKX, via: 'engine', url: 'ws://ws.okx.com:8443' },
    { ...OKX, via: 'engine', url: 'wss://ws.okx.com' },
    { ...OKX, via: 'engine', url: 'wss://ws.okx.com.evil.example:8443' },
    { ...OKX, via: 'engine', url: 'wss://evil-okx.com:8443' },
    { ...OKX, via: 'engine', url: 'wss://169.254.169.254:8443' },
    { ...OKX, via: 'engine', url: 'wss://ws.okx.com:8443/ws/v5/private?x=' },
    { ...OKX, via: 'engine', url: 'ws://127.0.0.1:7001/internal?x=' },
    { ...PUSH, url: 'ws://127.0.0.1:7001' },
    { ...OKX, via: 'engine', kind: 'polymarket', url: 'wss://ws.okx.com:8443' },
  ])('other addresses need an admin: $kind $url', async (source) => {
    expect(await desk.save('trader', source)).toMatchObject(refused('FORBIDDEN'));
    expect(await desk.save('admin', source)).toMatchObject({ success: true });
  });

  test('what an admin allowed a trader may rename, not lead elsewhere', async () => {
    await desk.save('admin', PUSH);
    expect(await desk.save('trader', { ...PUSH, name: 'Renamed' })).toMatchObject({ success: true });
    expect(await desk.save('trader', { ...PUSH, url: 'ws://10.0.0.8:8000/ws' })).toMatchObject(refused('FORBIDDEN'));
    expect(await desk.save('trader', { ...PUSH, kind: 'okx' })).toMatchObject(refused('FORBIDDEN'));
    // Nor by a detour: direct it was nobody's to allow.
    await desk.save('trader', { ...PUSH, via: 'direct', url: 'ws://10.0.0.8:8000/ws' });
    expect(await desk.save('trader', { ...PUSH, url: 'ws://10.0.0.8:8000/ws' })).toMatchObject(refused('FORBIDDEN'));
  });

  test('source.relay hands the caller’s session to the relay', async () => {
    expect(await desk.ask('viewer', 'source.relay', { id: 'okx', path: '/ws/v5/public' })).toEqual({
      success: true,
      data: { path: '/relay/x', expires_in_ms: 1 },
    });
    expect(desk.relays).toMatchObject([['okx', '/ws/v5/public', { user: 'viewer', sessionId: 's' }]]);
  });
});
