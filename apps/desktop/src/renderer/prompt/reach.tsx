// How far an answer reaches: scope and lifetime.
import type { ReactNode } from 'react';
import type { Choice } from '../../shared/answer-options.ts';
import { plainText } from '../../shared/text-safety.ts';
import type { DecisionScope } from '../../shared/desktop-api.ts';
import { Chips } from '../design/chips.tsx';
import { Select } from '../design/select.tsx';
import { useLifetimeWords } from '../language/lifetime-words.ts';
import { useWords } from '../language/words.tsx';
import { ContainerChoice } from '../container-choice.tsx';
import { UserChoice } from '../user-choice.tsx';
import { scopeWords } from '../scope-words.ts';
import type { CardModel } from './card-model.ts';
import styles from './reach.module.css';

interface ReachProps {
  readonly model: CardModel;
  readonly onChoose: (choice: Choice) => void;
}

export function Scope({ model: { view, choice }, onChoose }: ReachProps): ReactNode {
  const words = useWords();
  const values = { port: String(view.target.port), network: view.target.network ?? '' };
  const label = (scope: DecisionScope): string => words(scopeWords(scope, view.target), values);
  return (
    <Chips
      label={words('covers')}
      isLabelHidden
      options={view.scopes.map((scope) => ({ value: scope, label: label(scope) }))}
      value={choice.scope}
      onChange={(scope) => onChoose({ ...choice, scope })}
    />
  );
}

export function Lifetime({ model: { view, choice, lifetimes }, onChoose }: ReachProps): ReactNode {
  const words = useWords();
  const { label } = useLifetimeWords();
  const app = plainText(view.app.name.parts);
  const chosen = lifetimes.indexOf(choice.lifetime);
  return (
    <span className={styles['lasting']}>
      <Select
        label={words('lasts')}
        isLabelHidden
        options={lifetimes.map((lifetime, index) => ({ value: String(index), label: label(lifetime, app) }))}
        value={String(chosen)}
        onChange={(value) => onChoose({ ...choice, lifetime: lifetimes[Number(value)] ?? choice.lifetime })}
      />
      <ContainerChoice isLabelHidden container={view.container} choice={choice} onChoose={onChoose} />
      <UserChoice isLabelHidden user={view.user} choice={choice} onChoose={onChoose} />
    </span>
  );
}
