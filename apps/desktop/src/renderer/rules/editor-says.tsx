// What the rule would say as it stands in the form, and what is worth a thought before it is saved.
import type { ReactNode } from 'react';
import { Icon } from '../design/icon.tsx';
import { useWords } from '../language/words.tsx';
import type { MessageId } from '../messages/message-id.ts';
import { ALL_CONDITIONS } from './conditions.ts';
import styles from './rule-editor.module.css';
import type { FormReading } from './rule-form.ts';
import { RuleSentence } from './sentence.tsx';

interface EditorSaysProps {
  readonly reading: FormReading;
  readonly ownUid: number;
  readonly warning: MessageId | undefined;
}

export function EditorSays({ reading, ownUid, warning }: EditorSaysProps): ReactNode {
  const words = useWords();
  return (
    <div className={styles['says']}>
      <p aria-live="polite">
        <span className="only-spoken">{words('rules.editor.says')}: </span>
        {reading.kind === 'draft' ? (
          <RuleSentence rule={reading.draft} ownUid={ownUid} />
        ) : (
          <span className={styles['incomplete']}>{words('rules.editor.incomplete')}</span>
        )}
      </p>
      {isBroad(reading) && <Caution id="rules.editor.broad" />}
      {warning !== undefined && <Caution id={warning} />}
    </div>
  );
}

function Caution({ id }: { readonly id: MessageId }): ReactNode {
  const words = useWords();
  return (
    <p className={styles['caution']}>
      <Icon name="caution" />
      {words(id)}
    </p>
  );
}

/** An allow that asks for nothing but, at most, a direction. */
function isBroad(reading: FormReading): boolean {
  if (reading.kind === 'problems' || reading.draft.action === 'deny') return false;
  const { matcher } = reading.draft;
  return ALL_CONDITIONS.every(({ key, write }) => key === 'direction' || write(matcher) === '');
}
