import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RateBudget } from './rate-budget.ts';

/** Takes whenever it may, at the given steps of time; when it took. */
function takings(options: { burst: number; everyMs: number }, steps: readonly number[]): number[] {
  const clock = { at: 0, now: () => clock.at };
  const budget = new RateBudget(options, clock);
  const taken: number[] = [];
  for (const step of steps) {
    clock.at += step;
    while (budget.take()) taken.push(clock.at);
  }
  return taken;
}

function mostWithin(times: readonly number[], ms: number): number {
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + ms).length));
}

describe('RateBudget', () => {
  it('O5: never more than three connects in any second', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_500 }), { maxLength: 200 }), (steps) => {
        expect(mostWithin(takings({ burst: 2, everyMs: 1_000 }, steps), 1_000)).toBeLessThanOrEqual(3);
      }),
    );
  });

  it('O5: never more than 480 requests in any hour', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 200_000 }), { minLength: 50, maxLength: 100 }), (steps) => {
        expect(mostWithin(takings({ burst: 40, everyMs: 9_000 }, steps), 3_600_000)).toBeLessThanOrEqual(480);
      }),
      { numRuns: 50 },
    );
    const eager = takings(
      { burst: 40, everyMs: 9_000 },
      Array.from({ length: 7_200 }, () => 1_000),
    );
    expect(mostWithin(eager, 3_600_000)).toBe(439);
  });

  it('says how long to wait, and that is enough', () => {
    const clock = { at: 0, now: () => clock.at };
    const budget = new RateBudget({ burst: 1, everyMs: 1_000 }, clock);
    expect(budget.wait()).toBe(0);
    expect(budget.take()).toBe(true);
    clock.at = 300;
    expect(budget.wait()).toBe(700);
    expect(budget.take()).toBe(false);
    clock.at = 1_000;
    expect(budget.take()).toBe(true);
  });

  it('knows a reserve', () => {
    const budget = new RateBudget({ burst: 3, everyMs: 1_000 }, { now: () => 0 });
    expect(budget.has(3)).toBe(true);
    budget.take();
    expect(budget.has(3)).toBe(false);
  });

  it('neither earns nor blocks when the clock is set back', () => {
    const clock = { at: 10_000, now: () => clock.at };
    const budget = new RateBudget({ burst: 1, everyMs: 1_000 }, clock);
    budget.take();
    clock.at = 0;
    expect(budget.take()).toBe(false);
    clock.at = 1_000;
    expect(budget.take()).toBe(true);
  });
});
