import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thinLabels } from './thin-labels.ts';

const labels = (ys: readonly number[]) => ys.map((y, i) => ({ y, edge: i === 0 || i === ys.length - 1 }));

describe('thinLabels', () => {
  it('keeps all that fit', () => {
    expect(thinLabels(labels([0, 20, 40, 60]), 17, null)).toHaveLength(4);
  });

  it('thins dense lines regularly and keeps the edges', () => {
    const kept = thinLabels(labels(Array.from({ length: 41 }, (_, i) => i * 5)), 17, null).map(({ y }) => y);
    expect(kept).toEqual([0, 20, 40, 60, 80, 100, 120, 140, 160, 180, 200]);
  });

  it('leaves the last price free', () => {
    expect(thinLabels(labels([0, 20, 40]), 17, 22).map(({ y }) => y)).toEqual([0, 40]);
  });

  it('never lets two labels touch', () => {
    const y = fc.integer({ min: 0, max: 600 });
    fc.assert(
      fc.property(fc.array(y, { maxLength: 100 }), fc.option(y), (ys, reserved) => {
        const kept = thinLabels(labels(ys), 17, reserved).map((label) => label.y);
        kept.forEach((at, i) => {
          expect(Math.abs(at - (kept[i - 1] ?? -Infinity))).toBeGreaterThanOrEqual(17);
          if (reserved !== null) expect(Math.abs(at - reserved)).toBeGreaterThanOrEqual(17);
        });
      }),
    );
  });
});
