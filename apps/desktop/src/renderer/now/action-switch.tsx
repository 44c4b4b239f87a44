// Allowed or refused, for connections that come: two buttons, the one in force pressed, and a word where neither is.
import type { ReactNode } from 'react';
import type { Action } from '../../shared/model.ts';
import { classNames } from '../design/class-names.ts';
import { Icon } from '../design/icon.tsx';
import { useWords } from '../language/words.tsx';
import type { DecidedInAll } from './use-decisions.tsx';
import styles from './action-switch.module.css';

interface ActionSwitchProps {
  /** Whose connections, as a whole phrase. */
  readonly label: string;
  /** Undefined while it is not known. */
  readonly decided: DecidedInAll | undefined;
  readonly actions: readonly Action[];
  readonly onChoose: (action: Action) => void;
}

export function ActionSwitch({ label, decided, actions, onChoose }: ActionSwitchProps): ReactNode {
  const words = useWords();
  return (
    <div className={styles['whole']} role="group" aria-label={label} data-decided={decided}>
      {(decided === 'ask' || decided === 'mixed') && (
        <span className={styles['mark']} title={words(`now.rule.${decided}.text`)}>
          {words(`now.rule.${decided}`)}
        </span>
      )}
      <span className={styles['buttons']}>
        {actions.map((action) => (
          <button
            key={action}
            type="button"
            className={classNames(styles['button'], styles[action])}
            aria-pressed={decided === action}
            aria-label={words(action)}
            title={words(`now.${action}.text`)}
            onClick={(event) => {
              event.stopPropagation();
              if (decided !== action) onChoose(action);
            }}
          >
            <Icon name={action} />
          </button>
        ))}
      </span>
    </div>
  );
}
