import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serverFrames } from '#protocol/envelope.ts';
import { likeSchema } from '#testing/like-schema.ts';
import { parseFrame } from './parse-frame.ts';

describe('frames are accepted exactly where their schemas accept them', () => {
  it.each(Object.entries(serverFrames))('%s', (type, schema) => {
    const seen = { accepted: 0, rejected: 0 };
    fc.assert(
      fc.property(likeSchema(schema), (frame) => {
        const text = JSON.stringify({ ...Object(frame), type });
        const told = schema.safeParse(JSON.parse(text));
        seen[told.success ? 'accepted' : 'rejected'] += 1;
        const parsed = parseFrame(text);
        if (!told.success) {
          expect(parsed).toBe('malformed');
          return;
        }
        expect(parsed).toMatchObject(JSON.parse(JSON.stringify(told.data)));
        expect(tolerated(parsed)).toEqual(tolerated(told.data));
      }),
      { numRuns: 400 },
    );
    expect(seen.accepted).toBeGreaterThan(50);
    if (type !== 'ping' && type !== 'pong') expect(seen.rejected).toBeGreaterThan(10);
  });
});

function tolerated(frame: unknown): unknown[] {
  const { data }: { readonly data?: unknown } = Object(frame);
  const { capabilities, role }: { readonly capabilities?: unknown; readonly role?: unknown } = Object(data);
  return [capabilities, role];
}

describe('single frames', () => {
  it('Z4: a type of a later protocol is unknown, also by an inherited name; no type at all is malformed', () => {
    expect(parseFrame('{"type":"celebrate"}')).toBe('unknown');
    expect(parseFrame('{"type":"toString"}')).toBe('unknown');
    expect(parseFrame('{"type":"__proto__"}')).toBe('unknown');
    for (const text of ['{"type":7}', '{}', '[]', 'null', '"ping"', '{"type":"ping"']) {
      expect(parseFrame(text)).toBe('malformed');
    }
  });

  it('Z5: malformed capabilities count as none', () => {
    expect(parseFrame('{"type":"connected","data":{"server":"x","capabilities":{"actions":7}}}')).toEqual({
      type: 'connected',
      data: { server: 'x' },
    });
  });

  it('a role that is none of ours does not cost the sign-in', () => {
    expect(parseFrame('{"type":"auth_result","success":true,"data":{"user":"u","role":"root"}}')).toEqual({
      type: 'auth_result',
      success: true,
      data: { user: 'u' },
    });
  });

  it('a number beyond all numbers is none', () => {
    expect(parseFrame('{"type":"event","channel":"a","event":"b","seq":1e999}')).toBe('malformed');
    expect(parseFrame('{"type":"subscribed","data":{"count":1e999}}')).toBe('malformed');
  });
});
