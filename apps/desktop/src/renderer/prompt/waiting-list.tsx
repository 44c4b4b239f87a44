// Every question that waits, the newest below; one is picked to be answered now.
import type { ReactNode } from 'react';
import { promptView } from '../../shared/prompt-view.ts';
import type { Prompt } from '../../shared/model.ts';
import { Badge } from '../design/badge.tsx';
import { useWords } from '../language/words.tsx';
import { AppTile } from '../app-tile.tsx';
import type { Deck } from './deck.ts';
import { questionText } from './question.tsx';
import styles from './waiting-list.module.css';

interface WaitingListProps {
  readonly deck: Pick<Deck, 'behind' | 'aside'>;
  readonly onPick: (promptId: string) => void;
}

export function WaitingList({ deck, onPick }: WaitingListProps): ReactNode {
  const words = useWords();
  return (
    <ul className={styles['list']} aria-label={words('stack.title')}>
      {deck.behind.map((prompt) => (
        <WaitingRow key={prompt.id} prompt={prompt} isAside={false} onPick={onPick} />
      ))}
      {deck.aside.map((prompt) => (
        <WaitingRow key={prompt.id} prompt={prompt} isAside onPick={onPick} />
      ))}
    </ul>
  );
}

interface WaitingRowProps {
  readonly prompt: Prompt;
  readonly isAside: boolean;
  readonly onPick: (promptId: string) => void;
}

function WaitingRow({ prompt, isAside, onPick }: WaitingRowProps): ReactNode {
  const words = useWords();
  const view = promptView(prompt);
  if (view === undefined) return null;
  return (
    <li>
      <button
        type="button"
        className={styles['row']}
        onClick={() => onPick(prompt.id)}
        data-waiting={prompt.id}
      >
        <AppTile app={view.app.id} name={view.app.name} />
        <bdi className={styles['text']}>{questionText(words, view.question)}</bdi>
        {isAside && <Badge>{words('stack.aside')}</Badge>}
        {view.missed && <Badge tone="caution">{words('stack.missed')}</Badge>}
      </button>
    </li>
  );
}
