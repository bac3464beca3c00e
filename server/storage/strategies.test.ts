import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { openDatabase } from './database.ts';
import { Store } from './store.ts';
import type { SignalEffect, StrategyTradeEffect } from './strategies.ts';

let db: DatabaseSyncInstance;
let store: Store;
beforeEach(() => {
  db = openDatabase(':memory:');
  store = new Store(db);
});
afterEach(() => db.close());

const signal = (strategy_id: string, number: number, ts: number): SignalEffect => ({
  type: 'signal',
  ts,
  strategy_id,
  number,
  side: 'long',
  price: '100.5',
  reason: 'because',
  bar: ts - 60_000,
});
const fill = (strategy_id: string, number: number, ts: number): StrategyTradeEffect => ({
  type: 'strategy_trade',
  ts,
  strategy_id,
  trade_id: String(number),
  order_id: `${strategy_id}-${number}`,
  side: 'buy',
  price: '100.5',
  amount: '0.000000000000000001',
  fee: '0.1',
  fee_currency: 'USDC',
  realized_pnl: '0',
  position_after: '0.000000000000000001',
});

describe('what strategies did', () => {
  it('signals and fills come back as they were told, newest first, in numbers beyond ten', () => {
    for (let n = 1; n <= 12; n += 1) {
      store.recordEffect(signal('a', n, 1_000));
      store.recordEffect(fill('a', n, 1_000 + n));
    }
    store.recordEffect(signal('b', 1, 2_000));
    expect(store.strategies.signals({ limit: 2 }).map(({ strategy_id, number }) => [strategy_id, number])).toEqual([
      ['b', 1],
      ['a', 12],
    ]);
    expect(store.strategies.signals({ strategyId: 'a', limit: 1 })).toEqual([signal('a', 12, 1_000)]);
    expect(store.strategies.fills({ strategyId: 'a', before: 1_003, limit: 9 })).toEqual([
      fill('a', 2, 1_002),
      fill('a', 1, 1_001),
    ]);
    expect(['a', 'b', 'c'].map((id) => store.strategies.knows(id))).toEqual([true, true, false]);
  });

  it('one told twice is a defect', () => {
    store.recordEffect(fill('a', 1, 1));
    expect(() => store.recordEffect(fill('a', 1, 1))).toThrow(/UNIQUE/);
  });

  it('G18: a closed bar is no price: the time of the last one is that of a trade', () => {
    const key = 'sim:BTC-USDC' as const;
    const bar = { open: 1, high: 1, low: 1, close: 1 };
    store.journal.append({ type: 'print', ts: 90_000, key, price: 1 }, 1);
    store.journal.append({ type: 'candle', ts: 60_000, key, interval: '1m', ...bar }, 1);
    expect(store.journal.lastPriceTime({ venue: 'sim', symbol: 'BTC-USDC' })).toBe(90_000);
    expect(store.journal.lastPriceTime({ venue: 'sim' })).toBe(90_000);
  });
});
