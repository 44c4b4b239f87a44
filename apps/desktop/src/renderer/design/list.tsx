// A list of rows: something on the left, what it is, and what can be done about it.
import type { ReactNode } from 'react';
import styles from './list.module.css';

export function List({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <ul className={styles['list']} aria-label={label}>
      {children}
    </ul>
  );
}

interface ListRowProps {
  readonly leading?: ReactNode;
  readonly title: ReactNode;
  readonly note?: ReactNode;
  readonly trailing?: ReactNode;
}

export function ListRow({ leading, title, note, trailing }: ListRowProps): ReactNode {
  return (
    <li className={styles['row']}>
      {leading}
      <div className={styles['text']}>
        <div>{title}</div>
        {note !== undefined && <div className={styles['note']}>{note}</div>}
      </div>
      {trailing}
    </li>
  );
}
