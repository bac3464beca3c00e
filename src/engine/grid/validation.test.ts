import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Issue } from '../effects.ts';
import type { GridParams } from '../events.ts';
import { Bench, PARAMS } from '../testing/harness.ts';

function refusal(params: object): { code?: string; paths: string[]; issues: readonly Issue[]; message: string } {
  const bench = new Bench();
  bench.print(1010);
  const reply = bench.start(params);
  if (reply.ok) return { paths: [], issues: [], message: '' };
  const { code, issues = [], message } = reply.error;
  return { code, paths: issues.map(({ path }) => path), issues, message };
}

describe('a bad grid is refused with its fields', () => {
  test.each<[string, object, string[], RegExp]>([
    ['upper not above lower', { upper_price: '90', lower_price: '90' }, ['upper_price'], /above the lower/],
    [
      'zero and nonsense',
      { upper_price: '0', lower_price: 'x', grid_count: NaN },
      ['upper_price', 'lower_price', 'grid_count'],
      /positive/,
    ],
    ['exponents', { upper_price: '1e309', investment: '1e9999' }, ['upper_price', 'investment'], /too large/],
    ['absurd count', { grid_count: 1_000_000 }, ['grid_count'], /from 2 to 1000/],
    ['half a cell', { grid_count: 2.5 }, ['grid_count'], /whole number/],
    ['G3: off the tick', { upper_price: '110.05', stop_loss: '80.01' }, ['upper_price', 'stop_loss'], /tick size 0.1/],
    [
      'G3: lines that coincide',
      { upper_price: '91', grid_count: 20, take_profit_pct: '5' },
      ['grid_count'],
      /at most 10 fit/,
    ],
    [
      'G3: and a bad limit beside it',
      { upper_price: '91', grid_count: 20, stop_loss: '1.23' },
      ['stop_loss', 'grid_count'],
      /at most 10/,
    ],
    ['G3: no room at all', { upper_price: '90.1' }, ['upper_price'], /no room/],
    ['G6: both sizes', { order_size: '1' }, ['order_size'], /not both/],
    ['under the lot', { investment: undefined, order_size: '0.0001' }, ['order_size'], /lot size 0.001/],
    ['G6: under the minimum', { investment: '9' }, ['investment'], /at least 11.71 USDC/],
    [
      'G6: under the minimum notional',
      { investment: undefined, order_size: '0.01' },
      ['order_size'],
      /at least 0.012 BTC/,
    ],
    [
      'G7: cells that lose',
      { lower_price: '100', upper_price: '101', grid_count: 9 },
      ['grid_count'],
      /at most 3 earn/,
    ],
    ['G7: take profit under the fees', { take_profit_pct: '0.1' }, ['take_profit_pct'], /at least 0.2003/],
    ['a live mode', { mode: 'mainnet' }, ['mode'], /paper/],
    ['an unknown pair', { pair: 'X-Y' }, ['pair'], /not listed/],
    ['an unknown venue', { venue: 'moon' }, ['venue'], /not connected/],
    ['an unknown spacing', { spacing: 'cubic' }, ['spacing'], /arithmetic or geometric/],
  ])('%s', (_, params, paths, message) => {
    const refused = refusal(params);
    expect(refused.code).toBe('VALIDATION_ERROR');
    expect(refused.paths).toEqual(paths);
    expect(refused.message).toMatch(message);
  });

  test('G6: the minimum named starts, and is no more than a cent above the least that does', () => {
    const [issue] = refusal({ investment: '1' }).issues;
    expect(issue?.code).toBe('investment_minimum');
    const least = issue?.values?.['money'] ?? '';
    expect(issue?.message).toContain(`at least ${least} USDC`);
    expect(refusal({ investment: least }).paths).toEqual([]);
    const below = (Number(least) - 0.01).toFixed(2);
    expect(refusal({ investment: below }).paths).toEqual(['investment']);
  });

  test('G3, G7: the largest count named is accepted, the next is not', () => {
    const params = { lower_price: '100', upper_price: '101' };
    expect(refusal({ ...params, grid_count: 3 }).paths).toEqual([]);
    expect(refusal({ ...params, grid_count: 4 }).paths).toEqual(['grid_count']);
  });

  test('more than the account holds is INSUFFICIENT_FUNDS', () => {
    expect(refusal({ investment: '100000.01' })).toMatchObject({ code: 'INSUFFICIENT_FUNDS' });
    expect(refusal({ investment: '1e30' })).toMatchObject({ code: 'INSUFFICIENT_FUNDS' });
    expect(refusal({ investment: '100000' })).toMatchObject({ paths: [] });
  });

  test('whatever the fields hold, the answer is a reply, never a throw', () => {
    const text = fc.oneof(
      fc.constantFrom(
        '',
        '-1',
        '0',
        'NaN',
        'Infinity',
        '1e309',
        '1e-300',
        '1e300',
        '0.1',
        '9007199254740993',
        '90',
        '110',
      ),
      fc.double().map(String),
      fc.string(),
    );
    const fields = fc.record(
      {
        upper_price: text,
        lower_price: text,
        grid_count: fc.oneof(fc.double(), fc.integer({ min: 1, max: 1001 })),
        order_size: text,
        investment: text,
        initial_quote: text,
        take_profit_pct: text,
        trigger_price: text,
        stop_loss: text,
        take_profit: text,
      },
      { requiredKeys: [] },
    );
    const bench = new Bench();
    bench.print(1010);
    fc.assert(
      fc.property(fields, (params) => {
        const whole: GridParams = { ...PARAMS, ...params };
        expect(bench.engine.preview(whole)).toHaveProperty('ok');
        expect(bench.start(params, `g${bench.now}`)).toHaveProperty('ok');
      }),
      { numRuns: 400 },
    );
  });
});
