import { describe, expect, it } from 'vitest';
import { fillOf } from '../testing/dialect-bench.ts';
import { DayFigures } from './day-figures.ts';

const NOON = Date.UTC(2026, 0, 2, 12);
const DAY = 86_400_000;

describe('the figures of a day', () => {
  it('P9: cycles completed and quote traded, exactly', () => {
    const figures = new DayFigures();
    figures.add(fillOf({ price: 0.1, amount: 3, ts: NOON }));
    figures.add(fillOf({ price: 0.1, amount: 3, ts: NOON, cycle: true, exact: { price: '0.2', amount: '1' } }));
    expect(figures.read(NOON)).toEqual({ points: 1, volume: 0.5 });
  });

  it('P9: a new UTC day begins at nothing; late fills of the old one do not count', () => {
    const figures = new DayFigures();
    figures.add(fillOf({ ts: NOON, cycle: true }));
    expect(figures.read(NOON + DAY / 2 - 1).points).toBe(1);
    expect(figures.read(NOON + DAY / 2)).toEqual({ points: 0, volume: 0 });
    figures.add(fillOf({ ts: NOON, cycle: true }));
    expect(figures.read(NOON + DAY / 2).points).toBe(0);
  });
});
