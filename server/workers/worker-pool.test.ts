import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemTimers } from '#server/host/system-timers.ts';
import type { CellsJob } from './messages.ts';
import { WorkerPool, type JobEnd, type JobNews } from './worker-pool.ts';

/** A thread that does what the first combination's `does` says. */
const THREAD = `
import { parentPort, threadId } from 'node:worker_threads';
let held = [];
parentPort.on('message', ({ type, job, cancelled }) => {
  if (type !== 'job') return parentPort.postMessage({ type: 'done' });
  const { does } = job.cells[0].params;
  const cells = [{ index: threadId, params: {}, metrics: null }];
  parentPort.postMessage({ type: 'cells', cells });
  if (does === 'listen') {
    while (Atomics.load(cancelled, 0) === 0);
    return parentPort.postMessage({ type: 'cancelled' });
  }
  if (does === 'spin') for (;;);
  if (does === 'exit') process.exit(3);
  if (does === 'throw') throw new Error('thrown to pieces');
  if (does === 'eat') for (;;) held.push(new Array(10_000).fill(Math.random()).map(String));
  if (does === 'write') return parentPort.postMessage({ type: 'pages', pages: [] });
  parentPort.postMessage({ type: 'done' });
});
`;

let folder: string;
let file: string;
const pools: WorkerPool[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'griddesk-pool-'));
  file = join(folder, 'thread.mjs');
  writeFileSync(file, THREAD);
});
afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.close())));
afterAll(() => rmSync(folder, { recursive: true }));

function poolOf(options: Partial<ConstructorParameters<typeof WorkerPool>[0]> = {}): WorkerPool {
  const pool = new WorkerPool({ file, size: 2, timers: systemTimers, ...options });
  pools.push(pool);
  return pool;
}

function job(does: string): CellsJob {
  const none = new Float64Array();
  const columns = {
    length: 0,
    priceDecimals: 0,
    ts: none,
    open: none,
    high: none,
    low: none,
    close: none,
    volume: none,
  };
  const config = { strategy: 'grid', params: {}, data: {} };
  return { type: 'cells', cells: [{ index: 0, config, params: { does } }], columns, rows: { from: 0, to: 0 } };
}

/** Runs a job; `thread` once it has begun. */
function run(pool: WorkerPool, does: string, onNews: (news: JobNews) => void = () => undefined) {
  let cancel = (): void => undefined;
  let begun: (thread: number) => void = () => undefined;
  const thread = new Promise<number>((resolve) => (begun = resolve));
  const end = new Promise<JobEnd>((resolve) => {
    cancel = pool.run(job(does), {
      news: (news) => {
        if (news.type === 'cells') begun(news.cells[0]?.index ?? -1);
        onNews(news);
      },
      ended: resolve,
    });
  });
  return { thread, end, cancel: () => cancel() };
}

describe('worker pool', () => {
  it('starts a thread when there is work, and uses it again', async () => {
    const pool = poolOf();
    expect(pool.threads).toBe(0);
    const first = run(pool, 'nothing');
    expect(await first.end).toEqual({ type: 'done' });
    const second = run(pool, 'nothing');
    expect(await second.thread).toBe(await first.thread);
    await second.end;
    expect(pool.threads).toBe(1);
  });

  it('has room for as many jobs as threads', async () => {
    const pool = poolOf();
    const both = [run(pool, 'listen'), run(pool, 'listen')];
    expect(pool.hasRoom).toBe(false);
    await Promise.all(both.map(({ thread }) => thread));
    for (const { cancel } of both) cancel();
    expect(await Promise.all(both.map(({ end }) => end))).toEqual([{ type: 'cancelled' }, { type: 'cancelled' }]);
    expect(pool.hasRoom).toBe(true);
    expect(pool.threads).toBe(2);
  });

  it('G21: a job that does not listen loses its thread; the next has a fresh one', async () => {
    const pool = poolOf({ size: 1 });
    const deaf = run(pool, 'spin');
    const thread = await deaf.thread;
    deaf.cancel();
    expect(await deaf.end).toEqual({ type: 'cancelled' });
    const next = run(pool, 'nothing');
    expect(await next.thread).not.toBe(thread);
    expect(await next.end).toEqual({ type: 'done' });
  });

  it.each([
    ['throw', /thrown to pieces/],
    ['exit', /its thread ended/],
    ['eat', /more memory/],
  ])('a thread that comes to %s fails its job only', async (does, message) => {
    const pool = poolOf({ heapMb: 24 });
    const other = run(pool, 'listen');
    await other.thread;
    const failing = run(pool, does);
    const end = await failing.end;
    expect(end).toMatchObject({ type: 'failed', expected: false });
    expect(end.type === 'failed' && end.message).toMatch(message);
    expect(await run(pool, 'nothing').end).toEqual({ type: 'done' });
    other.cancel();
    expect(await other.end).toEqual({ type: 'cancelled' });
  });

  it('a thread file that is not there fails the job', async () => {
    const end = await run(poolOf({ file: join(folder, 'none.mjs') }), 'nothing').end;
    expect(end).toMatchObject({ type: 'failed', expected: false });
  });

  it('pages that cannot be written fail the job', async () => {
    const pool = poolOf();
    expect(await run(pool, 'write').end).toEqual({ type: 'done' });
    const refused = run(pool, 'write', ({ type }) => {
      if (type === 'pages') throw new Error('the disk is full');
    });
    expect(await refused.end).toEqual({ type: 'failed', message: 'the disk is full', expected: false });
  });

  it('lets idle threads go, and none while they work', async () => {
    const pool = poolOf({ idleMs: 20 });
    const working = run(pool, 'listen');
    await run(pool, 'nothing').end;
    const alone = new Promise<void>((resolve) => {
      const look = () => (pool.threads === 1 ? resolve() : systemTimers.after(5, look));
      look();
    });
    await alone;
    working.cancel();
    expect(await working.end).toEqual({ type: 'cancelled' });
  });

  it('close ends what runs', async () => {
    const pool = poolOf();
    const jobs = [run(pool, 'spin'), run(pool, 'listen')];
    await Promise.all(jobs.map(({ thread }) => thread));
    await pool.close();
    expect(await Promise.all(jobs.map(({ end }) => end))).toEqual([{ type: 'cancelled' }, { type: 'cancelled' }]);
    expect(pool.threads).toBe(0);
    expect(pool.hasRoom).toBe(false);
  });
});
