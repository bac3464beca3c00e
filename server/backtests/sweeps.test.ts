/** G22 over a real socket with the real threads. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bundle, type Bundle } from '#server/testing/bundle.ts';
import { DeskFixture, type Desk } from './testing/desk-fixture.ts';
import { GRID, INSTRUMENT, wanderingRows } from './testing/requests.ts';

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
  await desk.subscribe('sweep.*.*');
});

const rows = wanderingRows(400);
const base = { strategy: 'grid', params: GRID, data: { rows, symbol: 'ABC-USDT' }, instrument: INSTRUMENT };
/** 5 lower lines, one of them above the upper, times 8 counts. */
const request = {
  ...base,
  ranges: [
    { param: 'lower_price', values: [85, 90, 95, 97, 111] },
    { param: 'grid_count', from: 5, to: 40, step: 5 },
  ],
};

interface Cell {
  readonly index: number;
  readonly params: Record<string, number>;
  readonly metrics: Record<string, number | null> | null;
  readonly out_of_sample?: Record<string, number | null>;
  readonly error?: string;
}

async function run(config: unknown) {
  const answer = await desk.ask('sweep.run', config);
  const id = String(answer['sweep_id']);
  const state = await desk.ended(id);
  return { id, answer, state, got: await desk.ask('sweep.get', { id }) };
}

describe('sweeps', () => {
  test('G22: every combination is computed once, streamed, kept; the best opens as a backtest of the same figures', async () => {
    const { id, answer, state, got } = await run(request);
    expect([answer['cells'], state]).toEqual([40, 'completed']);
    const cells = got['cells'] as Cell[];
    expect(cells.map(({ index }) => index)).toEqual(Array.from({ length: 40 }, (_, index) => index));
    expect(cells[9]?.params).toEqual({ lower_price: 90, grid_count: 10 });
    for (const { params, metrics, error } of cells) {
      expect(metrics === null).toBe(params['lower_price'] === 111);
      expect(error === undefined).toBe(metrics !== null);
    }
    const streamed = desk.peer.events
      .filter(({ channel }) => channel === `sweep.${id}.cells`)
      .flatMap(({ data }) => data?.['cells'] as Cell[]);
    expect(streamed.toSorted((a, b) => a.index - b.index)).toEqual(cells);

    const values = cells.map(({ metrics }) => metrics?.['total_return'] ?? -Infinity);
    const best = values.indexOf(Math.max(...values));
    expect(got).toMatchObject({ best, done: 40, total: 40, progress: 1, island: { best: values[best] } });
    const progress = desk.progress(id);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect([progress[0], progress.at(-1)]).toEqual([0, 1]);

    await desk.subscribe('backtest.*.*');
    const params = { ...GRID, ...cells[best]?.params };
    const { backtest_id } = await desk.ask('backtest.run', { ...base, params });
    await desk.ended(String(backtest_id));
    const whole = await desk.ask('backtest.get', { id: backtest_id });
    expect(whole['metrics']).toEqual(cells[best]?.metrics);
  });

  test('what is kept from choosing is run beside each cell; windows walk forward', async () => {
    const { id, got } = await run({ ...request, out_of_sample: 0.25, walk_forward: { windows: 3, in_sample: 0.7 } });
    const cells = got['cells'] as Cell[];
    const [first] = cells;
    await desk.subscribe('backtest.*.*');
    const params = { ...GRID, ...first?.params };
    for (const [range, metrics] of [
      [{ to_row: 300 }, first?.metrics],
      [{ from_row: 300 }, first?.out_of_sample],
    ] as const) {
      const { backtest_id } = await desk.ask('backtest.run', { ...base, params, data: { ...base.data, ...range } });
      await desk.ended(String(backtest_id));
      expect((await desk.ask('backtest.get', { id: backtest_id }))['metrics']).toEqual(metrics);
    }
    const walk = got['walk'] as Record<string, unknown>[];
    expect(walk).toHaveLength(3);
    expect(walk.map(({ from }) => from)).toEqual([0, 133, 266].map((row) => rows[row]?.[0]));
    for (const { params: chosen, in_sample, out_of_sample } of walk) {
      expect(chosen).toMatchObject({ grid_count: expect.any(Number) });
      expect(in_sample).toMatchObject({ total_return: expect.any(Number) });
      expect(out_of_sample).toMatchObject({ total_return: expect.any(Number) });
    }
    expect(got['walk_total']).toMatchObject({ total_return: expect.any(Number) });

    const brief = await desk.ask('sweep.get', { id, brief: true });
    const few = (metrics: Cell['metrics'] = null) => metrics && { total_return: metrics['total_return'] };
    expect(brief['cells']).toEqual(
      (got['cells'] as Cell[]).map((cell) => ({
        ...cell,
        metrics: few(cell.metrics),
        ...(cell.out_of_sample && { out_of_sample: few(cell.out_of_sample) }),
      })),
    );
  });

  test('a strategy has its indicators filled from the rows before a part', async () => {
    const config = {
      strategy: 'dual_ma',
      params: { fast_period: 5, slow_period: 20 },
      data: base.data,
      ranges: [{ param: 'fast_period', values: [5, 8] }],
      out_of_sample: 0.25,
    };
    const { got } = await run(config);
    const [cell] = got['cells'] as Cell[];
    await desk.subscribe('backtest.*.*');
    const { ranges: _, out_of_sample: __, ...single } = config;
    const { backtest_id: id } = await desk.ask('backtest.run', { ...single, data: { ...base.data, from_row: 280 } });
    await desk.ended(String(id));
    const whole = await desk.ask('backtest.get', { id });
    expect(whole['metrics']).toEqual(cell?.out_of_sample);
    expect((whole['metrics'] as Record<string, number>)['total_trades']).toBeGreaterThan(0);
  });

  test('cancelled in the middle it keeps its cells; deleted it is gone', async () => {
    const config = {
      ...request,
      ranges: [
        { param: 'grid_count', from: 2, to: 101, step: 1 },
        { param: 'investment', from: 1000, to: 1099, step: 1 },
      ],
    };
    const { sweep_id: id } = await desk.ask('sweep.run', config);
    await desk.event(({ channel }) => channel === `sweep.${String(id)}.cells`);
    expect(await desk.ask('sweep.cancel', { id })).toMatchObject({ status: 'cancelled' });
    const got = await desk.ask('sweep.get', { id });
    expect(got['state']).toBe('cancelled');
    expect((got['cells'] as Cell[]).length).toBe(got['done']);
    expect(Number(got['done'])).toBeLessThan(10_000);
    expect((await desk.ask('sweep.list', { limit: 1 }))['sweeps']).toMatchObject([{ id, state: 'cancelled' }]);
    await desk.ask('sweep.delete', { id });
    expect((await desk.command('sweep.get', { id })).error?.code).toBe('NOT_FOUND');
  });

  test.each([
    ['ranges.0.to', { ranges: [{ param: 'grid_count', from: 5, to: 1, step: 1 }] }],
    ['ranges.0.step', { ranges: [{ param: 'grid_count', from: 1, to: 5 }] }],
    ['ranges.0.step', { ranges: [{ param: 'investment', from: 1, to: 100_000, step: 1 }] }],
    ['params.colour', { ranges: [{ param: 'colour', values: [1] }] }],
    ['metric', { ...request, metric: 'luck' }],
    ['data.dataset', { ...request, data: { dataset: 'nowhere' } }],
    ['data.session', { ...request, data: { session: 'grid_1' } }],
    ['params.investment', { ...request, params: { ...GRID, investment: 'much' } }],
    ['out_of_sample', { ...request, out_of_sample: 2 }],
  ])('a bad %s is named before anything is queued', async (path, part) => {
    const before = await desk.ask('sweep.list');
    const { error } = await desk.command('sweep.run', { ...base, ...part });
    expect(error?.code).toBe('VALIDATION_ERROR');
    expect(error?.details).toContainEqual(expect.objectContaining({ path }));
    expect(await desk.ask('sweep.list')).toEqual(before);
  });
});
