// The field of one condition, as its entry in the table says: a text, a choice, or a list with frequent values to pick.
import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import { Chips } from '../design/chips.tsx';
import { TextField } from '../design/text-field.tsx';
import { useWords } from '../language/words.tsx';
import type { Words } from '../language/words.tsx';
import styles from './rule-editor.module.css';
import type { Condition, ConditionValue } from './conditions.ts';

interface ConditionFieldProps {
  readonly condition: Condition;
  readonly value: string;
  readonly problem: string | undefined;
  readonly ownUid: number;
  readonly onChange: (value: string) => void;
}

export function ConditionField({
  condition,
  value,
  problem,
  ownUid,
  onChange,
}: ConditionFieldProps): ReactNode {
  const words = useWords();
  const label = words(condition.label);
  if (condition.kind === 'choice') return <Choice {...{ condition, value, onChange }} />;
  return (
    <>
      <TextField
        label={label}
        value={value}
        problem={problem}
        hint={words(condition.hint, { uid: ownUid })}
        isCode
        onChange={onChange}
      />
      {condition.kind === 'list' && condition.values.length > 0 && (
        <Frequent label={label} values={condition.values} {...{ value, onChange }} />
      )}
    </>
  );
}

function valueLabel(words: Words, { value, label, text }: ConditionValue): string {
  return label === undefined ? (text ?? value) : words(label);
}

type ChoiceProps = Pick<ConditionFieldProps, 'condition' | 'value' | 'onChange'>;

function Choice({ condition, value, onChange }: ChoiceProps): ReactNode {
  const words = useWords();
  const options = condition.values.map((one) => ({ value: one.value, label: valueLabel(words, one) }));
  return (
    <>
      <p className={styles['label']} aria-hidden="true">
        {words(condition.label)}
      </p>
      <Chips
        label={words(condition.label)}
        isLabelHidden
        options={[...options, { value: '', label: words('rules.direction.any') }]}
        value={value}
        onChange={onChange}
      />
      <p className={styles['hint']}>{words(condition.hint)}</p>
    </>
  );
}

interface FrequentProps {
  readonly label: string;
  readonly values: readonly ConditionValue[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Each puts its value into the list, or takes it out. */
function Frequent({ label, values, value, onChange }: FrequentProps): ReactNode {
  const words = useWords();
  const intl = useIntl();
  const entries = value.split(/[\s,]+/).filter((entry) => entry !== '');
  const toggle = (one: string): void => {
    const rest = entries.filter((entry) => entry !== one);
    onChange((rest.length < entries.length ? rest : [...entries, one]).join(', '));
  };
  return (
    <div
      className={styles['frequent']}
      role="group"
      aria-label={intl.formatMessage({ id: 'rules.suggestions' }, { field: label })}
    >
      {values.map((one) => (
        <button
          key={one.value}
          type="button"
          className={styles['pick']}
          aria-pressed={entries.includes(one.value)}
          onClick={() => toggle(one.value)}
        >
          {valueLabel(words, one)}
        </button>
      ))}
    </div>
  );
}
