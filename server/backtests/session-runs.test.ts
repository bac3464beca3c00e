/** A live paper session replayed by `backtest.run`: over a real socket, on the simulated exchange, by a real thread. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle, type Bundle } from '#server/testing/bundle.ts';
import { runCli } from '#server/cli/program.ts';
import { Readable } from 'node:stream';
import { DeskFixture, type Desk } from './testing/desk-fixture.ts';

const SYMBOL = 'BTC-USDC';

let bundled: Bundle;
let fixture: DeskFixture;
beforeAll(async () => {
  bundled = await bundle('server/workers/backtest-worker.ts');
  fixture = await new DeskFixture(bundled.files[0] ?? '').start();
}, 60_000);
afterAll(async () => {
  await fixture.dispose();
  bundled.remove();
});

/** A grid so close to the price that trades of the next seconds fill it. */
async function startGrid(desk: Desk): Promise<string> {
  const { candles } = (await desk.ask('market.candles', {
    venue: 'sim',
    instrument: SYMBOL,
    interval: '1m',
    limit: 1,
  })) as unknown as { candles: readonly { close: string }[] };
  const price = Math.round(Number(candles[0]?.close));
  const params = { pair: SYMBOL, lower_price: price - 400, upper_price: price + 400, grid_count: 4, investment: 5_000 };
  return String((await desk.ask('grid.start', { ...params, take_profit_pct: 0.5 }))['grid_id']);
}

async function replay(desk: Desk, session: string) {
  const id = String(
    (await desk.ask('backtest.run', { strategy: 'grid', params: {}, data: { session } }))['backtest_id'],
  );
  const state = await desk.ended(id);
  const got = await desk.ask('backtest.get', { id });
  return {
    state,
    got,
    result: got['result'] as Record<string, unknown>,
    fills: await desk.ask('backtest.fills', { id }),
  };
}

test('running, across a restart, and when it has been stopped: identical, to the digit', async () => {
  let desk = await fixture.connect();
  await desk.subscribe('backtest.*.*');
  const grid = await startGrid(desk);
  const running = await replay(desk, grid);
  expect(running).toMatchObject({ state: 'completed', result: { state: 'running', parity: { identical: true } } });

  await desk.ask('grid.pause', { id: grid });
  await desk.ask('grid.resume', { id: grid });
  await desk.ask('grid.update_params', { id: grid, params: { grid_count: 3 } });
  await fixture.stop();
  await fixture.start();
  desk = await fixture.connect();
  await desk.subscribe('backtest.*.*');
  const stopped = await desk.ask('grid.stop', { id: grid, close_position: true });

  const { state, got, result, fills } = await replay(desk, grid);
  expect(state).toBe('completed');
  expect(result).toMatchObject({ state: 'stopped', parity: { id: grid, kind: 'grid', identical: true } });
  const parity = result['parity'] as { fills: number; orders: number; realized_pnl: string };
  expect(parity.orders).toBeGreaterThan(8);
  expect(Number(fills['total'])).toBe(parity.fills);
  expect(Number(parity.realized_pnl)).toBe(Number(stopped['final_pnl']));
  expect(got['name']).toBe(`grid ${grid}`);

  await fixture.stop();
  const out: string[] = [];
  const terminal = {
    stdin: Readable.from([]),
    out: (line: string) => out.push(line),
    err: () => 0,
    isOutTerminal: true,
  };
  const argv = ['backtest', 'grid', '--session', grid, '--data-dir', fixture.folder];
  const ports = { env: {}, terminal, untilStopped: () => Promise.resolve() };
  expect(await runCli(argv, ports)).toBe(0);
  expect(out.join('\n')).toContain(
    `identical: ${parity.orders} orders, ${parity.fills} fills, realized PnL ${parity.realized_pnl} to the digit`,
  );
  expect(await runCli([...argv.slice(0, 3), 'nobody', '--data-dir', fixture.folder], ports)).not.toBe(0);
  expect(
    await runCli(['backtest', 'grid', '--session', grid, '--data-dir', join(fixture.folder, 'no')], ports),
  ).not.toBe(0);
  await fixture.start();
}, 60_000);

test.each([
  ['data.session', { data: { session: 'nobody' } }],
  ['strategy', { strategy: 'macd' }],
  ['params.grid_count', { params: { grid_count: 5 } }],
  ['data.timeframe', { data: { timeframe: '1h' } }],
  ['instrument', { instrument: { tick_size: '1' } }],
])('a bad %s beside a session is named before anything is queued', async (path, part: Record<string, unknown>) => {
  const desk = await fixture.connect();
  const grid = await startGrid(desk);
  const data = { session: grid, ...(part['data'] as object | undefined) };
  const { error } = await desk.command('backtest.run', { strategy: 'grid', params: {}, ...part, data });
  expect(error?.code).toBe('VALIDATION_ERROR');
  expect(error?.details).toContainEqual(expect.objectContaining({ path }));
});
