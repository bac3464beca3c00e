import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { Effect } from '#engine/effects.ts';
import type { EngineCommand, EngineEvent } from '#engine/events.ts';
import type { EngineOptions } from '#engine/engine.ts';
import type { RequestKey } from '#server/gateway/handlers.ts';
import { openDatabase, StorageError } from '#server/storage/database.ts';
import { Store } from '#server/storage/store.ts';
import { CoreLoop, type CoreLoopOptions } from './core-loop.ts';
import { LoopMetrics } from './metrics.ts';
import { toResponse } from './wire.ts';
import { diskError, failingDisk } from './testing/failing-disk.ts';
import { ManualTimers } from './testing/manual-timers.ts';
import { POISON, tinyCore } from './testing/tiny-core.ts';

const OPTIONS: EngineOptions = {
  startBalance: '1000',
  slippage: '0',
  risk: { maxPosition: null, maxOpenNotional: null, maxOrder: null, maxMarketDeviation: null, maxDailyLoss: null },
};
const KEY = 'sim:BTC-USDC';

let folder: string;
let db: DatabaseSyncInstance;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'griddesk-loop-'));
  db = openDatabase(join(folder, 'griddesk.db'));
});
afterEach(() => {
  if (db.isOpen) db.close();
  rmSync(folder, { recursive: true });
});

interface Rig {
  readonly loop: CoreLoop;
  readonly store: Store;
  readonly timers: ManualTimers;
  readonly published: Effect[];
  readonly warnings: string[];
  readonly failures: string[];
  resumed: number;
}

function rig(overrides: Partial<CoreLoopOptions> = {}, disk: DatabaseSyncInstance = db): Rig {
  const store = new Store(disk);
  const timers = new ManualTimers();
  const state = { published: [] as Effect[], warnings: [] as string[], failures: [] as string[], resumed: 0 };
  const loop = new CoreLoop({
    store,
    core: tinyCore,
    engineOptions: OPTIONS,
    timers,
    engineClock: timers,
    metrics: new LoopMetrics(),
    snapshotEvery: 1_000,
    publish: (effects) => state.published.push(...effects),
    respond: toResponse,
    onStorageFailure: (error) => state.failures.push(error.message),
    onResume: () => (state.resumed += 1),
    onWarning: (message) => state.warnings.push(message),
    ...overrides,
  });
  return Object.assign(state, { loop, store, timers });
}

const start = (grid_id: string, name = 'grid'): EngineCommand => ({
  action: 'grid.start',
  grid_id,
  params: { pair: 'BTC-USDC', venue: 'sim', upper_price: '2', lower_price: '1', grid_count: 2, name },
});
const request = (id: string, digest = id): RequestKey => ({ user: 'ada', id, digest });
const print = (ts: number, price: number): EngineEvent => ({ type: 'print', ts, key: KEY, price });
const turns = async (count = 3) => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};
const trades = (effects: readonly Effect[]) => effects.filter(({ type }) => type === 'trade').length;

describe('durable before acknowledged', () => {
  it('G18: nothing is published or answered before the commit, and all of it after', async () => {
    const disk = failingDisk(db);
    const order: string[] = [];
    const { loop } = rig({ publish: (effects) => order.push(...effects.map(({ type }) => type)) }, disk.db);
    disk.log.length = 0;
    disk.refuse = (sql) => void order.push(sql);
    loop.release([]);
    const answered = loop.command(start('g1'), request('1')).then(() => order.push('answered'));
    loop.event(print(1, 10));
    await answered;
    expect(order).toEqual(['BEGIN IMMEDIATE', 'COMMIT', 'lifecycle', 'order', 'trade', 'answered']);
  });

  it('G18: what comes in one turn shares one commit', async () => {
    const disk = failingDisk(db);
    const { loop, published } = rig({}, disk.db);
    loop.release([]);
    await loop.command(start('g1'), request('1'));
    disk.log.length = 0;
    for (let i = 1; i <= 20; i++) loop.event(print(i, i * 10));
    await turns();
    expect(trades(published)).toBe(20);
    expect(disk.log.filter((sql) => sql === 'COMMIT')).toHaveLength(1);
  });

  it('quiet prices cost no commit, and only the newest of them is journaled before the next loud event', async () => {
    const { loop, store } = rig();
    loop.release([]);
    for (let i = 1; i <= 9; i++) loop.event(print(i, i));
    await turns();
    const before = store.journal.last;
    await loop.command(start('g1'), request('1'));
    const entries = [...store.journal.after(before)].map(({ entry }) => entry);
    expect(entries).toMatchObject([print(9, 9), { type: 'command' }]);
  });
});

describe('recovery', () => {
  it('G18: the state after a crash is the state before, to the byte, from the journal alone or from a snapshot', async () => {
    for (const snapshotEvery of [5, 1_000]) {
      const first = rig({ snapshotEvery });
      first.loop.release([]);
      const id = `g${snapshotEvery}`;
      await first.loop.command(start(id), request(id));
      for (let i = 1; i <= 40; i++) {
        first.loop.event(print(i, i % 3 === 0 ? 10 * i : 10 * i + 1));
        if (i % 4 === 0) await turns(2);
      }
      await first.loop.command(
        { action: 'grid.stop', id, cancel_orders: true, close_position: false },
        request(`${id}s`),
      );
      const snapshots = [...first.store.journal.snapshots()].length;
      expect(snapshots).toBe(snapshotEvery === 5 ? 3 : 0);

      const second = rig({ snapshotEvery });
      expect(second.loop.engine.snapshot()).toBe(first.loop.engine.snapshot());
      db.exec('DELETE FROM snapshots');
    }
  });

  it('a damaged snapshot falls back to an older one, with a warning', async () => {
    const first = rig({ snapshotEvery: 5 });
    first.loop.release([]);
    await first.loop.command(start('g1'), request('1'));
    for (let i = 1; i <= 40; i++) {
      first.loop.event(print(i, 10 * i));
      await turns(2);
    }
    const expected = first.loop.engine.snapshot();
    db.exec('UPDATE snapshots SET state = substr(state, 2) WHERE seq = (SELECT max(seq) FROM snapshots)');
    const second = rig();
    expect(second.loop.engine.snapshot()).toBe(expected);
    expect(second.warnings).toEqual([expect.stringContaining('damaged')]);
  });

  it('a damaged or missing journal entry is a StorageError, not a guess', async () => {
    const first = rig();
    first.loop.release([]);
    await first.loop.command(start('g1'), request('1'));
    for (let i = 1; i <= 5; i++) first.loop.event(print(i, 10 * i));
    await turns();
    db.exec('UPDATE journal SET entry = replace(entry, \'"price":30\', \'"price":31\')');
    expect(() => rig()).toThrow(StorageError);
    expect(() => rig()).toThrow(/entry 5 does not match its checksum/);
    db.exec('DELETE FROM journal WHERE seq = 5');
    expect(() => rig()).toThrow(/entry 5 is missing/);
  });

  it('a journal replays with the options of its time; new ones count from now on', async () => {
    const first = rig();
    first.loop.release([]);
    await first.loop.command(start('g1'), request('1'));
    const created: EngineOptions[] = [];
    const core = {
      create: (options: EngineOptions) => (created.push(options), tinyCore.create(options)),
      restore: (snapshot: string, options: EngineOptions) => (
        created.push(options),
        tinyCore.restore(snapshot, options)
      ),
    };
    const changed = { ...OPTIONS, startBalance: '5' };
    rig({ core, engineOptions: changed });
    expect(created).toEqual([OPTIONS, changed]);
    created.length = 0;
    rig({ core, engineOptions: changed });
    expect(created).toEqual([OPTIONS, changed]);
    const last = [...first.store.journal.after(0)].filter(({ entry }) => entry.type === 'options');
    expect(last).toHaveLength(2);
  });

  it('entries are pruned only where no kept snapshot needs them', async () => {
    const { loop, store, timers } = rig({ snapshotEvery: 5 });
    loop.release([]);
    await loop.command(start('g1'), request('1'));
    for (let i = 1; i <= 40; i++) {
      loop.event(print(i, 10 * i));
      await turns(2);
    }
    const expected = loop.engine.snapshot();
    timers.advance(1000);
    while (store.journal.prune(timers.now()) > 0);
    const oldest = Math.min(...[...store.journal.snapshots()].map(({ seq }) => seq));
    const first = db.prepare('SELECT min(seq) AS seq FROM journal').get() as { seq: number };
    expect(first.seq).toBe(oldest);
    expect(first.seq).toBeGreaterThan(1);
    db.exec(`DELETE FROM snapshots WHERE seq <> ${oldest}`);
    expect(rig().loop.engine.snapshot()).toBe(expected);
    db.exec('DELETE FROM snapshots');
    expect(() => rig()).toThrow(StorageError);
  });
});

describe('idempotency', () => {
  it('Z13: the same request again gets the first response and does nothing, even after a restart', async () => {
    const first = rig();
    first.loop.release([]);
    const [one, two] = await Promise.all([
      first.loop.command(start('g1'), request('1')),
      first.loop.command(start('g2'), request('1')),
    ]);
    expect(two).toEqual(one);
    const second = rig();
    second.loop.release([]);
    expect(await second.loop.command(start('g3'), request('1'))).toEqual(one);
    expect(second.loop.engine.grids().map(({ id }) => id)).toEqual(['g1']);
  });

  it('Z13: the same id for another request is refused', async () => {
    const { loop } = rig();
    loop.release([]);
    await loop.command(start('g1'), request('1'));
    const response = await loop.command(start('g2'), request('1', 'other'));
    expect(response).toMatchObject({ success: false, error: { code: 'INVALID_COMMAND', message: 'id reused' } });
    expect(loop.engine.grid('g2')).toBeUndefined();
  });
});

describe('a disk that refuses', () => {
  it.each(['BEGIN IMMEDIATE', 'COMMIT'])(
    'at %s: nothing is published, nothing stays, all works again after',
    async (at) => {
      const disk = failingDisk(db);
      const r = rig({}, disk.db);
      const { loop, published } = r;
      loop.release([]);
      await loop.command(start('g1'), request('1'));
      const durable = loop.engine.snapshot();
      published.length = 0;

      disk.refuse = (sql) => {
        if (sql === at) throw diskError('disk I/O error');
      };
      loop.event(print(1, 10));
      const refused = loop.command(start('g2'), request('2'));
      await expect(refused).rejects.toMatchObject({ code: 'INTERNAL_ERROR', message: /storage.*disk I\/O error/ });
      await expect(loop.command(start('g3'), request('3'))).rejects.toMatchObject({ code: 'INTERNAL_ERROR' });
      expect(published).toEqual([]);
      expect(loop.healthy).toBe(false);
      expect(loop.engine.snapshot()).toBe(durable);
      expect(r.failures).toEqual(['storage: disk I/O error']);

      r.timers.advance(1000);
      expect(r.resumed).toBe(0);
      disk.refuse = () => undefined;
      r.timers.advance(20_000);
      expect(r.resumed).toBe(1);
      loop.release([print(2, 20)]);
      expect(await loop.command(start('g2'), request('2'))).toMatchObject({ success: true });
      expect(loop.healthy).toBe(true);
      expect(trades(published)).toBe(1);
      expect(rig().loop.engine.snapshot()).toBe(loop.engine.snapshot());
    },
  );

  it('a really full database: the process stays, the data stays whole, and room brings everything back', async () => {
    const r = rig();
    const { loop, published } = r;
    loop.release([]);
    await loop.command(start('g1'), request('1'));
    const { page_count: pages } = db.prepare('PRAGMA page_count').get() as { page_count: number };
    db.exec(`PRAGMA max_page_count = ${pages + 2}`);
    for (let i = 1; loop.healthy && i < 10_000; i++) {
      loop.event(print(i, i * 10));
      await turns(1);
    }
    expect(r.failures).toEqual([expect.stringContaining('full')]);
    const told = trades(published);
    expect(loop.engine.grid('g1')?.total_trades).toBe(told);
    expect(r.store.fills.list('g1', undefined, 100_000)).toHaveLength(told);
    await expect(loop.command(start('g2'), request('2'))).rejects.toMatchObject({ code: 'INTERNAL_ERROR' });

    db.exec('PRAGMA max_page_count = 1000000');
    r.timers.advance(20_000);
    loop.release([]);
    expect(await loop.command(start('g2'), request('2'))).toMatchObject({ success: true });
    expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  });
});

describe('a defect in the core', () => {
  it('the event that meets it is left out, everything before and after it stays', async () => {
    const r = rig();
    const { loop, published } = r;
    loop.release([]);
    await loop.command(start('g1'), request('1'));
    loop.event(print(1, 10));
    const poisoned = loop.command(start('g2', POISON), request('2'));
    loop.event(print(2, 15));
    loop.event(print(3, 20));
    await poisoned;
    await loop.command({ action: 'grid.stop', id: 'g2', cancel_orders: true, close_position: false }, request('3'));
    expect(loop.engine.grid('g1')?.figures.current_price).toBe('15');
    loop.event(print(4, 40));
    await turns();
    expect(r.warnings).toEqual([expect.stringContaining('failed on print')]);
    expect(loop.engine.grid('g1')?.total_trades).toBe(2);
    expect(loop.engine.grid('g2')?.total_trades).toBe(0);
    expect(trades(published)).toBe(2);
    expect(rig().loop.engine.snapshot()).toBe(loop.engine.snapshot());
  });
});

describe('closing', () => {
  it('works off what waits, leaves a snapshot, and refuses what comes after', async () => {
    const { loop, store } = rig();
    loop.release([]);
    const last = loop.command(start('g1'), request('1'));
    loop.event(print(1, 11));
    loop.close();
    expect(await last).toMatchObject({ success: true });
    await expect(loop.command(start('g2'), request('2'))).rejects.toMatchObject({ code: 'INTERNAL_ERROR' });
    const [snapshot] = store.journal.snapshots();
    expect(snapshot).toMatchObject({ seq: store.journal.last, state: loop.engine.snapshot() });
    expect(rig().loop.engine.snapshot()).toBe(loop.engine.snapshot());
  });
});
