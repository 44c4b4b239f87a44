// History: every verdict with its reason, newest first; what can be known of each, and what can be done about it from here.
import { useState } from 'react';
import type { ReactNode } from 'react';
import { safeText } from '../../shared/text-safety.ts';
import { Button } from '../design/button.tsx';
import { EmptyState } from '../design/empty-state.tsx';
import { Icon } from '../design/icon.tsx';
import { useWords } from '../language/words.tsx';
import { useUsers } from '../use-users.ts';
import type { Users } from '../users.ts';
import { changeQuery, useSearchText } from '../window/use-route.ts';
import type { FeedState } from './history-feed.ts';
import { HistoryList } from './history-list.tsx';
import styles from './history-page.module.css';
import { historySearch } from './history-search.ts';
import { HistoryToolbar } from './history-toolbar.tsx';
import { useHistoryFeed } from './use-history-feed.ts';

export function HistoryPage(): ReactNode {
  const text = useSearchText();
  const users = useUsers();
  const { feed, state } = useHistoryFeed(text, users);
  const [openId, setOpenId] = useState<string>();
  return (
    <div className={styles['page']}>
      <HistoryToolbar text={text} users={users} />
      <Problems text={text} state={state} users={users} />
      {state.rows.length === 0 ? (
        <NoRows state={state} text={text} />
      ) : (
        <HistoryList feed={feed} state={state} text={text} users={users} openId={openId} onOpen={setOpenId} />
      )}
    </div>
  );
}

interface ProblemsProps {
  readonly text: string;
  readonly state: FeedState;
  readonly users: Users | undefined;
}

/** Fields of the search that cannot be used, and a page that could not be read. */
function Problems({ text, state, users }: ProblemsProps): ReactNode {
  const words = useWords();
  const { problems } = historySearch(text, 0, users);
  const isFailed = state.phase === 'failed' && state.rows.length > 0;
  return (
    <div role="status">
      {problems.map((key, index) => (
        <p key={`${key}-${index}`} className={styles['problem']}>
          <Icon name="caution" />
          {words('history.search-problem', { field: `${key}:`, expected: words(`history.expected.${key}`) })}
        </p>
      ))}
      {isFailed && (
        <p className={styles['problem']}>
          <Icon name="caution" />
          {words('history.failed')} {safeText(state.error?.text ?? '')}
        </p>
      )}
    </div>
  );
}

function NoRows({ state, text }: { readonly state: FeedState; readonly text: string }): ReactNode {
  const words = useWords();
  if (state.phase === 'loading') return <p className={styles['loading']}>{words('history.loading')}</p>;
  if (state.phase === 'failed')
    return (
      <EmptyState icon="caution" title={words('history.failed')}>
        <p>{safeText(state.error?.text ?? '')}</p>
        <p>{safeText(state.error?.remedy ?? '')}</p>
      </EmptyState>
    );
  if (text === '')
    return (
      <EmptyState icon="history" title={words('history.empty')}>
        <p>{words('history.empty.text')}</p>
      </EmptyState>
    );
  return (
    <EmptyState
      icon="search"
      title={words('history.nothing-found')}
      actions={<Button onClick={() => changeQuery({ q: '' })}>{words('history.show-all')}</Button>}
    >
      <p>{words('history.nothing-found.text')}</p>
    </EmptyState>
  );
}
