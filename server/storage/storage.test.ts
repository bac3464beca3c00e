import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { openDatabase, StorageError } from './database.ts';
import { lockEngine } from './engine-lock.ts';
import { Store } from './store.ts';
import { transact } from './transaction.ts';

let folder: string;
let file: string;
let db: DatabaseSyncInstance;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'griddesk-store-'));
  file = join(folder, 'griddesk.db');
  db = openDatabase(file);
  store = new Store(db);
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

describe('the database', () => {
  it('a file that is none is a StorageError naming the file', () => {
    const junk = join(folder, 'junk.db');
    writeFileSync(junk, 'this is no database, however long the text in it may be '.repeat(100));
    expect(() => openDatabase(junk)).toThrow(StorageError);
    expect(() => openDatabase(junk)).toThrow(junk);
  });

  it('one of a newer version is left alone', () => {
    db.exec('PRAGMA user_version = 99');
    expect(() => openDatabase(file)).toThrow(/newer Griddesk/);
    expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: 99 });
  });

  it('one engine a database; the lock is free again after release', () => {
    const release = lockEngine(file);
    expect(() => lockEngine(file)).toThrow(/another engine is running/);
    release();
    lockEngine(file)();
  });

  it('a transaction that throws leaves nothing behind and passes the error on', () => {
    const add = () => store.logs.record({ ts: 1, level: 'info', source: 'engine', message: 'x' });
    const boom = new RangeError('boom');
    expect(() =>
      transact(db, () => {
        add();
        throw boom;
      }),
    ).toThrow(boom);
    expect(store.logs.list({ limit: 10 })).toEqual([]);
    transact(db, add);
    expect(store.logs.list({ limit: 10 })).toHaveLength(1);
  });
});

describe('responses', () => {
  it('Z13: keeps the first response for each user and id, and forgets old ones', () => {
    const key = { user: 'ada', id: '1', digest: 'd' };
    store.responses.record(key, { success: true, data: { n: 1 } }, 1_000);
    store.responses.record(key, { success: true, data: { n: 2 } }, 2_000);
    expect(store.responses.find('ada', '1')).toEqual({ digest: 'd', response: { success: true, data: { n: 1 } } });
    expect(store.responses.find('bob', '1')).toBeUndefined();
    store.responses.prune(1_000);
    expect(store.responses.find('ada', '1')).toBeDefined();
    store.responses.prune(1_001);
    expect(store.responses.find('ada', '1')).toBeUndefined();
  });
});

describe('logs', () => {
  beforeEach(() => {
    const records = [
      ['debug', 'engine', 'starting'],
      ['info', 'grid.grid_1', '[FILL] SELL 0.1 BTC'],
      ['warn', 'market.sim', 'disconnected'],
      ['info', 'grid.grid_2', '[FILL] BUY 0.1 BTC'],
      ['error', 'gridlock', 'odd'],
    ] as const;
    for (const [level, source, message] of records) store.logs.record({ ts: 1, level, source, message });
  });
  const ids = (query: Parameters<Store['logs']['list']>[0]) => store.logs.list(query).map(({ id }) => id);

  it('newest first, by level and graver, by source and below, by text in any case, page by page', () => {
    expect(ids({ limit: 10 })).toEqual([5, 4, 3, 2, 1]);
    expect(ids({ limit: 10, level: 'warn' })).toEqual([5, 3]);
    expect(ids({ limit: 10, source: 'grid' })).toEqual([4, 2]);
    expect(ids({ limit: 10, source: 'grid.grid_1' })).toEqual([2]);
    expect(ids({ limit: 10, q: '[fill] s' })).toEqual([2]);
    expect(ids({ limit: 10, q: '%' })).toEqual([]);
    expect(ids({ limit: 2, before: 4 })).toEqual([3, 2]);
  });

  it('keeps the newest', () => {
    store.logs.prune(2);
    expect(ids({ limit: 10 })).toEqual([5, 4]);
  });
});

describe('equity', () => {
  it('at most as many points as asked for, oldest first, the newest always among them', () => {
    for (let i = 0; i < 1_000; i++) store.equity.record({ ts: i * 60_000, equity: String(100_000 + i) });
    const points = store.equity.list(0, 100);
    expect(points.length).toBeLessThanOrEqual(100);
    expect(points.length).toBeGreaterThan(90);
    expect(points.at(-1)).toEqual({ ts: 999 * 60_000, equity: '100999' });
    expect(points.map(({ ts }) => ts)).toEqual(points.map(({ ts }) => ts).toSorted((a, b) => a - b));
    for (const { ts, equity } of points) expect(Number(equity)).toBe(100_000 + ts / 60_000);
    expect(store.equity.list(990 * 60_000, 100)).toHaveLength(10);
    expect(store.equity.list(1e15, 100)).toEqual([]);
  });
});

describe('orders', () => {
  const order = {
    type: 'order',
    grid_id: 'g1',
    level: 3,
    side: 'buy',
    price: '100.5',
    amount: '0.1',
    position_after: '0',
  } as const;

  it('an order is one row in its last state', () => {
    store.orders.record({ ...order, event: 'placed', ts: 1, order_id: 'o1' });
    store.orders.record({ ...order, event: 'placed', ts: 2, order_id: 'o2' });
    store.orders.record({ ...order, event: 'filled', ts: 3, order_id: 'o1' });
    store.orders.record({ ...order, event: 'placed', ts: 4, order_id: 'o3', grid_id: 'g2' });
    const list = (query: Partial<Parameters<Store['orders']['list']>[0]>) =>
      store.orders.list({ limit: 10, ...query }).map(({ order_id, state, placed_at }) => [order_id, state, placed_at]);
    expect(list({})).toEqual([
      ['o3', 'open', 4],
      ['o1', 'filled', 1],
      ['o2', 'open', 2],
    ]);
    expect(list({ gridId: 'g1', openOnly: true })).toEqual([['o2', 'open', 2]]);
    expect(list({ before: 3 })).toEqual([['o2', 'open', 2]]);
    expect(store.orders.knows('g2')).toBe(true);
    expect(store.orders.knows('g3')).toBe(false);
  });
});

describe('risk decisions', () => {
  const risk = { type: 'risk', event: 'check', rule: 'max_order', figures: { order: '5', limit: '9' } } as const;
  const decide = (ts: number, decision: 'approved' | 'refused', grid_id = 'g1') =>
    store.recordEffect({ ...risk, ts, grid_id, decision });
  const times = (query: Partial<Parameters<Store['risk']['list']>[0]>) =>
    store.risk.list({ limit: 10, ...query }).map(({ ts }) => ts);

  it('newest first, of one grid or all, page by page, as they were told', () => {
    decide(1, 'refused');
    decide(2, 'approved', 'g2');
    decide(2, 'approved');
    expect(times({})).toEqual([2, 2, 1]);
    expect(times({ gridId: 'g1' })).toEqual([2, 1]);
    expect(times({ before: 2 })).toEqual([1]);
    expect(times({ limit: 1 })).toEqual([2]);
    expect(store.risk.list({ gridId: 'g2', limit: 1 })).toEqual([
      { ...risk, ts: 2, grid_id: 'g2', decision: 'approved' },
    ]);
  });

  it('a flood of approvals does not wash out why something was refused', () => {
    for (let ts = 1; ts <= 3; ts++) decide(ts, 'refused');
    for (let ts = 4; ts <= 9; ts++) decide(ts, 'approved');
    store.risk.prune({ approved: 2, others: 3 });
    expect(times({})).toEqual([9, 8, 3, 2, 1]);
    store.risk.prune({ approved: 2, others: 1 });
    expect(times({})).toEqual([9, 8, 3]);
  });
});
