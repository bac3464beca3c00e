import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backtestConfig, sweepConfig, type StrategySpecView } from '#protocol/backtest-shapes.ts';
import { configSearch, readConfigSearch } from '#ui/routing/config-search.ts';
import { defaultParams } from '#ui/format/strategy-params.ts';
import { EMPTY_DRAFT, fromConfig, toConfig, toSweep, type BacktestDraft } from './draft.ts';
import { landIssues } from './server-issues.ts';
import { suggestRange } from './suggest-range.ts';
import { cellCount, offeredRange, rangeCount } from './sweep-count.ts';
import { issuesOf } from './validation.ts';
import { ProtocolError } from '#protocol/errors.ts';

const spec: StrategySpecView = {
  id: 'dual_ma',
  label: 'Moving average cross',
  description: '',
  kind: 'signal',
  params: [
    { name: 'fast_period', label: 'Fast', description: '', type: 'integer', default: 10, min: 1, max: 500, step: 1 },
    { name: 'slow_period', label: 'Slow', description: '', type: 'integer', default: 30, min: 2, max: 500, step: 1 },
    { name: 'allow_short', label: 'Short', description: '', type: 'boolean', default: false },
    { name: 'execution', label: 'Execution', description: '', type: 'choice', choices: ['open'], default: 'open' },
  ],
};
const draft: BacktestDraft = { ...EMPTY_DRAFT, strategy: 'dual_ma', params: defaultParams(spec.params), dataset: 'd1' };
const t = (key: string) => key;

describe('a backtest’s draft', () => {
  it('sends percents as fractions, texts as what the schema says, and nothing that was left empty', () => {
    expect(toConfig({ ...draft, slippage: '0.01', commission: '0.07', start_date: '2024-01-01' }, spec)).toEqual({
      strategy: 'dual_ma',
      params: { fast_period: 10, slow_period: 30, allow_short: false, execution: 'open' },
      data: { dataset: 'd1', start_date: '2024-01-01' },
      config: { initial_capital: 10_000, commission: 0.0007, slippage: 0.0001 },
    });
  });

  it('comes back from a link as it was, whatever was typed', () => {
    fc.assert(
      fc.property(
        fc.record({
          fast: fc.integer({ min: 1, max: 9 }),
          commission: fc.integer({ min: 0, max: 9999 }),
          name: fc.string({ maxLength: 40, unit: 'grapheme' }),
          lot: fc.constantFrom('', '0.001', '1e-8'),
        }),
        ({ fast, commission, name, lot }) => {
          const given: BacktestDraft = {
            ...draft,
            params: { ...draft.params, fast_period: String(fast) },
            commission: String(commission / 100),
            name: name.trim(),
            instrument: lot === '' ? {} : { lot_size: lot },
          };
          const read = backtestConfig.parse(readConfigSearch(configSearch(toConfig(given, spec))));
          expect(toConfig(fromConfig(read), spec)).toEqual(toConfig(given, spec));
        },
      ),
    );
  });

  it('keeps what no field shows: rows, sessions and fees of a request that is repeated', () => {
    const config = backtestConfig.parse({
      strategy: 'dual_ma',
      params: {},
      data: { session: 'grid_1', from_row: 5 },
      instrument: { maker_fee: '0.001' },
    });
    expect(toConfig(fromConfig(config), spec)).toMatchObject({ data: config.data, instrument: config.instrument });
  });

  it('G22: a swept parameter is a range and no value', () => {
    const swept = { ...draft, sweep: true, ranges: { fast_period: { from: '5', to: '15', step: '5' } }, windows: '4' };
    const config = sweepConfig.parse(toSweep(swept, spec));
    expect(config.params).not.toHaveProperty('fast_period');
    expect(config.ranges).toEqual([{ param: 'fast_period', from: 5, to: 15, step: 5 }]);
    expect(config.out_of_sample).toBe(0.3);
    expect(config.walk_forward).toEqual({ windows: 4, in_sample: 0.7 });
    expect(fromConfig(config)).toMatchObject({ sweep: true, ranges: swept.ranges, out_of_sample: '30', windows: '4' });
  });

  it('refuses what is no link of ours', () => {
    expect([readConfigSearch('%%%'), readConfigSearch('bm8')]).toEqual([undefined, undefined]);
  });
});

describe('what is wrong before the engine sees it', () => {
  const issues = (change: Partial<BacktestDraft>) => issuesOf({ ...draft, ...change }, spec, undefined, t);

  it('finds nothing wrong with the form as offered', () => {
    expect(issues({})).toEqual({});
  });

  it('names the path that the engine would', () => {
    expect(issues({ params: { ...draft.params, fast_period: '30' } })).toEqual({
      'params.fast_period': 'backtests.issue_order',
    });
    expect(issues({ params: { ...draft.params, slow_period: '2.5' } })).toHaveProperty(['params.slow_period']);
    expect(issues({ params: { ...draft.params, slow_period: '9e9' } })).toHaveProperty(['params.slow_period']);
    expect(issues({ initial_capital: '0', slippage: '100', commission: '-1' })).toEqual({
      'config.initial_capital': 'backtests.issue_positive',
      'config.slippage': 'backtests.issue_rate',
      'config.commission': 'backtests.issue_rate',
    });
    expect(issues({ dataset: '' })).toHaveProperty(['data.dataset']);
    expect(issues({ start_date: '2024-02-01', end_date: '2024-01-01' })).toHaveProperty(['data.end_date']);
  });

  it('Z15: the engine’s own issues land on fields, and no word of the others is lost', () => {
    const error = new ProtocolError('VALIDATION_ERROR', 'invalid', [
      { path: 'params.slow_period', message: 'a' },
      { path: 'data.start_date', message: 'b' },
      { path: 'config.initial_capital', message: 'c' },
      { path: 'ranges.0.step', message: 'd' },
      { path: 'elsewhere', message: 'e' },
    ]);
    const swept = { ...draft, sweep: true, ranges: { fast_period: { from: '1', to: '2', step: '1' } } };
    expect(landIssues(error, swept, spec)).toEqual({
      landed: {
        'params.slow_period': 'a',
        'data.start_date': 'b',
        'config.initial_capital': 'c',
        'ranges.fast_period': 'd',
      },
      rest: 'elsewhere: e',
    });
    expect(landIssues(new ProtocolError('TIMEOUT', 'late'), draft, spec)).toEqual({ landed: {}, rest: 'late' });
  });
});

describe('ranges', () => {
  it('counts both ends, whatever steps add up to', () => {
    expect(rangeCount({ from: '0.1', to: '0.9', step: '0.1' })).toBe(9);
    expect(rangeCount({ from: '5', to: '5', step: '1' })).toBe(1);
    for (const bad of [
      { from: '', to: '1', step: '1' },
      { from: '2', to: '1', step: '1' },
      { from: '1', to: '2', step: '0' },
    ]) {
      expect(rangeCount(bad)).toBeNull();
    }
    expect(
      cellCount([
        { from: '1', to: '3', step: '1' },
        { from: '0', to: '1', step: '0.5' },
      ]),
    ).toBe(9);
  });

  it('offers a range around the value, within the parameter’s own bounds', () => {
    const [fast] = spec.params;
    if (!fast) throw new Error('no parameter');
    expect(offeredRange(fast, '10')).toEqual({ from: '5', to: '15', step: '2' });
    expect(offeredRange(fast, '1')).toEqual({ from: '1', to: '2', step: '1' });
    expect(offeredRange(fast, 'x')).toEqual({ from: '', to: '', step: '' });
  });
});

describe('a suggested range', () => {
  const bars = (count: number) =>
    Array.from({ length: count }, (_, i) => {
      const close = 100 + (i % 2);
      return { ts: i * 3_600_000, open: 100, close };
    });

  it('lies around the first price, for nothing of what came later is known', () => {
    const range = suggestRange(bars(100), 0.0005, 2);
    expect(Number(range?.lower_price)).toBeLessThan(100);
    expect(Number(range?.upper_price)).toBeGreaterThan(100);
    expect((Number(range?.lower_price) + Number(range?.upper_price)) / 2).toBeCloseTo(100, 1);
    expect(Number(range?.grid_count)).toBeGreaterThanOrEqual(4);
  });

  it('says so where there is too little', () => {
    expect(suggestRange(bars(5), 0.0005, 2)).toBeUndefined();
  });
});
