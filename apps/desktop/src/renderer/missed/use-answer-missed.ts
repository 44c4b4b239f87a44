// Answers a missed question, as far as the scope of its first connection reaches, for the next try; and takes that back.
import { useState } from 'react';
import { coveredFlows } from '../../shared/answer-options.ts';
import type { Choice } from '../../shared/answer-options.ts';
import type { Action, Prompt } from '../../shared/model.ts';
import { safeText } from '../../shared/text-safety.ts';
import { errorText } from '../error-text.ts';
import { useWords } from '../language/words.tsx';
import { useDesktop } from '../use-desktop.tsx';
import { useShowError, useShowToast } from '../show-toast.ts';

const SHOW_MS = 10_000;

export function useAnswerMissed(prompt: Prompt): {
  readonly isBusy: boolean;
  readonly problem: string | undefined;
  readonly answer: (action: Action, choice: Choice) => void;
} {
  const { api } = useDesktop();
  const words = useWords();
  const showToast = useShowToast();
  const showError = useShowError();
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const undo = async (undoToken: string): Promise<void> => {
    const outcome = await api.undo({ undoToken });
    if (!outcome.ok) return showError(outcome.error);
    showToast({ icon: 'undo', text: words('rule-from.undone'), showMs: SHOW_MS });
  };
  const answer = async (action: Action, choice: Choice): Promise<void> => {
    setIsBusy(true);
    setProblem(undefined);
    const flowIds = coveredFlows(prompt.flows, choice.scope).map(({ id }) => id);
    const decision = { promptId: prompt.id, action, ...choice, flowIds, revision: prompt.revision };
    const outcome = await api.decide(decision);
    setIsBusy(false);
    if (!outcome.ok) return setProblem(errorText(words, outcome.error));
    const { rules, undoToken, notStored } = outcome.value;
    const sentence = rules.map((rule) => safeText(rule.sentence)).join(' ');
    const text =
      notStored === undefined ? words('rule-from.written', { rule: sentence }) : safeText(notStored.text);
    const takeBack = { label: words('undo'), run: () => void undo(undoToken) };
    showToast({
      icon: notStored === undefined ? action : 'caution',
      text,
      showMs: SHOW_MS,
      action: takeBack,
    });
  };
  return { isBusy, problem, answer: (action, choice) => void answer(action, choice) };
}
