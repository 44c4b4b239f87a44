// One of a few, each with what follows from it: a radio group of rows.
import { useId } from 'react';
import type { ReactNode } from 'react';
import styles from './choice-list.module.css';

export interface ListedChoice<T extends string> {
  readonly value: T;
  readonly label: string;
  /** What happens then. */
  readonly text: string;
}

interface ChoiceListProps<T extends string> {
  readonly label: string;
  readonly choices: readonly ListedChoice<T>[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

export function ChoiceList<T extends string>({
  label,
  choices,
  value,
  onChange,
}: ChoiceListProps<T>): ReactNode {
  const group = useId();
  return (
    <fieldset className={styles['group']}>
      <legend className={styles['legend']}>{label}</legend>
      {choices.map((choice) => (
        <label key={choice.value} className={styles['choice']}>
          <input
            type="radio"
            name={group}
            value={choice.value}
            checked={choice.value === value}
            aria-describedby={`${group}-${choice.value}`}
            onChange={() => onChange(choice.value)}
          />
          <span className={styles['label']}>{choice.label}</span>
          <span id={`${group}-${choice.value}`} className={styles['text']} aria-hidden="true">
            {choice.text}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
