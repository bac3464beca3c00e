import { describe, expect, it } from 'vitest';
import { SpreadHistory, WINDOW_MS } from './spread-history.ts';

const mids = (figures: Readonly<Record<string, number>>) => new Map(Object.entries(figures));

describe('SpreadHistory', () => {
  it('tells how far one was above the other, with holes where one had no price', () => {
    const history = new SpreadHistory();
    history.sample(1000, mids({ okx: 100, sim: 101 }));
    history.sample(2000, mids({ sim: 102 }));
    history.sample(3000, mids({ okx: 100, sim: 99 }));
    const points = history.differences('sim', 'okx');
    expect(points.map(([ts]) => ts)).toEqual([1000, 2000, 3000]);
    expect(points.map(([, pct]) => pct?.toFixed(6))).toEqual(['1.000000', undefined, '-1.000000']);
    expect(history.differences('okx', 'okx').at(-1)).toEqual([3000, 0]);
  });

  it('knows nothing of the time before a source came', () => {
    const history = new SpreadHistory();
    history.sample(1000, mids({ okx: 100 }));
    history.sample(2000, mids({ okx: 100, push: 110 }));
    expect(history.differences('push', 'okx').map(([, pct]) => pct === null)).toEqual([true, false]);
    expect(history.differences('nobody', 'okx').every(([, pct]) => pct === null)).toBe(true);
  });

  it('keeps half an hour and no more, and forgets who has long been gone', () => {
    const history = new SpreadHistory();
    history.sample(0, mids({ gone: 1, okx: 100 }));
    for (let ts = 1000; ts <= WINDOW_MS * 2; ts += 1000) history.sample(ts, mids({ okx: 100, sim: 100 }));
    expect(history.length).toBe(WINDOW_MS / 1000);
    const points = history.differences('sim', 'okx');
    expect(points[0]?.[0]).toBe(WINDOW_MS + 1000);
    expect(history.differences('gone', 'okx').every(([, pct]) => pct === null)).toBe(true);
  });

  it('begins anew when the clock goes back', () => {
    const history = new SpreadHistory();
    history.sample(5000, mids({ okx: 1 }));
    history.sample(1000, mids({ okx: 2 }));
    expect(history.length).toBe(1);
  });
});
