import fc from 'fast-check';
import { expect, it } from 'vitest';
import { chartPoints, onOneScale } from './equity-chart-lines.ts';

it('gives the library strictly rising whole seconds, the last value of each', () => {
  const times = fc
    .array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 40 })
    .map((all) => all.sort((a, b) => a - b));
  fc.assert(
    fc.property(times, (ts) => {
      const points = chartPoints(
        ts,
        ts.map((_, i) => i),
      );
      expect(points.every(({ time }, i) => i === 0 || time > (points[i - 1]?.time ?? Infinity))).toBe(true);
      const last = new Map(ts.map((at, i) => [Math.floor(at / 1000), i]));
      expect(points.map(({ time, value }) => [time, value])).toEqual([...last]);
    }),
  );
  expect(chartPoints([1000], [0.25], -1)).toEqual([{ time: 1, value: -0.25 }]);
});

it('leaves a time without a value empty', () => {
  expect(chartPoints([1000, 2000], [1, Number.NaN])).toEqual([{ time: 1, value: 1 }, { time: 2 }]);
});

it('compares runs of different lengths on one scale of even steps', () => {
  const long = { ts: [0, 50_000, 100_000], values: [1, 2, 3], drawdown: [0, 0.5, 0.1], color: 0 };
  const short = { ts: [40_000, 41_000, 42_000, 60_000], values: [7, 8, 9, 10], drawdown: [0, 0.3, 0.2, 0], color: 1 };
  const [first, second] = onOneScale([long, short], 6);
  expect(first?.ts).toEqual([0, 20_000, 40_000, 60_000, 80_000, 100_000]);
  expect(second?.ts).toEqual(first?.ts);
  expect(first?.values).toEqual([1, 1, 1, 2, 2, 3]);
  expect(second?.values).toEqual([Number.NaN, Number.NaN, 7, 10, Number.NaN, Number.NaN]);
  // The deepest fall within a step is not lost between two of them.
  expect(second?.drawdown).toEqual([Number.NaN, Number.NaN, 0, 0.3, Number.NaN, Number.NaN]);
  expect(first?.drawdown).toEqual([0, 0, 0, 0.5, 0.5, 0.1]);
});

it('leaves lines of the same times as they are', () => {
  const ts = [0, 1000];
  const lines = [
    { ts, values: [1, 2], color: 0 },
    { ts, values: [3, 4], color: 'reference' as const },
  ];
  expect(onOneScale(lines)).toBe(lines);
  expect(onOneScale([])).toEqual([]);
  expect(onOneScale([{ ts: [], values: [], color: 0 }, ...lines])).toHaveLength(3);
});
