// Whether a rule is for the App that asked or for every program in its container.
import type { ReactNode } from 'react';
import type { Choice } from '../shared/answer-options.ts';
import { plainText } from '../shared/text-safety.ts';
import type { ShownText } from '../shared/text-safety.ts';
import { Select } from './design/select.tsx';
import { useWords } from './language/words.tsx';

interface ContainerChoiceProps {
  /** Absent where what asked is in none with a name. */
  readonly container: ShownText | undefined;
  readonly choice: Choice;
  readonly isLabelHidden?: boolean;
  readonly onChoose: (choice: Choice) => void;
}

export function ContainerChoice(props: ContainerChoiceProps): ReactNode {
  const { container, choice, isLabelHidden = false, onChoose } = props;
  const words = useWords();
  if (container === undefined) return null;
  return (
    <Select
      label={words('programs')}
      isLabelHidden={isLabelHidden}
      options={[
        { value: 'app', label: words('programs.app') },
        { value: 'container', label: words('programs.container', { container: plainText(container.parts) }) },
      ]}
      value={choice.forContainer === true ? 'container' : 'app'}
      onChange={(value) => onChoose({ ...choice, forContainer: value === 'container' })}
    />
  );
}
