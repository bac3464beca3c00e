/** Turns among users, limits, and what a failing disk leaves: the service with one real thread, without a socket. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { columnsOf, parseRows, type CandleRow } from '#engine/backtest/candle-rows.ts';
import type { BacktestConfig } from '#protocol/backtest-shapes.ts';
import { InProcessBus, type BusEvent } from '#server/bus.ts';
import type { Call } from '#server/gateway/handlers.ts';
import { systemTimers } from '#server/host/system-timers.ts';
import { diskError, failingDisk } from '#server/host/testing/failing-disk.ts';
import { openDatabase } from '#server/storage/database.ts';
import { SqliteResponses } from '#server/storage/responses.ts';
import { bundle, type Bundle } from '#server/testing/bundle.ts';
import { MAX_WAITING, MAX_WAITING_OF_USER } from './backtest-service.ts';
import { createBacktests, type BacktestDesk } from './create-backtests.ts';
import { GRID, INSTRUMENT, wanderingRows } from './testing/requests.ts';

let bundled: Bundle;
beforeAll(async () => {
  bundled = await bundle('server/workers/backtest-worker.ts');
}, 60_000);
afterAll(() => bundled.remove());

const rows = wanderingRows(300).map(([ts = 0, open, high, low, close]): CandleRow => [
  Number(ts),
  String(open),
  String(high),
  String(low),
  String(close),
]);
const columns = columnsOf(parseRows(rows, 2), 2);
const ref = { id: 'd', name: 'd', symbol: 'ABC-USDT', timeframe: '1m', hash: 'h', rows: 300, from: 0, to: 1 };
const config: BacktestConfig = { strategy: 'grid', params: GRID, data: {}, instrument: INSTRUMENT };

let events: BusEvent[];
let logs: string[];
let desk: BacktestDesk;
let disk: ReturnType<typeof failingDisk>;
/** Lets go of a run over the data set `slow`. */
let open: () => void;
let wake: () => void;
beforeEach(() => {
  events = [];
  logs = [];
  wake = () => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const bus = new InProcessBus();
  bus.onEvent((event) => {
    events.push(event);
    wake();
  });
  disk = failingDisk(openDatabase(':memory:'));
  let asked = 0;
  desk = createBacktests({
    db: disk.db,
    bus,
    timers: systemTimers,
    responses: new SqliteResponses(disk.db),
    data: {
      resolve: async ({ dataset }) => {
        // Once to check the request, then for the run itself.
        if (dataset === 'slow' && asked++ > 0) await gate;
        return { columns, ref };
      },
    },
    log: (level, source, message) => logs.push(`${level} ${source}: ${message}`),
    database: ':memory:',
    workerFile: bundled.files[0] ?? '',
    threads: 1,
  });
});
afterEach(() => desk.close());

function call(user: string): Call {
  return { user, id: randomUUID(), digest: '', role: 'trader', sessionId: user };
}

async function run(user: string, data: BacktestConfig['data'] = {}): Promise<string> {
  const answer = await desk.handlers['backtest.run']?.({ ...config, data }, call(user));
  return answer?.backtest_id ?? '';
}

const lifecycle = (event: string) =>
  events
    .filter(({ channel, event: each }) => channel.endsWith('.lifecycle') && each === event)
    .map(({ channel }) => channel.split('.')[1]);

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise<void>((resolve) => (wake = resolve));
}

const state = async (id: string) => (await desk.handlers['backtest.get']?.({ id }, call('ann')))?.state;

test('users take turns, whoever asked for more', async () => {
  const slow = await run('ann', { dataset: 'slow' });
  const ann = [await run('ann'), await run('ann'), await run('ann'), await run('ann')];
  const bob = [await run('bob'), await run('bob')];
  open();
  await until(() => lifecycle('completed').length === 7);
  expect(lifecycle('started')).toEqual([slow, bob[0], ann[0], bob[1], ann[1], ann[2], ann[3]]);
});

test('more than may wait are refused, and none of them is kept', async () => {
  await run('ann', { dataset: 'slow' });
  for (let count = 0; count < MAX_WAITING_OF_USER; count += 1) await run('ann');
  const refusal = { code: 'RATE_LIMITED', details: { retry_after_ms: 5_000 } };
  await expect(run('ann')).rejects.toMatchObject(refusal);
  for (let count = 0; count < MAX_WAITING - MAX_WAITING_OF_USER; count += 1) await run('bob');
  await expect(run('eve')).rejects.toMatchObject(refusal);
  const kept = await desk.handlers['backtest.list']?.({ limit: 1000 }, call('ann'));
  expect(kept?.backtests).toHaveLength(MAX_WAITING + 1);
});

test('one that waits or looks for its data is cancelled at once', async () => {
  const slow = await run('ann', { dataset: 'slow' });
  const waiting = await run('ann');
  for (const id of [waiting, slow]) {
    expect(await desk.handlers['backtest.cancel']?.({ id }, call('ann'))).toMatchObject({
      status: 'cancelled',
      progress: 0,
    });
  }
  open();
  const next = await run('ann');
  await until(() => lifecycle('completed').length === 1);
  expect([lifecycle('started'), await state(slow)]).toEqual([[next], 'cancelled']);
});

test('a request that cannot be stored is not run', async () => {
  disk.refuse = (sql) => {
    if (sql === 'COMMIT') throw diskError('database or disk is full');
  };
  await expect(run('ann')).rejects.toThrow('disk is full');
  disk.refuse = () => undefined;
  const next = await run('ann');
  await until(() => lifecycle('completed').length === 1);
  expect(lifecycle('started')).toEqual([next]);
});

test('G21: a result that cannot be stored is none, and says so; nothing of it is left', async () => {
  const id = await run('ann', { dataset: 'slow' });
  let commits = 0;
  disk.refuse = (sql) => {
    // The first is that it runs.
    if (sql === 'COMMIT' && ++commits > 1) throw diskError('database or disk is full');
  };
  open();
  await until(() => lifecycle('error').length === 1);
  disk.refuse = () => undefined;
  expect(logs.join('\n')).toMatch(/could not be stored: .*disk is full/);
  const got = await desk.handlers['backtest.get']?.({ id }, call('ann'));
  expect(got).toMatchObject({ state: 'interrupted', result: null });
  const next = await run('bob');
  await until(() => lifecycle('completed').length === 1);
  expect(await state(next)).toBe('completed');
});

test('G22: a sweep whose cells cannot be stored ends, says why, and the engine goes on', async () => {
  disk.refuse = (sql) => {
    // What begins it is stored.
    if (sql === 'COMMIT' && lifecycle('started').length > 0) throw diskError('database or disk is full');
  };
  const ranges = [{ param: 'grid_count', from: 2, to: 101, step: 1 }];
  const answer = await desk.handlers['sweep.run']?.({ ...config, ranges }, call('ann'));
  await until(() => lifecycle('error').length === 1);
  disk.refuse = () => undefined;
  expect(lifecycle('error')).toEqual([answer?.sweep_id]);
  expect(logs.join('\n')).toMatch(/could not be stored: .*disk is full/);
  const next = await run('bob');
  await until(() => lifecycle('completed').length === 1);
  expect(await state(next)).toBe('completed');
});

test('a full disk keeps nothing from stopping', async () => {
  await run('ann', { dataset: 'slow' });
  disk.refuse = (sql) => {
    if (sql === 'COMMIT') throw diskError('database or disk is full');
  };
  await desk.close();
  expect(logs.join('\n')).toMatch(/could not be stored: .*disk is full/);
});

test('old runs go, and before them the trades and fills of old ones, which then say so', async () => {
  const ids = [await run('ann'), await run('ann'), await run('ann')];
  await until(() => lifecycle('completed').length === 3);
  desk.backtests.prune({ runs: 2, bytes: 1 });
  expect(await Promise.all(ids.slice(1).map((id) => state(id)))).toEqual(['completed', 'completed']);
  await expect(state(ids[0] ?? '')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const fills = desk.handlers['backtest.fills']?.({ id: ids[2] ?? '' }, call('ann'));
  await expect(fills).rejects.toThrow(/not kept any more/);
  expect((await desk.handlers['backtest.get']?.({ id: ids[2] ?? '' }, call('ann')))?.result).not.toBeNull();
});
