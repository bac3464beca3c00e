import type { ComponentProps, ReactNode } from 'react';
import { cx } from './class-names.ts';
import { Icon } from './icon.tsx';
import styles from './table.module.css';

export interface Column<Row> {
  readonly key: string;
  readonly header: string;
  readonly align?: 'start' | 'end' | 'center';
  /** Left out on phones. */
  readonly wide?: boolean;
  readonly sortable?: boolean;
  /** Of a `<VirtualTable>`'s column: any CSS width. The one without gets what is left. */
  readonly width?: string;
  readonly cell: (row: Row) => ReactNode;
}

export interface Sort {
  readonly key: string;
  readonly descending: boolean;
}

export interface TableProps<Row> {
  /** The accessible name. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string | number;
  readonly sort?: Sort;
  readonly onSort?: (sort: Sort) => void;
  /** A pointer's shortcut; the row must also hold a link or button for the keyboard. */
  readonly onRowClick?: (row: Row) => void;
  readonly isSelected?: (row: Row) => boolean;
}

/** A dense table with a sticky head. Numbers to the right, words to the left. */
export function Table<Row>(props: TableProps<Row>) {
  return (
    <table className={styles['table']} aria-label={props.label}>
      <TableHead {...props} />
      <tbody>
        {props.rows.map((row) => (
          <TableRow key={props.rowKey(row)} table={props} row={row} />
        ))}
      </tbody>
    </table>
  );
}

export function TableHead<Row>({ columns, sort, onSort }: Pick<TableProps<Row>, 'columns' | 'sort' | 'onSort'>) {
  return (
    <thead>
      <tr>
        {columns.map((column) => (
          <th
            key={column.key}
            scope="col"
            className={cx(styles[column.align ?? 'start'], column.wide && styles['wide'])}
            aria-sort={sort?.key === column.key ? (sort.descending ? 'descending' : 'ascending') : undefined}
          >
            {column.sortable && onSort ? <SortButton column={column} sort={sort} onSort={onSort} /> : column.header}
          </th>
        ))}
      </tr>
    </thead>
  );
}

interface TableRowProps<Row> extends Omit<ComponentProps<'tr'>, 'children' | 'className' | 'onClick'> {
  readonly table: TableProps<Row>;
  readonly row: Row;
}

export function TableRow<Row>({ table: { columns, onRowClick, isSelected }, row, ...rest }: TableRowProps<Row>) {
  return (
    <tr
      {...rest}
      className={cx(onRowClick && styles['clickable'], isSelected?.(row) && styles['selected'])}
      onClick={onRowClick && (() => onRowClick(row))}
    >
      {columns.map((column) => (
        <td key={column.key} className={cx(styles[column.align ?? 'start'], column.wide && styles['wide'])}>
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
}

interface SortButtonProps {
  readonly column: { readonly key: string; readonly header: string };
  readonly sort: Sort | undefined;
  readonly onSort: (sort: Sort) => void;
}

function SortButton({ column, sort, onSort }: SortButtonProps) {
  const active = sort?.key === column.key;
  const descending = active ? !sort.descending : true;
  return (
    <button
      type="button"
      className={cx(styles['sort'], active && styles['active'])}
      onClick={() => onSort({ key: column.key, descending })}
    >
      {column.header}
      <Icon name={active ? (sort.descending ? 'sortDown' : 'sortUp') : 'sort'} size={11} />
    </button>
  );
}
