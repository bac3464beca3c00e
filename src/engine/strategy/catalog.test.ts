/** The catalog, and parameters by it. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COMMON_PARAM_NAMES, findStrategy, STRATEGIES } from './catalog.ts';
import { createSignals } from './create-signals.ts';
import { parseParams } from './parse-params.ts';
import type { StrategySpec } from './spec.ts';

const spec = (id: string): StrategySpec => {
  const found = findStrategy(id);
  if (!found) throw new Error(`no strategy ${id}`);
  return found;
};
const issues = (id: string, raw: Readonly<Record<string, unknown>>) => {
  const parsed = parseParams(spec(id), raw);
  return parsed.ok ? [] : parsed.issues.map(({ path, code }) => `${path} ${code}`);
};
const params = (id: string, raw: Readonly<Record<string, unknown>>) => {
  const parsed = parseParams(spec(id), raw);
  return parsed.ok ? parsed.params : parsed.issues;
};
const RANGE = { lower_price: 90, upper_price: 110, grid_count: 10 };

describe('catalog (G19)', () => {
  test('has the strategies there must be, each with words for what it is', () => {
    const ids = STRATEGIES.map(({ id }) => id);
    expect(ids).toEqual(['grid', 'dual_ma', 'rsi_mean_reversion', 'bollinger_breakout', 'macd', 'donchian_breakout']);
    for (const { label, description, params: own } of STRATEGIES) {
      for (const text of [label, description, ...own.flatMap((param) => [param.label, param.description])]) {
        expect(text).not.toBe('');
      }
      const names = own.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      for (const name of names) expect(name).toMatch(/^[a-z][a-z_]*$/);
    }
    expect(findStrategy('toString')).toBeUndefined();
  });

  test('defaults are what they allow, and a strategy runs with them', () => {
    for (const strategy of STRATEGIES.filter(({ kind }) => kind === 'signal')) {
      const parsed = parseParams(strategy, {});
      expect(parsed.ok).toBe(true);
      if (!parsed.ok) continue;
      expect(Object.keys(parsed.params)).toEqual(strategy.params.map(({ name }) => name));
      expect(parseParams(strategy, parsed.params)).toEqual(parsed);
      expect(createSignals(strategy.id, parsed.params).warmup).toBeGreaterThan(9);
      expect(Object.keys(parsed.params)).toEqual(expect.arrayContaining([...COMMON_PARAM_NAMES]));
    }
  });
});

describe('parameters', () => {
  test('numbers, or texts of them; null and nothing are the default', () => {
    expect(params('dual_ma', { fast_period: '5', slow_period: 8, allow_short: 'true' })).toEqual({
      fast_period: 5,
      slow_period: 8,
      allow_short: true,
      whole_units: false,
      execution: 'open',
      close_at: 'last_close',
    });
    expect(params('macd', { fast_period: null, slow_period: undefined })).toMatchObject({
      fast_period: 12,
      slow_period: 26,
    });
    expect(params('bollinger_breakout', { deviations: '1.50' })).toMatchObject({ deviations: 1.5 });
  });

  test('a grid’s decimals in texts stay exact; what may be left out is left out', () => {
    expect(params('grid', { ...RANGE, upper_price: '110.10', order_size: '0.123456789012345678' })).toEqual({
      lower_price: 90,
      upper_price: '110.1',
      grid_count: 10,
      spacing: 'arithmetic',
      order_size: '0.123456789012345678',
      take_profit_pct: 0,
      fill_model: 'touch',
    });
  });

  test('every bad field is told at once, by its name', () => {
    expect(
      issues('dual_ma', {
        fast_period: 0,
        slow_period: 2.5,
        allow_short: 'yes',
        execution: 'now',
        fast: 1,
        close_at: 1,
      }),
    ).toEqual([
      'params.fast unknown',
      'params.fast_period whole_number',
      'params.slow_period whole_number',
      'params.allow_short boolean',
      'params.execution one_of',
      'params.close_at one_of',
    ]);
    expect(issues('bollinger_breakout', { deviations: 0, period: 501 })).toEqual([
      'params.period whole_number',
      'params.deviations between',
    ]);
    expect(issues('grid', {})).toEqual([
      'params.upper_price required',
      'params.lower_price required',
      'params.grid_count required',
    ]);
    expect(issues('grid', { ...RANGE, lower_price: 0, investment: -1, take_profit_pct: 1001 })).toEqual([
      'params.lower_price positive',
      'params.investment positive',
      'params.take_profit_pct between',
    ]);
    for (const bad of [NaN, Infinity, '', 'x', [], {}, true]) {
      expect(issues('dual_ma', { fast_period: bad })).toEqual(['params.fast_period number']);
    }
    expect(issues('dual_ma', JSON.parse('{"__proto__": 1, "constructor": 2}'))).toEqual([
      'params.__proto__ unknown',
      'params.constructor unknown',
    ]);
  });

  test.each([
    ['dual_ma', { fast_period: 30 }, 'params.slow_period above'],
    ['macd', { fast_period: 26 }, 'params.slow_period above'],
    ['rsi_mean_reversion', { oversold: 50 }, 'params.exit_level above'],
    ['rsi_mean_reversion', { exit_level: 70 }, 'params.overbought above'],
    ['donchian_breakout', { exit_period: 21 }, 'params.entry_period at_or_above'],
    ['grid', { ...RANGE, lower_price: '110.0' }, 'params.upper_price above'],
    ['grid', { ...RANGE, stop_loss: 90 }, 'params.stop_loss below'],
    ['grid', { ...RANGE, take_profit: 110 }, 'params.take_profit above'],
    ['grid', { ...RANGE, order_size: 1, investment: 1 }, 'params.order_size one_size'],
  ])('%s %j: %s', (id, raw, issue) => {
    expect(issues(id, raw)).toEqual([issue]);
  });

  test('what is just within is taken', () => {
    expect(issues('donchian_breakout', { exit_period: 20 })).toEqual([]);
    expect(issues('rsi_mean_reversion', { oversold: 49.9, overbought: 50.1 })).toEqual([]);
    expect(issues('grid', { ...RANGE, stop_loss: 89.9, take_profit: 110.1 })).toEqual([]);
  });

  test('a message names the other field and its figure', () => {
    expect(params('dual_ma', { fast_period: 40 })).toMatchObject([
      { message: 'must be above the fast period 40', values: { field: 'fast_period', value: '40' } },
    ]);
  });

  test('whatever is given: an answer, and what is taken is taken again as it came back', () => {
    const value = fc.oneof(
      fc.integer({ min: -5, max: 600 }),
      fc.double(),
      fc.string(),
      fc.boolean(),
      fc.constant(null),
    );
    fc.assert(
      fc.property(fc.constantFrom(...STRATEGIES), fc.infiniteStream(value), fc.nat(), (strategy, values, mask) => {
        const raw: Record<string, unknown> = {};
        for (const [i, { name }] of strategy.params.entries()) {
          if ((mask >> (i % 30)) % 2 === 1) raw[name] = values.next().value;
        }
        const parsed = parseParams(strategy, raw);
        if (parsed.ok) expect(parseParams(strategy, parsed.params)).toEqual(parsed);
        else expect(parsed.issues.every(({ path }) => path.startsWith('params.'))).toBe(true);
      }),
    );
  });
});
