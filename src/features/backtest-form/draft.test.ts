import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backtestConfig, sweepConfig } from '#protocol/backtest-shapes.ts';
import { type StrategySpecView } from '#protocol/strategy-shapes.ts';
import { configSearch, readConfigSearch } from '#ui/routing/config-search.ts';
import { defaultParams } from '#ui/format/strategy-params.ts';
import { EMPTY_DRAFT, fromConfig, offeredTimeframe, periodOf, toConfig, toSweep, type BacktestDraft } from './draft.ts';
import { draftLines, draftRange } from './draft-lines.ts';
import { landIssues } from './server-issues.ts';
import { firstPart, suggestRange } from './suggest-range.ts';
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

describe('the bars that are offered', () => {
  const days = (count: number) => ({ from: 0, to: count * 86_400_000 });

  it('are hours to signals over shorter ones, where there are enough of them, and the data’s own to all else', () => {
    expect(offeredTimeframe(spec, { timeframe: '1m', ...days(10) })).toBe('1h');
    expect(offeredTimeframe(spec, { timeframe: '1m', ...days(9) })).toBe('');
    expect(offeredTimeframe(spec, { timeframe: '1h', ...days(90) })).toBe('');
    expect(offeredTimeframe(spec, { timeframe: '1d', ...days(900) })).toBe('');
    expect(offeredTimeframe({ kind: 'grid' }, { timeframe: '1m', ...days(90) })).toBe('');
    expect(offeredTimeframe(spec, undefined)).toBe('');
  });
});

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
  const HOUR = 3_600_000;
  /** Hours that swing between 100 and 100 + `swing` and come back. */
  const waves = (count: number, swing: number) =>
    Array.from({ length: count }, (_, hour) => {
      const open = 100 + (swing / 2) * (1 - Math.cos(hour / 4));
      return { ts: hour * HOUR, open, high: open + 0.1, low: open - 0.1 };
    });
  const ends = (range: ReturnType<typeof suggestRange>) => [Number(range?.lower_price), Number(range?.upper_price)];

  it('lies around the first price, for nothing of what came later is known', () => {
    const [lower = 0, upper = 0] = ends(suggestRange(waves(100, 1), 100 * HOUR, 0.0005, 2));
    expect((lower + upper) / 2).toBeCloseTo(100, 1);
  });

  it('is as wide as the first part went, by the square root of time, and not as its single bars moved', () => {
    const [lower = 0, upper = 0] = ends(suggestRange(waves(240, 10), 720 * HOUR, 0.0005, 2));
    // ±5.1 % in ten days: ±8.8 % in a month. The hours’ own volatility would make it ±40 %.
    expect(lower).toBeGreaterThan(90);
    expect(upper).toBeLessThan(110);
    expect(upper - lower).toBeCloseTo(17.7, 0);
  });

  it('has prices that are multiples of about a hundredth of it, and cells that earn', () => {
    const bars = waves(240, 10).map(({ ts, open, high, low }) => ({
      ts,
      open: open * 933.17,
      high: high * 933.17,
      low: low * 933.17,
    }));
    const range = suggestRange(bars, 720 * HOUR, 0.0005, 1);
    expect(range?.lower_price).toMatch(/00\.0$/);
    expect(range?.upper_price).toMatch(/00\.0$/);
    expect(Number(range?.grid_count)).toBeGreaterThanOrEqual(4);
    expect(Number(suggestRange(bars, 720 * HOUR, 0.005, 1)?.grid_count)).toBeLessThan(Number(range?.grid_count));
  });

  it('looks at a third of the period, of years at a month', () => {
    const day = 24 * HOUR;
    expect(firstPart(0, 30 * day)).toBe(10 * day);
    expect(firstPart(0, 3650 * day)).toBe(30 * day);
  });

  it('says so where there is too little', () => {
    expect(suggestRange(waves(5, 1), 100 * HOUR, 0.0005, 2)).toBeUndefined();
  });
});

describe('a grid in the form’s chart', () => {
  const grid: BacktestDraft = {
    ...EMPTY_DRAFT,
    strategy: 'grid',
    params: { lower_price: '90', upper_price: '110', grid_count: '4', spacing: 'arithmetic', stop_loss: '80' },
  };
  const texts = { price: String, stopLoss: 'SL', takeProfit: 'TP' };
  const prices = (of: BacktestDraft) => draftLines(of, texts).map(({ price }) => price);

  it('G3: has its lines and limits as they are typed', () => {
    expect(draftRange(grid)).toEqual({ lower: 90, upper: 110 });
    expect(prices(grid)).toEqual([90, 95, 100, 105, 110, 80]);
    expect(draftLines(grid, texts).at(-1)?.label).toBe('SL 80');
    const geometric = {
      ...grid,
      params: { ...grid.params, lower_price: '25', upper_price: '400', spacing: 'geometric' },
    };
    expect(prices(geometric)).toEqual([25, 50, 100, 200, 400, 80]);
  });

  it('has its ends alone where the count is swept, wrong, or would hide the candles', () => {
    for (const grid_count of ['', 'x', '2.5', '900']) {
      expect(prices({ ...grid, params: { ...grid.params, grid_count, stop_loss: '' } })).toEqual([90, 110]);
    }
    const swept = { ...grid, sweep: true, ranges: { grid_count: { from: '2', to: '8', step: '2' } } };
    expect(prices(swept)).toEqual([90, 110, 80]);
  });

  it('has no range where an end is missing, swept, or not above the other', () => {
    expect(draftRange({ ...grid, params: { ...grid.params, upper_price: '' } })).toBeNull();
    expect(draftRange({ ...grid, params: { ...grid.params, upper_price: '90' } })).toBeNull();
    const swept = { ...grid, sweep: true, ranges: { lower_price: { from: '80', to: '90', step: '5' } } };
    expect(draftRange(swept)).toBeNull();
    expect(prices(swept)).toEqual([]);
  });

  it('covers the days of the period, the last to its end, within the data', () => {
    const data = { from: Date.UTC(2024, 0, 1, 7), to: Date.UTC(2024, 11, 31, 5) };
    expect(periodOf({ start_date: '', end_date: '' }, data)).toEqual([data.from, data.to]);
    expect(periodOf({ start_date: '2024-03-01', end_date: '2024-03-02' }, data)).toEqual([
      Date.UTC(2024, 2, 1),
      Date.UTC(2024, 2, 3) - 1,
    ]);
    expect(periodOf({ start_date: '2023-01-01', end_date: '2025-01-01' }, data)).toEqual([data.from, data.to]);
  });
});
