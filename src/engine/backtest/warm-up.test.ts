import { expect, test } from 'vitest';
import { warmUp } from './warm-up.ts';

test('there is something to warm up on: fills, and rows without', () => {
  const fills = warmUp() / 4;
  expect(fills).toBeGreaterThan(100);
  expect(fills).toBeLessThan(8_000);
});
