import { describe, expect, it } from 'vitest';
import { spreadSpan } from './spread-chart.ts';

const line = (...pcts: readonly (number | null)[]) => ({
  name: '',
  points: pcts.map((pct, i) => [i, pct] as const),
});

describe('spreadSpan', () => {
  it('holds every point and zero, with room around them', () => {
    const span = spreadSpan([line(0.5, 0.7, null), line(0.2)]);
    expect(span.low).toBeLessThan(0);
    expect(span.high).toBeGreaterThan(0.7);
    expect(spreadSpan([line(-2)]).high).toBeGreaterThan(0);
  });

  it('does not blow up a difference of nearly nothing', () => {
    expect(spreadSpan([line(0.000001)]).high).toBeGreaterThanOrEqual(0.005);
    expect(spreadSpan([])).toEqual({ low: -0.005, high: 0.005 });
  });
});
