// The deck: which question is on the card, which ones wait behind it, which were put aside. Pure. A card stays until it is answered,
// put aside or over, whatever else arrives; when its program gives up while it is shown, it stays too, grey.
import type { Flow, Prompt } from '../../shared/model.ts';

export interface Deck {
  readonly card: Card | undefined;
  /** Behind the card, in the order in which they will be shown: open ones, then missed ones. */
  readonly behind: readonly Prompt[];
  readonly aside: readonly Prompt[];
}

export interface Card {
  readonly prompt: Prompt;
  /** Its program closed the sockets: nothing waits, and the agent has closed the prompt. */
  readonly isWithdrawn: boolean;
  /** Flows that were on this card and whose program gave up on them. */
  readonly gaveUp: readonly Flow[];
}

/** What happened to the prompts. */
export interface Told {
  readonly prompts: readonly Prompt[];
  /** Prompts that were closed since last time, with the agent's reason. */
  readonly closed: ReadonlyMap<string, string>;
  /** Flows that this window answered: they are gone, but nobody gave up. */
  readonly answered: ReadonlySet<string>;
}

export const EMPTY_DECK: Deck = { card: undefined, behind: [], aside: [] };

export function deckAfter(deck: Deck, told: Told): Deck {
  const asideIds = new Set(deck.aside.map((prompt) => prompt.id));
  return dealt(keptCard(deck.card, told), told.prompts, asideIds);
}

/** Later: the next question comes to the front, and this one waits until it is picked. */
export function putAside(deck: Deck): Deck {
  const { card } = deck;
  if (card === undefined) return deck;
  if (card.isWithdrawn) return dismissed(deck);
  return dealt(undefined, all(deck), new Set([...deck.aside.map((prompt) => prompt.id), card.prompt.id]));
}

/** Brings a waiting question to the front; the one that was there waits behind it. */
export function picked(deck: Deck, promptId: string): Deck {
  const prompts = all(deck);
  const prompt = prompts.find((candidate) => candidate.id === promptId);
  if (prompt === undefined) return deck;
  const asideIds = new Set(deck.aside.map((other) => other.id).filter((id) => id !== promptId));
  return dealt(cardOf(prompt), prompts, asideIds);
}

/** A card that is over is taken away. */
export function dismissed(deck: Deck): Deck {
  const asideIds = new Set(deck.aside.map((prompt) => prompt.id));
  return dealt(undefined, all(deck), asideIds);
}

function keptCard(card: Card | undefined, { prompts, closed, answered }: Told): Card | undefined {
  if (card === undefined) return undefined;
  const now = prompts.find((prompt) => sameQuestion(prompt, card.prompt));
  if (now?.flows.length === 0) return undefined;
  if (now !== undefined) return { prompt: now, isWithdrawn: false, gaveUp: gaveUp(card, now, answered) };
  const isWithdrawn = card.isWithdrawn || closed.get(card.prompt.id) === 'withdrawn';
  return isWithdrawn ? { ...card, isWithdrawn } : undefined;
}

/** An agent that started anew may use an id again. */
function sameQuestion(left: Prompt, right: Prompt): boolean {
  return left.id === right.id && left.openedAtMs === right.openedAtMs;
}

function gaveUp(card: Card, now: Prompt, answered: ReadonlySet<string>): readonly Flow[] {
  const waiting = new Set(now.flows.map((flow) => flow.id));
  return [...card.gaveUp, ...card.prompt.flows].filter(
    (flow) => !waiting.has(flow.id) && !answered.has(flow.id),
  );
}

function dealt(card: Card | undefined, prompts: readonly Prompt[], asideIds: ReadonlySet<string>): Deck {
  const ready = prompts.filter((prompt) => prompt.flows.length > 0 && !asideIds.has(prompt.id));
  const inOrder = [...ready.filter((prompt) => !prompt.missed), ...ready.filter((prompt) => prompt.missed)];
  const shown = card ?? (inOrder[0] && cardOf(inOrder[0]));
  return {
    card: shown,
    behind: inOrder.filter((prompt) => prompt.id !== shown?.prompt.id),
    aside: prompts.filter((prompt) => asideIds.has(prompt.id)),
  };
}

function cardOf(prompt: Prompt): Card {
  return { prompt, isWithdrawn: false, gaveUp: [] };
}

function all(deck: Deck): readonly Prompt[] {
  const shown = deck.card === undefined || deck.card.isWithdrawn ? [] : [deck.card.prompt];
  return [...shown, ...deck.behind, ...deck.aside].sort((left, right) => left.openedAtMs - right.openedAtMs);
}
