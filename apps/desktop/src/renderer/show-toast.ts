// How a component tells what it did, or what went wrong.
import { createContext, use, useCallback } from 'react';
import type { DesktopError } from '../shared/state.ts';
import { errorText } from './error-text.ts';
import { useWords } from './language/words.tsx';
import type { Toasts } from './use-toasts.ts';

export const ShowToastContext = createContext<Toasts['show']>(() => undefined);

const SHOW_MS = 10_000;

export function useShowToast(): Toasts['show'] {
  return use(ShowToastContext);
}

/** Tells a failed call in our words and the host's. */
export function useShowError(): (error: DesktopError) => void {
  const show = useShowToast();
  const words = useWords();
  return useCallback(
    (error) => show({ icon: 'caution', text: errorText(words, error), showMs: SHOW_MS }),
    [show, words],
  );
}
