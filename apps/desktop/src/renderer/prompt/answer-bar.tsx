// The bottom of a card, always at the same place: later, the time left, deny and allow.
import { useRef } from 'react';
import type { MouseEvent, ReactNode } from 'react';
import type { Action } from '../../shared/model.ts';
import { Button } from '../design/button.tsx';
import { Icon } from '../design/icon.tsx';
import { Tooltip } from '../design/tooltip.tsx';
import { useWords } from '../language/words.tsx';
import styles from './answer-bar.module.css';
import { ArmingRing } from './arming-ring.tsx';
import type { ArmingControl } from './use-arming.ts';

interface AnswerBarProps {
  readonly arming: ArmingControl;
  readonly isBusy: boolean;
  /** False for a card that can only be put away. */
  readonly isAnswerable: boolean;
  readonly laterLabel: string;
  readonly note: ReactNode;
  readonly onPress: (button: Action, atMs: number) => void;
  readonly onLater: () => void;
}

export function AnswerBar(props: AnswerBarProps): ReactNode {
  const { isAnswerable, laterLabel, note, onLater } = props;
  return (
    <footer className={styles['bar']}>
      <Tooltip text={laterLabel} keyName="Esc">
        <Button kind="quiet" size="medium" onClick={onLater}>
          {laterLabel}
        </Button>
      </Tooltip>
      <p className={styles['note']}>{note}</p>
      {isAnswerable && (
        <div className={styles['answers']}>
          <AnswerButton action="deny" keyName="D" {...props} />
          <AnswerButton action="allow" keyName="A" {...props} />
        </div>
      )}
    </footer>
  );
}

interface AnswerButtonProps extends AnswerBarProps {
  readonly action: Action;
  readonly keyName: string;
}

function AnswerButton({ action, keyName, arming, isBusy, onPress }: AnswerButtonProps): ReactNode {
  const words = useWords();
  const pointerDownAtMs = useRef<number>(undefined);
  const isReady = arming.isArmed && !isBusy;
  /** A press counts from where it began: a pointer that went down too early answers nothing. */
  const press = (event: MouseEvent): void => {
    const beganAtMs = event.detail === 0 ? undefined : pointerDownAtMs.current;
    pointerDownAtMs.current = undefined;
    if (!isBusy) onPress(action, beganAtMs ?? performance.now());
  };
  return (
    <Tooltip text={isReady ? words(action) : words('arming.waits')} keyName={keyName}>
      <Button
        kind={action}
        size="large"
        data-answer={action}
        aria-disabled={!isReady}
        aria-keyshortcuts={keyName}
        onPointerDown={() => {
          pointerDownAtMs.current = performance.now();
        }}
        onClick={press}
      >
        <span className={styles['mark']}>
          <Icon name={action === 'deny' ? 'deny-mark' : 'allow'} />
          <ArmingRing
            key={arming.sinceMs}
            isArmed={arming.isArmed}
            isWaiting={arming.sinceMs !== undefined}
          />
        </span>
        {words(action)}
      </Button>
    </Tooltip>
  );
}
