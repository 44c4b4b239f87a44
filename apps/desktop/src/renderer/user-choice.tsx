// Whether a rule holds for every user of the App or for the one who ran it. What ends with the process has one user in any case.
import type { ReactNode } from 'react';
import type { Choice } from '../shared/answer-options.ts';
import type { PromptView } from '../shared/prompt-view.ts';
import { plainText } from '../shared/text-safety.ts';
import { Select } from './design/select.tsx';
import { useWords } from './language/words.tsx';
import type { Words } from './language/words.tsx';

interface UserChoiceProps {
  readonly user: PromptView['user'];
  readonly choice: Choice;
  readonly isLabelHidden?: boolean;
  readonly onChoose: (choice: Choice) => void;
}

export function UserChoice({ user, choice, isLabelHidden = false, onChoose }: UserChoiceProps): ReactNode {
  const words = useWords();
  if (user === undefined || !hasUserChoice(choice)) return null;
  return (
    <Select
      label={words('users')}
      isLabelHidden={isLabelHidden}
      options={[
        { value: 'all', label: words('users.all') },
        { value: 'own', label: words('users.own', { user: userName(words, user) }) },
      ]}
      value={choice.ownUserOnly === true ? 'own' : 'all'}
      onChange={(value) => onChoose({ ...choice, ownUserOnly: value === 'own' })}
    />
  );
}

export function hasUserChoice({ lifetime }: Choice): boolean {
  return lifetime.kind !== 'once' && lifetime.kind !== 'process';
}

export function userName(words: Words, { uid, name }: NonNullable<PromptView['user']>): string {
  return name === undefined ? words('who.uid', { uid: String(uid) }) : plainText(name.parts);
}
