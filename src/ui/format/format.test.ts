import { afterEach, describe, expect, it } from 'vitest';
import { setFormatLanguage, setNumberStyle } from './number-locale.ts';
import {
  decimalsOf,
  formatBytes,
  formatCompact,
  formatCount,
  formatMoney,
  formatPct,
  formatPrice,
  formatSize,
} from './numbers.ts';
import { formatAge, formatTime } from './times.ts';

afterEach(() => {
  setNumberStyle('auto');
  setFormatLanguage('en');
});

describe('numbers', () => {
  it('keeps every digit of a decimal string', () => {
    expect(formatPrice('9007199254740993.12345678', '0.00000001')).toBe('9,007,199,254,740,993.12345678');
    expect(formatSize('0.100000000000000000', undefined)).toBe('0.1');
  });

  it('shows prices and sizes at their steps', () => {
    expect(formatPrice('95412.5', '0.10')).toBe('95,412.5');
    expect(formatPrice('95412', '0.1')).toBe('95,412.0');
    expect(formatPrice('0.35145', '0.00001')).toBe('0.35145');
    expect(formatSize('0.0027', '0.00001')).toBe('0.00270');
    expect([decimalsOf('0.10'), decimalsOf('5'), decimalsOf('0.001')]).toEqual([1, 0, 3]);
  });

  it('P3: shows the digits of tiny prices and sizes, never 0.00 or 1.2e-8', () => {
    expect(formatPrice('0.000000012')).toBe('0.000000012');
    expect(formatPrice(1.2e-8)).toBe('0.000000012');
    expect(formatPrice('0.000000012', '0.01')).toBe('0.000000012');
    expect(formatPrice('0.000000012', '0.000000001')).toBe('0.000000012');
    expect(formatPrice('-0.0000000000123456')).toBe('−0.00000000001235');
    expect(formatPrice('0.005432')).toBe('0.005432');
    expect(formatPrice('0', '0.01')).toBe('0.00');
    expect(formatSize('0.00000000042', '0.001')).toBe('0.00000000042');
    expect(formatSize('0.00000000042')).toBe('0.00000000042');
    expect(formatCompact('0.00000000042')).toBe('0.00000000042');
    expect(formatCompact(0)).toBe('0');
  });

  it('shows every digit of huge sizes', () => {
    expect(formatSize('123456789012345678901234567890.5', '0.1')).toBe('123,456,789,012,345,678,901,234,567,890.5');
    expect(formatCompact('8450000000000')).toBe('8.45T');
  });

  it('shows bytes in their own units in every language', () => {
    expect([0, 999, 1000, 1_382_432, 21_700_000_000].map(formatBytes)).toEqual([
      '0\u00a0B',
      '999\u00a0B',
      '1\u00a0kB',
      '1.38\u00a0MB',
      '21.7\u00a0GB',
    ]);
    setFormatLanguage('zh');
    expect(formatBytes(1_382_432)).toBe('1.38\u00a0MB');
  });

  it('marks gains and losses', () => {
    expect(formatMoney(318.444, { sign: true })).toBe('+318.44');
    expect(formatMoney('-38.61', { sign: true })).toBe('−38.61');
    expect(formatMoney(0, { sign: true })).toBe('0.00');
    expect(formatMoney(-0.001)).toBe('0.00');
    expect(formatPct(1.239, { sign: true })).toBe('+1.24\u202f%');
  });

  it('shows a dash for what is no number', () => {
    for (const value of [undefined, null, Number.NaN, Number.POSITIVE_INFINITY, 'abc', '']) {
      expect(formatMoney(value)).toBe('–');
    }
    expect(formatPct(null)).toBe('–');
    expect(formatCompact(undefined)).toBe('–');
  });

  it('follows the chosen way of writing', () => {
    setNumberStyle('dot');
    expect(formatMoney('1234567.891')).toBe('1.234.567,89');
    setNumberStyle('space');
    expect(formatMoney('1234.5')).toBe('1\u202f234,50');
    setNumberStyle('auto');
    setFormatLanguage('zh');
    expect(formatCount(1234)).toBe('1,234');
    expect(formatCompact(123_400_000)).toBe('1.23亿');
  });
});

describe('times', () => {
  it('names a duration by its two largest units', () => {
    expect(formatAge(3 * 86_400_000 + 4 * 3_600_000 + 59_000)).toBe('3d 4h');
    expect(formatAge(12_900)).toBe('12s');
    expect(formatAge(60_000)).toBe('1m');
    expect(formatAge(400)).toBe('0s');
    expect(formatAge(-5)).toBe('0s');
    expect(formatAge(Number.NaN)).toBe('–');
    setFormatLanguage('zh');
    expect(formatAge(3 * 86_400_000 + 4 * 3_600_000)).toMatch(/^3\s?天\s?4\s?小时$/);
  });

  it('shows times by a 24-hour clock in the local zone', () => {
    const midnight = new Date(2026, 10, 21, 0, 5, 9, 42).getTime();
    expect(formatTime(midnight)).toBe('00:05:09');
    expect(formatTime(midnight, 'precise')).toBe('00:05:09.042');
    expect(formatTime(midnight, 'day')).toBe('Nov 21');
    expect(formatTime(null)).toBe('–');
  });
});
