import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairQueue, type SweepSource } from './fair-queue.ts';

function drain<R, C>(queue: FairQueue<R, C>): (R | C)[] {
  const order: (R | C)[] = [];
  for (let next = queue.next(); next; next = queue.next()) order.push(next.type === 'run' ? next.run : next.part);
  return order;
}

function sweep(name: string, parts: number): SweepSource<string> {
  let given = 0;
  return { next: () => (given < parts ? `${name}${given++}` : undefined) };
}

describe('fair queue', () => {
  it('users take turns, however many one has asked for; each has them in order', () => {
    const queue = new FairQueue<string, string>();
    for (const run of ['a0', 'a1', 'a2', 'a3']) queue.addRun('a', run);
    for (const run of ['b0', 'b1']) queue.addRun('b', run);
    expect(drain(queue)).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'a3']);
  });

  it('who comes late does not wait for what others have waiting', () => {
    const queue = new FairQueue<string, string>();
    for (const run of ['a0', 'a1', 'a2']) queue.addRun('a', run);
    expect(queue.next()).toEqual({ type: 'run', run: 'a0' });
    queue.addRun('b', 'b0');
    expect(drain(queue)).toEqual(['b0', 'a1', 'a2']);
  });

  it('who had a turn and comes again waits for who had none since', () => {
    const queue = new FairQueue<string, string>();
    queue.addRun('a', 'a0');
    expect(queue.next()).toEqual({ type: 'run', run: 'a0' });
    queue.addRun('a', 'a1');
    queue.addRun('b', 'b0');
    expect(drain(queue)).toEqual(['b0', 'a1']);
  });

  it('runs go before parts of sweeps; sweeps take turns, first by user', () => {
    const queue = new FairQueue<string, string>();
    queue.addSweep('a', sweep('x', 3));
    queue.addSweep('a', sweep('y', 2));
    queue.addSweep('b', sweep('z', 2));
    expect(queue.next()).toEqual({ type: 'part', part: 'x0' });
    queue.addRun('a', 'run');
    expect(drain(queue)).toEqual(['run', 'z0', 'y0', 'z1', 'x1', 'y1', 'x2']);
  });

  it('what is removed does not come, and says whether it was there', () => {
    const queue = new FairQueue<string, string>();
    const source = sweep('x', 5);
    queue.addRun('a', 'a0');
    queue.addRun('a', 'a1');
    queue.addSweep('a', source);
    expect(queue.removeRun('a', 'a0')).toBe(true);
    expect(queue.removeRun('a', 'a0')).toBe(false);
    expect(queue.removeRun('b', 'a1')).toBe(false);
    queue.removeSweep('a', source);
    expect(drain(queue)).toEqual(['a1']);
    expect(queue.length).toBe(0);
  });

  it('taking one sweep of a user away leaves the others', () => {
    const queue = new FairQueue<string, string>();
    const [first, second] = [sweep('x', 2), sweep('y', 2)];
    queue.addSweep('a', first);
    queue.addSweep('a', second);
    queue.removeSweep('a', first);
    expect(drain(queue)).toEqual(['y0', 'y1']);
  });

  it('gives out everything once; no user with work waits for more turns than there are users', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 60 }), (users) => {
        const queue = new FairQueue<readonly [user: number, index: number], never>();
        for (const [index, user] of users.entries()) queue.addRun(String(user), [user, index]);
        const order = drain(queue) as (readonly [number, number])[];
        expect(order.map(([, index]) => index).toSorted((a, b) => a - b)).toEqual(users.map((_, index) => index));
        for (const user of new Set(users)) {
          const turns = order.flatMap(([who], turn) => (who === user ? [turn] : []));
          expect(order.filter(([who]) => who === user)).toEqual(
            order.filter(([who]) => who === user).toSorted((a, b) => a[1] - b[1]),
          );
          for (const [nth, turn] of turns.entries()) {
            expect(turn - (turns[nth - 1] ?? -1)).toBeLessThanOrEqual(new Set(users).size);
          }
        }
      }),
    );
  });
});
