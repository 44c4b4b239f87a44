// Above the card: how many other Apps ask, and help.
import type { ReactNode } from 'react';
import { Button, IconButton } from '../design/button.tsx';
import { Icon } from '../design/icon.tsx';
import { useWords } from '../language/words.tsx';
import type { Deck } from './deck.ts';
import styles from './stack-bar.module.css';

interface StackBarProps {
  readonly deck: Deck;
  readonly onOpen: (dialog: 'list' | 'help') => void;
}

export function StackBar({ deck, onOpen }: StackBarProps): ReactNode {
  const words = useWords();
  const others = deck.behind.length + (deck.card === undefined ? 0 : deck.aside.length);
  return (
    <header className={styles['bar']}>
      <span className={styles['mark']}>
        <Icon name={deck.card === undefined ? 'gate-closed' : 'gate-question'} />
        {words('app.name')}
      </span>
      {others > 0 && (
        <Button kind="quiet" icon="chevron-down" onClick={() => onOpen('list')} data-behind={others}>
          {words('stack.count', { count: others })}
        </Button>
      )}
      <IconButton label={words('help')} icon="help" onClick={() => onOpen('help')} />
    </header>
  );
}
