// One of a few, all in sight: a radio group that looks like chips.
import { useId } from 'react';
import type { ReactNode } from 'react';
import styles from './chips.module.css';

export interface ChipOption<T extends string> {
  readonly value: T;
  readonly label: ReactNode;
}

interface ChipsProps<T extends string> {
  /** The name of the group, shown before it. */
  readonly label: string;
  readonly isLabelHidden?: boolean;
  readonly options: readonly ChipOption<T>[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

export function Chips<T extends string>({
  label,
  isLabelHidden,
  options,
  value,
  onChange,
}: ChipsProps<T>): ReactNode {
  const group = useId();
  return (
    <fieldset className={styles['group']}>
      <legend className={isLabelHidden === true ? 'only-spoken' : styles['legend']}>{label}</legend>
      {options.map((option) => (
        <label key={option.value} className={styles['chip']}>
          <input
            type="radio"
            className={styles['input']}
            name={group}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <span>{option.label}</span>
        </label>
      ))}
    </fieldset>
  );
}
