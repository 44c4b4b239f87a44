// What a key does. An answer needs a card that has been visible and quiet for a while; Return never answers.
import { armedAtMs, cardFor, following, isArmed, lifetimesOf, sameLifetime, scopesOf } from './card.ts';
import type { Card } from './card.ts';
import { answerEffect } from './answer.ts';
import type { Key } from './keys.ts';
import { currentCard } from './state.ts';
import type { PromptsState, Step } from './state.ts';

export function stepKey(state: PromptsState, key: Key, nowMs: number): Step {
  switch (key.kind) {
    case 'interrupt':
      return { state, effects: [{ kind: 'quit' }] };
    case 'suspend':
      return { state, effects: [{ kind: 'suspend' }] };
    case 'redraw':
      return { state, effects: [{ kind: 'redraw' }] };
    case 'escape':
      return putAside(state);
    case 'return':
      return ignored(state, nowMs, 'Return answers nothing: a allows, d denies.');
    case 'paste':
      return ignored(state, nowMs, 'Pasted text was discarded: it answers nothing.');
    case 'other':
      return ignored(state, nowMs, state.notice);
    case 'character':
      return stepCharacter(state, key.text, nowMs);
  }
}

function stepCharacter(state: PromptsState, text: string, nowMs: number): Step {
  switch (text) {
    case 'q':
      return { state, effects: [{ kind: 'quit' }] };
    case '?':
      return { state: { ...state, details: !state.details, notice: undefined }, effects: [] };
    case 'n':
      return nextCard(state);
    case 'l':
      return putAside(state);
    case 'u':
      return undoLast(state, nowMs);
    default:
      return isCardKey(text)
        ? onArmedCard(state, text, nowMs)
        : ignored(state, nowMs, `${/^[ -~]$/.test(text) ? text : 'That key'} does nothing here.`);
  }
}

const CARD_KEYS = ['a', 'A', 'd', 'D', 's', 't', 'o', 'c', 'w'] as const;
type CardKey = (typeof CARD_KEYS)[number];

function isCardKey(text: string): text is CardKey {
  return (CARD_KEYS as readonly string[]).includes(text);
}

function onArmedCard(state: PromptsState, key: CardKey, nowMs: number): Step {
  const card = currentCard(state);
  if (card === undefined) return { state: { ...state, notice: 'No question is waiting.' }, effects: [] };
  if (state.pending !== undefined) return { state, effects: [] };
  if (!isArmed(card, nowMs)) return ignored(state, nowMs, undefined);
  switch (key) {
    case 's':
      return chosen(state, {
        ...card,
        scope: following(scopesOf(card.prompt), (scope) => scope === card.scope),
      });
    case 't':
      return chosen(state, { ...card, lifetime: nextLifetime(state, card) });
    case 'o':
      return chosen(state, { ...card, ownUserOnly: !card.ownUserOnly });
    case 'c':
      if (card.prompt.container === '')
        return ignored(state, nowMs, 'This program is in no container with a name.');
      return chosen(state, cardFor(card, !card.forContainer));
    case 'w':
      return chosen(state, { ...card, withSisters: !card.withSisters });
    default:
      return answerEffect({ state, card, key, nowMs });
  }
}

function nextLifetime(state: PromptsState, card: Card): Card['lifetime'] {
  const lifetimes = lifetimesOf(card, state.preselection.lifetime);
  return following(lifetimes, (lifetime) => sameLifetime(lifetime, card.lifetime));
}

function chosen(state: PromptsState, card: Card): Step {
  return { state: { ...withCard(state, card), notice: undefined }, effects: [] };
}

/** A key that answers nothing. While the card is not armed it also starts the arming again: somebody is typing. */
function ignored(state: PromptsState, nowMs: number, notice: string | undefined): Step {
  const card = currentCard(state);
  if (card === undefined || isArmed(card, nowMs)) return { state: { ...state, notice }, effects: [] };
  const early = armedAtMs(card) === undefined ? card : { ...card, earlyKeyAtMs: nowMs };
  return {
    state: {
      ...withCard(state, early),
      notice: 'Too early: the card had just appeared. That key was discarded.',
    },
    effects: [],
  };
}

function putAside(state: PromptsState): Step {
  const card = currentCard(state);
  if (card === undefined) return { state, effects: [] };
  const notice = `${card.prompt.missed ? 'Kept for later' : 'Kept for later; it still waits'}. n goes through the cards.`;
  return { state: { ...withCard(state, { ...card, later: true }), notice }, effects: [] };
}

/** The card after the current one, those put aside included. */
function nextCard(state: PromptsState): Step {
  if (state.cards.length === 0)
    return { state: { ...state, notice: 'No question is waiting.' }, effects: [] };
  const next = following(state.cards, (card) => card.prompt.id === state.currentId);
  const notice =
    state.cards.length === 1 && state.currentId !== undefined ? 'This is the only card.' : undefined;
  return {
    state: { ...withCard(state, { ...next, later: false }), currentId: next.prompt.id, notice },
    effects: [],
  };
}

function undoLast(state: PromptsState, nowMs: number): Step {
  if (state.undo === undefined)
    return { state: { ...state, notice: 'There is nothing to undo.' }, effects: [] };
  if (state.undo.untilMs <= nowMs)
    return {
      state: {
        ...state,
        undo: undefined,
        notice: 'Too late to undo. sallyport rules remove takes the rule back.',
      },
      effects: [],
    };
  return {
    state: { ...state, undo: undefined, notice: 'Undoing…' },
    effects: [{ kind: 'undo', undo: state.undo }],
  };
}

function withCard(state: PromptsState, changed: Card): PromptsState {
  return {
    ...state,
    cards: state.cards.map((card) => (card.prompt.id === changed.prompt.id ? changed : card)),
  };
}
