import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountView } from '#stores/accounts.ts';
import { sum, sumAccounts } from './account-sums.ts';

const account = (venue: string, currency: string, total: string, more: Partial<AccountView> = {}): AccountView => ({
  source: 'engine',
  venue,
  name: venue,
  paper: false,
  stale: false,
  balance: { currency, total, available: null, used: null, assets: [] },
  positions: null,
  pnl: null,
  orders: null,
  fills: null,
  bots: null,
  ...more,
});

describe('sumAccounts', () => {
  it('adds up within one currency only, and keeps paper money apart', () => {
    const sums = sumAccounts([
      account('sim', 'USDC', '100000', { paper: true }),
      account('okx', 'USDT', '0.1'),
      account('bybit', 'USDT', '0.2'),
      account('polymarket', 'USDC', '50'),
      account('lab.sim', 'USDC', '1', { paper: true }),
    ]);
    expect(sums.map(({ currency, paper, accounts, figures }) => [currency, paper, accounts, figures.total])).toEqual([
      ['USDT', false, 2, '0.3'],
      ['USDC', true, 2, '100001'],
    ]);
  });

  it('does not add a PnL in another currency than the balance', () => {
    const pnl = { currency: 'BTC', total: '1', today: null, unrealized: null, realized: null };
    const told = { ...pnl, currency: 'USDT', total: '-2.5' };
    const [both] = sumAccounts([account('a', 'USDT', '1', { pnl }), account('b', 'USDT', '1', { pnl: told })]);
    expect(both?.figures.pnl).toBe('-2.5');
    expect(both?.figures.today).toBeNull();
  });

  it('makes no sum of one account, nor of those that have not told a currency', () => {
    expect(sumAccounts([account('a', 'USDT', '1')])).toEqual([]);
    const silent = account('b', '', '', { balance: null });
    expect(sumAccounts([silent, silent])).toEqual([]);
  });
});

describe('sum', () => {
  it('is exact, where a float is not', () => {
    expect(sum(['0.1', '0.2', null])).toBe('0.3');
    expect(sum(['9007199254740993', '0.000000012'])).toBe('9007199254740993.000000012');
    expect(sum([null, null])).toBeNull();
    const cents = fc.integer({ min: -1_000_000, max: 1_000_000 });
    fc.assert(
      fc.property(fc.array(cents, { minLength: 1 }), (values) => {
        const total = sum(values.map((value) => (value / 100).toFixed(2)));
        expect(Math.round(Number(total) * 100)).toBe(values.reduce((a, b) => a + b, 0));
      }),
    );
  });
});
