import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { channelMatches, channelSegment, isChannelName, isChannelPattern } from './channel.ts';

/** Z9 word by word, as a regular expression: slow, and plainly what the rule says. */
function referenceMatches(pattern: string, channel: string): boolean {
  const segments = pattern.split('.');
  const parts = segments.map((segment, i) => {
    if (segment !== '*') return segment;
    return i === segments.length - 1 ? '[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*' : '[A-Za-z0-9_-]+';
  });
  return new RegExp(`^${parts.join('\\.')}$`).test(channel);
}

const word = fc.constantFrom('grid', 'a', 'b', 'status', 'candle_1m', 'BTC-USDC');
const channel = fc.array(word, { minLength: 1, maxLength: 5 }).map((segments) => segments.join('.'));
const pattern = fc
  .array(fc.oneof(word, fc.constant('*')), { minLength: 1, maxLength: 5 })
  .map((segments) => segments.join('.'));

describe('channelMatches', () => {
  it.each([
    ['grid.*', 'grid.abc.status', true],
    ['grid.*', 'grid', false],
    ['grid.*.status', 'grid.abc.status', true],
    ['grid.*.status', 'grid.abc.order', false],
    ['grid.*.status', 'grid.a.b.status', false],
    ['*', 'system.health', true],
    ['*.status', 'grid.status', true],
    ['*.status', 'grid.a.status', false],
    ['grid.abc.status', 'grid.abc.status', true],
    ['grid.abc', 'grid.abc.status', false],
    ['*.*.*', 'market.sim.BTC-USDC.book', true],
    ['*.*.*', 'system.health', false],
  ])('Z9: %s and %s: %s', (want, have, expected) => {
    expect(channelMatches(want, have)).toBe(expected);
  });

  it('Z9: agrees with the rule for every pattern and channel', () => {
    fc.assert(
      fc.property(pattern, channel, (want, have) => channelMatches(want, have) === referenceMatches(want, have)),
      { numRuns: 2_000 },
    );
  });

  it('Z9: turning a segment of a channel into * still matches it', () => {
    fc.assert(
      fc.property(channel, fc.nat(), (name, at) => {
        const segments = name.split('.');
        segments[at % segments.length] = '*';
        return channelMatches(segments.join('.'), name);
      }),
    );
  });
});

describe('isChannelPattern', () => {
  it.each(['*', 'grid.*', 'grid.*.status', 'a.b.c.d.e.f.g.h', 'A-b_9'])('Z9: %s is one', (text) => {
    expect(isChannelPattern(text)).toBe(true);
  });

  it.each([
    '',
    '.',
    'grid.',
    '.grid',
    'grid..a',
    'gr*d',
    '**',
    'grid.a*',
    'a.b.c.d.e.f.g.h.i',
    'grid a',
    'grid/a',
    'grid.ä',
    'a\n',
  ])('Z9: %j is none', (text) => {
    expect(isChannelPattern(text)).toBe(false);
  });

  it('a name is a pattern without *', () => {
    expect(isChannelName('grid.a.status')).toBe(true);
    expect(isChannelName('grid.*.status')).toBe(false);
    expect(isChannelName('grid..status')).toBe(false);
  });
});

describe('channelSegment', () => {
  it('replaces what a segment may not contain', () => {
    expect(channelSegment('KOGE/USDT')).toBe('KOGE-USDT');
    expect(channelSegment('')).toBe('-');
  });

  it('makes a segment of any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => isChannelName(channelSegment(text))));
  });
});
