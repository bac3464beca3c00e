import { describe, expect, it } from 'vitest';
import { type DepthPoint, depthSpan } from './depth-chart.ts';

const points = (...prices: readonly number[]): DepthPoint[] => prices.map((price) => [price, 1]);

describe('depthSpan', () => {
  it('reaches as far to both sides as the shallower one', () => {
    expect(depthSpan({ bids: points(99, 90), asks: points(101, 105) })).toEqual({ low: 95, mid: 100, high: 105 });
  });

  it('shows a book with one side, and one with a single level', () => {
    expect(depthSpan({ bids: points(100, 90), asks: [] })).toEqual({ low: 90, mid: 100, high: 110 });
    expect(depthSpan({ bids: [], asks: points(100) })).toEqual({ low: 99.9, mid: 100, high: 100.1 });
    expect(depthSpan({ bids: [], asks: [] })).toBeUndefined();
  });

  it('holds the best levels of a crossed book', () => {
    const span = depthSpan({ bids: points(104), asks: points(96) });
    expect(span).toEqual({ low: 96, mid: 100, high: 104 });
  });
});
