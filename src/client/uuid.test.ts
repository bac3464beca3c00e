import { expect, it, vi } from 'vitest';
import { MAX_REQUEST_ID_LENGTH } from '#protocol/limits.ts';
import { randomUuid } from './uuid.ts';

const V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

it.each([
  ['where the platform makes them', false],
  ['on a page over plain http, where it does not', true],
])('Z13: ids are UUIDs %s', (_, insecure) => {
  if (insecure) vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) });
  const ids = Array.from({ length: 1_000 }, randomUuid);
  for (const id of ids) if (!V4.test(id)) throw new Error(`${id} is no UUID`);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids[0]?.length).toBeLessThanOrEqual(MAX_REQUEST_ID_LENGTH);
});
