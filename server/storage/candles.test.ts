import { expect, it } from 'vitest';
import { createCandleStore, type StoredCandle } from './candles.ts';
import { diskError, failingDisk } from '#server/host/testing/failing-disk.ts';
import { openDatabase, StorageError } from './database.ts';

const bar = (ts: number, close = '10'): StoredCandle => ({
  ts,
  open: '10',
  high: '11',
  low: '9',
  close,
  volume: '1.5',
});

it('reads back what was written, a rewritten bar as it was last, by venue and symbol', () => {
  const store = createCandleStore(openDatabase(':memory:'));
  store.write('sim', 'A-B', [bar(60_000), bar(120_000), bar(180_000)]);
  store.write('sim', 'A-B', [bar(180_000, '11'), bar(240_000)]);
  store.write('sim', 'C-D', [bar(60_000)]);
  store.write('other', 'A-B', [bar(0)]);
  expect(store.read('sim', 'A-B', 120_000, 2)).toEqual([bar(120_000), bar(180_000, '11')]);
  expect(store.read('sim', 'A-B', 0, 99)).toHaveLength(4);
  store.prune('sim', 'A-B', 180_000);
  expect(store.read('sim', 'A-B', 0, 99).map(({ ts }) => ts)).toEqual([180_000, 240_000]);
  expect(store.read('sim', 'C-D', 0, 99)).toHaveLength(1);
});

it('writes all of a batch or nothing', () => {
  const store = createCandleStore(openDatabase(':memory:'));
  expect(() => store.write('sim', 'A-B', [bar(60_000), bar(Number.NaN)])).toThrow(/NULL|datatype|constraint/i);
  expect(store.read('sim', 'A-B', 0, 99)).toEqual([]);
  store.write('sim', 'A-B', [bar(60_000)]);
  expect(store.read('sim', 'A-B', 0, 99)).toHaveLength(1);
});

it('a full disk is told as such, also where SQLite has rolled back by itself', () => {
  const db = openDatabase(':memory:');
  const disk = failingDisk(db);
  disk.refuse = (sql) => {
    if (sql !== 'COMMIT') return;
    db.exec('ROLLBACK');
    throw diskError('database or disk is full');
  };
  const write = () => createCandleStore(disk.db).write('sim', 'A-B', [bar(60_000)]);
  expect(write).toThrow(StorageError);
  expect(write).toThrow('disk is full');
});
