import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { ManualTimers } from '#server/host/testing/manual-timers.ts';
import { systemTimers } from '#server/host/system-timers.ts';
import { createEgress } from './proxy.ts';
import { RequestPace, type PaceLimit } from './request-pace.ts';
import { RestClient, VenueRestError, type RestClientOptions } from './rest-client.ts';
import { startConnectProxy, startSocksProxy } from './testing/proxies.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const UNLIMITED: PaceLimit = { requests: 1_000, perMs: 1, maxWaiting: 1_000 };
/** Waits are over at once. */
const eager = { now: () => Date.now(), after: (_ms: number, task: () => void) => systemTimers.after(0, task) };

async function serve(answer: RequestListener) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  undo.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function client(base: string, options: Partial<RestClientOptions> = {}) {
  const pace = new RequestPace(eager, UNLIMITED);
  return new RestClient({ venue: 'OKX', base, timers: eager, random: () => 0, pace, ...options });
}

async function failure(promise: Promise<unknown>): Promise<VenueRestError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof VenueRestError) return error;
  throw new Error(`expected a VenueRestError, got ${String(error)}`);
}

describe('what a venue answers', () => {
  test('JSON, zipped or not, with the query and headers as given', async () => {
    const base = await serve((request, response) => {
      const body = gzipSync(JSON.stringify({ url: request.url, demo: request.headers['x-simulated-trading'] }));
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(body);
    });
    const okx = client(base, { headers: { 'x-simulated-trading': '1' } });
    const { json } = await okx.get('/api/v5/market/books?instId=BTC-USDT&sz=5');
    expect(json).toEqual({ url: '/api/v5/market/books?instId=BTC-USDT&sz=5', demo: '1' });
  });

  test.each([429, 500, 503])('HTTP %d is tried again', async (status) => {
    let asked = 0;
    const base = await serve((_request, response) => {
      asked += 1;
      response.writeHead(asked < 3 ? status : 200).end('{"code":"0"}');
    });
    expect((await client(base).get('/x')).json).toEqual({ code: '0' });
    expect(asked).toBe(3);
  });

  test('after the last try the error says what came, where from', async () => {
    const base = await serve((_request, response) => response.writeHead(503).end('{"msg":"maintenance"}'));
    const error = await failure(client(base).get('/x', { retries: 1 }));
    expect(error.fault).toBe('refused');
    expect(error.message).toBe(`OKX does not answer at ${new URL(base).host}: HTTP 503, maintenance`);
  });

  test.each([400, 404, 302])('HTTP %d is final; no redirect is followed', async (status) => {
    let asked = 0;
    const base = await serve((_request, response) => {
      asked += 1;
      response.writeHead(status, { location: '/elsewhere' }).end('{}');
    });
    expect((await failure(client(base).get('/x'))).fault).toBe('refused');
    expect(asked).toBe(1);
  });

  test('an answer that is no JSON, too long, zipped too long, or cut off is none', async () => {
    const base = await serve(({ url }, response) => {
      if (url === '/html') return response.end('<html>');
      if (url === '/long') return response.end(JSON.stringify('x'.repeat(2_000)));
      if (url === '/bomb')
        return response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(1e6)));
      response.writeHead(200, { 'content-length': '100' }).write('{');
      return setImmediate(() => response.destroy());
    });
    const get = (path: string) => failure(client(base, { maxBytes: 1_000 }).get(path, { retries: 0 }));
    expect((await get('/html')).fault).toBe('not_json');
    expect((await get('/long')).fault).toBe('too_large');
    expect((await get('/bomb')).fault).toBe('too_large');
    expect((await get('/cut')).fault).toBe('unreachable');
  });

  test('one that does not come in time is given up', async () => {
    const base = await serve(() => {});
    const error = await failure(client(base, { timeoutMs: 30 }).get('/x', { retries: 0 }));
    expect([error.fault, error.message]).toEqual([
      'timeout',
      `OKX does not answer at ${new URL(base).host}: no answer in time`,
    ]);
  });
});

describe('O1: through a proxy', () => {
  test.each([
    ['HTTP', startConnectProxy],
    ['SOCKS5', startSocksProxy],
  ])('%s', async (_kind, start) => {
    const base = await serve((_request, response) => response.end('[1]'));
    const proxy = await start();
    undo.push(proxy.stop);
    const named = base.replace('127.0.0.1', 'venue.test');
    expect((await client(named, { egress: createEgress(proxy.url) }).get('/x')).json).toEqual([1]);
    expect(proxy.asked).toEqual([new URL(named).host]);
  });

  test('that refuses: the error names the proxy, not its password', async () => {
    const proxy = await startConnectProxy('anna:geheim');
    undo.push(proxy.stop);
    const egress = createEgress(proxy.url.replace('geheim', 'falsch'));
    const error = await failure(client('http://venue.test:81', { egress }).get('/x', { retries: 0 }));
    expect(error.message).toMatch(
      /^OKX does not answer at venue\.test:81 through the proxy http:\/\/127[^@]+: HTTP 407$/,
    );
  });
});

describe('O15: the pace of requests', () => {
  test('20 in 2 s, whoever asks; the 21st waits for the first to be 2 s old', async () => {
    const timers = new ManualTimers();
    const pace = new RequestPace(timers, { requests: 20, perMs: 2_000, maxWaiting: 100 });
    const went: number[] = [];
    const start = timers.now();
    const all = Promise.all(
      Array.from({ length: 50 }, async () => {
        await pace.take();
        went.push(timers.now() - start);
      }),
    );
    const settled = async () => {
      for (let i = 0; i < 200; i++) await Promise.resolve();
    };
    for (let ms = 0; ms <= 4_000; ms += 100) {
      await settled();
      timers.advance(100);
    }
    await all;
    for (let i = 20; i < went.length; i++) expect((went[i] ?? 0) - (went[i - 20] ?? 0)).toBeGreaterThanOrEqual(2_000);
    expect(went.at(-1)).toBeLessThanOrEqual(4_100);
  });

  test('a line that is full refuses', async () => {
    const base = await serve((_request, response) => response.end('1'));
    const pace = new RequestPace(new ManualTimers(), { requests: 1, perMs: 1_000, maxWaiting: 1 });
    const okx = client(base, { pace });
    await okx.get('/x');
    void okx.get('/x');
    expect((await failure(okx.get('/x'))).fault).toBe('busy');
  });

  test('who is given less of the line leaves the rest of it to others', async () => {
    const base = await serve((_request, response) => response.end('{}'));
    const timers = new ManualTimers();
    const okx = client(base, { pace: new RequestPace(timers, { requests: 1, perMs: 1_000, maxWaiting: 3 }) });
    await okx.get('/x');
    const first = okx.get('/x', { mostWaiting: 1 });
    expect((await failure(okx.get('/x', { mostWaiting: 1 }))).fault).toBe('busy');
    const own = okx.get('/x');
    for (const waiting of [first, own]) {
      await new Promise((resolve) => setImmediate(resolve));
      timers.advance(1_000);
      expect((await waiting).status).toBe(200);
    }
  });

  test('a clock that is set back holds up nobody for longer than the limit asks for', async () => {
    let now = 10_000_000;
    const waits: number[] = [];
    const timers = {
      now: () => now,
      after: (ms: number, task: () => void) => {
        waits.push(ms);
        queueMicrotask(task);
        return () => {};
      },
    };
    const pace = new RequestPace(timers, { requests: 1, perMs: 2_000, maxWaiting: 10 });
    await pace.take();
    now -= 3_600_000;
    await pace.take();
    expect(waits).toEqual([2_000]);
  });
});

test.each(['http', 'socks5'])('a mute %s proxy is let go of', async (protocol) => {
  const mute = createTcpServer();
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  undo.push(() => mute.close());
  const left = new Promise((resolve) =>
    mute.on('connection', (socket) => {
      socket.on('error', () => {});
      socket.on('close', resolve).resume();
    }),
  );
  const egress = createEgress(`${protocol}://127.0.0.1:${(mute.address() as AddressInfo).port}`, 100);
  const okx = client('http://127.0.0.1:1', { egress, timeoutMs: 20 });
  expect((await failure(okx.get('/x', { retries: 0 }))).fault).toBe('timeout');
  await left;
});
