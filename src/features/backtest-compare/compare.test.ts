import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestOf, percentGains } from './best-of.ts';
import { MOST_RUNS, readIds, writeIds } from './compare-ids.ts';
import { configRows } from './config-rows.ts';

describe('comparison', () => {
  it('marks the best by what is better for the figure', () => {
    expect([...bestOf([1, 3, 2], 'high')]).toEqual([1]);
    expect([...bestOf([1, 3, 1], 'low')]).toEqual([0, 2]);
    expect([...bestOf([null, 3, 2], 'low')]).toEqual([2]);
    expect(bestOf([2, 2], 'high').size).toBe(0);
    expect(bestOf([2, null, undefined], 'high').size).toBe(0);
    expect(bestOf([1, 2], null).size).toBe(0);
  });

  it('shows gains of runs with different capital alike', () => {
    expect(percentGains([100, 150, 50], 100)).toEqual([0, 50, -50]);
    expect(percentGains([1000, 1500, 500], 1000)).toEqual([0, 50, -50]);
    expect(percentGains([1], 0)).toEqual([0]);
  });

  it('keeps its runs in the address, each once, eight at most', () => {
    const id = fc.stringMatching(/^[\w-]{1,20}$/);
    fc.assert(
      fc.property(fc.array(id, { maxLength: 12 }), (ids) => {
        const read = readIds(writeIds(ids));
        expect(read).toEqual([...new Set(ids)].slice(0, MOST_RUNS));
        expect(readIds(writeIds(read))).toEqual(read);
      }),
    );
    expect(readIds('')).toEqual([]);
  });

  it('tells which settings differ, whatever the order they were written in; a name is none', () => {
    const base = { strategy: 'grid', data: { dataset: 'd' }, name: 'A' };
    const rows = configRows([
      { config: { ...base, params: { upper_price: 2, lower_price: 1 } }, dataset: null },
      { config: { ...base, name: 'B', params: { lower_price: 1, upper_price: 3, stop_loss: 0.5 } }, dataset: null },
    ]);
    expect(rows).toEqual([
      { path: 'data.dataset', values: ['d', 'd'], differs: false },
      { path: 'params.lower_price', values: ['1', '1'], differs: false },
      { path: 'params.stop_loss', values: ['', '0.5'], differs: true },
      { path: 'params.upper_price', values: ['2', '3'], differs: true },
      { path: 'strategy', values: ['grid', 'grid'], differs: false },
    ]);
  });
});
