// DeckStore: the deck of this window, following the state of the host, and what happened to questions that left it.
import type { Prompt } from '../../shared/model.ts';
import type { DesktopUpdate } from '../../shared/state.ts';
import type { StateStore } from '../state-store.ts';
import { deckAfter, dismissed, EMPTY_DECK, picked, putAside } from './deck.ts';
import type { Deck } from './deck.ts';

export interface DeckStore {
  readonly deck: () => Deck;
  readonly subscribe: (listener: () => void) => () => void;
  /** Calls the listener when a question on the card ended without this window's answer. */
  readonly onElsewhere: (listener: (prompt: Prompt, reason: string) => void) => () => void;
  readonly putAside: () => void;
  readonly pick: (promptId: string) => void;
  readonly dismiss: () => void;
  /** Before an answer is sent: what leaves now has been answered here. */
  readonly answering: (promptId: string, flowIds: readonly string[]) => void;
  /** The answer was not taken. */
  readonly notAnswered: (promptId: string, flowIds: readonly string[]) => void;
}

export function deckStore(store: StateStore): DeckStore {
  const answered = new Set<string>();
  const answeredPrompts = new Set<string>();
  const listeners = new Set<() => void>();
  const elsewhere = new Set<(prompt: Prompt, reason: string) => void>();
  let deck = EMPTY_DECK;

  const become = (next: Deck): void => {
    deck = next;
    for (const listener of listeners) listener();
  };
  const follow = (closed: ReadonlyMap<string, string>): void => {
    const before = deck.card?.prompt;
    become(deckAfter(deck, { prompts: store.state().prompts, closed, answered }));
    const reason = before === undefined ? undefined : closed.get(before.id);
    if (deck.card?.prompt.id !== before?.id) answered.clear();
    if (before === undefined || reason === undefined) return;
    const isOurs = answeredPrompts.delete(before.id);
    if (!isOurs && reason !== 'withdrawn') for (const listener of elsewhere) listener(before, reason);
  };
  follow(new Map());
  store.subscribe((update) => follow(closedBy(update)));

  return {
    deck: () => deck,
    subscribe: (listener) => added(listeners, listener),
    onElsewhere: (listener) => added(elsewhere, listener),
    putAside: () => become(putAside(deck)),
    pick: (promptId) => become(picked(deck, promptId)),
    dismiss: () => become(dismissed(deck)),
    answering: (promptId, flowIds) => {
      answeredPrompts.add(promptId);
      for (const id of flowIds) answered.add(id);
    },
    notAnswered: (promptId, flowIds) => {
      answeredPrompts.delete(promptId);
      for (const id of flowIds) answered.delete(id);
    },
  };
}

function added<T>(set: Set<T>, item: T): () => void {
  set.add(item);
  return () => set.delete(item);
}

function closedBy(update: DesktopUpdate): ReadonlyMap<string, string> {
  const changes = update.kind === 'changes' ? update.changes : [];
  return new Map(
    changes.flatMap((change) => (change.kind === 'prompt-closed' ? [[change.promptId, change.reason]] : [])),
  );
}
