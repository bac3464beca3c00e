import { existsSync, readdirSync } from 'node:fs';
import { request, type ClientRequest } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeColumns } from '#domain/candle-columns-binary.ts';
import { DatasetBench } from '#server/datasets/testing/dataset-bench.ts';
import { HttpFixture, type Answer } from './testing/http-fixture.ts';

const HEADER = 'ts_ms,open,high,low,close,volume';
const GOOD = `${HEADER}\n0,10,12.5,9,11,1.5\n60000,11,11,11,11,0\n120000,12,12,12,12,0\n`;
const WHERE = '/api/v2/data/import?symbol=BTC-USDT';

let bench: DatasetBench;
let http: HttpFixture;
let trader: { authorization: string };
let url: string;
beforeEach(async () => {
  bench = new DatasetBench();
  // What a test sets up is there when it is asked.
  const datasets = {
    get store() {
      return bench.service.store;
    },
    importFile: (...asked: Parameters<typeof bench.service.importFile>) => bench.service.importFile(...asked),
  };
  http = await HttpFixture.start({}, { datasets });
  trader = await http.bearer('trader');
  url = await http.listen();
});
afterEach(async () => {
  await http.stop();
  await bench.stop();
});

async function post(content: string | Buffer, { path = WHERE, headers = trader, type = 'text/csv' } = {}) {
  const payload = typeof content === 'string' ? content : Uint8Array.from(content);
  const answer = await fetch(url + path, {
    method: 'POST',
    body: payload,
    headers: { ...headers, 'content-type': type },
  });
  return { status: answer.status, body: (await answer.json()) as Answer['body'] };
}

function longTail(): string {
  return Array.from({ length: 5_000 }, (_, i) => `${(i + 3) * 60_000},10,12,9,11,1\n`).join('');
}

/** Nothing of a data set is on the disk. */
function isClean(): boolean {
  const folder = join(bench.folder, 'datasets');
  return !existsSync(folder) || readdirSync(folder).length === 0;
}

/** A request whose body is still being written, and the status it is answered with. */
function upload(): { body: ClientRequest; status: Promise<number> } {
  const body = request(url + WHERE, { method: 'POST', headers: trader });
  const status = new Promise<number>((resolve, reject) => {
    body.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    body.on('error', reject);
  });
  return { body, status };
}

describe('POST /api/v2/data/import', () => {
  test.each([
    ['CSV', GOOD, 'text/csv'],
    ['gzip', gzipSync(GOOD), 'application/gzip'],
    ['JSON', '[[0,10,12.5,9,11,1.5],[60000,11,11,11,11,0]]', 'application/json'],
    ['more than other requests may have', GOOD + longTail(), 'text/csv'],
    ['anything', GOOD, 'application/x-www-form-urlencoded'],
  ])('takes a file of %s as its body', async (_, content, type) => {
    const { status, body } = await post(content, { path: `${WHERE}&name=mine&timeframe=1m`, type });
    expect([status, body.success]).toEqual([200, true]);
    expect(body.data?.['dataset']).toMatchObject({ name: 'mine', symbol: 'BTC-USDT', timeframe: '1m', state: 'ready' });
    expect(await bench.service.store.list()).toHaveLength(1);
  });

  test('needs a trader, a symbol and a timeframe there is', async () => {
    expect((await post(GOOD, { headers: await http.bearer('viewer') })).body.error?.code).toBe('FORBIDDEN');
    expect((await http.ask('POST', WHERE, { payload: GOOD })).status).toBe(401);
    const { body } = await post(GOOD, { path: '/api/v2/data/import?timeframe=7m' });
    expect(body.error).toMatchObject({
      code: 'VALIDATION_ERROR',
      details: expect.arrayContaining([
        expect.objectContaining({ path: 'symbol' }),
        expect.objectContaining({ path: 'timeframe' }),
      ]),
    });
    expect((await post(GOOD, { path: `${WHERE}&timeframe=5m` })).body.error?.details).toEqual([
      { path: 'timeframe', message: 'the rows are 1 min apart, not 5m' },
    ]);
    expect(isClean()).toBe(true);
  });

  test('G13: says which lines are bad', async () => {
    const { status, body } = await post(`${GOOD}120000,1,1,1,1,1\n180000,0,1,1,1,1\n`);
    expect([status, body.error?.code]).toEqual([400, 'VALIDATION_ERROR']);
    expect(body.error?.details).toEqual([
      { path: 'line 5', message: 'duplicate of the row before: ts_ms 120000' },
      { path: 'line 6', message: 'open must be more than 0' },
    ]);
    expect((await post('{}')).body.error?.details).toEqual([
      { path: 'file', message: 'the JSON is no list of candles' },
    ]);
    expect(isClean()).toBe(true);
  });

  test('a file that is too long is refused while it comes, and the connection answers', async () => {
    bench.create({ maxTextBytes: 1_000_000 });
    const { body, status } = upload();
    body.write(`${HEADER}\n`);
    let row = 0;
    let answered = false;
    void status.then(() => (answered = true));
    while (!answered && row < 2_000_000) {
      const lines = Array.from({ length: 2_000 }, () => `${60_000 * (row += 1)},10,12,9,11,1\n`).join('');
      if (!body.write(lines)) await Promise.race([new Promise((resolve) => body.once('drain', resolve)), status]);
    }
    expect(await status).toBe(400);
    body.destroy();
    expect(isClean()).toBe(true);
  });

  test('a refused upload is let go to its end: a client that sends all before it listens hears the answer', async () => {
    const { body, status } = upload();
    // More than the sockets between them keep.
    const sent = new Promise((resolve) => body.on('finish', resolve));
    body.end(Buffer.alloc(16 * 1024 * 1024, 'x'));
    await sent;
    expect(await status).toBe(400);
  });

  test('a client that leaves leaves nothing behind; one import of a user at a time', async () => {
    const { body, status } = upload();
    const gone = status.catch(() => 'gone');
    body.write(GOOD);
    await expect.poll(async () => (await post(GOOD)).status, { interval: 5 }).toBe(429);
    body.destroy();
    expect(await gone).toBe('gone');
    await expect.poll(async () => (await post(GOOD)).status, { interval: 5 }).toBe(200);
    expect(await bench.service.store.list()).toHaveLength(1);
    expect(http.faults).toEqual([]);
  });

  test('a full disk is said to be one', async () => {
    Object.defineProperty(bench, 'service', {
      value: {
        ...bench.service,
        importFile: () => Promise.reject(Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' })),
      },
      writable: true,
    });
    const { status, body } = await post(GOOD);
    expect([status, body.error?.message]).toEqual([507, 'there is no room for it on the disk']);
  });
});

describe('GET /api/v2/data/:id/columns', () => {
  test('gives columns as bytes, cut and resampled, gzipped where that is taken', async () => {
    const { id } = await bench.importMinutes(12);
    const viewer = await http.bearer('viewer');
    const address = `${url}/api/v2/data/${id}/columns`;
    const get = async (query: string) => {
      const response = await fetch(address + query, { headers: viewer });
      expect(response.headers.get('content-type')).toBe('application/octet-stream');
      expect(response.headers.get('content-encoding')).toBe('gzip');
      return decodeColumns(new Uint8Array(await response.arrayBuffer()));
    };
    expect([...(await get('')).close]).toEqual(Array.from({ length: 12 }, (_, i) => 11 + i));
    expect([...(await get('?from=60000&to=180000')).ts]).toEqual([60_000, 120_000, 180_000]);
    expect([...(await get('?timeframe=5m')).open]).toEqual([10, 15, 20]);
    const plain = await http.ask('GET', `/api/v2/data/${id}/columns`, { headers: viewer });
    expect([plain.status, plain.headers['content-encoding']]).toEqual([200, undefined]);
  });

  test('is refused without a token, for what is not there, and for shorter bars', async () => {
    const { id } = await bench.importText('[[0,1,1,1,1,1],[3600000,1,1,1,1,1]]');
    const viewer = { headers: await http.bearer('viewer') };
    expect((await http.ask('GET', `/api/v2/data/${id}/columns`)).status).toBe(401);
    expect((await http.ask('GET', '/api/v2/data/none/columns', viewer)).status).toBe(404);
    const { body } = await http.ask('GET', `/api/v2/data/${id}/columns?timeframe=1m`, viewer);
    expect(body.error?.details).toMatchObject([{ path: 'timeframe' }]);
    const wrong = await http.ask('GET', `/api/v2/data/${id}/columns?from=x`, viewer);
    expect(wrong.body.error?.details).toMatchObject([{ path: 'from' }]);
  });
});
