// A word or a count beside something. Its tone echoes the word; it never replaces it.
import type { ReactNode } from 'react';
import styles from './badge.module.css';
import { classNames } from './class-names.ts';
import { Icon } from './icon.tsx';
import type { IconName } from './icon.tsx';

export type BadgeTone = 'neutral' | 'accent' | 'allow' | 'deny' | 'caution';

interface BadgeProps {
  readonly tone?: BadgeTone;
  readonly icon?: IconName;
  readonly children: ReactNode;
}

export function Badge({ tone = 'neutral', icon, children }: BadgeProps): ReactNode {
  return (
    <span className={classNames(styles['badge'], styles[tone])}>
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </span>
  );
}
