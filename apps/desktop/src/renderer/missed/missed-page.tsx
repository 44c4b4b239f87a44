// Missed: questions that nobody answered in time. What is answered here holds for the next try.
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { mayAnswer } from '../../shared/reduce.ts';
import { Button } from '../design/button.tsx';
import { EmptyState } from '../design/empty-state.tsx';
import { useWords } from '../language/words.tsx';
import { useDesktop, useDesktopPart } from '../use-desktop.tsx';
import { useShowError } from '../show-toast.ts';
import { MissedCard } from './missed-card.tsx';
import styles from './missed-page.module.css';

export function MissedPage(): ReactNode {
  const words = useWords();
  const { api } = useDesktop();
  const showError = useShowError();
  const prompts = useDesktopPart((state) => state.prompts);
  const isAllowed = useDesktopPart(mayAnswer);
  const missed = useMemo(() => prompts.filter((prompt) => prompt.missed).reverse(), [prompts]);
  const dismiss = async (promptId?: string): Promise<void> => {
    const outcome = await api.dismissPrompts(promptId === undefined ? {} : { promptId });
    if (!outcome.ok) showError(outcome.error);
  };
  if (missed.length === 0)
    return (
      <EmptyState icon="missed" title={words('missed.empty')}>
        <p>{words('missed.empty.text')}</p>
      </EmptyState>
    );
  return (
    <div className={styles['page']}>
      <header className={styles['head']}>
        <p>{words('missed.text', { count: missed.length })}</p>
        {isAllowed && missed.length > 1 && (
          <Button onClick={() => void dismiss()}>{words('missed.dismiss-all')}</Button>
        )}
      </header>
      <ul className={styles['cards']}>
        {missed.map((prompt) => (
          <li key={prompt.id}>
            <MissedCard
              prompt={prompt}
              isAllowed={isAllowed}
              onDismiss={(promptId) => void dismiss(promptId)}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}
