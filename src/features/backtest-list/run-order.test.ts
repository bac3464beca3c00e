import { expect, it } from 'vitest';
import type { BacktestView } from '#protocol/backtest-shapes.ts';
import { parseSort, sortRuns, sortText } from './run-order.ts';

const run = (id: string, created_at: number, total_return: number | null): BacktestView => ({
  id,
  name: id,
  strategy: 'grid',
  state: 'completed',
  progress: 1,
  user: 'ada',
  created_at,
  started_at: null,
  ended_at: null,
  config: { strategy: 'grid', params: {}, data: {} },
  dataset: null,
  metrics: total_return === null ? null : { total_return },
});
const runs = [run('a', 1, 0.1), run('b', 2, null), run('c', 3, -0.2), run('d', 4, 0.3)];
const order = (sort: string) =>
  sortRuns(runs, parseSort(sort))
    .map(({ id }) => id)
    .join('');

it('sorts by what is known; what is not goes last either way', () => {
  expect(order('-created')).toBe('dcba');
  expect(order('-return')).toBe('dacb');
  expect(order('return')).toBe('cadb');
  expect(order('name')).toBe('abcd');
});

it('reads a sort of an address, and takes the newest first for one it does not know', () => {
  expect(sortText(parseSort('-sharpe'))).toBe('-sharpe');
  expect(sortText(parseSort('toString'))).toBe('-created');
});
