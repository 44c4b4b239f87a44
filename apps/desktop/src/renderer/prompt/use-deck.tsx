// The deck of this window, for its components.
import { useEffect, useEffectEvent, useState, useSyncExternalStore } from 'react';
import type { Prompt } from '../../shared/model.ts';
import { useDesktop } from '../use-desktop.tsx';
import type { Deck } from './deck.ts';
import { deckStore } from './deck-store.ts';
import type { DeckStore } from './deck-store.ts';

export interface DeckControl {
  readonly deck: Deck;
  readonly store: DeckStore;
}

export function useDeck(onElsewhere: (prompt: Prompt, reason: string) => void): DeckControl {
  const { store: state } = useDesktop();
  const [store] = useState(() => deckStore(state));
  const deck = useSyncExternalStore(store.subscribe, store.deck);
  const told = useEffectEvent(onElsewhere);
  useEffect(() => store.onElsewhere((prompt, reason) => told(prompt, reason)), [store]);
  return { deck, store };
}
