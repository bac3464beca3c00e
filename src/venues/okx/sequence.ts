/** O12: what an update's ids say to a book that is at `last`. */
export type SequenceVerdict = 'next' | 'keep_alive' | 'reset' | 'gap';

/**
 * | prevSeqId | seqId  |                                                         |
 * | --------- | ------ | ------------------------------------------------------- |
 * | = last    | > last | the next one; it need not be the very next number       |
 * | = last    | = last | nothing has changed: a keep-alive                       |
 * | = last    | < last | the venue counts from anew after maintenance: re-anchor |
 * | other     | any    | something was missed                                    |
 */
export function judgeSequence(last: number, prevSeqId: number, seqId: number): SequenceVerdict {
  if (prevSeqId !== last) return 'gap';
  if (seqId === last) return 'keep_alive';
  return seqId < last ? 'reset' : 'next';
}
