// A list in columns. Rows are 28 px high: a laptop shows twenty of them. A row may open in place.
import { Fragment } from 'react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import styles from './table.module.css';

export interface Column<T> {
  readonly key: string;
  readonly title: string;
  readonly cell: (row: T) => ReactNode;
  readonly isNumber?: boolean;
}

interface TableProps<T> {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly rowKey: (row: T) => string;
  /** What stands below an open row; undefined for a closed one. */
  readonly detail?: (row: T) => ReactNode;
}

export function Table<T>({ label, columns, rows, rowKey, detail }: TableProps<T>): ReactNode {
  return (
    <table className={styles['table']} aria-label={label}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th
              key={column.key}
              scope="col"
              className={classNames(column.isNumber === true && styles['number'])}
            >
              {column.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <TableRow key={rowKey(row)} row={row} columns={columns} detail={detail?.(row)} />
        ))}
      </tbody>
    </table>
  );
}

interface TableRowProps<T> {
  readonly row: T;
  readonly columns: readonly Column<T>[];
  readonly detail: ReactNode;
}

function TableRow<T>({ row, columns, detail }: TableRowProps<T>): ReactNode {
  return (
    <Fragment>
      <tr>
        {columns.map((column) => (
          <td key={column.key} className={classNames(column.isNumber === true && styles['number'])}>
            {column.cell(row)}
          </td>
        ))}
      </tr>
      {detail !== undefined && (
        <tr className={styles['detail']}>
          <td colSpan={columns.length}>{detail}</td>
        </tr>
      )}
    </Fragment>
  );
}
