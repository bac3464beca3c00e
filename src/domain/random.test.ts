import { describe, expect, it } from 'vitest';
import { seededRandom } from './random.ts';

const take = (seed: number, count: number) => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, random);
};

describe('seededRandom', () => {
  it('gives the same sequence for the same seed, on every machine', () => {
    expect(take(42, 3)).toEqual([0.6011037519201636, 0.44829055899754167, 0.8524657934904099]);
    expect(take(42, 100)).toEqual(take(42, 100));
    expect(take(1, 10)).not.toEqual(take(2, 10));
  });

  it('is uniform in [0, 1)', () => {
    const buckets = Array.from({ length: 10 }, () => 0);
    for (const value of take(7, 100_000)) {
      if (value < 0 || value >= 1) throw new Error(`${value} is outside`);
      const at = Math.floor(value * 10);
      buckets[at] = (buckets[at] ?? 0) + 1;
    }
    for (const count of buckets) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });
});
