import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seededRandom } from '#domain/random.ts';
import { BackOff } from './back-off.ts';

it('O7: 5 s at first, then longer with jitter, up to 30 s', () => {
  const least = new BackOff({ firstMs: 5_000, capMs: 30_000 }, () => 0);
  expect([1, 2, 3, 4, 5].map(() => least.lost())).toEqual([5_000, 5_000, 10_000, 15_000, 15_000]);
  const most = new BackOff({ firstMs: 5_000, capMs: 30_000 }, () => 1);
  expect([1, 2, 3, 4, 5].map(() => most.lost())).toEqual([5_000, 10_000, 20_000, 30_000, 30_000]);
});

it('stays between the first delay and the cap whatever chance says, and begins anew after a success', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 100, max: 5_000 }),
      fc.integer({ min: 1, max: 40 }),
      (seed, firstMs, tries) => {
        const backOff = new BackOff({ firstMs, capMs: 30_000 }, seededRandom(seed));
        for (let i = 0; i < tries; i += 1) {
          const delay = backOff.lost();
          expect(delay).toBeGreaterThanOrEqual(firstMs);
          expect(delay).toBeLessThanOrEqual(30_000);
        }
        expect(backOff.losses).toBe(tries);
        backOff.reset();
        expect(backOff.lost()).toBe(firstMs);
      },
    ),
  );
});
