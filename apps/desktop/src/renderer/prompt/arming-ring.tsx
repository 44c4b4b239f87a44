// The thin ring that closes while a card arms. Drawn anew (by its key) whenever the arming begins anew.
import type { ReactNode } from 'react';
import styles from './arming-ring.module.css';

interface ArmingRingProps {
  readonly isArmed: boolean;
  readonly isWaiting: boolean;
}

export function ArmingRing({ isArmed, isWaiting }: ArmingRingProps): ReactNode {
  return (
    <svg className={styles['ring']} viewBox="0 0 24 24" aria-hidden="true" data-armed={isArmed}>
      <circle className={styles['track']} cx="12" cy="12" r="10.5" />
      {isWaiting && <circle className={styles['progress']} cx="12" cy="12" r="10.5" pathLength="1" />}
    </svg>
  );
}
