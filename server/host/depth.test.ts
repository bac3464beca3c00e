import { describe, expect, it } from 'vitest';
import { depthHint } from './depth.ts';

describe('G9: the depth of a book', () => {
  it('is the base within 1 % of the mid, on the thinner side, to the digit', () => {
    const bids = [
      ['99.9', '0.1'],
      ['99', '0.2'],
      ['98.99', '50'],
    ] as const;
    const asks = [
      ['100.1', '0.5'],
      ['101', '0.25'],
      ['101.01', '50'],
    ] as const;
    expect(depthHint({ ts: 1, seq: 1, bids, asks })).toEqual({ amount: '0.3' });
    expect(depthHint({ ts: 1, seq: 1, bids: [['99.9', '9']], asks })).toEqual({ amount: '0.75' });
  });

  it('is unknown for a one-sided book', () => {
    expect(depthHint({ ts: 1, seq: 1, bids: [], asks: [['1', '1']] })).toBeUndefined();
  });
});
