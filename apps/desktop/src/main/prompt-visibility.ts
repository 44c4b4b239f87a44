// When the prompt window is on the screen: from a question that was not there yet until none is left that was seen since, or until it
// was put aside. Pure.
import type { Prompt } from '../shared/model.ts';

export interface PromptVisibility {
  readonly isWanted: boolean;
  /** Questions that were put aside, or are over: they do not bring the window back. */
  readonly aside: ReadonlySet<string>;
}

export const OUT_OF_SIGHT: PromptVisibility = { isWanted: false, aside: new Set() };

/** With each change of the questions. */
export function afterPrompts(before: PromptVisibility, prompts: readonly Prompt[]): PromptVisibility {
  const waiting = prompts.filter((prompt) => prompt.flows.length > 0);
  const keys = new Set(waiting.map(keyOf));
  const aside = new Set([...before.aside].filter((key) => keys.has(key)));
  const fresh = waiting.filter((prompt) => !aside.has(keyOf(prompt)));
  // A question that was missed while nobody saw it is no reason to come up; one that is on the screen stays there.
  const isWanted = before.isWanted ? fresh.length > 0 : fresh.some((prompt) => !prompt.missed);
  return { isWanted, aside };
}

/** Later: what waits now does not bring the window back. */
export function afterPutAside(prompts: readonly Prompt[]): PromptVisibility {
  return { isWanted: false, aside: new Set(prompts.map(keyOf)) };
}

/** Somebody asked for the window: it stays until it is put aside, or until there was a question and none is left. */
export function afterAskedFor(): PromptVisibility {
  return { isWanted: true, aside: new Set() };
}

/** An agent that started anew may use an id again. */
function keyOf({ id, openedAtMs }: Prompt): string {
  return `${id} ${openedAtMs}`;
}
