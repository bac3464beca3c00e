import fc from 'fast-check';
import { expect, it } from 'vitest';
import { chartPoints } from './equity-chart-lines.ts';

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
