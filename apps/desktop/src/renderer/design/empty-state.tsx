// A place where nothing is to be shown: what is going on, and what to do.
import type { ReactNode } from 'react';
import styles from './empty-state.module.css';
import { Icon } from './icon.tsx';
import type { IconName } from './icon.tsx';

interface EmptyStateProps {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

export function EmptyState({ icon, title, children, actions }: EmptyStateProps): ReactNode {
  return (
    <section className={styles['empty']}>
      <span className={styles['picture']}>
        <Icon name={icon} />
      </span>
      <h1>{title}</h1>
      {children !== undefined && <div className={styles['text']}>{children}</div>}
      {actions}
    </section>
  );
}
