// The arming of a card's buttons, by the clock that never goes back, told of every drawing and of every time the card is covered.
import { useCallback, useEffect, useRef, useState } from 'react';
import { armedAtMs, armingStep, HIDDEN, isArmed } from '../../shared/arming.ts';
import type { Arming, ArmingEvent, ArmingStep } from '../../shared/arming.ts';

export interface ArmingControl {
  /** Since when the content has been there; changes when the arming begins anew. */
  readonly sinceMs: number | undefined;
  readonly isArmed: boolean;
  /** Every key and press goes through here. */
  readonly tell: (event: ArmingEvent) => ArmingStep;
}

/** `contentKey` is undefined while the card is covered or takes no answers. */
export function useArming(contentKey: string | undefined): ArmingControl {
  const current = useRef<Arming>(HIDDEN);
  const [arming, setArming] = useState<Arming>(HIDDEN);
  const [armed, setArmed] = useState<Arming | undefined>(undefined);

  const tell = useCallback((event: ArmingEvent): ArmingStep => {
    const step = armingStep(current.current, event);
    current.current = step.arming;
    setArming(step.arming);
    return step;
  }, []);

  useEffect(() => tellOfDrawing(contentKey, tell), [contentKey, tell]);
  useEffect(() => {
    const atMs = armedAtMs(arming);
    if (atMs === undefined) return;
    const timer = setTimeout(() => setArmed(arming), Math.max(0, atMs - performance.now()));
    return () => clearTimeout(timer);
  }, [arming]);

  return {
    sinceMs: arming.contentKey === undefined ? undefined : arming.sinceMs,
    isArmed: armed === arming && isArmed(arming, Infinity),
    tell,
  };
}

/** A window that is minimised or covered by others draws no frames, and tells so by its visibility. */
function tellOfDrawing(contentKey: string | undefined, tell: ArmingControl['tell']): () => void {
  let frame = 0;
  const draw = (): void => {
    cancelAnimationFrame(frame);
    if (contentKey === undefined || document.visibilityState === 'hidden') tell({ kind: 'hidden' });
    else frame = requestAnimationFrame(() => tell({ kind: 'shown', contentKey, atMs: performance.now() }));
  };
  draw();
  document.addEventListener('visibilitychange', draw);
  return () => {
    cancelAnimationFrame(frame);
    document.removeEventListener('visibilitychange', draw);
  };
}
