// TextField and SearchField: a label, what is typed, and what is wrong with it.
import { useId } from 'react';
import type { ChangeEvent, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Icon } from './icon.tsx';
import styles from './text-field.module.css';

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What is wrong and what to do; absent while all is well. */
  readonly problem?: string | undefined;
  readonly hint?: string | undefined;
  /** For paths, addresses and command lines. */
  readonly isCode?: boolean;
  /** More than one line: text with line breaks. */
  readonly lines?: number;
  /** A moment in local time. */
  readonly isMoment?: boolean;
}

type TypedEvent = ChangeEvent<HTMLInputElement | HTMLTextAreaElement>;

/** To the millisecond, which is what an agent may have stored. */
const MOMENT = { type: 'datetime-local', step: 'any' } as const;

export function TextField({
  label,
  value,
  onChange,
  problem,
  hint,
  isCode = false,
  lines,
  isMoment,
}: TextFieldProps): ReactNode {
  const id = useId();
  const note = problem ?? hint;
  const shared = {
    ...{ id, value, spellCheck: false, autoComplete: 'off' },
    className: classNames(styles['input'], isCode && styles['code']),
    'aria-invalid': problem !== undefined,
    'aria-describedby': note === undefined ? undefined : `${id}-note`,
    onChange: ({ currentTarget }: TypedEvent) => onChange(currentTarget.value),
  };
  return (
    <div className={styles['field']}>
      <label htmlFor={id}>{label}</label>
      {lines === undefined ? (
        <input {...shared} {...(isMoment === true && MOMENT)} />
      ) : (
        <textarea {...shared} rows={lines} />
      )}
      {note !== undefined && (
        <p id={`${id}-note`} className={problem === undefined ? styles['hint'] : styles['problem']}>
          {problem !== undefined && <Icon name="caution" />}
          {note}
        </p>
      )}
    </div>
  );
}

interface SearchFieldProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function SearchField({ label, placeholder, value, onChange }: SearchFieldProps): ReactNode {
  return (
    <label className={styles['search']}>
      <Icon name="search" />
      <span className="only-spoken">{label}</span>
      <input
        type="search"
        className={styles['searchInput']}
        value={value}
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </label>
  );
}
