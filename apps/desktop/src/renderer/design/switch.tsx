// Two states, in force at once. The label says what is on; the knob's side and its mark say whether.
import type { ReactNode } from 'react';
import styles from './switch.module.css';

interface SwitchProps {
  readonly label: ReactNode;
  /** The label is spoken and not shown, where a row says it already. */
  readonly isLabelHidden?: boolean;
  readonly isOn: boolean;
  readonly isDisabled?: boolean;
  readonly onChange: (isOn: boolean) => void;
}

export function Switch({
  label,
  isLabelHidden = false,
  isOn,
  isDisabled = false,
  onChange,
}: SwitchProps): ReactNode {
  return (
    <label className={styles['row']}>
      <input
        type="checkbox"
        role="switch"
        className={styles['switch']}
        checked={isOn}
        disabled={isDisabled}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span className={isLabelHidden ? 'only-spoken' : undefined}>{label}</span>
    </label>
  );
}
