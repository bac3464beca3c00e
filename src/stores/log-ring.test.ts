import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLogRing } from './log-ring.ts';

describe('log ring', () => {
  it('keeps the newest in order and counts what it dropped', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.array(fc.integer(), { maxLength: 100 }), (capacity, records) => {
        const ring = createLogRing<number>(capacity);
        for (const record of records) ring.push(record);
        const kept = Array.from({ length: ring.length }, (_, i) => ring.at(i));
        expect(kept).toEqual(records.slice(-capacity));
        expect(ring.dropped + ring.length).toBe(records.length);
        expect(ring.at(-1)).toBeUndefined();
        expect(ring.at(ring.length)).toBeUndefined();
      }),
    );
  });

  it('counts cleared records as dropped', () => {
    const ring = createLogRing<string>(2);
    for (const record of ['a', 'b', 'c']) ring.push(record);
    ring.clear();
    expect([ring.length, ring.dropped]).toEqual([0, 3]);
    ring.push('d');
    expect(ring.at(0)).toBe('d');
  });
});
