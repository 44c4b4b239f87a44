// The rail: the pages by name, and what is counted on them. Links, because an address leads to each.
import type { ReactNode } from 'react';
import { Badge } from '../design/badge.tsx';
import { Icon } from '../design/icon.tsx';
import { useWords } from '../language/words.tsx';
import { useDesktopPart } from '../use-desktop.tsx';
import type { PageEntry } from './page-entry.ts';
import { PAGES } from './pages.ts';
import styles from './rail.module.css';
import { writeRoute } from './route.ts';
import { WaitingQuestions } from './waiting-questions.tsx';

export function Rail({ current }: { readonly current: string }): ReactNode {
  const words = useWords();
  return (
    <nav className={styles['rail']} aria-label={words('main.pages')}>
      <span className={styles['mark']}>
        <Icon name="gate-closed" />
        <span className={styles['name']}>{words('app.name')}</span>
      </span>
      <ul className={styles['pages']}>
        {PAGES.map((entry) => (
          <li key={entry.id}>
            <RailLink entry={entry} isCurrent={entry.id === current} />
          </li>
        ))}
      </ul>
      <WaitingQuestions />
    </nav>
  );
}

function RailLink({
  entry,
  isCurrent,
}: {
  readonly entry: PageEntry;
  readonly isCurrent: boolean;
}): ReactNode {
  const words = useWords();
  const count = useDesktopPart((state) => entry.count?.of(state) ?? 0);
  return (
    <a
      className={styles['link']}
      href={writeRoute({ page: entry.id, query: {} })}
      aria-current={isCurrent ? 'page' : undefined}
    >
      <Icon name={entry.icon} />
      <span className={styles['name']}>{words(entry.title)}</span>
      {count > 0 && entry.count !== undefined && (
        <span className={styles['count']}>
          <Badge tone="accent">
            <span aria-hidden="true">{count}</span>
            <span className="only-spoken">{words(entry.count.spoken, { count })}</span>
          </Badge>
        </span>
      )}
    </a>
  );
}
