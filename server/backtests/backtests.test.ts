/** G21 and the commands about backtests, over a real socket with the real threads. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bundle, type Bundle } from '#server/testing/bundle.ts';
import { DeskFixture, type Desk } from './testing/desk-fixture.ts';
import { csvOf, GRID, INSTRUMENT, wanderingRows } from './testing/requests.ts';

let bundled: Bundle;
let fixture: DeskFixture;
let desk: Desk;
beforeAll(async () => {
  bundled = await bundle('server/workers/backtest-worker.ts');
  fixture = await new DeskFixture(bundled.files[0] ?? '').start();
}, 60_000);
afterAll(async () => {
  await fixture.dispose();
  bundled.remove();
});
beforeEach(async () => {
  desk = await fixture.connect();
  await desk.subscribe('backtest.*.*');
});

const rows = wanderingRows(600);
const small = {
  strategy: 'grid',
  params: GRID,
  data: { rows, symbol: 'ABC-USDT' },
  instrument: INSTRUMENT,
};

async function start(config: unknown): Promise<string> {
  return String((await desk.ask('backtest.run', config))['backtest_id']);
}

/** What has come of a run that has ended. */
async function run(config: unknown) {
  const id = await start(config);
  const state = await desk.ended(id);
  return { id, state, got: await desk.ask('backtest.get', { id }) };
}

/** A run of many seconds by the core: each of the minutes, imported once, crosses many lines. */
let long: Promise<string> | undefined;
async function longRun() {
  long ??= fixture.importCsv('long', csvOf(wanderingRows(300_000)));
  const params = { ...GRID, grid_count: 500, investment: 100_000 };
  return { ...small, params, data: { dataset: await long }, path: 'core' };
}

describe('backtests', () => {
  test('G21: a run is kept with its config, its data, its figures and every fill; both paths give the same', async () => {
    const [fast, core] = [await run(small), await run({ ...small, path: 'core' })];
    expect([fast.state, core.state]).toEqual(['completed', 'completed']);
    const { config, dataset, metrics, result } = fast.got;
    expect(config).toEqual(small);
    expect(dataset).toMatchObject({ symbol: 'ABC-USDT', rows: 600, from: rows[0]?.[0], to: rows[599]?.[0] });
    const figures = result as Record<string, unknown>;
    expect(figures).toMatchObject({ state: 'running', bars: 600, gaps: { count: 0, bars: 0 } });
    expect(metrics).toEqual(core.got['metrics']);
    expect({ ...figures, took_ms: 0 }).toEqual({ ...(core.got['result'] as object), took_ms: 0 });
    const lists = async (id: string) => [
      await desk.ask('backtest.trades', { id }),
      await desk.ask('backtest.fills', { id }),
    ];
    const [trades, fills] = await lists(fast.id);
    expect([trades?.['total'], fills?.['total']]).toEqual([figures['trades'], figures['fills']]);
    expect(await lists(core.id)).toEqual([trades, fills]);
    const progress = desk.progress(fast.id);
    expect([progress[0], progress.at(-1)]).toEqual([0, 1]);
    const equity = (figures['exact'] as Record<string, string>)['equity'];
    expect(fast.got['exact']).toEqual(figures['exact']);
    expect((metrics as Record<string, number>)['equity_final']).toBe(Number(equity));

    const again = await run(config);
    expect(again.got['metrics']).toEqual(metrics);
    expect((again.got['dataset'] as Record<string, unknown>)['hash']).toBe(
      (dataset as Record<string, unknown>)['hash'],
    );
  });

  test('lists come by page, across the pages they are stored in', async () => {
    const id = await fixture.importCsv('pages', csvOf(wanderingRows(40_000, 3)));
    const got = await run({ ...small, data: { dataset: id } });
    const { total } = await desk.ask('backtest.fills', { id: got.id, limit: 1 });
    expect(total).toBeGreaterThan(4_000);
    const all: unknown[] = [];
    for (let offset = 0; offset < Number(total); offset += 1_234) {
      all.push(...((await desk.ask('backtest.fills', { id: got.id, offset, limit: 1_234 }))['fills'] as unknown[]));
    }
    expect(all).toHaveLength(Number(total));
    const times = (all as { ts: number }[]).map(({ ts }) => ts);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect((await desk.ask('backtest.fills', { id: got.id, offset: Number(total) }))['fills']).toEqual([]);
  }, 30_000);

  test('Z13: the same request again is the same run', async () => {
    const first = await desk.command('backtest.run', small, 'once');
    const second = await desk.command('backtest.run', small, 'once');
    expect(second).toEqual(first);
    const id = String(first.data['backtest_id']);
    await desk.ended(id);
    const { backtests } = await desk.ask('backtest.list');
    expect((backtests as { id: string }[]).filter((each) => each.id === id)).toHaveLength(1);
  });

  test('lists leave rows out, go on from a time, and filter; a name can be changed; deleted is gone', async () => {
    const ids = [await start({ ...small, name: 'one' }), await start(small), await start(small)];
    for (const id of ids) await desk.ended(id);
    const page = (await desk.ask('backtest.list', { limit: 2 }))['backtests'] as {
      id: string;
      created_at: number;
      config: typeof small;
    }[];
    expect(page.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
    expect(page[0]?.config.data).toEqual({ symbol: 'ABC-USDT' });
    const next = await desk.ask('backtest.list', { limit: 1, before: page[1]?.created_at });
    expect(next['backtests']).toMatchObject([{ id: ids[0], name: 'one', state: 'completed', progress: 1 }]);
    expect((await desk.ask('backtest.list', { state: 'running' }))['backtests']).toEqual([]);
    expect((await desk.ask('backtest.list', { strategy: 'macd' }))['backtests']).toEqual([]);
    await desk.ask('backtest.rename', { id: ids[0], name: 'renamed' });
    expect(await desk.ask('backtest.get', { id: ids[0] })).toMatchObject({ name: 'renamed' });
    await desk.ask('backtest.delete', { id: ids[0] });
    const other = await fixture.connect();
    for (const action of ['get', 'trades', 'fills', 'cancel', 'delete']) {
      expect((await other.command(`backtest.${action}`, { id: ids[0] })).error?.code).toBe('NOT_FOUND');
    }
  });

  test('G21: cancel ends a run at once; progress is monotone; who comes in the middle learns where it is', async () => {
    const id = await start(await longRun());
    await desk.event(({ channel, data }) => channel === `backtest.${id}.progress` && Number(data?.['progress']) > 0);
    const health = await desk.ask('system.health');
    expect(health['running_backtests']).toBe(1);

    const other = await fixture.connect();
    const seen = await other.ask('backtest.get', { id });
    expect(seen).toMatchObject({ state: 'running', result: null, metrics: null });
    expect(Number(seen['progress'])).toBeGreaterThan(0);
    await other.subscribe(`backtest.${id}.progress`);
    const current = await other.event(({ channel }) => channel === `backtest.${id}.progress`);
    expect(Number(current.data?.['progress'])).toBeGreaterThanOrEqual(Number(seen['progress']));
    expect(current.data?.['current_date']).toMatch(/^2024-/);

    const began = performance.now();
    expect(await desk.ask('backtest.cancel', { id })).toMatchObject({ backtest_id: id, status: 'cancelled' });
    const ms = performance.now() - began;
    console.log(`cancelled within ${ms.toFixed(0)} ms`);
    // A loaded machine may be late with the answer; a run that did not listen would go on for seconds.
    expect(ms).toBeLessThan(500);
    expect(await desk.ended(id)).toBe('cancelled');
    const progress = desk.progress(id);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(await desk.ask('backtest.get', { id })).toMatchObject({ state: 'cancelled', result: null });
    expect(await desk.ask('backtest.cancel', { id })).toMatchObject({ status: 'cancelled' });
    expect((await desk.ask('system.health'))['running_backtests']).toBe(0);
  }, 30_000);

  test('a running one that is deleted ends and is gone', async () => {
    const id = await start(await longRun());
    await desk.event(({ channel, event }) => channel === `backtest.${id}.lifecycle` && event === 'started');
    await desk.ask('backtest.delete', { id });
    expect(await desk.ended(id)).toBe('cancelled');
    expect((await desk.command('backtest.get', { id })).error?.code).toBe('NOT_FOUND');
  }, 30_000);

  test('twenty at once all complete; all can be cancelled', async () => {
    // A client each: one may send ten commands a second (Z18).
    const desks = await Promise.all(Array.from({ length: 20 }, () => fixture.connect()));
    const startAll = (config: unknown) =>
      Promise.all(desks.map(async (each) => String((await each.ask('backtest.run', config))['backtest_id'])));
    const ids = await startAll(small);
    expect(await Promise.all(ids.map((id) => desk.ended(id)))).toEqual(ids.map(() => 'completed'));
    const longIds = await startAll(await longRun());
    await Promise.all(longIds.map((id, index) => desks[index]?.ask('backtest.cancel', { id })));
    expect(await Promise.all(longIds.map((id) => desk.ended(id)))).toEqual(ids.map(() => 'cancelled'));
  }, 60_000);

  test.each([
    ['params.lower_price', { params: { ...GRID, lower_price: 'low' } }],
    ['params.grid_count', { params: { ...GRID, grid_count: 1 } }],
    // What only the data, its decimals and its first price, tells.
    ['params.investment', { params: { ...GRID, investment: 0.01 } }],
    ['params.lower_price', { params: { ...GRID, lower_price: 90.0000001 } }],
    ['params.colour', { params: { ...GRID, colour: 'red' } }],
    ['strategy', { strategy: 'telepathy' }],
    ['config.initial_capital', { config: { initial_capital: 0 } }],
    ['data.dataset', { data: { dataset: 'nowhere' } }],
    ['data.session', { data: { session: 'grid_1' } }],
    ['data.from_row', { data: { rows, from_row: 600 } }],
    ['data.rows.0', { data: { rows: [[0, 1, 2, 3, 4]] } }],
    ['instrument.tick_size', { instrument: { ...INSTRUMENT, tick_size: -1 } }],
  ])('a bad %s is named before anything is queued', async (path, part) => {
    const before = await desk.ask('backtest.list');
    const { error } = await desk.command('backtest.run', { ...small, ...part });
    expect(error?.code).toBe('VALIDATION_ERROR');
    expect(error?.details).toContainEqual(expect.objectContaining({ path }));
    expect(await desk.ask('backtest.list')).toEqual(before);
  });

  test('REST: run, progress, result, export', async () => {
    const post = await fetch(`${fixture.url}/api/v2/backtest/run`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...small, name: 'by REST' }),
    });
    const { data } = (await post.json()) as { data: { backtest_id: string } };
    const id = data.backtest_id;
    await desk.ended(id);
    const get = async (path: string) => (await fetch(`${fixture.url}/api/v2/backtest/${id}/${path}`)).json();
    expect(await get('progress')).toEqual({ success: true, data: { id, state: 'completed', progress: 1 } });
    expect(await get('result')).toMatchObject({ data: { id, name: 'by REST', result: { bars: 600 } } });
    const [trades, fills] = [await desk.ask('backtest.trades', { id }), await desk.ask('backtest.fills', { id })];
    const { progress: _, ...view } = await desk.ask('backtest.get', { id });
    expect(await get('export.json')).toEqual({ ...view, trades: trades['trades'], fills: fills['fills'] });
    const csv = await (await fetch(`${fixture.url}/api/v2/backtest/${id}/export.csv?what=fills`)).text();
    const [header, first, ...others] = csv.trim().split('\n');
    expect(header).toBe('ts,side,level,price,amount,fee,realized_pnl');
    expect(first).toMatch(/^2024-01-01T00:00:00\.000Z,buy,-1,100\.01,/);
    expect(others).toHaveLength(Number(fills['total']) - 1);
    expect(await get('export.csv?what=luck')).toMatchObject({ error: { code: 'VALIDATION_ERROR' } });
  });
});

interface VectorCase {
  readonly title: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly expected: Readonly<Record<string, unknown>>;
  readonly rows?: readonly (readonly (number | string)[])[];
  readonly data?: string;
  readonly from_row?: number;
  readonly to_row?: number | null;
}

const shared = fileURLToPath(new URL('../../../shared/', import.meta.url));
const vectors = `${shared}vectors/grid/backtest-cases.json`;
const cases: readonly VectorCase[] = existsSync(vectors) ? JSON.parse(readFileSync(vectors, 'utf8')).cases : [];
const OF_INSTRUMENT = new Set(['tick_size', 'lot_size', 'maker_fee', 'taker_fee', 'fee_currency']);

function requestOfCase({ config, from_row, to_row }: VectorCase) {
  const { slippage, ...others } = config;
  const part = (isRule: boolean) =>
    Object.fromEntries(Object.entries(others).filter(([name]) => OF_INSTRUMENT.has(name) === isRule));
  return {
    strategy: 'grid',
    params: part(false),
    instrument: part(true),
    config: { slippage: Number(slippage ?? 0) },
    data: { ...(from_row !== undefined && { from_row }), ...(to_row != null && { to_row }) },
  };
}

describe.skipIf(cases.length === 0)('the independent implementation’s results (skipped without ../shared)', () => {
  const imported = new Map<string, Promise<string>>();
  const dataset = (file: string) => {
    const known = imported.get(file) ?? fixture.importCsv(file, readFileSync(`${shared}data/${file}`));
    imported.set(file, known);
    return known;
  };

  test.each(cases.map((vector) => [vector.title, vector] as const))(
    'G3–G13: %s',
    async (_title, vector) => {
      const request = requestOfCase(vector);
      const data = {
        ...request.data,
        ...(vector.rows ? { rows: vector.rows } : { dataset: await dataset(vector.data ?? '') }),
      };
      for (const path of ['fast', 'core']) {
        const { id, state, got } = await run({ ...request, data, path });
        expect([state, got['reason']]).toEqual(['completed', undefined]);
        const { exact, ...result } = got['result'] as Record<string, unknown> & { exact: Record<string, string> };
        const { first_fills, max_drawdown, state: expectedState, ...expected } = vector.expected;
        expect(result['state']).toBe(expectedState);
        const strings = Object.fromEntries(Object.entries(expected).map(([name, value]) => [name, String(value)]));
        expect(exact).toMatchObject(strings);
        expect(Number((got['metrics'] as Record<string, number>)['max_drawdown'])).toBeCloseTo(Number(max_drawdown), 9);
        const { fills } = await desk.ask('backtest.fills', { id, limit: 13 });
        const lines = (fills as { ts: number; side: string; level: number; price: number; amount: number }[])
          .filter(({ side, level }) => !(side === 'buy' && level < 0))
          .slice(0, 12)
          .map(({ ts, side, level, price, amount }) => [ts, side, level, price, amount]);
        const told = (first_fills as [number, string, number, string, string][]).map(
          ([ts, side, level, price, amount]) => [ts, side, level, Number(price), Number(amount)],
        );
        expect(lines).toEqual(told);
      }
    },
    60_000,
  );
});
