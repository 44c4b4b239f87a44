// One of several, one in sight. The browser's own control: keyboard, touch and screen readers know it.
import { useId } from 'react';
import type { ReactNode } from 'react';
import styles from './select.module.css';

export interface SelectOption {
  readonly value: string;
  readonly label: string;
}

interface SelectProps {
  readonly label: string;
  readonly isLabelHidden?: boolean;
  readonly options: readonly SelectOption[];
  readonly value: string;
  readonly isDisabled?: boolean;
  readonly onChange: (value: string) => void;
}

export function Select({
  label,
  isLabelHidden = false,
  options,
  value,
  isDisabled = false,
  onChange,
}: SelectProps): ReactNode {
  const id = useId();
  return (
    <span className={styles['field']}>
      <label htmlFor={id} className={isLabelHidden ? 'only-spoken' : styles['label']}>
        {label}
      </label>
      <select
        id={id}
        className={styles['select']}
        value={value}
        disabled={isDisabled}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </span>
  );
}
