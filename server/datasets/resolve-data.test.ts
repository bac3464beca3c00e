import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BacktestData } from './resolve-data.ts';
import { DatasetBench } from './testing/dataset-bench.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const START = Date.UTC(2024, 5, 15);

let bench: DatasetBench;
beforeEach(() => {
  bench = new DatasetBench();
});
afterEach(() => bench.stop());

const resolve = (data: BacktestData) => bench.service.resolve(data);

async function refused(data: BacktestData): Promise<unknown> {
  const error: unknown = await resolve(data).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'VALIDATION_ERROR' });
  return (error as { details: readonly { path: string }[] }).details[0]?.path;
}

describe('the data of a backtest', () => {
  test('G21: is found by id or name, and said to be what it is', async () => {
    const dataset = await bench.importMinutes(10, { from: START });
    for (const name of [dataset.id, dataset.name]) {
      const { columns, ref } = await resolve({ dataset: name });
      expect(columns.length).toBe(10);
      const { id, hash, symbol } = dataset;
      expect(ref).toEqual({
        id,
        name: 'minutes',
        symbol,
        timeframe: '1m',
        hash,
        rows: 10,
        from: START,
        to: START + 9 * MINUTE,
      });
    }
  });

  test('without a name it is the newest of the symbol, in just these bars or shorter ones', async () => {
    const old = await bench.importMinutes(10, { from: START, name: 'old' });
    bench.timers.advance(1000);
    const young = await bench.importMinutes(11, { from: START, name: 'young' });
    expect((await resolve({ symbol: 'BTC/USDT' })).ref.id).toBe(young.id);
    const longer = await resolve({ symbol: 'BTC-USDT', timeframe: '5m' });
    expect(longer.ref).toMatchObject({ id: young.id, timeframe: '5m', rows: 3, hash: young.hash });
    expect(longer.columns.ts.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect((await resolve({ dataset: 'old', timeframe: '1m' })).ref.id).toBe(old.id);
  });

  test('is cut by date, the end included, and by rows after that', async () => {
    await bench.importMinutes(3 * 1440, { from: START });
    const times = async (data: BacktestData) => {
      const { ref } = await resolve({ dataset: 'minutes', ...data });
      return [(ref.from - START) / MINUTE, (ref.to - START) / MINUTE, ref.rows];
    };
    expect(await times({ start_date: '2024-06-16' })).toEqual([1440, 4319, 2880]);
    expect(await times({ end_date: '2024-06-15' })).toEqual([0, 1439, 1440]);
    expect(await times({ end_date: '2024-06-15T00:05:00Z' })).toEqual([0, 5, 6]);
    expect(await times({ end_date: '2024-06-15 00:05' })).toEqual([0, 5, 6]);
    expect(await times({ end_date: START + 5 * MINUTE })).toEqual([0, 5, 6]);
    expect(await times({ start_date: '2020-01-01', end_date: '2030-01-01' })).toEqual([0, 4319, 4320]);
    expect(await times({ start_date: START + 4319 * MINUTE })).toEqual([4319, 4319, 1]);
    expect(await times({ end_date: START })).toEqual([0, 0, 1]);
    expect(await times({ start_date: '2024-06-16', from_row: 10, to_row: 12 })).toEqual([1450, 1451, 2]);
    expect(await times({ timeframe: '1h', from_row: 1, to_row: 9999 })).toEqual([60, 4260, 71]);
  });

  test('is refused by the name of the field', async () => {
    await bench.importMinutes(10, { from: START });
    const dataset = 'minutes';
    expect(await refused({})).toBe('data.dataset');
    expect(await refused({ dataset: 'none' })).toBe('data.dataset');
    expect(await refused({ symbol: 'NO-PE' })).toBe('data.symbol');
    expect(await refused({ dataset, start_date: 'yesterday' })).toBe('data.start_date');
    expect(await refused({ dataset, start_date: '2024-13-45' })).toBe('data.start_date');
    expect(await refused({ dataset, end_date: '2024-06-31' })).toBe('data.end_date');
    expect(await refused({ dataset, end_date: '2023-02-29T10:00' })).toBe('data.end_date');
    expect(await refused({ dataset, start_date: '2024-06-15(a)' })).toBe('data.start_date');
    expect(await refused({ dataset, start_date: '2024-06-16' })).toBe('data.start_date');
    expect(await refused({ dataset, end_date: '2024-06-14' })).toBe('data.end_date');
    expect(await refused({ dataset, start_date: '2024-06-15', end_date: '2024-06-14' })).toBe('data.end_date');
    expect(await refused({ dataset, from_row: 10 })).toBe('data.from_row');
    expect(await refused({ dataset, from_row: 3, to_row: 3 })).toBe('data.to_row');
    expect(await refused({ dataset, session: 'grid_1' })).toBe('data.session');
    await bench.importText(`[[0,1,1,1,1,1],[${DAY},1,1,1,1,1]]`, { name: 'days', symbol: 'X' });
    expect(await refused({ dataset: 'days', timeframe: '1h' })).toBe('data.timeframe');
    expect(await refused({ symbol: 'X', timeframe: '1h' })).toBe('data.timeframe');
  });

  test('may be rows of the request, exactly as they are', async () => {
    const rows = [
      [1000, 1.5, '2', '1e0', 2],
      [2000, '0.1234567', 2, 0.1, 2, 7],
    ];
    const { columns, ref } = await resolve({ rows });
    expect(columns).toMatchObject({ length: 2, priceDecimals: 7 });
    expect([...columns.open, ...columns.volume]).toEqual([15_000_000, 1_234_567, 0, 7]);
    expect(ref).toMatchObject({ id: '', rows: 2, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect((await resolve({ rows, timeframe: '1h', symbol: 'A-B' })).ref).toMatchObject({ timeframe: '1h', rows: 2 });
    expect(await refused({ rows: [] })).toBe('data.rows');
    expect(
      await refused({
        rows: [
          [1, 1, 1, 1, 1],
          [1, 1, 1, 1, 1],
        ],
      }),
    ).toBe('data.rows.1');
    expect(await refused({ rows: [[1, 1, 1, 1, 'x']] })).toBe('data.rows.0');
  });
});
