// What to know before answering, in words; the colour only echoes them.
import type { ReactNode } from 'react';
import { Icon } from '../design/icon.tsx';
import { useWords } from '../language/words.tsx';
import type { Notice } from './notices.ts';
import styles from './notice-list.module.css';

export function NoticeList({ notices }: { readonly notices: readonly Notice[] }): ReactNode {
  const words = useWords();
  if (notices.length === 0) return null;
  return (
    <ul className={styles['notices']}>
      {notices.map(({ id, values }) => (
        <li key={id} className={styles['notice']} data-notice={id}>
          <Icon name="caution" />
          <bdi>{words(id, values)}</bdi>
        </li>
      ))}
    </ul>
  );
}
