import { describe, expect, it } from 'vitest';
import type { AccountFill } from '#domain/account.ts';
import type { AccountView } from '#stores/accounts.ts';
import type { ListedInstrument } from '#stores/source-types.ts';
import { bySymbol, matching, mergeRows, numberOf, rowsOf, sortBy } from './account-rows.ts';
import { fillProgress } from './fill-steps.ts';

const TOKEN = '7'.repeat(78);
const LISTED: ListedInstrument = {
  venue: 'poly.polymarket',
  symbol: TOKEN,
  base: 'Yes',
  quote: 'USDC',
  tickSize: '0.01',
  lotSize: '0.01',
  minSize: '5',
  minNotional: '0',
  makerFee: '0',
  takerFee: '0',
  feeCurrency: 'quote',
  simulated: false,
  title: 'Will it rain? — Yes',
};
const ACCOUNT: AccountView = {
  source: 'engine',
  venue: 'polymarket',
  name: 'Polymarket',
  paper: false,
  stale: false,
  balance: null,
  positions: null,
  pnl: null,
  orders: null,
  fills: null,
  bots: null,
};
const fill = (id: string, ts: number, status: string | null): AccountFill => ({
  id,
  orderId: null,
  symbol: TOKEN,
  side: 'buy',
  price: '0.48',
  size: '10',
  fee: null,
  feeCurrency: null,
  status,
  ts,
});
const rows = (fills: readonly AccountFill[]) => rowsOf(ACCOUNT, fills, ({ id }) => id, bySymbol([LISTED]));

describe('rows of accounts', () => {
  it('name an outcome by its question, an unknown id in short', () => {
    expect(rows([fill('1', 1, null)])[0]?.name).toBe('Will it rain? — Yes');
    const [unknown] = rowsOf(ACCOUNT, [fill('1', 1, null)], ({ id }) => id, bySymbol([]));
    expect(unknown?.name).toBe('77777777…777777');
  });

  it('M13: take the newer of the same trade, each trade once', () => {
    const merged = mergeRows(
      rows([fill('a', 1, 'MATCHED'), fill('b', 2, 'CONFIRMED')]),
      rows([fill('a', 1, 'MINED'), fill('c', 3, 'MATCHED')]),
    );
    expect(merged.map(({ of }) => [of.id, of.status])).toEqual([
      ['c', 'MATCHED'],
      ['b', 'CONFIRMED'],
      ['a', 'MINED'],
    ]);
  });

  it('are found by title and by id', () => {
    const all = rows([fill('1', 1, null)]);
    expect(matching(all, 'RAIN')).toHaveLength(1);
    expect(matching(all, '7777')).toHaveLength(1);
    expect(matching(all, 'snow')).toHaveLength(0);
  });

  it('are sorted by figures as figures, what has none last either way', () => {
    const all = [{ v: '9' }, { v: '10' }, { v: null }];
    const sorted = (descending: boolean) =>
      sortBy(all, { key: 'v', descending }, { v: ({ v }) => numberOf(v) }).map(({ v }) => v);
    expect(sorted(true)).toEqual(['10', '9', null]);
    expect(sorted(false)).toEqual(['9', '10', null]);
  });
});

describe('fillProgress', () => {
  it('M13: goes MATCHED → MINED → CONFIRMED, or fails, or is tried again', () => {
    expect(fillProgress('MATCHED')).toEqual({ step: 'matched', state: 'under_way' });
    expect(fillProgress('MATCHED_NOT_BROADCASTED')?.step).toBe('matched');
    expect(fillProgress('TRADE_STATUS_MINED')).toEqual({ step: 'mined', state: 'under_way' });
    expect(fillProgress('CONFIRMED')).toEqual({ step: 'confirmed', state: 'done' });
    expect(fillProgress('RETRYING')?.state).toBe('retrying');
    expect(fillProgress('FAILED')?.state).toBe('failed');
  });

  it('leaves other venues their own words', () => {
    expect(fillProgress(null)).toBeNull();
    expect(fillProgress('filled')).toBeNull();
  });
});
