// A row of Now: the frame that Apps, endpoints and flows share. It unfolds with a click, with Enter, and with the arrow keys.
import type { ReactNode } from 'react';
import { classNames } from '../design/class-names.ts';
import { Icon } from '../design/icon.tsx';
import styles from './now-row.module.css';

export interface RowPlace {
  /** Of all rows, from 0. */
  readonly index: number;
  /** The one row that Tab leads to. */
  readonly isCurrent: boolean;
  readonly onToggle: (key: string) => void;
}

interface NowRowFrameProps extends RowPlace {
  readonly kind: 'app' | 'endpoint' | 'flow';
  readonly rowKey: string;
  /** Undefined where there is nothing to unfold. */
  readonly isOpen?: boolean;
  readonly children: ReactNode;
}

const LEVELS = { app: 1, endpoint: 2, flow: 3 } as const;

export function NowRowFrame(props: NowRowFrameProps): ReactNode {
  const { kind, rowKey, isOpen, children, index, isCurrent, onToggle } = props;
  return (
    <div
      className={classNames(styles['row'], styles[kind])}
      role="row"
      aria-level={LEVELS[kind]}
      aria-rowindex={index + 2}
      aria-expanded={isOpen}
      tabIndex={isCurrent ? 0 : -1}
      data-row={kind}
      data-key={rowKey}
      onClick={isOpen === undefined ? undefined : () => onToggle(rowKey)}
    >
      {children}
    </div>
  );
}

/** The first cell, with the mark of what can be unfolded. */
export function FirstCell({
  isOpen,
  children,
}: {
  readonly isOpen?: boolean;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <span className={styles['first']} role="gridcell">
      {isOpen !== undefined && (
        <span className={styles['fold']} aria-hidden="true">
          <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} />
        </span>
      )}
      {children}
    </span>
  );
}

export function NumberCell({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <span className={styles['number']} role="gridcell">
      {children}
    </span>
  );
}
