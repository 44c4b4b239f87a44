// Sends an answer: to the question while its program waits, else as a rule for the next try; and tells what came of it, with a way back.
import { useDesktop } from '../use-desktop.tsx';
import { errorText } from '../error-text.ts';
import { useWords } from '../language/words.tsx';
import type { Action } from '../../shared/model.ts';
import type { DesktopError } from '../../shared/state.ts';
import type { Toasts } from '../use-toasts.ts';
import type { CardModel } from './card-model.ts';
import type { DeckStore } from './deck-store.ts';
import { useDoneWords } from './done-words.ts';
import { ruleForNextTry } from './withdrawn-answer.ts';

/** Resolves with why it was not taken, undefined where it was. */
export type SendAnswer = (model: CardModel, action: Action) => Promise<DesktopError | undefined>;

export const UNDO_SHOWN_MS = 10_000;
/** Time to read it, where nothing can be taken back any more. */
const SHORTEST_MS = 3000;

export function useSendAnswer(store: DeckStore, toasts: Toasts): SendAnswer {
  const { api } = useDesktop();
  const tellDone = useTellDone(toasts);

  const decide: SendAnswer = async (model, action) => {
    const { view, choice, answeredIds } = model;
    store.answering(view.id, answeredIds);
    const decision = { promptId: view.id, action, ...choice, flowIds: answeredIds, revision: view.revision };
    const outcome = await api.decide(decision);
    if (!outcome.ok) {
      store.notAnswered(view.id, answeredIds);
      return outcome.error;
    }
    const { undoToken, undoUntilMs } = outcome.value;
    tellDone({ model, action, undo: () => api.undo({ undoToken }), undoMs: undoUntilMs - Date.now() });
    return undefined;
  };

  const ruleNextTry: SendAnswer = async (model, action) => {
    const draft = ruleForNextTry(model.card.prompt, { ...model.choice, action }, Date.now());
    if (draft === undefined) return undefined;
    const outcome = await api.putRule(draft);
    if (!outcome.ok) return outcome.error;
    const ruleId = outcome.value.id;
    const undo = async (): Undoing => {
      const deleted = await api.deleteRule({ ruleId });
      return deleted.ok ? { ok: true, value: { rulesRemoved: 1, flowsEnded: 0 } } : deleted;
    };
    store.dismiss();
    tellDone({ model, action, undo, undoMs: UNDO_SHOWN_MS });
    return undefined;
  };

  return (model, action) => (model.card.isWithdrawn ? ruleNextTry : decide)(model, action);
}

type Undoing = ReturnType<ReturnType<typeof useDesktop>['api']['undo']>;

interface Done {
  readonly model: CardModel;
  readonly action: Action;
  readonly undo: () => Undoing;
  /** For how long it can be taken back from now on. */
  readonly undoMs: number;
}

function useTellDone(toasts: Toasts): (done: Done) => void {
  const words = useWords();
  const doneWords = useDoneWords();
  const tellUndone = async (undoing: Undoing): Promise<void> => {
    const outcome = await undoing;
    const text = outcome.ok
      ? words('undone.done', { connections: outcome.value.flowsEnded })
      : words('undone.failed', { problem: errorText(words, outcome.error) });
    toasts.show({ icon: outcome.ok ? 'undo' : 'caution', text, showMs: UNDO_SHOWN_MS });
  };
  return ({ model, action, undo, undoMs }) => {
    const showMs = Math.min(UNDO_SHOWN_MS, undoMs);
    toasts.show({
      icon: action,
      text: doneWords(model, action),
      showMs: Math.max(SHORTEST_MS, showMs),
      action: showMs > 0 ? { label: words('undo'), run: () => void tellUndone(undo()) } : undefined,
    });
  };
}
