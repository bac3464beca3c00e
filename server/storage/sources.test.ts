import { DatabaseSync } from '@photostructure/sqlite';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createCandleStore } from './candles.ts';
import { openDatabase } from './database.ts';
import { Sources, type StoredSource } from './sources.ts';

const PUSH: StoredSource = {
  id: 'lab',
  kind: 'push',
  name: 'Lab',
  url: 'ws://127.0.0.1:8000/ws',
  via: 'direct',
  enabled: true,
  instruments: [],
  auth: 'none',
};

test('keeps, replaces and forgets sources, in order of their ids, and tells who listens', () => {
  const db = openDatabase(':memory:');
  const sources = new Sources(db);
  const heard: string[] = [];
  sources.onChanged((id) => heard.push(id));
  sources.save(PUSH);
  sources.save({ ...PUSH, id: 'alpha' });
  sources.announce('alpha');
  expect(sources.list().map(({ id }) => id)).toEqual(['alpha', 'lab']);
  sources.save({ ...PUSH, name: 'Renamed' });
  sources.remove('alpha');
  sources.announce('lab');
  expect(sources.list()).toEqual([{ ...PUSH, name: 'Renamed' }]);
  expect(sources.get('alpha')).toBeUndefined();
  expect(heard).toEqual(['alpha', 'lab']);
  db.close();
});

test('a record of another version is left out', () => {
  const db = openDatabase(':memory:');
  db.exec(`INSERT INTO sources VALUES ('old', '{"id":"old","kind":"telepathy"}')`);
  expect(new Sources(db).list()).toEqual([]);
});

test('a database of the first version keeps its minutes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'griddesk-migrate-'));
  try {
    const file = join(folder, 'griddesk.db');
    // Of what the first version made, as much as the later steps need.
    const old = new DatabaseSync(file);
    old.exec(`
      CREATE TABLE candles (venue TEXT NOT NULL, symbol TEXT NOT NULL, ts INTEGER NOT NULL, open TEXT NOT NULL,
        high TEXT NOT NULL, low TEXT NOT NULL, close TEXT NOT NULL, volume TEXT NOT NULL,
        PRIMARY KEY (venue, symbol, ts)) STRICT, WITHOUT ROWID;
      INSERT INTO candles VALUES ('sim', 'BTC-USDC', 60000, '1', '2', '0.5', '1.5', '3');
      PRAGMA user_version = 1;
    `);
    old.close();
    const db = openDatabase(file);
    const bar = { ts: 60_000, open: '1', high: '2', low: '0.5', close: '1.5', volume: '3' };
    expect(createCandleStore(db).read('sim', 'BTC-USDC', 0, 10)).toEqual([bar]);
    expect(createCandleStore(db, '5m').read('sim', 'BTC-USDC', 0, 10)).toEqual([]);
    db.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
