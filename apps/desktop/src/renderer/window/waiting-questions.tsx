// Questions that wait now, told in the rail, which leads to the prompt window: they are answered there.
import type { ReactNode } from 'react';
import { Icon } from '../design/icon.tsx';
import { useWords } from '../language/words.tsx';
import { useDesktop, useDesktopPart } from '../use-desktop.tsx';
import styles from './waiting-questions.module.css';

export function WaitingQuestions(): ReactNode {
  const words = useWords();
  const { api } = useDesktop();
  const connection = useDesktopPart((state) => state.connection.kind);
  const all = useDesktopPart((state) => state.prompts.length);
  const missed = useDesktopPart((state) => state.prompts.filter((prompt) => prompt.missed).length);
  const open = all - missed;
  return (
    <div
      className={styles['waiting']}
      role="status"
      data-connection={connection}
      data-prompts={connection === 'connected' ? all : undefined}
    >
      {open > 0 && (
        <button type="button" className={styles['open']} onClick={() => void api.openPromptWindow()}>
          <Icon name="gate-question" />
          <span className={styles['text']}>{words('main.waiting', { count: open })}</span>
        </button>
      )}
    </div>
  );
}
