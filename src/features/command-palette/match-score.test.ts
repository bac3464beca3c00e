import { describe, expect, it } from 'vitest';
import { matchScore } from './match-score.ts';

describe('palette matching', () => {
  it('wants every typed word', () => {
    expect(matchScore('ETH-USDC grid_e8c154', 'eth grid')).toBeGreaterThan(0);
    expect(matchScore('ETH-USDC grid_e8c154', 'eth btc')).toBe(0);
    expect(matchScore('Switch light / dark', 'eth')).toBe(0);
  });

  it('prefers the beginning of the text, then of a word', () => {
    const [start, word, inside] = [matchScore('USDC', 'us'), matchScore('BTC-USDC', 'us'), matchScore('bonus', 'us')];
    expect(start).toBeGreaterThan(word);
    expect(word).toBeGreaterThan(inside);
  });

  it('finds Chinese', () => {
    expect(matchScore('\u65b0\u5efa\u7f51\u683c', '\u7f51\u683c')).toBeGreaterThan(0);
  });

  it('shows everything before anything is typed', () => {
    expect(matchScore('anything', '  ')).toBe(1);
  });
});
