import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventFrame } from './event-frame.ts';
import { ReplayRing } from './replay-ring.ts';
import { textFrame } from './ws-frame.ts';

const frame = (seq: number, size: number) =>
  eventFrame({ channel: 'grid.g.order', event: 'placed', timestamp: 0, data: 'x'.repeat(size) }, 'grid.order', seq);

describe('Z12: the replay ring', () => {
  test('Z12: gives every later event in order, or owns up to having forgotten some; never grows beyond its bounds', () => {
    const steps = fc.array(fc.record({ gap: fc.integer({ min: 1, max: 5 }), size: fc.integer({ min: 0, max: 400 }) }), {
      maxLength: 3_000,
      size: 'max',
    });
    fc.assert(
      fc.property(
        steps,
        fc.integer({ min: 1, max: 1_500 }),
        fc.integer({ min: 100, max: 100_000 }),
        (pushes, events, bytes) => {
          const ring = new ReplayRing({ events, bytes });
          const all: number[] = [];
          let seq = 0;
          for (const { gap, size } of pushes) {
            ring.push(frame((seq += gap), size));
            all.push(seq);
            expect(ring.size).toBeLessThanOrEqual(events);
            expect(ring.bytes).toBeLessThanOrEqual(bytes);
          }
          const kept = ring.size;
          const lastForgotten = all[all.length - kept - 1] ?? 0;
          for (const from of [0, lastForgotten - 1, lastForgotten, lastForgotten + 1, seq - 1, seq]) {
            const replay = ring.since(from, () => true);
            if (from < lastForgotten) expect(replay).toBeUndefined();
            else expect(replay?.map((each) => each.seq)).toEqual(all.filter((each) => each > from));
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('Z1: a frame as bytes', () => {
  test.each([0, 1, 125, 126, 127, 65_535, 65_536, 70_000])(
    'Z1: %i bytes of payload have the right header',
    (length) => {
      const bytes = textFrame('x'.repeat(length));
      const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
      expect(bytes[0]).toBe(0x81);
      expect(bytes.length).toBe(header + length);
      const stated = header === 2 ? bytes[1] : header === 4 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
      expect(stated).toBe(length);
      expect(bytes[1]).toBe(header === 2 ? length : header === 4 ? 126 : 127);
    },
  );

  test('Z1: lengths are of bytes, not of characters', () => {
    const text = '网格交易'.repeat(20);
    expect(textFrame(text).subarray(4).toString('utf8')).toBe(text);
  });
});
