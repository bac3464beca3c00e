import fc from 'fast-check';
import { expect, it } from 'vitest';
import { VirtualTimers } from '#testing/virtual-timers.ts';
import type { Subscription } from '#venues/venue.ts';
import { SourceWants } from './source-wants.ts';

const symbols = ['A', 'B', 'C'] as const;

it('wants what somebody holds, or has held a moment ago, and says so once a turn', async () => {
  const step = fc.record({
    symbol: fc.constantFrom(...symbols),
    action: fc.constantFrom('hold', 'release', 'twice'),
    waitMs: fc.constantFrom(0, 1_000, 6_000),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const timers = new VirtualTimers();
      const told: (readonly Subscription[])[] = [];
      const wants = new SourceWants(timers, (wanted) => told.push(wanted));
      const holds = new Map(symbols.map((symbol) => [symbol, [] as (() => void)[]]));
      const heldAt = new Map<string, number>();
      for (const { symbol, action, waitMs } of steps) {
        const releases = holds.get(symbol) ?? [];
        if (action === 'hold') releases.push(wants.hold({ feed: 'book', symbol }));
        else {
          const release = releases.pop();
          release?.();
          // Letting go twice lets go once.
          if (action === 'twice') release?.();
          if (release && releases.length === 0) heldAt.set(symbol, timers.now());
        }
        await timers.advance(waitMs);
        const expected = symbols.filter(
          (each) => (holds.get(each)?.length ?? 0) > 0 || timers.now() - (heldAt.get(each) ?? -Infinity) < 5_000,
        );
        expect(wants.all.map((one) => one.symbol).toSorted()).toEqual(expected);
        if (expected.length > 0)
          expect(
            told
              .at(-1)
              ?.map((one) => one.symbol)
              .toSorted(),
          ).toEqual(expected);
      }
    }),
    { numRuns: 60 },
  );
});
