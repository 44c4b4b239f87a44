// Answering a card: what the person saw and meant is sent, and nothing is lost when it was not taken.
import { useState } from 'react';
import { plainText } from '../../shared/text-safety.ts';
import type { Action } from '../../shared/model.ts';
import type { DesktopError } from '../../shared/state.ts';
import { errorText } from '../error-text.ts';
import { useWords } from '../language/words.tsx';
import type { Words } from '../language/words.tsx';
import type { Toasts } from '../use-toasts.ts';
import type { CardModel } from './card-model.ts';
import type { DeckStore } from './deck-store.ts';
import { UNDO_SHOWN_MS, useSendAnswer } from './use-send-answer.ts';

export interface Answering {
  readonly isBusy: boolean;
  /** Why the last answer to this card was not taken. */
  readonly problem: string | undefined;
  readonly answer: (model: CardModel, action: Action) => void;
}

export function useAnswer(store: DeckStore, toasts: Toasts, promptId: string | undefined): Answering {
  const words = useWords();
  const send = useSendAnswer(store, toasts);
  const [busyId, setBusyId] = useState<string>();
  const [problem, setProblem] = useState<{ readonly promptId: string; readonly text: string }>();

  const answer = async (model: CardModel, action: Action): Promise<void> => {
    setBusyId(model.view.id);
    setProblem(undefined);
    const error = await send(model, action);
    setBusyId(undefined);
    if (error === undefined) return;
    const text = answerErrorText(words, error);
    setProblem({ promptId: model.view.id, text });
    // The card may be gone by now; what happened must be told all the same.
    if (error.kind === 'not-found')
      toasts.show({
        icon: 'caution',
        text: `${plainText(model.view.app.name.parts)}: ${text}`,
        showMs: UNDO_SHOWN_MS,
      });
  };

  return {
    isBusy: busyId !== undefined && busyId === promptId,
    problem: problem?.promptId === promptId ? problem?.text : undefined,
    answer: (model, action) => void answer(model, action),
  };
}

function answerErrorText(words: Words, error: DesktopError): string {
  if (error.kind === 'changed') return words('problem.changed');
  if (error.kind === 'not-found') return words('problem.not-found');
  return words('problem.kept', { problem: errorText(words, error) });
}
