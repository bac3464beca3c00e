import type { Column } from './table.tsx';

/** A column of a `<VirtualTable>` that is left out where there is no room for it. */
export interface SizedColumn<Row> extends Column<Row> {
  readonly px: number;
  /** The lower, the later it is left out. */
  readonly rank: number;
}

/**
 * The columns there is room for in `width` px, in the order given; all of them before the width is known (0). Columns
 * without a size share what is left, `leastPx` in all.
 */
export function fitColumns<Row>(
  columns: readonly (Column<Row> | SizedColumn<Row>)[],
  width: number,
  leastPx: number,
): Column<Row>[] {
  let room = width === 0 ? Infinity : width - leastPx;
  const sized = columns.filter((column): column is SizedColumn<Row> => 'px' in column);
  const shown = new Set<Column<Row>>();
  for (const column of sized.toSorted((a, b) => a.rank - b.rank)) {
    if (column.px > room) continue;
    room -= column.px;
    shown.add(column);
  }
  return columns.flatMap((column) => {
    if (!('px' in column)) return [column];
    const { px, rank: _, ...rest } = column;
    return shown.has(column) ? [{ ...rest, width: `${px}px` }] : [];
  });
}
