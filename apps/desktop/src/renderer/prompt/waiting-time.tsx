// The time left: a hairline that shrinks, and words that name minutes and do not count down.
import type { ReactNode } from 'react';
import { useWords } from '../language/words.tsx';
import { useNowMs } from '../use-now.ts';
import { minutesLeft, timeLeft } from './time-left.ts';
import styles from './waiting-time.module.css';

interface Wait {
  readonly openedAtMs: number;
  readonly deadlineMs: number;
}

const LOOK_MS = 5000;

export function WaitingLine({ openedAtMs, deadlineMs }: Wait): ReactNode {
  const { share, leftMs } = timeLeft({ openedAtMs, deadlineMs }, useNowMs(LOOK_MS));
  return (
    <div className={styles['line']} aria-hidden="true">
      <div
        className={styles['left']}
        style={{ scale: `${Math.max(0, share - (share * LOOK_MS) / Math.max(LOOK_MS, leftMs))} 1` }}
      />
    </div>
  );
}

export function WaitingWords({ openedAtMs, deadlineMs }: Wait): ReactNode {
  const words = useWords();
  const minutes = minutesLeft(timeLeft({ openedAtMs, deadlineMs }, useNowMs(LOOK_MS)).leftMs);
  return minutes === undefined ? words('time.soon') : words('time.minutes', { minutes });
}
