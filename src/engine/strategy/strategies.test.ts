/** What each strategy decides (G19), in hand-made series, and what all of them keep to. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '#domain/random.ts';
import { walkRows } from '../testing/candle-walks.ts';
import { randomParams, SIGNAL_STRATEGIES } from '../testing/signal-params.ts';
import { createSignals } from './create-signals.ts';
import type { Decision, SignalBar, SignalMachine } from './signals.ts';
import type { StrategyParams } from './spec.ts';

const barOf = (close: number, ts: number, high = close, low = close): SignalBar => ({
  ts,
  open: close,
  high,
  low,
  close,
});
const told = (machine: SignalMachine, closes: readonly number[]) =>
  closes.flatMap((close, row) => {
    const decision = machine.close(barOf(close, row));
    return decision ? [`${row} ${decision.target}: ${decision.reason}`] : [];
  });
const decided = (strategy: string, params: StrategyParams, closes: readonly number[]) =>
  told(createSignals(strategy, params), closes);

describe('dual_ma', () => {
  const params = { fast_period: 2, slow_period: 3 };

  test('crosses are told with figures, in the quote', () => {
    const machine = createSignals('dual_ma', params, 1);
    expect(told(machine, [110, 100, 90, 120, 90, 80])).toEqual([
      '3 long: SMA 2 (10.5) crossed above SMA 3 (10.3)',
      '5 short: SMA 2 (8.5) crossed below SMA 3 (9.7)',
    ]);
    expect(machine.figures()).toEqual({ fast_ma: 8.5, slow_ma: 290 / 3 / 10 });
  });

  test('a cross is strict: from equal to above is none', () => {
    expect(decided('dual_ma', params, [100, 100, 100, 110, 120])).toEqual([]);
    expect(decided('dual_ma', params, [110, 100, 90, 95, 91, 100])).toHaveLength(1);
  });

  test('the first bar that can decide is that after the slow average is whole', () => {
    expect(createSignals('dual_ma', { fast_period: 10, slow_period: 30 }).warmup).toBe(30);
  });
});

describe('rsi_mean_reversion', () => {
  const params = { period: 2, oversold: 30, exit_level: 50, overbought: 70 };

  test('in below oversold, out in the middle, in above overbought', () => {
    // RSI of changes −4 −4 | −2 → 0; +6: gain 3, loss 1.5 → 66.7; +8: → 88.
    expect(decided('rsi_mean_reversion', params, [100, 96, 92, 90, 96, 104, 99, 94])).toEqual([
      '3 long: RSI 2 (0.00) below 30',
      '4 flat: RSI 2 (66.67) back at 50 from below',
      '5 short: RSI 2 (88.00) above 70',
      '6 flat: RSI 2 (48.89) back at 50 from above',
      '7 long: RSI 2 (25.88) below 30',
    ]);
  });

  test('tells how far beyond the level it is', () => {
    const machine = createSignals('rsi_mean_reversion', params);
    const strengths = [100, 96, 92, 90].map((close, ts) => machine.close(barOf(close, ts))?.strength);
    expect(strengths).toEqual([undefined, undefined, undefined, 1]);
  });
});

describe('bollinger_breakout', () => {
  test('in beyond a band, out through the middle', () => {
    // Of 10 10 10 14: mean 11, deviation √3; 14 is above 11 + √3.
    const closes = [10, 10, 10, 10, 14, 13, 11, 11, 6, 9, 12];
    expect(decided('bollinger_breakout', { period: 4, deviations: 1 }, closes)).toEqual([
      '4 long: close 14 above the upper band 13',
      '6 flat: close 11 back below the middle band 12',
      '8 short: close 6 below the lower band 8',
      '10 long: close 12 above the upper band 12',
    ]);
  });

  test('figures of the bands, in the quote', () => {
    const machine = createSignals('bollinger_breakout', { period: 8, deviations: 2 }, 1);
    expect(machine.figures()).toEqual({ lower_band: null, middle_band: null, upper_band: null });
    told(machine, [20, 40, 40, 40, 50, 50, 70, 90]);
    expect(machine.figures()).toEqual({ lower_band: 1, middle_band: 5, upper_band: 9 });
  });
});

describe('macd', () => {
  test('crosses of its line and its average', () => {
    const machine = createSignals('macd', { fast_period: 2, slow_period: 3, signal_period: 2 }, 1);
    expect(machine.warmup).toBe(4);
    const decisions = told(machine, [100, 100, 100, 100, 90, 100, 130, 100, 80]);
    expect(decisions).toEqual([
      '5 long: MACD 0.028 crossed above its signal line -0.019',
      '7 short: MACD -0.046 crossed below its signal line 0.090',
    ]);
    const { macd, signal, histogram } = machine.figures();
    expect(histogram).toBeCloseTo((macd ?? NaN) - (signal ?? NaN), 12);
  });

  test('is the published definition: averages of 12 and 26, their distance averaged over 9', () => {
    const closes = walkRows(11, 120).map(({ close }) => close);
    const ema = (values: readonly number[], period: number) => {
      let value = values.slice(0, period).reduce((a, b) => a + b, 0) / period;
      for (const next of values.slice(period)) value = (next * 2 + value * (period - 1)) / (period + 1);
      return value;
    };
    const line = (end: number) => ema(closes.slice(0, end), 12) - ema(closes.slice(0, end), 26);
    const lines = Array.from({ length: closes.length - 25 }, (_, i) => line(26 + i));
    const machine = createSignals('macd', { fast_period: 12, slow_period: 26, signal_period: 9 });
    told(machine, closes);
    const { macd, signal } = machine.figures();
    expect(macd).toBeCloseTo(lines.at(-1) ?? NaN, 6);
    expect(signal).toBeCloseTo(ema(lines, 9), 6);
  });
});

describe('donchian_breakout', () => {
  const params = { entry_period: 3, exit_period: 2 };
  const run = (rows: readonly (readonly [close: number, high: number, low: number])[]) => {
    const machine = createSignals('donchian_breakout', params);
    return rows.flatMap(([close, high, low], ts) => machine.close(barOf(close, ts, high, low))?.reason ?? []);
  };

  test('in beyond the bars before, never by its own high; out at the shorter channel', () => {
    expect(
      run([
        [10, 12, 9],
        [10, 11, 9],
        [10, 11, 8],
        [12, 15, 10],
        [16, 16, 12],
        [9, 12, 9],
        [7, 9, 7],
      ]),
    ).toEqual([
      'close 16 above the highest high 15 of 3 bars',
      'close 9 below the lowest low 10 of 2 bars',
      'close 7 below the lowest low 9 of 3 bars',
    ]);
  });
});

describe('all of them (G18, G19)', () => {
  const seeds = fc.integer({ min: 1, max: 2 ** 31 });
  const barsOf = (seed: number, length: number): readonly SignalBar[] =>
    walkRows(seed, length).map((row, ts) => ({ ts, ...row }));
  const all = (machine: SignalMachine, bars: readonly SignalBar[]): readonly (Decision | undefined)[] =>
    bars.map((bar) => machine.close(bar));

  test.each(SIGNAL_STRATEGIES)('%s: saved, through JSON, loaded: the same future', (strategy) => {
    fc.assert(
      fc.property(seeds, fc.nat(120), fc.integer({ min: 1, max: 120 }), (seed, before, after) => {
        const params = randomParams(strategy, seededRandom(seed));
        const bars = barsOf(seed, before + after);
        const whole = createSignals(strategy, params, 2);
        all(whole, bars.slice(0, before));
        const loaded = createSignals(strategy, params, 2);
        all(loaded, barsOf(seed + 1, 20));
        loaded.load(JSON.parse(JSON.stringify(whole.save())));
        expect(loaded.figures()).toEqual(whole.figures());
        expect(all(loaded, bars.slice(before))).toEqual(all(whole, bars.slice(before)));
        expect(loaded.save()).toEqual(whole.save());
      }),
    );
  });

  test.each(SIGNAL_STRATEGIES)('%s: nothing is decided before its warm-up, then changes only', (strategy) => {
    let decisions = 0;
    fc.assert(
      fc.property(seeds, (seed) => {
        const machine = createSignals(strategy, randomParams(strategy, seededRandom(seed)));
        let target = 'flat';
        for (const [row, decision] of all(machine, barsOf(seed, 150)).entries()) {
          if (!decision) continue;
          decisions += 1;
          expect(row).toBeGreaterThanOrEqual(machine.warmup);
          expect(decision.target).not.toBe(target);
          expect(decision.strength ?? 0).toBeGreaterThanOrEqual(0);
          expect(decision.strength ?? 0).toBeLessThanOrEqual(1);
          ({ target } = decision);
        }
        for (const value of Object.values(machine.figures())) expect(Number.isFinite(value)).toBe(true);
      }),
    );
    expect(decisions).toBeGreaterThan(200);
  });

  test.each(SIGNAL_STRATEGIES)('%s: the unit of prices changes words and figures, not decisions', (strategy) => {
    const params = randomParams(strategy, seededRandom(5));
    const targets = (decimals: number) =>
      all(createSignals(strategy, params, decimals), barsOf(5, 200)).map((decision) => decision?.target);
    expect(targets(4)).toEqual(targets(0));
  });

  test.each(SIGNAL_STRATEGIES)('%s: refuses a state it has not saved', (strategy) => {
    const machine = createSignals(strategy, randomParams(strategy, seededRandom(1)));
    for (const state of [null, {}, [], { bars: 0, target: 'up', rule: {} }, { bars: 0.5, target: 'flat', rule: [] }]) {
      expect(() => machine.load(state)).toThrow(RangeError);
    }
  });

  test('a machine needs a strategy that decides by bars, and its parameters', () => {
    expect(() => createSignals('grid', {})).toThrow(RangeError);
    expect(() => createSignals('macd', { fast_period: 1 })).toThrow('params.slow_period');
  });
});
