import { expect, test } from 'vitest';
import { AnswerCache } from './answer-cache.ts';

function setUp() {
  const clock = { at: 1_000_000, now: () => clock.at };
  const cache = new AnswerCache(clock);
  let asked = 0;
  const get = (freshMs: number) => cache.get('key', freshMs, async () => `answer ${++asked}`);
  return { clock, get };
}

test('an answer is given again as long as it is fresh', async () => {
  const { clock, get } = setUp();
  expect(await Promise.all([get(1_000), get(1_000)])).toEqual(['answer 1', 'answer 1']);
  clock.at += 999;
  expect(await get(1_000)).toBe('answer 1');
  clock.at += 1;
  expect(await get(1_000)).toBe('answer 2');
});

test('a clock that is set back makes no answer fresh for as long', async () => {
  const { clock, get } = setUp();
  expect(await get(1_000)).toBe('answer 1');
  clock.at -= 3_600_000;
  expect(await get(1_000)).toBe('answer 2');
});
