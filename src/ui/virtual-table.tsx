/** @tanstack/react-virtual: import this from lazily loaded code only. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { cx } from './class-names.ts';
import { TableHead, TableRow, type TableProps } from './table.tsx';
import table from './table.module.css';
import styles from './virtual-table.module.css';

/** Fewer are all in the page, where the browser's own search finds them. */
const ALL_UP_TO = 60;
const ROW_HEIGHT = 26;

/**
 * A `<Table>` that scrolls by itself, with columns of given widths whose texts are cut where they do not fit. Of a long one
 * only the rows in view are in the page.
 */
export function VirtualTable<Row>(props: TableProps<Row>) {
  const { label, columns, rows, rowKey } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const long = rows.length > ALL_UP_TO;
  const virtualizer = useVirtualizer({
    count: rows.length,
    enabled: long,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
    getItemKey: (index) => {
      const row = rows[index];
      return row === undefined ? index : rowKey(row);
    },
  });
  const items = virtualizer.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <div ref={scroller} className={styles['scroller']}>
      <table
        className={cx(table['table'], styles['fixed'])}
        aria-label={label}
        {...(long && { 'aria-rowcount': rows.length + 1 })}
      >
        <colgroup>
          {columns.map(({ key, width, wide }) => (
            <col key={key} className={cx(wide && table['wide'])} {...(width !== undefined && { style: { width } })} />
          ))}
        </colgroup>
        <TableHead {...props} />
        <tbody>
          {!long && rows.map((row) => <TableRow key={rowKey(row)} table={props} row={row} />)}
          {long && <Space height={before} />}
          {long &&
            items.map(({ index, key }) => {
              const row = rows[index];
              return (
                row !== undefined && (
                  <TableRow
                    key={String(key)}
                    table={props}
                    row={row}
                    ref={virtualizer.measureElement}
                    data-index={index}
                    aria-rowindex={index + 2}
                  />
                )
              );
            })}
          {long && <Space height={after} />}
        </tbody>
      </table>
    </div>
  );
}

/** Stands for the rows that are not in the page. */
function Space({ height }: { readonly height: number }) {
  return height > 0 ? <tr aria-hidden="true" style={{ height }} /> : null;
}
