import { describe, expect, it } from 'vitest';
import type { SweepCell } from '#protocol/backtest-shapes.ts';
import { axesOf, moved, planeOf, ranked } from './sweep-grid.ts';

const cells: SweepCell[] = [5, 10].flatMap((fast, i) =>
  [20, 30, 40].flatMap((slow, j) =>
    ['open', 'close'].map((execution, k) => ({
      index: (i * 3 + j) * 2 + k,
      params: { fast, slow, execution },
      metrics: { sharpe_ratio: fast + slow / 100, max_drawdown: slow / 100 },
      out_of_sample: { sharpe_ratio: -fast },
    })),
  ),
);
const axes = axesOf(['fast', 'slow', 'execution'], cells);

describe('G22: a sweep as a plane', () => {
  it('finds each parameter’s values in order, whatever order the cells came in', () => {
    expect([...axesOf(['fast', 'slow'], cells.toReversed())]).toEqual([
      ['fast', [5, 10]],
      ['slow', [20, 30, 40]],
    ]);
  });

  it('puts two across and up, the highest on top, and holds the others', () => {
    const plane = planeOf(cells, axes, { x: 'fast', y: 'slow', held: { execution: 'close' } });
    expect([plane.x, plane.y]).toEqual([
      [5, 10],
      [40, 30, 20],
    ]);
    expect(plane.cells.map((cell) => cell?.params)).toEqual(
      [40, 30, 20].flatMap((slow) => [5, 10].map((fast) => ({ fast, slow, execution: 'close' }))),
    );
  });

  it('leaves room for what is not computed yet', () => {
    const plane = planeOf(cells.slice(0, 1), axes, { x: 'fast', y: 'slow', held: { execution: 'open' } });
    expect(plane.cells.filter((cell) => cell !== undefined)).toHaveLength(1);
    expect(plane.cells).toHaveLength(6);
  });

  it('is one row for one parameter', () => {
    const plane = planeOf(cells, axes, { x: 'slow', y: undefined, held: { fast: 5, execution: 'open' } });
    expect(plane.cells.map((cell) => cell?.params.slow)).toEqual([20, 30, 40]);
  });

  it('ranks by the metric’s own sense and sample', () => {
    expect(ranked(cells, 'sharpe_ratio', 'in', false)[0]?.params).toMatchObject({ fast: 10, slow: 40 });
    expect(ranked(cells, 'sharpe_ratio', 'out', false)[0]?.params).toMatchObject({ fast: 5 });
    expect(ranked(cells, 'max_drawdown', 'in', true)[0]?.params).toMatchObject({ slow: 20 });
    expect(ranked(cells, 'omega_ratio', 'in', false)).toEqual([]);
  });

  it('moves within its edges by keys', () => {
    expect([moved('ArrowRight', 1, 2, 6), moved('ArrowDown', 1, 2, 6), moved('ArrowUp', 1, 2, 6)]).toEqual([1, 3, 1]);
    expect([moved('Home', 3, 2, 6), moved('End', 2, 2, 6), moved('x', 2, 2, 6)]).toEqual([2, 3, null]);
  });
});
