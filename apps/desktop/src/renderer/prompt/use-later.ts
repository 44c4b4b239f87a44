// Later: the card is put aside, and with the last one the window, where the shell can hide it. Esc does the same when no card is there.
import { useEffect, useEffectEvent } from 'react';
import { useDesktop } from '../use-desktop.tsx';
import type { DeckStore } from './deck-store.ts';

/** `isResting`: there is no card whose keys these would be, and no dialog. */
export function useLater(store: DeckStore, isResting: boolean): () => void {
  const { api } = useDesktop();
  const later = (): void => {
    store.putAside();
    if (store.deck().card === undefined) void api.putWindowAside();
  };
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (isResting && event.key === 'Escape' && !event.defaultPrevented) later();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => onKey(event);
    addEventListener('keydown', listener);
    return () => removeEventListener('keydown', listener);
  }, []);
  return later;
}
