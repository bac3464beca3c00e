import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '#domain/random.ts';
import { createSocketPair, type SocketPair } from '#testing/socket-pair.ts';
import { OkxServer } from '#testing/venues/okx-server.ts';
import { PushServer } from '#testing/venues/push-server.ts';
import { VirtualTimers } from '#testing/virtual-timers.ts';
import { FakeEngine } from '#testing/fake-engine.ts';
import type { TestReport } from './source-types.ts';
import { createSourcesWorld, sourceConfig, type SourcesWorld } from './sources-world.ts';

beforeAll(() =>
  Promise.all([
    import('./source-test.ts'),
    import('./source-search.ts'),
    import('#venues/okx/session.ts'),
    import('#venues/push/session.ts'),
  ]),
);

const PUSH = sourceConfig({ id: 'p', kind: 'push', url: 'ws://push.test:8000/ws' });
const LAB = sourceConfig({ id: 'lab', kind: 'engine', url: 'ws://lab.test:8080/ws', auth: 'token' });

let timers: VirtualTimers;
let network: SocketPair;
let world: SourcesWorld;
let undo: () => void;
beforeEach(() => {
  timers = new VirtualTimers();
  network = createSocketPair(seededRandom(3), timers);
  undo = timers.install();
  world = createSourcesWorld({ timers, WebSocket: network.WebSocket });
});
afterEach(() => {
  world.store.close();
  undo();
});

async function test(...args: Parameters<SourcesWorld['store']['test']>): Promise<TestReport> {
  let report: TestReport | undefined;
  void world.store.test(...args).then((done) => (report = done));
  for (let i = 0; i < 30 && !report; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    await timers.advance(500);
  }
  if (!report) throw new Error('the test does not end');
  return report;
}

describe('a connection test', () => {
  it('passes every step at a server that talks', async () => {
    const server = new PushServer({ timers, rate: 10 });
    network.onConnection = (socket) => server.accept(socket);
    server.start();
    expect(await test(PUSH)).toMatchObject({
      ok: true,
      failed: null,
      passed: ['address', 'policy', 'connect', 'protocol', 'sign_in', 'data'],
    });
    expect(world.workers[0]?.isTerminated).toBe(true);
    expect(server.clients).toBe(0);
    server.stop();
  });

  it('finds something to look at where nothing was chosen', async () => {
    const okx = new OkxServer({ timers, depth: 5, rate: 10 });
    network.onConnection = (socket) => okx.accept(socket);
    okx.start();
    world.answer = (url) => {
      const { pathname, searchParams } = new URL(url);
      const { status, body } = okx.rest(pathname.replace('/api/v2/venues/okx', ''), searchParams, {});
      return Response.json(body, { status });
    };
    expect(await test(sourceConfig({ id: 'okx', kind: 'okx', url: 'wss://okx.test:8443' }))).toMatchObject({
      ok: true,
    });
    okx.stop();
  });

  it('says what is wrong', async () => {
    const failure = ({ failed, cause }: TestReport) => [failed, cause];
    expect(failure(await test({ ...PUSH, url: 'http://push.test' }))).toEqual(['address', 'bad_address']);
    expect(failure(await test({ ...PUSH, auth: 'token' }))).toEqual(['sign_in', 'token_missing']);
    network.weather = { ...network.weather, refuse: 1 };
    expect(failure(await test(PUSH))).toEqual(['connect', 'unreachable']);
    network.weather = { ...network.weather, refuse: 0, connectMs: 1_000_000 };
    expect(failure(await test(PUSH))).toEqual(['connect', 'timeout']);
    network.weather = { ...network.weather, connectMs: 0 };
    network.onConnection = () => undefined;
    expect(failure(await test(PUSH))).toEqual(['data', 'no_data']);
    network.onConnection = (socket) => socket.send('SSH-2.0-OpenSSH');
    expect(failure(await test(PUSH))).toEqual(['protocol', 'not_this_protocol']);
  });

  it('tells the policy of the worker from everything else', async () => {
    const running = test(PUSH);
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
    world.workers[0]?.say({ type: 'blocked' });
    expect(await running).toMatchObject({ ok: false, failed: 'policy', cause: 'blocked_by_policy' });
  });

  it('goes through the engine to what was saved only, and says so', async () => {
    const relayed = { ...PUSH, via: 'engine' as const };
    expect(await test(relayed)).toMatchObject({ failed: 'policy', cause: 'not_saved' });
    await world.client.answer('source.list', { sources: [structuredClone(relayed) as never] });
    const { cause } = await test({ ...relayed, url: 'ws://elsewhere.test/ws' });
    expect(cause).toBe('not_saved');
    const asked = world.client.asked('source.relay');
    void world.store.test(relayed);
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
    expect(world.client.asked('source.relay')).toBe(asked + 1);
  });

  it('knows mixed content, which a browser does not even try', async () => {
    const secure = { ...world.ports, page: { origin: 'https://desk.test', isSecure: true } };
    const { testSource } = await import('./source-test.ts');
    expect(await testSource(secure, PUSH)).toMatchObject({ failed: 'policy', cause: 'mixed_content' });
    const local = testSource(secure, { ...PUSH, url: 'ws://127.0.0.1:8000/ws' });
    for (let i = 0; i < 30; i++) await timers.advance(500);
    expect((await local).cause).not.toBe('mixed_content');
  });

  it('Z6: tells a refused token of an engine from a missing one', async () => {
    const engine = new FakeEngine(timers);
    network.onConnection = engine.accept;
    expect(await test(LAB)).toMatchObject({ failed: 'sign_in', cause: 'token_missing' });
    expect(await test(LAB, { token: 'x' })).toMatchObject({ ok: true });
  });

  it('T9: logs in first where the source does, and never repeats what was typed', async () => {
    const login = { ...PUSH, auth: 'login' as const, loginUrl: 'http://login.test/login' };
    world.answer = () => Response.json({ message: 'wrong password' }, { status: 401 });
    const report = await test(login, { user: 'me', password: 'hunter2' });
    expect(report).toMatchObject({ failed: 'sign_in', cause: 'login_failed', detail: 'wrong password' });
    expect(JSON.stringify(report)).not.toContain('hunter2');
    expect(JSON.parse(String(world.asked[0]?.init?.body))).toEqual({ username: 'me', password: 'hunter2' });
    expect(world.asked[0]?.init).toMatchObject({ credentials: 'omit', redirect: 'error' });
  });

  it('T9: knows a login that the page’s own policy forbids until it is loaded again', async () => {
    const login = { ...PUSH, auth: 'login' as const, loginUrl: 'http://login.test/login' };
    world.answer = () => {
      world.block();
      throw new TypeError('Failed to fetch');
    };
    const report = await test(login, { user: 'me', password: 'hunter2' });
    expect(report).toMatchObject({ failed: 'policy', cause: 'blocked_by_policy' });
  });
});
