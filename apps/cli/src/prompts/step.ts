// One event, one new state and what to do about it. Pure: the clock is an argument.
import type { Prompt } from '@sallyport/proto';
import { changedCard, newCard } from './card.ts';
import type { Card } from './card.ts';
import { stepKey } from './step-key.ts';
import { currentCard } from './state.ts';
import type { PromptsEvent, PromptsState, Step } from './state.ts';

const MOST_LOG_LINES = 200;

export function step(state: PromptsState, event: PromptsEvent, nowMs: number): Step {
  if (event.kind === 'key') return settled(stepKey(state, event.key, nowMs));
  return settled({ state: changed(state, event, nowMs), effects: [] });
}

function changed(
  state: PromptsState,
  event: Exclude<PromptsEvent, { kind: 'key' }>,
  nowMs: number,
): PromptsState {
  switch (event.kind) {
    case 'snapshot':
      return connected(state, event);
    case 'prompt':
      return withPrompt(state, event.prompt);
    case 'closed':
      return closed(state, event);
    case 'shown':
      return shown(state, event, nowMs);
    case 'hidden':
      return { ...state, cards: state.cards.map(unseen) };
    case 'answered':
      return answered(state, event);
    case 'failed':
      return { ...state, pending: undefined, notice: event.text, undo: state.undo ?? event.undo };
    case 'undone':
      return logged({ ...state, undo: undefined, notice: undefined }, event.text);
    case 'lost':
      return { ...state, link: { kind: 'lost', reason: event.reason }, cards: state.cards.map(unseen) };
  }
}

function connected(
  state: PromptsState,
  event: { readonly prompts: readonly Prompt[]; readonly mayDecide: boolean },
): PromptsState {
  const known = new Map(state.cards.map((card) => [card.prompt.id, card]));
  const cards = event.prompts.map((prompt) => {
    const card = known.get(prompt.id);
    return card === undefined ? newCard(prompt, state.preselection) : unseen(changedCard(card, prompt));
  });
  const notice = state.link.kind === 'lost' ? 'Connected to the firewall again.' : state.notice;
  return { ...state, link: { kind: 'connected', mayDecide: event.mayDecide }, cards, notice };
}

function withPrompt(state: PromptsState, prompt: Prompt): PromptsState {
  const known = state.cards.some((card) => card.prompt.id === prompt.id);
  if (!known) return { ...state, cards: [...state.cards, newCard(prompt, state.preselection)] };
  const before = currentCard(state);
  const cards = state.cards.map((card) => (card.prompt.id === prompt.id ? changedCard(card, prompt) : card));
  const isCurrent = before?.prompt.id === prompt.id && before.shownAtMs !== undefined;
  return { ...state, cards, notice: isCurrent ? 'This card changed: read it again.' : state.notice };
}

const CLOSED_TEXTS: Readonly<Record<string, string>> = {
  decided: 'was answered elsewhere',
  withdrawn: 'is over: the program gave up',
  ruled: 'is over: a rule decides now',
  expired: 'is over: its time ran out',
};

function closed(state: PromptsState, event: { readonly id: string; readonly reason: string }): PromptsState {
  const isCurrent = state.currentId === event.id && state.pending?.promptId !== event.id;
  const isKnown = state.cards.some((card) => card.prompt.id === event.id);
  const cards = state.cards.filter((card) => card.prompt.id !== event.id);
  const notice = `The last card ${CLOSED_TEXTS[event.reason] ?? 'is over'}.`;
  return { ...state, cards, notice: isCurrent && isKnown ? notice : state.notice };
}

function shown(
  state: PromptsState,
  event: { readonly id: string; readonly revision: number },
  nowMs: number,
): PromptsState {
  const cards = state.cards.map((card) => {
    const isSeen = card.prompt.id === event.id && card.prompt.revision === event.revision;
    if (!isSeen) return unseen(card);
    return card.shownAtMs === undefined ? { ...card, shownAtMs: nowMs } : card;
  });
  return { ...state, cards };
}

function answered(state: PromptsState, event: Extract<PromptsEvent, { kind: 'answered' }>): PromptsState {
  // The agent closes the card or sends what is left of it; until then the answered content is not asked about again.
  const cards = state.cards.filter(
    ({ prompt }) => prompt.id !== event.answer.promptId || prompt.revision !== event.answer.revision,
  );
  return logged(
    { ...state, cards, pending: undefined, undo: event.undo, notice: event.notice },
    event.answer.text,
  );
}

function logged(state: PromptsState, line: string): PromptsState {
  return { ...state, log: [...state.log, line].slice(-MOST_LOG_LINES) };
}

function unseen(card: Card): Card {
  return card.shownAtMs === undefined && card.earlyKeyAtMs === undefined
    ? card
    : { ...card, shownAtMs: undefined, earlyKeyAtMs: undefined };
}

/** Keeps the queue in order and a card in front, and forgets when a card was visible as soon as it is not in front. */
function settled({ state, effects }: Step): Step {
  const cards = state.cards.toSorted(byTurn);
  const stays = cards.some((card) => card.prompt.id === state.currentId && !card.later);
  const currentId = stays ? state.currentId : cards.find((card) => !card.later)?.prompt.id;
  const seen = cards.map((card) => (card.prompt.id === currentId ? card : unseen(card)));
  return { state: { ...state, cards: seen, currentId }, effects };
}

function byTurn(left: Card, right: Card): number {
  return (
    Number(left.prompt.missed) - Number(right.prompt.missed) ||
    left.prompt.openedAtMs - right.prompt.openedAtMs
  );
}
