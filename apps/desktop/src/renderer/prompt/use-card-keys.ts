// The keyboard of a card. Everything typed goes through the arming first, before any control sees it.
import { useEffect, useEffectEvent } from 'react';
import type { ArmingIntent } from '../../shared/arming.ts';
import type { ArmingControl } from './use-arming.ts';

interface CardKeys {
  readonly arming: ArmingControl;
  /** A dialog is open: its keys are its own. */
  readonly isCovered: boolean;
  readonly onIntent: (intent: ArmingIntent) => void;
  readonly onHelp: () => void;
}

export function useCardKeys({ arming, isCovered, onIntent, onHelp }: CardKeys): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (isCovered || isChoosing(event)) return;
    const step = arming.tell({ kind: 'key', key: event, atMs: performance.now() });
    if (step.consumed && !operatesControl(event)) event.preventDefault();
    if (step.intent !== undefined) onIntent(step.intent);
    else if (event.key === '?') onHelp();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => onKey(event);
    addEventListener('keydown', listener, true);
    return () => removeEventListener('keydown', listener, true);
  }, []);
}

/** In a select, letters jump to an option and Esc closes the list: none of it is an answer. */
function isChoosing({ target, key }: KeyboardEvent): boolean {
  const select = target instanceof Element ? target.closest('select') : null;
  return select !== null && (key !== 'Escape' || select.matches(':open'));
}

/** Return and space work the control that has the focus, unless it is an answer. */
function operatesControl({ target, key }: KeyboardEvent): boolean {
  if (key !== 'Enter' && key !== ' ') return false;
  return target instanceof Element && target.closest('button:not([data-answer]), input') !== null;
}
