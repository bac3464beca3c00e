import { describe, expect, it } from 'vitest';
import { fitColumns } from './fit-columns.ts';

const sized = (key: string, px: number, rank: number) => ({ key, header: key, px, rank, cell: () => null });
const columns = [
  { key: 'name', header: 'name', cell: () => null },
  sized('a', 100, 3),
  sized('b', 100, 1),
  sized('c', 100, 2),
];
const keys = (width: number) => fitColumns(columns, width, 150).map(({ key }) => key);

describe('fitColumns', () => {
  it('leaves out what matters least, and keeps the order', () => {
    expect(keys(450)).toEqual(['name', 'a', 'b', 'c']);
    expect(keys(449)).toEqual(['name', 'b', 'c']);
    expect(keys(250)).toEqual(['name', 'b']);
    expect(keys(100)).toEqual(['name']);
  });

  it('shows all while the width is not known, and gives each its width', () => {
    expect(keys(0)).toEqual(['name', 'a', 'b', 'c']);
    expect(fitColumns(columns, 0, 150)[1]).toMatchObject({ key: 'a', width: '100px' });
  });
});
