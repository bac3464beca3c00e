import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Ticker, Trade } from '#domain/market-data.ts';
import { InProcessBus } from '#server/bus.ts';
import { createTickStore, openTicks, type TickStore } from '#server/storage/ticks.ts';
import { diskError, failingDisk } from './testing/failing-disk.ts';
import { ManualTimers } from './testing/manual-timers.ts';
import { TickRecorder } from './tick-recorder.ts';

let db: DatabaseSyncInstance;
let timers: ManualTimers;
let bus: InProcessBus;
let warnings: string[];
let batches: number[];
let disk: ReturnType<typeof failingDisk>;

beforeEach(() => {
  db = new DatabaseSync(':memory:');
  disk = failingDisk(db);
  timers = new ManualTimers();
  bus = new InProcessBus();
  warnings = [];
  batches = [];
});
afterEach(() => db.close());

function recorder(maxWaiting?: number): TickRecorder {
  const open = (): TickStore => {
    const store = createTickStore(disk.db);
    return {
      write(ticks) {
        store.write(ticks);
        batches.push(ticks.length);
      },
      close: () => store.close(),
    };
  };
  const warn = (message: string) => void warnings.push(message);
  const it = new TickRecorder({ bus, timers, open, warn, ...(maxWaiting !== undefined && { maxWaiting }) });
  it.start();
  return it;
}

let id = 0;
function trade(price = '95000.1'): void {
  const data: Trade = {
    venue: 'okx',
    instrument: 'BTC-USDT',
    id: String(++id),
    ts: timers.now() - 5,
    side: 'buy',
    price,
    size: '0.01',
  };
  bus.publish({ channel: 'market.okx.BTC-USDT.trade', event: 'update', timestamp: timers.now(), data });
}

function book(event: 'snapshot' | 'update', data: object): void {
  bus.publish({
    channel: 'market.okx.BTC-USDT.book',
    event,
    timestamp: timers.now(),
    data: { ts: timers.now(), ...data },
  });
}

const count = (table: string) => (db.prepare(`SELECT count(*) n FROM ${table}`).get() as { n: number }).n;
const tops = () => db.prepare('SELECT bid, bid_size, ask, ask_size FROM tops').all();

test('trades and tickers are written to the digit, after a second at the latest', () => {
  recorder();
  trade('0.000000012');
  const ticker: Ticker = {
    venue: 'okx',
    instrument: 'BTC-USDT',
    ts: 7,
    last: '1.50',
    bid: '1.4',
    bidSize: '3',
    ask: null,
    open24h: null,
    high24h: '2',
    low24h: '1',
    volume24h: '99.9',
  };
  bus.publish({ channel: 'market.okx.BTC-USDT.ticker', event: 'update', timestamp: 8, data: ticker });
  bus.publish({ channel: 'grid.g1.trade', event: 'executed', timestamp: 8, data: {} });
  bus.publish({ channel: 'market.okx.BTC-USDT.candle_1m', event: 'update', timestamp: 8, data: {} });
  expect(disk.log).toEqual([]);
  timers.advance(1_000);
  expect(db.prepare('SELECT * FROM trades').all()).toEqual([
    {
      ts: timers.now() - 1_005,
      received: timers.now() - 1_000,
      venue: 'okx',
      symbol: 'BTC-USDT',
      id: String(id),
      side: 'buy',
      price: '0.000000012',
      size: '0.01',
    },
  ]);
  expect(db.prepare('SELECT received, last, bid, bid_size, ask, volume_24h FROM tickers').all()).toEqual([
    { received: 8, last: '1.50', bid: '1.4', bid_size: '3', ask: null, volume_24h: '99.9' },
  ]);
});

test('a burst goes out in batches of 1,000, none of it within the events', () => {
  recorder();
  for (let i = 0; i < 2_500; i++) trade();
  expect(batches).toEqual([]);
  timers.advance(0);
  expect(batches).toEqual([1_000, 1_000]);
  timers.advance(1_000);
  expect(batches).toEqual([1_000, 1_000, 500]);
  expect(count('trades')).toBe(2_500);
});

test('the best prices are written where they change, and only there', () => {
  recorder();
  book('snapshot', {
    seq: 1,
    bids: [
      ['99.5', '1'],
      ['99', '2'],
    ],
    asks: [['100', '3']],
  });
  book('update', { seq: 2, prev: 1, changes: [['bid', '99', '7']] });
  book('update', { seq: 3, prev: 2, changes: [['bid', '99.5', '0']] });
  book('update', { seq: 4, prev: 3, changes: [['ask', '100', '0']] });
  timers.advance(1_000);
  expect(tops()).toEqual([
    { bid: '99.5', bid_size: '1', ask: '100.0', ask_size: '3' },
    { bid: '99.0', bid_size: '7', ask: '100.0', ask_size: '3' },
    { bid: '99.0', bid_size: '7', ask: null, ask_size: null },
  ]);
});

test('a book whose beginning was before the recorder’s is taken as it is now', () => {
  const snapshot = { ts: 1, seq: 5, bids: [['99', '1']], asks: [] };
  bus.provide('market.okx.BTC-USDT.book', () => ({ event: 'snapshot', timestamp: 1, data: snapshot }));
  recorder();
  book('update', { seq: 4, prev: 3, changes: [['bid', '98', '1']] });
  book('update', { seq: 5, prev: 4, changes: [['bid', '99', '1']] });
  book('update', { seq: 6, prev: 5, changes: [['bid', '99', '2']] });
  timers.advance(1_000);
  expect(tops()).toEqual([
    { bid: '99', bid_size: '1', ask: null, ask_size: null },
    { bid: '99', bid_size: '2', ask: null, ask_size: null },
  ]);
});

test('a failing disk is told once, and nothing is lost that fits the bound', () => {
  const it = recorder();
  disk.refuse = (sql) => {
    if (sql === 'COMMIT') throw diskError('database or disk is full');
  };
  trade();
  timers.advance(1_000);
  trade();
  timers.advance(20_000);
  expect(warnings).toEqual(['ticks are not recorded: storage: database or disk is full']);
  disk.refuse = () => {};
  timers.advance(6_000);
  expect(count('trades')).toBe(2);
  expect(warnings[1]).toBe('ticks are recorded again; 0 events in between were not');
  trade();
  it.stop();
  expect(count('trades')).toBe(3);
});

test('memory is bounded: the oldest events are let go, and counted', () => {
  recorder(1_000);
  disk.refuse = () => {
    throw diskError('database or disk is full');
  };
  for (let i = 0; i < 10_000; i++) trade(String(i + 1));
  timers.advance(5_000);
  disk.refuse = () => {};
  for (let i = 0; i < 10_000; i++) trade(String(i + 1));
  timers.advance(20_000);
  expect(count('trades')).toBeLessThanOrEqual(4_000);
  expect(db.prepare('SELECT price FROM trades ORDER BY rowid DESC LIMIT 1').get()).toEqual({ price: '10000' });
  expect(warnings[1]).toMatch(/^ticks are recorded again; \d{4,} events in between were not$/);
});

test('a database that cannot be opened is tried again', () => {
  const folder = mkdtempSync(join(tmpdir(), 'griddesk-ticks-'));
  try {
    const file = join(folder, 'later', 'ticks.db');
    const it = new TickRecorder({
      bus,
      timers,
      open: () => openTicks(file),
      warn: (message) => warnings.push(message),
    });
    it.start();
    trade();
    timers.advance(1_000);
    expect(warnings).toHaveLength(1);
    mkdirSync(join(folder, 'later'));
    timers.advance(5_000);
    it.stop();
    const read = new DatabaseSync(file);
    expect(read.prepare('SELECT count(*) n FROM trades').get()).toEqual({ n: 1 });
    read.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('leaves room on the disk for trading, and goes on when there is more', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ticks-'));
  let free = 1024 ** 3;
  const it = new TickRecorder({
    bus,
    timers,
    open: () => openTicks(join(folder, 'ticks.db'), () => free),
    warn: (message) => void warnings.push(message),
  });
  try {
    it.start();
    trade();
    timers.advance(1_000);
    free = 255 * 1024 ** 2;
    trade();
    timers.advance(10_000);
    expect(warnings).toEqual(['ticks are not recorded: the disk is nearly full; the rest of it is for trading']);
    free = 257 * 1024 ** 2;
    timers.advance(10_000);
    expect(warnings.at(-1)).toBe('ticks are recorded again; 0 events in between were not');
    it.stop();
    const file = new DatabaseSync(join(folder, 'ticks.db'));
    expect(file.prepare('SELECT count(*) n FROM trades').get()).toEqual({ n: 2 });
    file.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
