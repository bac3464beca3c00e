import { expect, it } from 'vitest';
import { judgeSequence } from './sequence.ts';

it.each([
  ['the very next', 10, 10, 11, 'next'],
  ['next with a jump, which is allowed', 10, 10, 15, 'next'],
  ['keep-alive', 10, 10, 10, 'keep_alive'],
  ['maintenance reset', 10, 10, 3, 'reset'],
  ['missed one', 10, 11, 12, 'gap'],
  ['an older one again', 10, 9, 10, 'gap'],
  ['an older keep-alive', 10, 9, 9, 'gap'],
  ['a snapshot’s number in an update', 10, -1, 11, 'gap'],
] as const)('O12: %s', (_, last, prevSeqId, seqId, verdict) => {
  expect(judgeSequence(last, prevSeqId, seqId)).toBe(verdict);
});
