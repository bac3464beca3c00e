import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSimMarket } from '#server/markets/sim/create-sim-market.ts';
import { createCandleStore } from '#server/storage/candles.ts';
import { Datasets } from '#server/storage/datasets.ts';
import { ColumnFiles } from './column-files.ts';
import { checkedTimeframe } from './dataset-store.ts';
import { CALL, DatasetBench } from './testing/dataset-bench.ts';

let bench: DatasetBench;
beforeEach(() => {
  bench = new DatasetBench();
});
afterEach(() => bench.stop());

const MINUTE = 60_000;
const files = () => readdirSync(join(bench.folder, 'datasets')).toSorted();

describe('a data set that was imported', () => {
  test('is listed with its rows, gaps and hash, and loaded over shared memory', async () => {
    const dataset = await bench.importText(
      'ts_ms,open,high,low,close,volume\n0,1.5,2,1,2,1\n60000,2,2,2,2,1\n240000,2,3,2,3,1\n',
      { name: 'mine' },
    );
    expect(dataset).toMatchObject({
      name: 'mine',
      symbol: 'BTC-USDT',
      timeframe: '1m',
      source: 'import',
      state: 'ready',
      rows: 3,
      from: 0,
      to: 240_000,
      gaps: { count: 1, bars: 2, first: [{ from: 120_000, to: 180_000, bars: 2 }] },
      price_decimals: 1,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(await bench.service.store.list()).toEqual([dataset]);
    const columns = await bench.service.store.load(dataset.id);
    expect(columns.ts.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect([...columns.open]).toEqual([15, 20, 20]);
    expect(await bench.service.store.load(dataset.id)).toBe(columns);
    expect(bench.events.at(-1)).toMatchObject({ channel: `data.${dataset.id}.lifecycle`, event: 'completed' });
  });

  test('the same candles again are the same data set under its new name, whatever kind of file', async () => {
    const first = await bench.importText('ts_ms,open,high,low,close,volume\n0,1,2,1,2,1\n60000,2,2,2,2,1\n', {
      name: 'a',
    });
    const again = await bench.importText('[[0,1.0,2.00,1,2,1],[60000,2,2,2,2,1]]', { name: 'b' });
    expect(again).toEqual({ ...first, name: 'b' });
    expect(files()).toEqual([`${first.id}.gdc`]);
    const ofAnother = await bench.importText('[[0,1,2,1,2,1],[60000,2,2,2,2,1]]', { name: 'c', symbol: 'ETH-USDT' });
    expect(ofAnother).toMatchObject({ hash: first.hash, name: 'c', symbol: 'ETH-USDT' });
    expect(ofAnother.id).not.toBe(first.id);
    expect(await bench.service.store.get(first.id)).toEqual({ ...first, name: 'b' });
    const other = await bench.importText('[[0,1,2,1,2,1],[60000,2,2,2,2,2]]');
    expect(other.hash).not.toBe(first.hash);
  });

  test('what is refused leaves nothing behind', async () => {
    await expect(bench.importText('[[0,1,2,1,2,1],[1000,2,2,2,2,1]]')).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      message: 'the rows are 1 s apart, which is no timeframe there is',
    });
    await expect(bench.importText('[[0,1,2,1,2,1]]')).rejects.toThrow('one row does not show its timeframe');
    await expect(bench.importText('ts_ms')).rejects.toThrow('the header must be');
    expect(await bench.service.store.list()).toEqual([]);
    expect(existsSync(join(bench.folder, 'datasets'))).toBe(false);
  });

  test('G13: a timeframe that is said must be the rows’ own, or fit into gaps that hide it', async () => {
    const apart = (minutes: number) => ({ ts: Float64Array.of(0, minutes * 60_000), length: 2 });
    expect(checkedTimeframe(apart(5), '5m')).toBe('5m');
    expect(checkedTimeframe(apart(7), '1m')).toBe('1m');
    expect(checkedTimeframe({ ts: Float64Array.of(0), length: 1 }, '1h')).toBe('1h');
    expect(() => checkedTimeframe(apart(5), '1m')).toThrow('the rows are 5 min apart, not 1m');
    expect(() => checkedTimeframe(apart(7), '5m')).toThrow('the rows are 7 min apart, not 5m');
  });

  test('a disk that refuses leaves nothing behind', async () => {
    writeFileSync(join(bench.folder, 'datasets'), 'in the way');
    await expect(bench.importMinutes(5)).rejects.toMatchObject({ code: 'EEXIST' });
    rmSync(join(bench.folder, 'datasets'));
    expect(await bench.service.store.list()).toEqual([]);
    const { rows } = await bench.importMinutes(5);
    expect(rows).toBe(5);
  });

  test('is renamed and deleted; who has loaded it keeps its columns', async () => {
    const { id } = await bench.importMinutes(3);
    const { handlers, store } = bench.service;
    const columns = await store.load(id);
    expect(await handlers['data.rename']({ id, name: 'new' }, CALL)).toMatchObject({ dataset: { name: 'new' } });
    expect(await store.get(id)).toMatchObject({ name: 'new' });
    expect(await handlers['data.delete']({ id }, { ...CALL, id: 'd' })).toEqual({ id });
    expect([files(), await store.list()]).toEqual([[], []]);
    await expect(store.load(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(handlers['data.delete']({ id }, { ...CALL, id: 'e' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect([...columns.close]).toEqual([11, 12, 13]);
  });

  test('its candles are given oldest first, resampled where that is asked', async () => {
    const { id } = await bench.importMinutes(12);
    const ask = bench.service.handlers['data.candles'];
    const { candles } = await ask({ id, from: MINUTE, limit: 2 }, CALL);
    expect(candles).toEqual([
      { ts: MINUTE, open: '11', high: '13', low: '10', close: '12', volume: '1', closed: true },
      { ts: 2 * MINUTE, open: '12', high: '14', low: '11', close: '13', volume: '1', closed: true },
    ]);
    const newest = await ask({ id, to: 10 * MINUTE, limit: 2 }, CALL);
    expect(newest.candles.map(({ ts }) => ts / MINUTE)).toEqual([9, 10]);
    const longer = await ask({ id, timeframe: '5m' }, CALL);
    expect(longer.candles.map(({ open, close, volume }) => [open, close, volume])).toEqual([
      ['10', '15', '5'],
      ['15', '20', '5'],
      ['20', '22', '2'],
    ]);
    await expect(ask({ id: 'none' }, CALL)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('after a crash', () => {
  test('between file and row, the file is removed and the store goes on', async () => {
    const { id } = await bench.importMinutes(3);
    const written = await new ColumnFiles(join(bench.folder, 'datasets')).write([await bench.service.store.load(id)]);
    await written.keep('data_nobodys');
    writeFileSync(join(bench.folder, 'datasets', '999999999-1.tmp'), 'half');
    const service = bench.create();
    await service.start();
    expect(files()).toEqual([`${id}.gdc`]);
    expect((await service.store.load(id)).length).toBe(3);
  });

  test('a data set whose file is gone or damaged says so', async () => {
    const { id } = await bench.importMinutes(3);
    const other = await bench.importMinutes(4);
    rmSync(join(bench.folder, 'datasets', `${id}.gdc`));
    writeFileSync(join(bench.folder, 'datasets', `${other.id}.gdc`), 'no gzip');
    const service = bench.create();
    await service.start();
    expect(await service.store.get(id)).toMatchObject({ state: 'error', reason: 'its file is gone; import it again' });
    await expect(service.store.load(other.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await service.store.get(other.id)).toMatchObject({ state: 'error' });
    // Importing it once more heals it.
    const again = await bench.importMinutes(4);
    expect((await service.store.load(again.id)).length).toBe(4);
  });

  test('a row of another version is left out', () => {
    bench.db.exec(`INSERT INTO datasets VALUES ('x', 1, '', '{"id":"x"}')`);
    expect(new Datasets(bench.db).list()).toEqual([]);
  });
});

describe('the engine’s own market', () => {
  test('is a data set an instrument, which grows and cannot be changed', async () => {
    const { timers, db } = bench;
    const market = createSimMarket({ store: createCandleStore(db), timers, seed: 7, warn: () => {} });
    const one = { ...market, instruments: () => market.instruments().slice(0, 1) };
    const { store, handlers } = bench.create({ markets: [one] });
    const [dataset] = await store.list();
    const id = dataset?.id ?? '';
    expect(dataset).toMatchObject({ source: 'market', venue: 'sim', timeframe: '1m', state: 'ready', hash: '' });
    expect(id).toBe(`market-sim-${dataset?.symbol ?? ''}`);
    const before = await store.load(id);
    expect(before.length).toBe(dataset?.rows);
    expect(await store.load(id)).toBe(before);
    await market.start(() => {});
    timers.advance(3 * MINUTE);
    const after = await store.load(id);
    await market.stop();
    expect(after.length).toBeGreaterThan(before.length);
    expect(after.close.slice(0, 5)).toEqual(before.close.slice(0, 5));
    await expect(handlers['data.delete']({ id }, CALL)).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
  });

  test('that does not answer is left out of the list and not asked again within the minute', async () => {
    const { timers, db } = bench;
    const market = createSimMarket({ store: createCandleStore(db), timers, seed: 7, warn: () => {} });
    let asked = 0;
    const silent = {
      ...market,
      simulated: false,
      instruments: () => market.instruments().slice(0, 1),
      candles: () => {
        asked += 1;
        return new Promise<never>(() => {});
      },
    };
    const { store } = bench.create({ markets: [silent] });
    const listed = store.list();
    timers.advance(3_000);
    expect(await listed).toEqual([]);
    const again = store.list();
    timers.advance(3_000);
    expect([await again, asked]).toEqual([[], 1]);
  });
});
