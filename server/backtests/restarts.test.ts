/** G21: what is left of backtests after `kill -9`, SIGTERM, a crash of a thread; a whole engine as a process. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WsPeer } from '#server/gateway/testing/ws-peer.ts';
import { bundle, type Bundle } from '#server/testing/bundle.ts';
import { Desk, importCsv } from './testing/desk-fixture.ts';
import { csvOf, GRID, INSTRUMENT, wanderingRows } from './testing/requests.ts';

let bundled: Bundle;
let folder: string;
let child: ChildProcess;
let url: string;
let desk: Desk;
beforeAll(async () => {
  bundled = await bundle('server/backtests/testing/engine-child.ts', 'server/workers/backtest-worker.ts');
}, 60_000);
afterAll(() => bundled.remove());
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'griddesk-restarts-'));
  await live();
});
afterEach(async () => {
  if (child.exitCode === null && child.signalCode === null) await end('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function live(): Promise<void> {
  const [program = '', workerFile = ''] = bundled.files;
  child = spawn(process.execPath, [program, folder, workerFile], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (!child.stdout) throw new Error('the child has no output');
  [url = ''] = (await once(createInterface({ input: child.stdout }), 'line')) as string[];
  desk = await connect();
}

async function connect(): Promise<Desk> {
  const peer = new WsPeer(`${url.replace('http', 'ws')}/ws`, {});
  await peer.next('connected');
  const connected = new Desk(peer);
  await connected.subscribe('backtest.*.*', 'sweep.*.*');
  return connected;
}

async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}

const small = {
  strategy: 'grid',
  params: GRID,
  data: { rows: wanderingRows(400), symbol: 'ABC-USDT' },
  instrument: INSTRUMENT,
};

const begun = (id: unknown) =>
  desk.event(({ channel, event }) => channel === `backtest.${String(id)}.lifecycle` && event === 'started');

/** One finished, as many running as there are threads, and some that wait; a sweep in the middle. */
async function busy() {
  const { backtest_id: finished } = await desk.ask('backtest.run', small);
  await desk.ended(String(finished));
  const result = await desk.ask('backtest.get', { id: finished });
  const dataset = await importCsv(url, 'long', csvOf(wanderingRows(300_000)));
  const params = { ...GRID, grid_count: 500, investment: 100_000 };
  const long = { ...small, params, data: { dataset }, path: 'core' };
  const { sweep_id: sweep } = await desk.ask('sweep.run', {
    ...small,
    ranges: [
      { param: 'grid_count', from: 2, to: 101, step: 1 },
      { param: 'investment', from: 1000, to: 1099, step: 1 },
    ],
  });
  await desk.event(({ channel }) => channel === `sweep.${String(sweep)}.cells`);
  const open: unknown[] = [];
  for (let count = 0; count < 5; count += 1) open.push((await desk.ask('backtest.run', long))['backtest_id']);
  await begun(open[0]);
  return { finished, result, open, sweep, long };
}

describe.each(['SIGKILL', 'SIGTERM'] as const)('%s in the middle', (signal) => {
  test('G21: finished runs are there whole; open ones are interrupted, say why, and can be run again', async () => {
    const { finished, result, open, sweep } = await busy();
    await end(signal);
    await live();
    expect(await desk.ask('backtest.get', { id: finished })).toEqual(result);
    for (const id of open) {
      const got = await desk.ask('backtest.get', { id });
      expect(got).toMatchObject({ state: 'interrupted', result: null, metrics: null });
      expect(got['reason']).toMatch(/run it again/);
      expect(got['ended_at']).toBeGreaterThanOrEqual(Number(got['created_at']));
    }
    const cut = await desk.ask('sweep.get', { id: sweep });
    expect(cut).toMatchObject({ state: 'interrupted', island: null });
    expect((cut['cells'] as unknown[]).length).toBe(cut['done']);
    expect((await desk.ask('system.health'))['running_backtests']).toBe(0);

    const other = await connect();
    expect((await other.ask('backtest.list'))['backtests']).toHaveLength(6);
    const { config } = await other.ask('backtest.get', { id: finished });
    const { backtest_id: again } = await other.ask('backtest.run', config);
    expect(await other.ended(String(again))).toBe('completed');
    expect((await other.ask('backtest.get', { id: again }))['metrics']).toEqual(result['metrics']);
  }, 60_000);
});

test('Z13: a request answered before the kill has the same answer after it, and is not run twice', async () => {
  const first = await desk.command('backtest.run', small, 'the-same');
  await end('SIGKILL');
  await live();
  expect(await desk.command('backtest.run', small, 'the-same')).toEqual(first);
  expect((await desk.ask('backtest.list'))['backtests']).toHaveLength(1);
}, 30_000);
