import { describe, expect, it } from 'vitest';
import { centsStep, formatQuoted } from './quoted-price.ts';

const outcome = (tickSize: string) => ({ tickSize, prediction: {} });

describe('formatQuoted', () => {
  it('shows a pair at its tick', () => {
    expect(formatQuoted('95412.5', { tickSize: '0.1' })).toBe('95,412.5');
    expect(formatQuoted(null, { tickSize: '0.1' })).toBe('–');
  });

  it('M8: shows an outcome in cents, with the decimals of its tick', () => {
    expect(formatQuoted('0.48', outcome('0.01'))).toBe('48¢');
    expect(formatQuoted('0.485', outcome('0.001'))).toBe('48.5¢');
    expect(formatQuoted('0.07', outcome('0.01'))).toBe('7¢');
    expect(formatQuoted(0.9995, outcome('0.0001'))).toBe('99.95¢');
    expect(formatQuoted('1', outcome('0.01'))).toBe('100¢');
    expect(formatQuoted('0', outcome('0.01'))).toBe('0¢');
    expect([centsStep('0.01'), centsStep('0.001'), centsStep('0.1')]).toEqual(['1', '0.1', '10']);
  });

  it('shows a price finer than the tick it was told', () => {
    expect(formatQuoted('0.0005', outcome('0.01'))).toBe('0.05¢');
    expect(formatQuoted(undefined, outcome('0.01'))).toBe('–');
    expect(formatQuoted('', outcome('0.01'))).toBe('–');
  });
});
