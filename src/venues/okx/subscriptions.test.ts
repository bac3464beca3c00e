import fc from 'fast-check';
import { expect, it } from 'vitest';
import { keyOf } from './channels.ts';
import type { OkxArg } from './schema.ts';
import { Subscriptions } from './subscriptions.ts';

const arg = (symbol: string): OkxArg => ({ channel: 'trades', instId: symbol });
const wish = (symbols: readonly string[]) => new Map(symbols.map((symbol) => [keyOf(arg(symbol)), arg(symbol)]));

/** What the venue has: it acknowledges in order, some time later, and must never see a subscription twice. */
class FakeVenue {
  readonly #on = new Set<string>();
  readonly #answers: { op: 'subscribe' | 'unsubscribe'; key: string }[] = [];

  take(op: 'subscribe' | 'unsubscribe', args: readonly OkxArg[]): void {
    for (const each of args) {
      const key = keyOf(each);
      if (this.#on.has(key) !== (op === 'unsubscribe')) throw new Error(`${op} ${key}`);
      if (op === 'subscribe') this.#on.add(key);
      else this.#on.delete(key);
      this.#answers.push({ op, key });
    }
  }

  answer() {
    return this.#answers.shift();
  }

  get subscribed(): string[] {
    return [...this.#on].sort();
  }
}

it('O3: whatever is wanted, resynced and acknowledged when, nothing is subscribed twice and in the end all is there', () => {
  const step = fc.oneof(
    fc.record({ act: fc.constant('want' as const), symbols: fc.subarray(['A', 'B', 'C', 'D']) }),
    fc.record({
      act: fc.constantFrom('answer' as const, 'send' as const, 'resync' as const),
      symbols: fc.subarray(['A', 'B', 'C', 'D']),
    }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const subscriptions = new Subscriptions();
      const venue = new FakeVenue();
      let wanted: readonly string[] = [];
      const send = () => {
        const request = subscriptions.next(true, 0);
        if (request) venue.take(request.op, request.args);
        return request !== undefined;
      };
      const answer = () => {
        const next = venue.answer();
        if (next) subscriptions.acked(next.op, next.key);
        return next !== undefined;
      };
      for (const { act, symbols } of steps) {
        if (act === 'want') subscriptions.want(wish((wanted = symbols)));
        else if (act === 'send') send();
        else if (act === 'answer') answer();
        else for (const symbol of symbols) subscriptions.resync(keyOf(arg(symbol)));
      }
      while (send() || answer());
      expect(venue.subscribed).toEqual([...wish(wanted).keys()].sort());
      expect(subscriptions.isComplete).toBe(true);
      expect(subscriptions.count).toBe(wanted.length);
    }),
    { numRuns: 500 },
  );
});

it('O8: what needs a login waits for it', () => {
  const subscriptions = new Subscriptions();
  const account = { channel: 'account' };
  subscriptions.want(new Map([...wish(['A']), [keyOf(account), account]]));
  expect(subscriptions.needsLogin).toBe(true);
  expect(subscriptions.next(false, 0)?.args).toEqual([arg('A')]);
  expect(subscriptions.next(false, 0)).toBeUndefined();
  expect(subscriptions.next(true, 0)?.args).toEqual([account]);
});

it('O4: an error that names two of those asked for is about neither', () => {
  const subscriptions = new Subscriptions();
  subscriptions.want(wish(['A-B', 'C-D']));
  const id = subscriptions.next(true, 0)?.id;
  expect(subscriptions.refuse(id, undefined, 'trades A-B and C-D')).toBeUndefined();
  expect(subscriptions.refuse(id, undefined, 'channel:trades,instId:A-B is no good')).toEqual(arg('A-B'));
  expect(subscriptions.refuse(undefined, arg('C-D'), 'no')).toEqual(arg('C-D'));
  expect(subscriptions.hasWork).toBe(false);
});

it('O3: an unsubscribe that is never answered counts as done; its answer, if it comes, is for nothing', () => {
  const subscriptions = new Subscriptions();
  const key = keyOf(arg('A'));
  subscriptions.want(wish(['A']));
  subscriptions.next(true, 0);
  subscriptions.acked('subscribe', key);
  subscriptions.resync(key);
  expect(subscriptions.next(true, 0)?.op).toBe('unsubscribe');
  expect(subscriptions.next(true, 9_999)).toBeUndefined();
  expect(subscriptions.overdue(10_000, 10_000)).toEqual({ unanswered: false, refused: [], bare: [] });
  expect(subscriptions.next(true, 10_000)?.op).toBe('subscribe');
  subscriptions.acked('unsubscribe', key);
  expect(subscriptions.next(true, 10_000)).toBeUndefined();
  expect(subscriptions.overdue(20_000, 10_000)).toMatchObject({ unanswered: true });
});
