// Text that others chose, as text-safety.ts made it: isolated from the sentence around it, escapes set off, what is left out counted.
import type { ReactNode } from 'react';
import type { ShownText, TextPart } from '../shared/text-safety.ts';
import styles from './foreign-text.module.css';
import { useWords } from './language/words.tsx';

interface ForeignTextProps {
  readonly text: ShownText;
  /** For paths and command lines. */
  readonly isCode?: boolean;
  /** Only the program itself says so. */
  readonly isClaimed?: boolean;
}

export function ForeignText({ text, isCode = false, isClaimed = false }: ForeignTextProps): ReactNode {
  const content = text.parts.map((part, index) => <Part key={index} part={part} />);
  const shown = isClaimed ? <i className={styles['claimed']}>{content}</i> : content;
  return (
    <bdi className={styles['foreign']} dir="ltr">
      {isCode ? <code>{shown}</code> : shown}
    </bdi>
  );
}

function Part({ part }: { readonly part: TextPart }): ReactNode {
  const words = useWords();
  switch (part.kind) {
    case 'plain':
      return part.text;
    case 'escape':
      return (
        <span className={styles['escape']} title={words('text.escape')}>
          {part.text}
        </span>
      );
    case 'left-out':
      return (
        <span
          className={styles['leftOut']}
          title={words('text.characters-left-out', { count: part.characters })}
        >
          …
        </span>
      );
  }
}
