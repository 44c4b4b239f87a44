// What the interactive prompts know, and the events that change it. The rules are in step.ts, the picture in view/.
import type { DecideRequest, Prompt } from '@sallyport/proto';
import type { Card, Preselection } from './card.ts';
import type { Key } from './keys.ts';

export type Link =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected'; readonly mayDecide: boolean }
  | { readonly kind: 'lost'; readonly reason: string };

export interface Undo {
  readonly token: string;
  readonly untilMs: number;
  /** The answer that it takes back, in words. */
  readonly text: string;
}

/** An answer on its way to the agent, or one whose card has not been closed yet. */
export interface SentAnswer {
  readonly promptId: string;
  readonly revision: number;
  readonly text: string;
}

export interface PromptsState {
  readonly link: Link;
  /** Order of the queue: open ones in order of arrival, then missed ones. */
  readonly cards: readonly Card[];
  readonly currentId: string | undefined;
  readonly details: boolean;
  /** An answer that the agent has not confirmed: nothing else is answered meanwhile. */
  readonly pending: SentAnswer | undefined;
  readonly undo: Undo | undefined;
  /** What became of the answers so far, in words, oldest first. */
  readonly log: readonly string[];
  /** One line about the last key or event. */
  readonly notice: string | undefined;
  readonly preselection: Preselection;
}

export type PromptsEvent =
  | { readonly kind: 'key'; readonly key: Key }
  /** The agent's list, at the start and after each reconnection. */
  | { readonly kind: 'snapshot'; readonly prompts: readonly Prompt[]; readonly mayDecide: boolean }
  | { readonly kind: 'prompt'; readonly prompt: Prompt }
  | { readonly kind: 'closed'; readonly id: string; readonly reason: string }
  /** The card of this revision is on the screen, whole. */
  | { readonly kind: 'shown'; readonly id: string; readonly revision: number }
  /** No card is on the screen: it is too small, or the program was stopped. */
  | { readonly kind: 'hidden' }
  | {
      readonly kind: 'answered';
      readonly answer: SentAnswer;
      readonly undo: Undo | undefined;
      /** What of the answer could not be done. */
      readonly notice: string | undefined;
    }
  /** `undo`: it was not taken back, and can be tried again. */
  | { readonly kind: 'failed'; readonly text: string; readonly undo: Undo | undefined }
  | { readonly kind: 'undone'; readonly text: string }
  | { readonly kind: 'lost'; readonly reason: string };

export type PromptsEffect =
  | { readonly kind: 'decide'; readonly request: DecideRequest; readonly answer: SentAnswer }
  | { readonly kind: 'undo'; readonly undo: Undo }
  | { readonly kind: 'redraw' }
  | { readonly kind: 'suspend' }
  | { readonly kind: 'quit' };

export interface Step {
  readonly state: PromptsState;
  readonly effects: readonly PromptsEffect[];
}

export function initialState(preselection: Preselection): PromptsState {
  return {
    link: { kind: 'connecting' },
    cards: [],
    currentId: undefined,
    details: false,
    pending: undefined,
    undo: undefined,
    log: [],
    notice: undefined,
    preselection,
  };
}

export function currentCard(state: PromptsState): Card | undefined {
  return state.cards.find((card) => card.prompt.id === state.currentId);
}
