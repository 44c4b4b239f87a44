// How far a rule reaches and how long it holds, chosen for an App: chips and a list, as on a prompt's card.
import type { ReactNode } from 'react';
import { offeredScopes, sameLifetime } from '../shared/answer-options.ts';
import type { Choice, Reach } from '../shared/answer-options.ts';
import type { DecisionLifetime } from '../shared/desktop-api.ts';
import type { PromptView } from '../shared/prompt-view.ts';
import styles from './answer-choice.module.css';
import { Chips } from './design/chips.tsx';
import { Select } from './design/select.tsx';
import { ContainerChoice } from './container-choice.tsx';
import { useLifetimeWords } from './language/lifetime-words.ts';
import { useWords } from './language/words.tsx';
import { scopeWords } from './scope-words.ts';
import { UserChoice } from './user-choice.tsx';

interface AnswerChoiceProps {
  readonly appName: string;
  /** The port is 0 where the protocol has none; no network where none was proposed. */
  readonly endpoint: Reach;
  /** Absent where nobody is to be told apart. */
  readonly user?: PromptView['user'];
  /** Absent where the App is in none with a name. */
  readonly container?: PromptView['container'];
  readonly lifetimes: readonly DecisionLifetime[];
  readonly choice: Choice;
  readonly onChoose: (choice: Choice) => void;
}

export function AnswerChoice(props: AnswerChoiceProps): ReactNode {
  const { appName, endpoint, user, container, lifetimes, choice, onChoose } = props;
  const { port, network = '' } = endpoint;
  const words = useWords();
  const { label } = useLifetimeWords();
  const chosen = lifetimes.findIndex((lifetime) => sameLifetime(lifetime, choice.lifetime));
  return (
    <div className={styles['choice']}>
      <Chips
        label={words('covers')}
        options={offeredScopes(endpoint).map((scope) => ({
          value: scope,
          label: words(scopeWords(scope, endpoint), { port: String(port), network }),
        }))}
        value={choice.scope}
        onChange={(scope) => onChoose({ ...choice, scope })}
      />
      <Select
        label={words('lasts')}
        options={lifetimes.map((lifetime, index) => ({
          value: String(index),
          label: label(lifetime, appName),
        }))}
        value={String(chosen)}
        onChange={(value) => onChoose({ ...choice, lifetime: lifetimes[Number(value)] ?? choice.lifetime })}
      />
      <ContainerChoice container={container} choice={choice} onChoose={onChoose} />
      <UserChoice user={user} choice={choice} onChoose={onChoose} />
    </div>
  );
}
