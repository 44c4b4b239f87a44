// A rule as one plain sentence in the person's language. Its parts are set off, and lead to the field that they come from.
import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import type { SentencePart } from './conditions.ts';
import { furtherText, sentenceValues } from './sentence-values.ts';
import type { Sayable } from './sentence-values.ts';
import styles from './sentence.module.css';

interface RuleSentenceProps {
  readonly rule: Sayable;
  readonly ownUid: number;
  /** Absent where nothing can be changed: the parts are set off all the same. */
  readonly onPart?: ((part: SentencePart) => void) | undefined;
  readonly partTitle?: string;
}

type SentenceValue = string | number | ((chunks: ReactNode) => ReactNode);

const PARTS: readonly SentencePart[] = ['who', 'whose', 'may', 'where', 'port', 'over', 'until'];

export function RuleSentence({ rule, ownUid, onPart, partTitle }: RuleSentenceProps): ReactNode {
  const intl = useIntl();
  const tone = styles[rule.action];
  const tags = PARTS.map((part): readonly [string, SentenceValue] => [
    part,
    (chunks: ReactNode) => (
      <Part
        key={part}
        tone={part === 'may' ? tone : undefined}
        title={partTitle}
        onClick={onPart === undefined ? undefined : () => onPart(part)}
      >
        {chunks}
      </Part>
    ),
  ]);
  const values: Record<string, SentenceValue> = {
    ...sentenceValues(intl, rule, ownUid),
    ...Object.fromEntries(tags),
  };
  const further = furtherText(intl, rule.matcher);
  return (
    <>
      {intl.formatMessage({ id: 'rules.sentence' }, values)}
      {further !== undefined && ` ${further}`}
    </>
  );
}

interface PartProps {
  readonly tone: string | undefined;
  readonly title: string | undefined;
  readonly onClick: (() => void) | undefined;
  readonly children: ReactNode;
}

function Part({ tone, title, onClick, children }: PartProps): ReactNode {
  const name = [styles['part'], tone].filter((one) => one !== undefined).join(' ');
  if (onClick === undefined) return <strong className={name}>{children}</strong>;
  return (
    <button type="button" className={`${name} ${styles['link'] ?? ''}`} title={title} onClick={onClick}>
      {children}
    </button>
  );
}
