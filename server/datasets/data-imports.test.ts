import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Timers } from '#domain/clock.ts';
import type { DatasetView } from '#protocol/backtest-shapes.ts';
import { STRAIGHT } from '#server/venues/proxy.ts';
import { createVenueApis } from '#server/venues/venue-apis.ts';
import { startNodeVenueServer, type NodeVenueServer } from '#testing/venues/node-venue-server.ts';
import { OkxServer } from '#testing/venues/okx-server.ts';
import { CALL, DatasetBench } from './testing/dataset-bench.ts';

const HOUR = 3_600_000;
/** The beginning of an hour. */
const NOW = 472_222 * HOUR;

/** Whoever waits has waited at once. */
class HastyTimers implements Timers {
  #now = NOW;

  now(): number {
    return this.#now;
  }

  after(ms: number, task: () => void): () => void {
    const soon = setImmediate(() => {
      this.#now += ms;
      task();
    });
    return () => clearImmediate(soon);
  }
}

let bench: DatasetBench;
let okx: OkxServer;
let net: NodeVenueServer;
let timers: HastyTimers;
let requests: number;
/** So many of the next requests fail. */
let failing: number;
let onRequest: () => void;

beforeEach(async () => {
  timers = new HastyTimers();
  requests = 0;
  failing = 0;
  onRequest = () => {};
  okx = new OkxServer({ timers, depth: 5, rate: 1 });
  net = await startNodeVenueServer({
    accept: (socket) => okx.accept(socket),
    rest: (...asked) => {
      requests += 1;
      onRequest();
      failing -= 1;
      return failing >= 0 ? { status: 500, body: {} } : okx.rest(...asked);
    },
  });
  bench = new DatasetBench();
  engine();
});
afterEach(async () => {
  await bench.stop();
  await net.stop();
});

function engine() {
  const urls = { okx_rest_url: net.httpUrl, polymarket_gamma_url: net.httpUrl, polymarket_clob_url: net.httpUrl };
  const { okx: rest } = createVenueApis(urls, { timers, random: () => 0, egress: STRAIGHT });
  return bench.create({ timers, okx: rest });
}

function begin(
  more: Partial<{ from: number; instrument: string; name: string }> = {},
): Promise<{ dataset: DatasetView }> {
  const asked = { venue: 'okx', instrument: 'BTC-USDT', timeframe: '1h', from: NOW - 4_000 * HOUR, ...more } as const;
  return bench.service.handlers['data.import'](asked, { ...CALL, id: `call-${Math.abs(asked.from)}` });
}

const keptBars = () => bench.db.prepare('SELECT count(*) n FROM candles').get() as { n: number };

describe('history of a venue', () => {
  test('is fetched page by page, told of, and kept whole', async () => {
    const { dataset } = await begin();
    expect(dataset).toMatchObject({ state: 'importing', source: 'venue', venue: 'okx', name: 'BTC-USDT 1h', rows: 0 });
    expect(await bench.service.store.get(dataset.id)).toMatchObject({ state: 'importing' });
    await expect(bench.service.store.load(dataset.id)).rejects.toThrow('is still being fetched');
    await bench.event(/lifecycle$/, 'completed');
    const done = await bench.service.store.get(dataset.id);
    expect(done).toMatchObject({ state: 'ready', rows: 4_000, gaps: { count: 0 }, timeframe: '1h' });
    expect(done?.hash).toHaveLength(64);
    const columns = await bench.service.store.load(dataset.id);
    expect(columns.ts[3_999]).toBe(NOW - HOUR);
    const told = bench.events.filter(({ channel }) => channel === `data.${dataset.id}.progress`);
    const shares = told.map(({ data }) => (data as { progress: number }).progress);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
    // What was kept on the way is let go.
    expect(keptBars().n).toBe(0);
    expect(bench.bus.current(`data.${dataset.id}.progress`)).toBeUndefined();
  });

  test('a venue that fails for a while is asked again', async () => {
    // Three tries a request, twice over.
    failing = 6;
    const { dataset } = await begin({ from: NOW - 10 * HOUR });
    await bench.event(/lifecycle$/, 'completed');
    expect(await bench.service.store.get(dataset.id)).toMatchObject({ state: 'ready', rows: 10 });
    expect(bench.events.some(({ data }) => /HTTP 500/.test(String((data as { message?: string }).message)))).toBe(true);
  });

  test('one that goes on failing, or has nothing, ends it with the reason', async () => {
    const { dataset } = await begin({ instrument: 'NO-PE', from: NOW - 10 * HOUR });
    const { data } = await bench.event(/lifecycle$/, 'error');
    expect(data).toMatchObject({ id: dataset.id, state: 'error', reason: expect.stringContaining('NO-PE') });
    expect(await bench.service.store.get(dataset.id)).toMatchObject({ state: 'error' });
  });

  test('goes on after a restart without asking twice', async () => {
    const stopped = new Promise<void>((resolve) => {
      onRequest = () => {
        if (requests === 12) void bench.service.close().then(resolve);
      };
    });
    const { dataset } = await begin();
    await stopped;
    expect(await bench.service.store.get(dataset.id)).toMatchObject({ state: 'importing' });
    expect(keptBars().n).toBeGreaterThan(2_000);
    const before = requests;
    onRequest = () => {};
    await engine().start();
    await bench.event(/lifecycle$/, 'completed');
    expect((await bench.service.store.get(dataset.id))?.rows).toBe(4_000);
    expect(requests - before).toBeLessThan(6);
  });

  test('is given up by deleting it', async () => {
    let id = '';
    const deleted = new Promise<void>((resolve) => {
      onRequest = () => {
        if (requests === 5)
          void bench.service.handlers['data.delete']({ id }, { ...CALL, id: 'd' }).then(() => resolve());
      };
    });
    ({
      dataset: { id },
    } = await begin());
    await deleted;
    const after = requests;
    expect(await bench.service.store.list()).toEqual([]);
    expect(keptBars().n).toBe(0);
    expect(bench.events.some(({ event }) => event === 'completed')).toBe(false);
    expect(requests).toBe(after);
  });

  test.each([
    [{ venue: 'moon' }, 'venue'],
    [{ instrument: 'BTC USDT' }, 'instrument'],
    [{ from: NOW + HOUR }, 'from'],
    [{ from: 0, timeframe: '1m' }, 'from'],
  ] as const)('%j is refused by its field', async (wrong, path) => {
    const asked = { venue: 'okx', instrument: 'BTC-USDT', timeframe: '1h', from: NOW - HOUR, ...wrong } as const;
    await expect(bench.service.handlers['data.import'](asked, CALL)).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      details: [{ path }],
    });
    expect(await bench.service.store.list()).toEqual([]);
  });
});
