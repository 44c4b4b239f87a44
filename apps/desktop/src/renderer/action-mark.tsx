// Allowed or refused: an icon, a word, and a colour that echoes them.
import type { ReactNode } from 'react';
import type { Action } from '../shared/model.ts';
import styles from './action-mark.module.css';
import { classNames } from './design/class-names.ts';
import { Icon } from './design/icon.tsx';
import { useWords } from './language/words.tsx';

export function ActionMark({ action }: { readonly action: Action }): ReactNode {
  const words = useWords();
  return (
    <span className={classNames(styles['mark'], styles[action])}>
      <Icon name={action} />
      {words(`done-action.${action}`)}
    </span>
  );
}
